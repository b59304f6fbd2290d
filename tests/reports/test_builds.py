"""X-14: a report is made once per key, frozen, issued once, and then never changes."""

import hashlib
import io
import json
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from core import tasks
from core.actions import jobs
from core.enums import JobState
from core.errors import Denied
from core.models import AuditEvent, Job, StoredFile
from directory.enums import Role
from reports import documents
from reports.actions import builds
from reports.models import Report
from reports.periods import of_group, yearly
from reports.selectors import reports
from tests.factories import county as made
from tests.reports import scenes


pytestmark = pytest.mark.usefixtures("printer")


def on_disk(folder: Path) -> list[Path]:
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def read(stored: StoredFile) -> bytes:
    with stored.content.open("rb") as file:
        return file.read()


def test_x14_a_draft_keeps_its_snapshot_its_files_and_their_checksum(scene, files):
    report = scenes.drafted(scene, scene.yearly)
    assert (report.state, report.version, report.number) == ("DRAFT", 1, None)
    assert report.as_of == scenes.AS_OF
    assert report.title == "庆元县2024—2025学年集团化办学年度报告"
    assert hashlib.sha256(read(report.file)).hexdigest() == report.checksum
    context = json.loads(report.context)
    assert context["title"] == report.title
    assert read(report.tables) == documents.workbook(report.kind, context)
    assert report.file.name == f"{report.title}（草稿）.pdf"
    assert len(on_disk(files)) == 2
    event = AuditEvent.objects.get(act="reports.report.build")
    assert (event.object_id, event.details["checksum"]) == (str(report.pk), report.checksum)


def test_x14_a_second_click_joins_the_first(scene, woken):
    first = scenes.asked(scene, scene.yearly)
    second, new = builds.ask(
        subject=scene.yearly, actor=scene.head, now=scenes.NOW, today=scenes.TODAY
    )
    assert (second.pk, new) == (first.pk, False)
    assert woken == [str(first.pk)]
    assert scenes.asked(scene, scene.of_group("实验小学教育集团")).pk != first.pk


def test_x14_a_new_draft_takes_the_place_of_the_old_with_its_files(
    scene, files, django_capture_on_commit_callbacks
):
    first = scenes.drafted(scene, scene.yearly)
    with django_capture_on_commit_callbacks(execute=True):
        second = scenes.drafted(scene, scene.yearly)
    assert second.pk == first.pk
    assert second.job_id != first.job_id
    assert Report.objects.count() == 1
    assert StoredFile.objects.filter(guard=builds.GUARD).count() == 2
    assert len(on_disk(files)) == 2


def test_x14_issued_from_what_was_frozen_and_never_changed_again(scene, printer):
    draft = scenes.drafted(scene, scene.yearly)
    frozen = draft.context
    made.school(scene.county, "后来的小学", first_day=scenes.AS_OF)
    report = scenes.issued(scene, draft)
    assert (report.state, report.version, report.context) == ("ISSUED", 1, frozen)
    assert report.number.startswith("331126-N2024-1-")
    assert printer == ["", report.number]
    assert hashlib.sha256(read(report.file)).hexdigest() == report.checksum
    assert report.issued_by_name == scene.head.name
    with pytest.raises(Denied, match="已印发，不再改动"):
        builds.ask_to_issue(report_id=report.pk, actor=scene.head, now=scenes.NOW)
    kept = read(report.file), report.checksum

    newer = scenes.issued(scene, scenes.drafted(scene, scene.yearly, reason="考核结果更正"))
    assert (newer.version, newer.reason) == (2, "考核结果更正")
    assert json.loads(newer.context) != json.loads(frozen)
    report.refresh_from_db()
    assert (read(report.file), report.checksum) == kept
    seen = reports.reports_visible_to(scene.head).order_by("version")
    assert [(it.version, it.superseded) for it in seen] == [(1, True), (2, False)]
    assert reports.in_force(report.key).pk == newer.pk


def test_a_job_done_twice_makes_one_report(scene):
    report = scenes.drafted(scene, scene.yearly)
    again = builds.build(Job.objects.get(pk=report.job_id), scenes.silent)
    assert again == {"report": report.pk}
    assert Report.objects.get().made_at == report.made_at


