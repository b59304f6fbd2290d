"""Imports: a file is uploaded, checked, shown, written, perhaps undone; a batch at a time.

Whoever writes holds the district's import lock, so that two clerks with one file come one after
the other. What was shown is reckoned again under the lock; a preview that no longer holds is
renewed instead of written.
"""

import contextlib
import dataclasses
import datetime
import gc
import json

from django.core.files.base import File
from django.db import connection, transaction

from core import guards
from core.actions import audit, files, jobs
from core.actions.copying import copy_in
from core.actor import Actor
from core.crypto import blind_index, encrypt
from core.enums import BatchState, RowState
from core.errors import Denied, refusals_told
from core.models import ImportBatch, ImportRow, Job
from core.spreadsheets.importing import (
    Fault,
    Importer,
    Line,
    Occasion,
    Progress,
    Reading,
    Undone,
    read_lines,
    silent,
)
from core.spreadsheets.reading import Unreadable


GUARD = "import"  # of stored files
LOCK = 0x0139  # the first half of the advisory lock; the district's id is the second
STALE = "名册在您核对期间有变化，已重新核对，请再看一遍后写入。"
WRITABLE = (RowState.NEW, RowState.CHANGED)


@contextlib.contextmanager
def uncollected():
    """Without the search for garbage: a file makes a million objects and all are needed.

    Looking through them again and again takes a fifth of the whole time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@refusals_told()
@uncollected()
@transaction.atomic
def run(
    *, importer: Importer, path, occasion: Occasion, dry_run: bool, actor: Actor | None
) -> Reading:
    """Import a whole file at once, for commands: with any fault nothing is saved.

    Raises Unreadable and Denied. The reading tells every line's state and every fault.
    """
    guards.check_import(actor=actor, importer=importer, district_id=occasion.district_id)
    reading = read_lines(path, importer)
    lock_district(occasion.district_id)
    importer.check(reading.lines, occasion)
    wanted = [line for line in reading.lines if line.state in WRITABLE]
    if dry_run or reading.all_faults() or not wanted:
        return reading
    importer.write(wanted, occasion)
    audit.record(
        act="core.import.write", actor=actor, now=occasion.now, object_type=importer.kind,
        object_label=str(path).rsplit("/", 1)[-1], district_id=occasion.district_id,
        details=_counts(reading.lines),
    )  # fmt: skip
    return reading


@transaction.atomic
def open_batch(
    *,
    importer: Importer,
    district_id: int,
    content: File,
    name: str,
    start: datetime.date,
    actor: Actor,
    now: datetime.datetime,
) -> ImportBatch:
    """Keep an uploaded file and queue its check. Nothing else is written."""
    guards.check_import(actor=actor, importer=importer, district_id=district_id)
    batch = ImportBatch.objects.create(
        kind=importer.kind, district_id=district_id, params={"start": start.isoformat()},
        file_name=name[:200], user_id=actor.user_id, post_id=actor.post_id, created_at=now,
    )  # fmt: skip
    batch.file = files.store(
        content=content, name=name, content_type="application/octet-stream", guard=GUARD,
        owner_id=batch.pk, actor=actor, now=now,
    )  # fmt: skip
    batch.job_id = _enqueue("check", batch, actor, now).pk
    batch.save(update_fields=["file", "job_id"])
    _record("upload", batch, actor, now)
    return batch


@uncollected()
def check(
    *,
    batch_id: int,
    importer: Importer,
    on: datetime.date,
    now: datetime.datetime,
    progress: Progress = silent,
) -> dict:
    """Read the batch's file and keep what it would change; whole or not at all.

    A batch that is no longer being read stays as it is.
    """
    batch = ImportBatch.objects.select_related("file").get(pk=batch_id)
    if batch.state != BatchState.READING:
        return batch.counts
    try:
        reading = read_lines(
            batch.file.content.path, importer, name=batch.file_name, progress=progress
        )
    except Unreadable as refusal:
        _refuse(batch, [Fault("", None, "", "", str(refusal))])
        return {}
    if reading.faults:
        _refuse(batch, reading.faults)
        return {}
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
        if batch.state == BatchState.READING:
            importer.check(reading.lines, _occasion(batch, on, now))
            _keep(batch, importer, reading)
    return batch.counts


@transaction.atomic
def request_write(
    *, batch_id: int, importer: Importer, actor: Actor, now: datetime.datetime
) -> Job:
    """Queue the writing of the batch's right rows; a second click joins the first."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    guards.check_import(actor=actor, importer=importer, district_id=batch.district_id)
    _check_previewed(batch)
    if not sum(batch.counts.get(state, 0) for state in WRITABLE):
        raise Denied("没有可以写入的行。")
    job = _enqueue("write", batch, actor, now)
    batch.job_id, batch.message = job.pk, ""
    batch.save(update_fields=["job_id", "message"])
    return job


