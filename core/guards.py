"""May this be done? ``check_*`` raises Denied with a sentence."""

from typing import TYPE_CHECKING

from core.actor import Actor
from core.errors import Denied


if TYPE_CHECKING:
    from core.spreadsheets.importing import Importer


def check_import(*, actor: Actor | None, importer: "Importer", district_id: int) -> None:
    """Tables are imported by whom may manage them, into an own district or school.

    The command line may.
    """
    if actor is None:
        return
    if not actor.may(importer.permission):
        raise Denied(f"您的身份不能导入{importer.label}，请联系教育局经办人。")
    if importer.school_id is not None:
        if importer.school_id not in actor.school_ids:
            raise Denied("这所学校不在您的管理范围内。")
    elif district_id not in actor.district_ids:
        raise Denied("这个行政区不在您的管理范围内。")
    if importer.closed:
        raise Denied(importer.closed)
