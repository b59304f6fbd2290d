import datetime
import pathlib
import tempfile
from collections.abc import Sequence

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import Denied
from core.spreadsheets.writing import SheetOut, write_workbook


@transaction.atomic
def export(
    *,
    sheet: SheetOut,
    more: Sequence[SheetOut] = (),
    act: str,
    asked: dict,
    actor: Actor,
    now: datetime.datetime,
) -> bytes:
    """Write a list as a workbook and record who took what out; without the record no workbook.

    ``more`` are sheets behind the list. ``asked`` tells what was chosen (search, filters, day).
    Raises Denied without the permission.
    """
    if not actor.may("EXPORT"):
        raise Denied("您的身份不能导出名单，请联系本单位管理员。")
    audit.record(
        act=act, actor=actor, now=now, object_type="export", object_label=sheet.name,
        details={"rows": len(sheet.rows), "columns": [it.title for it in sheet.columns]} | asked,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "export.xlsx"
        write_workbook(path, [sheet, *more])
        return path.read_bytes()