@refusals_told()
@uncollected()
def write(
    *,
    batch_id: int,
    importer: Importer,
    on: datetime.date,
    actor: Actor,
    now: datetime.datetime,
    progress: Progress = silent,
) -> dict:
    """Write the batch's right rows in one transaction and leave the wrong ones.

    When what is on file has changed since the preview, the preview is renewed and nothing is
    written. A batch that is written already stays as it is, so the work of a dead worker can be
    taken up again.
    """
    batch = ImportBatch.objects.select_related("file").get(pk=batch_id)
    if batch.state == BatchState.WRITTEN:
        return batch.counts
    _check_previewed(batch)
    reading = read_lines(batch.file.content.path, importer, name=batch.file_name, progress=progress)
    progress(0, 0, "正在写入")
    with transaction.atomic():
        lock_district(batch.district_id)
        batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
        if batch.state == BatchState.WRITTEN:
            return batch.counts
        guards.check_import(actor=actor, importer=importer, district_id=batch.district_id)
        _check_previewed(batch)
        occasion, shown = _occasion(batch, on, now), batch.params.get("digest")
        importer.check(reading.lines, occasion)
        if _digest(reading.lines) != shown:
            _keep(batch, importer, reading, message=STALE)
            return batch.counts
        wanted = [line for line in reading.lines if line.right and line.state in WRITABLE]
        importer.write(wanted, occasion)
        _replace_rows(batch, importer, reading.lines, written={id(line) for line in wanted})
        batch.state, batch.written_at, batch.message = BatchState.WRITTEN, now, ""
        batch.save()
        _record("write", batch, actor, now)
    return batch.counts


@refusals_told()
@transaction.atomic
def undo(
    *,
    batch_id: int,
    importer: Importer,
    on: datetime.date,
    actor: Actor,
    now: datetime.datetime,
) -> ImportBatch:
    """Take a whole written batch back: what it made goes, what it changed is as before (X-30).

    Raises Denied for a batch that is not written or undone already, and Stands when something
    refers to what it made or was changed since; nothing is undone then.
    """
    district = ImportBatch.objects.values_list("district_id", flat=True).get(pk=batch_id)
    lock_district(district)
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    guards.check_import(actor=actor, importer=importer, district_id=district)
    if batch.state == BatchState.UNDONE:
        raise Denied("这一批已经撤回，不能再撤回一次。")
    if batch.state != BatchState.WRITTEN:
        raise Denied("这一批还没有写入，没有可以撤回的内容。")
    rows = [
        Undone(
            Line(row.sheet, row.number, {}, {}, object_id=row.object_id, before=row.before),
            created=row.state == RowState.NEW,
        )
        for row in batch.rows.filter(written=True).order_by("pk")
    ]
    importer.undo(rows, _occasion(batch, on, now))
    batch.state, batch.undone_at = BatchState.UNDONE, now
    batch.save(update_fields=["state", "undone_at"])
    _record("undo", batch, actor, now)
    return batch


@transaction.atomic
def discard(
    *, batch_id: int, importer: Importer, actor: Actor, now: datetime.datetime
) -> ImportBatch:
    """Give up a batch that is not written; its rows and its file, with what is personal, go."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    guards.check_import(actor=actor, importer=importer, district_id=batch.district_id)
    if batch.state in {BatchState.WRITTEN, BatchState.UNDONE}:
        raise Denied("这一批已经写入，不能放弃；需要时可以撤回。")
    if batch.state == BatchState.DISCARDED:
        return batch
    if batch.job_id:
        jobs.cancel(job_id=batch.job_id, actor=actor, now=now)
    batch.rows.all().delete()
    stored, batch.file = batch.file, None
    batch.state = BatchState.DISCARDED
    batch.save(update_fields=["state", "file"])
    if stored:
        files.remove(stored=stored)
    _record("discard", batch, actor, now)
    return batch


def lock_district(district_id: int) -> None:
    """Until the transaction ends nobody else imports into the district."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, district_id])


