"""Import batches and their rows; personal cells come out masked."""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from core.actor import Actor
from core.crypto import decrypt
from core.enums import JobState, RowState
from core.models import ImportBatch, ImportRow, Job


if TYPE_CHECKING:
    from core.spreadsheets.importing import Column, Importer

ORDER = (RowState.WRONG, RowState.CHANGED, RowState.NEW, RowState.UNCHANGED)


def batches_visible_to(actor: Actor, kinds: "Mapping[str, Importer]") -> QuerySet[ImportBatch]:
    """Batches of those kinds in the actor's districts, or of the own schools, the newest first."""
    own = [kind for kind, it in kinds.items() if it.school_id in actor.school_ids]
    here = Q(kind__in=list(kinds), district_id__in=actor.district_ids)
    batches = ImportBatch.objects.filter(here | Q(kind__in=own))
    return batches.order_by("-created_at", "-pk")


def rows_of(batch: ImportBatch, state: str = "") -> QuerySet[ImportRow]:
    """The rows of a batch that the caller may see: errors first, then by place in the file."""
    rank = Case(
        *(When(state=state, then=Value(place)) for place, state in enumerate(ORDER)),
        output_field=IntegerField(),
    )
    rows = batch.rows.filter(state=state) if state else batch.rows.all()
    return rows.annotate(rank=rank).order_by("rank", "sheet", "number", "pk")


def job_of(batch: ImportBatch) -> Job | None:
    """The job that works on the batch now, or the last one when it failed."""
    job = Job.objects.filter(pk=batch.job_id).first() if batch.job_id else None
    return job if job and job.state not in {JobState.DONE, JobState.CANCELLED} else None


def marks_of(batch: ImportBatch) -> list[tuple[str, int, str, str]]:
    """(sheet, row, column, sentence) of every fault in the batch, for the marked copy."""
    rows = batch.rows.filter(state=RowState.WRONG).order_by("sheet", "number")
    return [
        (row.sheet, row.number, fault["column"], fault["message"])
        for row in rows
        for fault in row.faults
    ]


@dataclasses.dataclass(frozen=True)
class ShownCell:
    """A cell of the preview. ``old`` is struck over; ``at`` is its address such as B9."""

    column: str
    text: str
    old: str = ""
    changed: bool = False
    wrong: bool = False
    at: str = ""


@dataclasses.dataclass(frozen=True)
class ShownFault:
    at: str
    column: str
    message: str
    cure: str


@dataclasses.dataclass(frozen=True)
class ShownRow:
    """A row of the preview, or of what was written."""

    number: int
    sheet: str
    state: RowState
    written: bool
    cells: list[ShownCell]
    faults: list[ShownFault]


def columns_in(importer: "Importer", tables: list[dict]) -> list["Column"]:
    """The importer's columns that the file has in any of its tables."""
    found = {name for table in tables for name in table["places"]}
    return [column for column in importer.columns if column.name in found]


def shown(row: ImportRow, columns: "list[Column]", tables: list[dict]) -> ShownRow:
    """The row as the page draws it in those columns, personal values masked."""
    places = next((t["places"] for t in tables if t["sheet"] == row.sheet), {})
    wrong = {fault["column"]: fault for fault in row.faults}
    old = row.cells.get("old", {})
    cells = []
    for column in columns:
        fault = wrong.get(column.name)
        cells.append(
            ShownCell(
                column=column.name,
                text=(fault or {}).get("value") or _masked(row.cells["new"], column),
                old=_masked(old, column),
                changed=column.name in old,
                wrong=fault is not None,
                at=_address(column.name, places, row.number),
            )
        )
    in_order = sorted(row.faults, key=lambda fault: places.get(fault["column"], -1))
    faults = [_fault(fault, places, row.number) for fault in in_order]
    return ShownRow(row.number, row.sheet, RowState(row.state), row.written, cells, faults)


def _fault(fault: dict, places: dict[str, int], number: int) -> ShownFault:
    """The sentence in two: what is wrong, and from 请 on the cure."""
    column, message = fault["column"], fault["message"]
    at = _address(column, places, number)
    said, comma, cure = message.partition("，请")
    if not comma:
        said, comma, cure = message.partition("；请")
    return ShownFault(at, column, f"{said}。" if comma else message, f"请{cure}" if comma else "")


def _address(column: str, places: dict[str, int], number: int) -> str:
    return f"{letters(places[column])}{number}" if column in places else f"第 {number} 行"


def _masked(cells: dict, column) -> str:
    text = cells.get(column.name, "")
    return column.mask(decrypt(text)) if column.mask and text else text


def letters(place: int) -> str:
    """Excel's name of a column, A for 0."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def counts_of(batch: ImportBatch) -> list[tuple[RowState, int]]:
    """(state, rows) of the batch in the order of the preview."""
    return [(state, batch.counts.get(state, 0)) for state in ORDER]
