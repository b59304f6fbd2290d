"""A year's score sheet in the browser: upload, preview, writing, undo, template (X-12, X-30)."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessment.actions import entrants, score_imports
from assessment.models import Entrant, Indicator, Result, Scheme, Score
from core.models import AuditEvent, ImportBatch, Job
from desk.actions import imports as desk
from directory.enums import Role
from directory.models import User
from tests.assessment import counties
from tests.assessment.test_score_import import facts, read, row, sheet, states
from tests.desk.test_imports import work
from tests.factories import county as made


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch, settings, tmp_path):
    monkeypatch.setenv("TONGXING_NOW", counties.AT)
    monkeypatch.setattr("core.tasks.run_job.delay_on_commit", lambda _: None)
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def county():
    return counties.pair()


@pytest.fixture
def scheme(county):
    return counties.draft(county)


@pytest.fixture
def page(client, county):
    client.force_login(User.objects.get(pk=county.clerk.user_id))
    return client


def upload(page, scheme, path):
    answer = page.post(
        reverse("scheme-upload", args=[scheme.pk]),
        {"file": SimpleUploadedFile(path.name, path.read_bytes())},
    )
    assert answer.status_code == 302, answer.content.decode()
    batch = ImportBatch.objects.latest("pk")
    assert answer.url == reverse("import-batch", args=[batch.pk])
    work(batch)
    return batch


def post(page, name, batch):
    answer = page.post(reverse(name, args=[batch.pk]))
    work(batch)
    return answer


def text(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_x30_upload_write_and_undo_in_the_browser(page, county, scheme, tmp_path):
    counties.score(county, scheme, 乙小=80)
    made.school(county.district, "独立中学", stage="JUNIOR")
    before, scored = facts(scheme), counties.entered(scheme)
    rows = [
        row("甲小", 得分=90, 学生数=900), row("乙小", 得分=82), row("甲分校", 得分="不单独评分"),
        row("独立中学", "初中", 得分=70), row("丙中", "初中", 得分=990),
    ]  # fmt: skip
    batch = upload(page, scheme, sheet(tmp_path, *rows))
    shown = text(page.get(reverse("import-batch", args=[batch.pk])))
    assert "<del>80</del> 82" in shown
    assert "是否应为 99？" in shown
    assert reverse("scheme-scores", args=[scheme.pk]) in shown
    post(page, "import-write", batch)
    assert batch.state == "WRITTEN"
    assert Score.objects.filter(entrant__scheme=scheme).count() == 3
    shown = text(page.get(reverse("import-batch", args=[batch.pk])))
    assert reverse("scheme-results", args=[scheme.pk]) in shown
    assert "看考核结果" in shown
    event = AuditEvent.objects.get(act="core.import.write")
    assert event.object_id == str(batch.pk)
    assert post(page, "import-undo", batch).status_code == 302
    assert (facts(scheme), counties.entered(scheme)) == (before, scored)
    assert Result.objects.get(scheme=scheme, school=county.ids["乙小"]).own == Decimal(80)
    assert batch.state == "UNDONE"


def test_x30_undo_is_refused_whole_when_a_score_was_changed_since(page, county, scheme, tmp_path):
    batch = upload(page, scheme, sheet(tmp_path, row("甲小", 得分=90), row("乙小", 得分=82)))
    post(page, "import-write", batch)
    counties.score(county, scheme, 乙小=83)
    answer = post(page, "import-undo", batch)
    assert answer.status_code == 409
    assert "第 3 行：这所学校的“得分”在导入后又改过" in answer.content.decode()
    assert len(counties.entered(scheme)) == 2


def test_x30_undo_leaves_a_new_school_that_has_a_project_since(page, county, scheme, tmp_path):
    made.school(county.district, "独立中学", stage="JUNIOR")
    batch = upload(page, scheme, sheet(tmp_path, row("独立中学", "初中", 得分=90)))
    post(page, "import-write", batch)
    added = Entrant.objects.get(pk=batch.rows.get().object_id)
    entrants.change(
        entrant_id=added.pk, pool_id=added.pool_id, apart=True, pupils=7, last_rank=None,
        actor=county.clerk, now=counties.NOW,
    )  # fmt: skip
    answer = post(page, "import-undo", batch)
    assert "“学生数”在导入后又改过" in answer.content.decode()
    assert Entrant.objects.filter(pk=added.pk).exists()


def test_x11_a_batch_of_a_submitted_version_stays_readable_and_locked(
    page, county, scheme, tmp_path
):
    batch = upload(page, scheme, sheet(tmp_path, row("甲小", 得分=90)))
    post(page, "import-write", batch)
    Scheme.objects.filter(pk=scheme.pk).update(state="SUBMITTED")
    assert "已写入 1 行" in text(page.get(reverse("import-batch", args=[batch.pk])))
    answer = post(page, "import-undo", batch)
    assert (answer.status_code, "得分已锁定" in answer.content.decode()) == (409, True)
    assert counties.entered(scheme)
    answer = page.get(reverse("scheme-upload", args=[scheme.pk]))
    assert "先撤回送审" in text(answer)
    file = SimpleUploadedFile("a.xlsx", b"x")
    assert page.post(reverse("scheme-upload", args=[scheme.pk]), {"file": file}).status_code == 409
    assert ImportBatch.objects.count() == 1


def test_a_preview_is_renewed_when_a_score_was_entered_by_hand_meanwhile(
    page, county, scheme, tmp_path
):
    batch = upload(page, scheme, sheet(tmp_path, row("甲小", 得分=90)))
    counties.score(county, scheme, 甲小=88)
    post(page, "import-write", batch)
    assert (batch.state, batch.counts["CHANGED"]) == ("PREVIEWED", 1)
    assert counties.entered(scheme) == {(county.ids["甲小"], "得分"): "88"}


def test_the_blank_template_has_the_schemes_columns_and_reads_back(page, county, scheme, tmp_path):
    counties.indicate(county, scheme, ("质量", 60, 60), ("管理", 40, 40))
    kind = score_imports.kind_of(scheme.pk)
    answer = page.get(reverse("import-template", args=[kind]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    head = [cell.value for cell in book.worksheets[0][1]]
    assert head == ["学校", "类别", "质量", "管理", "学生数", "上年名次"]
    for place, value in enumerate(("甲小", "小学", "50", "30.5", "900", "2"), start=1):
        book.worksheets[0].cell(2, place, value)
    book.save(tmp_path / "填好.xlsx")
    assert states(read(scheme, tmp_path / "填好.xlsx")) == ["NEW"]


def test_x13_the_exported_sheet_uploads_again_unchanged(page, county, scheme, tmp_path):
    counties.score(county, scheme, 甲小=90.25)
    counties.apart(county, scheme, "甲分校", False)
    answer = page.post(reverse("scheme-scores", args=[scheme.pk]))
    (tmp_path / "导出.xlsx").write_bytes(answer.content)
    lines = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    told = {line[0].value: line[2].value for line in lines.iter_rows(min_row=2)}
    assert told["甲小"] == 90.25
    assert told["甲分校"] == "不单独评分"
    assert told["乙小"] is None
    assert set(states(read(scheme, tmp_path / "导出.xlsx"))) == {"UNCHANGED"}
    assert AuditEvent.objects.filter(act="assessment.score.export").count() == 1


def test_who_may_not_enter_scores_meets_no_such_kind(
    client, county, scheme, django_assert_num_queries
):
    kind = score_imports.kind_of(scheme.pk)
    for role in (Role.BUREAU_PERSONNEL, Role.BUREAU_HEAD, Role.LEADERSHIP):
        actor = made.actor(role, at=county.district)
        with django_assert_num_queries(0):
            assert kind not in desk.kinds_of(actor)
        client.force_login(User.objects.get(pk=actor.user_id))
        assert client.get(reverse("scheme-upload", args=[scheme.pk])).status_code == 404
        assert client.get(reverse("import-template", args=[kind])).status_code == 404
    far = made.clerk_of(made.district("331124", "松阳县"), username="far")
    assert kind not in desk.kinds_of(far)
    assert kind in desk.kinds_of(county.clerk)
    assert not Job.objects.exists()
    assert Indicator.objects.count() == 1