@pytest.mark.parametrize("moment", ["cancelled", "lost"])
def test_x14_a_job_that_is_no_longer_held_keeps_nothing(scene, files, monkeypatch, moment):
    job = scenes.asked(scene, scene.yearly)
    laid_out = documents.lay_out

    def lay_out(*args, **kwargs):
        made = laid_out(*args, **kwargs)
        if moment == "cancelled":
            jobs.cancel(job_id=job.pk, now=scenes.NOW)
        else:
            Job.objects.filter(pk=job.pk).update(attempts=2)  # another worker has taken over
        return made

    monkeypatch.setattr(documents, "lay_out", lay_out)
    tasks.run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == (JobState.CANCELLED if moment == "cancelled" else JobState.RUNNING)
    assert Report.objects.count() == 0
    assert on_disk(files) == []


def test_a_full_disk_leaves_nothing_and_says_so(scene, files, monkeypatch):
    def full(self, name, content):
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%P")  # as much as there was room for
        raise OSError(28, "No space left on device")

    job = scenes.asked(scene, scene.yearly)
    with monkeypatch.context() as broken:
        broken.setattr("django.core.files.storage.FileSystemStorage._save", full)
        tasks.run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.message) == ("FAILED", documents.FULL)
    assert Report.objects.count() == 0
    assert on_disk(files) == []
    again, new = builds.ask_again(job=job, actor=scene.clerk, now=scenes.NOW, today=scenes.TODAY)
    assert new
    tasks.run_job(str(again.pk))
    assert Report.objects.get().job_id == again.pk


def test_the_second_file_fails_and_the_first_goes_with_it(scene, files, monkeypatch):
    store, calls = builds.files.store, []

    def once(**asked):
        calls.append(asked["name"])
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return store(**asked)

    job = scenes.asked(scene, scene.yearly)
    monkeypatch.setattr(builds.files, "store", once)
    tasks.run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, len(calls)) == ("FAILED", 2)
    assert (Report.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert on_disk(files) == []


def test_who_may_make_and_issue(scene):
    draft = scenes.drafted(scene, scene.yearly)
    for role in (Role.BUREAU_PERSONNEL, Role.LEADERSHIP):
        with pytest.raises(Denied, match="只有教育股和局领导可以生成报告"):
            scenes.asked(scene, scene.yearly, scene.actor(role))
    with pytest.raises(Denied, match="只有局领导可以印发"):
        builds.ask_to_issue(report_id=draft.pk, actor=scene.clerk, now=scenes.NOW)
    elsewhere = made.district("331124", "松阳县")
    stranger = made.clerk_of(elsewhere, username="songyang")
    with pytest.raises(Denied, match="不在您的管理范围内"):
        scenes.asked(scene, scene.yearly, stranger)
    foreign = of_group(elsewhere.pk, 2024, scene.group_ids["实验小学教育集团"])
    with pytest.raises(Denied, match="没有这个集团"):
        scenes.asked(scene, foreign, stranger)
    with pytest.raises(Denied, match="2026—2027学年还没有开始"):
        scenes.asked(scene, yearly(scene.county.pk, 2026))


def test_whoever_asked_and_lost_the_post_gets_nothing(scene):
    job = scenes.asked(scene, scene.yearly)
    Job.objects.filter(pk=job.pk).update(post_id=0)
    tasks.run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.message) == ("FAILED", "发起人的账号或身份已停用，没有生成报告。")
    assert Report.objects.count() == 0


def test_the_database_keeps_one_draft_a_key_and_every_issue_numbered(scene):
    report = scenes.drafted(scene, scene.yearly)
    twin = Report.objects.get(pk=report.pk)
    twin.pk, twin.version, twin.job_id = None, 9, report.file_id
    with pytest.raises(IntegrityError, match="one_draft_per_key"), transaction.atomic():
        twin.save()
    with pytest.raises(IntegrityError, match="dated_and_numbered"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(state="ISSUED")


def test_verified_tells_four_things_of_issued_papers_alone(scene):
    report = scenes.issued(scene, scenes.drafted(scene, scene.yearly))
    told = reports.verified(f" {report.number.lower()} ")
    assert (told.number, told.title, told.checksum) == (
        report.number, report.title, report.checksum,
    )  # fmt: skip
    assert set(vars(told)) == {"number", "title", "issued_on", "checksum"}
    assert reports.verified("331126-N2024-1-22222222") is None
    assert reports.verified("") is None


def test_the_workbook_is_a_workbook(scene):
    report = scenes.drafted(scene, scene.yearly)
    assert read(report.tables)[:2] == b"PK"
    assert io.BytesIO(read(report.tables)).getbuffer().nbytes == report.tables.size
