"""The kinds of tables that can be imported, and the jobs that check and write a batch."""

import datetime
import pathlib

from django.db import transaction

from assessment.actions import score_imports
from core import clock
from core.actions import audit, imports
from core.actor import Actor
from core.errors import Denied
from core.models import ImportBatch, Job
from core.selectors import imports as batches
from core.spreadsheets.importing import Importer, Progress
from core.spreadsheets.marking import marked_copy
from directory.actions.imports import areas, schools, teachers
from directory.selectors.acting import actor_of
from exchange.actions import roster_imports
from groups.actions import imports as groups


KINDS: dict[str, Importer] = {
    importer.kind: importer
    for importer in (schools.IMPORTER, groups.IMPORTER, teachers.IMPORTER, areas.IMPORTER)
}


def kinds_of(actor: Actor) -> dict[str, Importer]:
    """What the actor's post may import; score sheets and rosters that are locked now too."""
    fixed = {kind: it for kind, it in KINDS.items() if actor.may(it.permission)}
    return fixed | score_imports.importers_of(actor) | roster_imports.importers_of(actor)


def importer_of(kind: str) -> Importer:
    """For jobs. Raises Denied for a score sheet or a roster that is gone."""
    found = KINDS.get(kind) or score_imports.importer_of(kind) or roster_imports.importer_of(kind)
    if found is None:
        raise Denied("这种表格已不能导入，请从“导入”页重新选择。")
    return found


def check(job: Job, progress: Progress) -> dict:
    """Job ``import.check``: read the file and keep the preview."""
    batch_id = job.params["batch"]
    kind = ImportBatch.objects.values_list("kind", flat=True).get(pk=batch_id)
    return imports.check(
        batch_id=batch_id, importer=importer_of(kind), on=clock.today(), now=clock.now(),
        progress=progress,
    )  # fmt: skip


def write(job: Job, progress: Progress) -> dict:
    """Job ``import.write``: write the right rows for whom asked, with the rights of today."""
    batch_id, today = job.params["batch"], clock.today()
    kind = ImportBatch.objects.values_list("kind", flat=True).get(pk=batch_id)
    actor = actor_of(job.user_id, job.post_id, today)
    if actor is None:
        raise Denied("发起人的账号或身份已停用，没有写入。")
    return imports.write(
        batch_id=batch_id, importer=importer_of(kind), on=today, actor=actor, now=clock.now(),
        progress=progress,
    )  # fmt: skip


def may_read(actor: Actor, batch_id: int) -> bool:
    """Guard of uploaded files: whoever may import that kind in that district."""
    return batches.batches_visible_to(actor, kinds_of(actor)).filter(pk=batch_id).exists()


@transaction.atomic
def mark(*, batch: ImportBatch, actor: Actor, now: datetime.datetime) -> tuple[str, bytes]:
    """(name, content) of the batch's file with its faults marked; who took it out is recorded.

    Raises Denied when the file is gone or nothing in it is wrong.
    """
    marks = batches.marks_of(batch)
    if batch.file is None or not marks:
        raise Denied("没有有误的行，或文件已不在，不能下载标注。")
    audit.record(
        act="core.import.export", actor=actor, now=now, object_type="import_batch",
        object_id=batch.pk, object_label=batch.file_name, district_id=batch.district_id,
        details={"kind": batch.kind, "faults": len(marks)},
    )  # fmt: skip
    content = marked_copy(
        batch.file.content.path, name=batch.file_name, tables=batch.params["tables"], faults=marks
    )
    return f"{pathlib.Path(batch.file_name).stem}-错误标注.xlsx", content