def _check_previewed(batch: ImportBatch) -> None:
    if batch.state == BatchState.PREVIEWED:
        return
    raise Denied(
        {
            BatchState.READING: "文件还在核对，请等核对完成。",
            BatchState.WRITTEN: "这一批已经写入，不能再写一次。",
            BatchState.UNDONE: "这一批已经撤回；需要时请重新上传文件。",
            BatchState.DISCARDED: "这一批已经放弃，请重新上传文件。",
            BatchState.REFUSED: "这个文件不能导入，请改正后重新上传。",
        }[batch.state]
    )


def _enqueue(step: str, batch: ImportBatch, actor: Actor, now: datetime.datetime) -> Job:
    job, _ = jobs.enqueue(
        kind=f"import.{step}", key=f"import.{step}:{batch.pk}", actor=actor, now=now,
        params={"batch": batch.pk}, district_id=batch.district_id,
    )  # fmt: skip
    return job


def _occasion(batch: ImportBatch, on: datetime.date, now: datetime.datetime) -> Occasion:
    start = datetime.date.fromisoformat(batch.params["start"])
    return Occasion(batch.district_id, on, start, now, f"导入：{batch.file_name}"[:100])


def _refuse(batch: ImportBatch, faults: list[Fault]) -> None:
    batch.state = BatchState.REFUSED
    batch.message = " ".join(fault.message for fault in faults[:3])[:300]
    batch.params |= {"faults": [dataclasses.asdict(fault) for fault in faults]}
    batch.save(update_fields=["state", "message", "params"])


def _keep(batch: ImportBatch, importer: Importer, reading: Reading, message: str = "") -> None:
    batch.state, batch.message, batch.counts = BatchState.PREVIEWED, message, _counts(reading.lines)
    batch.params |= {
        "tables": reading.tables,
        "digest": _digest(reading.lines),
        "warnings": [dataclasses.asdict(fault) for fault in _warnings(reading)[:100]],
    }
    batch.save()
    _replace_rows(batch, importer, reading.lines, written=frozenset())


def _warnings(reading: Reading) -> list[Fault]:
    return [*reading.warnings, *(one for line in reading.lines for one in line.warnings)]


def _replace_rows(batch: ImportBatch, importer: Importer, lines: list[Line], *, written) -> None:
    rows = batch.rows.all()
    rows._raw_delete(rows.db)  # noqa: SLF001 - one statement; nothing refers to these rows
    masked = {column.name for column in importer.columns if column.mask}
    copy_in(
        [
            ImportRow(
                batch=batch, sheet=line.sheet[:100], number=line.number, state=_state(line),
                cells={"new": _sealed(line.cells, masked), "old": _sealed(line.old, masked)},
                faults=[
                    {"column": it.column, "value": it.value, "message": it.message}
                    for it in line.faults
                ],
                written=id(line) in written, object_id=line.object_id, before=line.before,
            )
            for line in lines
        ]
    )  # fmt: skip


def _sealed(cells: dict[str, str], masked: set[str]) -> dict[str, str]:
    return {
        name: encrypt(text) if text and name in masked else text for name, text in cells.items()
    }


def _state(line: Line) -> RowState:
    return line.state if line.right else RowState.WRONG


def _counts(lines: list[Line]) -> dict[str, int]:
    states = [_state(line) for line in lines]
    return {state: states.count(state) for state in RowState}


def _digest(lines: list[Line]) -> str:
    """What the preview promised, so that a change of what is on file shows."""
    told = [
        [line.sheet, line.number, _state(line), line.object_id, line.old, *map(str, line.faults)]
        for line in lines
    ]
    return blind_index(json.dumps(told, ensure_ascii=False))


def _record(verb: str, batch: ImportBatch, actor: Actor, now: datetime.datetime) -> None:
    audit.record(
        act=f"core.import.{verb}", actor=actor, now=now, object_type="import_batch",
        object_id=batch.pk, object_label=batch.file_name, district_id=batch.district_id,
        details={"kind": batch.kind, **batch.counts},
    )  # fmt: skip
