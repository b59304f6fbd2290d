"""The pages of the 报送中心."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from core.models import AuditEvent
from directory.enums import Role
from directory.models import User
from filings.enums import FilingState, Move
from filings.models import Filing
from filings.selectors.filings import moves_of
from tests.factories import county as made
from tests.filings.scenes import DUE, REASON, Scene


PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-21T09:00:00+08:00")


@pytest.fixture
def scene(db):
    return Scene()


def as_(client, actor):
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def text(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("address", "most"), [("/filings/", 9), ("/filings/all/", 8)])
def test_a_list_asks_a_constant_number_of_queries(
    scene, client, address, rows, most, django_assert_num_queries
):
    for _ in range(rows):
        scene.filed()
    as_(client, scene.section).get(address)
    with django_assert_num_queries(most):
        page = client.get(address)
    assert f"共 {rows} 份" in text(page)


def test_x_8_the_inbox_says_who_what_how_long_and_until_when(scene, client):
    late = scene.filed(due_on=datetime.date(2024, 10, 18), title="甲花名册")
    scene.filed(title="乙花名册")
    scene.filed(FilingState.VALIDATED, title="丙花名册")
    page = text(as_(client, scene.section).get("/filings/"))
    assert page.index("甲花名册") < page.index("乙花名册")
    assert "丙花名册" not in page
    for said in (
        "待初核",
        ">人事股<",
        late.number,
        "已过 3 天",
        "实验小学",
        ">4<",
        "2024-10-31",
    ):
        assert said in page, said
    everything = text(client.get("/filings/all/?state=VALIDATED&q=丙"))
    assert "丙花名册" in everything
    assert "甲花名册" not in everything


def test_x_8_a_school_reads_the_states_in_its_own_words(scene, client):
    filing = scene.filed(title="甲花名册")
    client = as_(client, scene.clerk)
    assert "甲花名册" not in text(client.get("/filings/"))
    page = text(client.get("/filings/all/"))
    assert "已报送" in page
    assert "我校报送" in page
    assert '">待初核' not in page
    scene.move(Move.TO_DRAFT, filing)
    page = text(client.get("/filings/"))
    assert "退回待修改" in page
    assert "已退回学校" in text(as_(client, scene.section).get("/filings/all/"))


def test_the_list_is_exported_as_it_is_filtered(scene, client):
    scene.filed()
    answer = as_(client, scene.section).post("/filings/all/?state=SUBMITTED")
    assert answer.status_code == 200
    assert answer["Content-Type"].endswith("sheet")
    assert AuditEvent.objects.filter(act="filings.filing.export").count() == 1


@pytest.mark.parametrize("role", [Role.TEACHER, Role.EVALUATOR])
@pytest.mark.parametrize("address", ["/filings/", "/filings/all/", "/deputyships/"])
def test_the_centre_is_not_for_everybody(scene, client, role, address):
    at = scene.school if role == Role.TEACHER else scene.county
    assert as_(client, scene.actor(role, at)).get(address).status_code == 404


def test_x_27_a_filing_shows_head_history_paper_and_the_next_step(scene, client):
    filing = scene.filed(FilingState.VALIDATED)
    address = f"/filings/{filing.pk}/"
    page = text(as_(client, scene.head).get(address))
    told = (
        filing.number, "待审批", "待局领导审批</span>，已等 4 个工作日", "期限 2024-10-31",
        "办理记录", "某人（实验小学校长）", "打印报送表", "上传扫描件", ">批准<", ">退回上一步<",
        ">退回起草<", ">不予批准<",
    )  # fmt: skip
    assert [it for it in told if it not in page] == []
    page = text(as_(client, scene.principal).get(address))
    assert "初核已通过" in page
    assert ">批准<" not in page
    assert as_(client, scene.actor(Role.PRINCIPAL, scene.other)).get(address).status_code == 404
    assert client.get("/filings/999999/").status_code == 404


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_filing_with_a_long_history_asks_no_more(
    scene, client, rounds, django_assert_num_queries
):
    filing = scene.filed(FilingState.VALIDATED)
    for _ in range(rounds):
        scene.move(Move.VALIDATE, scene.move(Move.STEP_BACK, filing))
        filing.refresh_from_db()
    as_(client, scene.head).get(f"/filings/{filing.pk}/")
    with django_assert_num_queries(10):
        client.get(f"/filings/{filing.pk}/")


def test_a_draft_that_never_left_the_school_is_the_schools(scene, client):
    filing = scene.start()
    address = f"/filings/{filing.pk}/"
    assert as_(client, scene.section).get(address).status_code == 404
    page = text(as_(client, scene.clerk).get(address))
    assert "还没有报送" in page
    assert "报送后才有编号" in page


def test_validating_returning_and_taking_back_by_their_pages(scene, client):
    filing = scene.filed()
    address = f"/filings/{filing.pk}"
    page = text(as_(client, scene.section).get(f"{address}/validate/"))
    assert "转局领导审批" in page
    last = moves_of(filing)[-1].pk
    seen = {"seen": "SUBMITTED", "last": last}
    answer = client.post(f"{address}/validate/", {**seen, "said": "齐全。"})
    assert answer.url == f"{address}/"
    again = client.post(f"{address}/validate/", {**seen, "said": "齐全。"})
    assert "这份报送已被某人初核通过，现在是“待审批”，请刷新页面后再办理。" in text(again)
    client = as_(client, scene.head)
    assert "请写明理由。" in text(client.post(f"{address}/step-back/", {"said": " "}))
    assert client.post(f"{address}/step-back/", {"said": REASON}).status_code == 302
    assert client.get(f"{address}/reject/").status_code == 403
    client = as_(client, scene.principal)
    assert client.post(f"{address}/withdraw/", {"said": "漏了一行。"}).status_code == 302
    filing.refresh_from_db()
    assert filing.state == FilingState.DRAFT
    assert [it.move for it in moves_of(filing)] == [
        Move.SUBMIT, Move.VALIDATE, Move.STEP_BACK, Move.WITHDRAW,
    ]  # fmt: skip


def test_x_8_a_refused_form_keeps_what_was_typed(scene, client):
    filing = scene.filed()
    page = as_(client, scene.head).post(
        f"/filings/{filing.pk}/to-draft/", {"said": "写了很久的一段理由"}
    )
    assert page.status_code == 200
    assert "写了很久的一段理由" in text(page)
    assert "现在由本县人事股办理" in text(page)


def test_a_rejected_one_is_over(scene, client):
    filing = scene.filed(FilingState.VALIDATED)
    answer = as_(client, scene.head).post(f"/filings/{filing.pk}/reject/", {"said": REASON})
    assert answer.status_code == 302
    page = text(client.get(answer.url))
    assert "不予批准" in page
    assert REASON in page


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "盖章.pdf", "application/pdf"),
        (b"\xff\xd8\xff\xe0" + b"x" * 40, "盖章.jpg", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 40, "名字不说明什么.exe", "image/png"),
    ],
)
def test_x_27_the_scan_comes_back_told_by_its_content(scene, client, tmp_path, content, name, kind):
    filing = scene.filed()
    with override_settings(MEDIA_ROOT=tmp_path):
        answer = as_(client, scene.clerk).post(
            f"/filings/{filing.pk}/scan/", {"file": SimpleUploadedFile(name, content)}
        )
        assert answer.status_code == 302
        filing = Filing.objects.select_related("scan").get(pk=filing.pk)
        assert (filing.scan.content_type, filing.scan.guard) == (kind, "filings.filing")
        file = f"/files/{filing.scan_id}/"
        for actor, status in [
            (scene.section, 200), (scene.principal, 200),
            (scene.actor(Role.PRINCIPAL, scene.other), 404),
            (made.clerk_of(made.district("331124", "松阳县")), 404),
        ]:  # fmt: skip
            given = as_(client, actor).get(file)
            assert given.status_code == status
            if status == 200:
                assert b"".join(given.streaming_content) == content


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (b"MZ\x90\x00 an executable", "内容不是这几种格式"),
        (b"<html>%PDF-", "内容不是这几种格式"),
        (PDF + b"x" * (10 * 1024 * 1024), "文件超过 10 MB"),
    ],
)
def test_x_27_what_is_no_scan_is_refused(scene, client, tmp_path, content, sentence):
    filing = scene.filed()
    with override_settings(MEDIA_ROOT=tmp_path):
        page = as_(client, scene.clerk).post(
            f"/filings/{filing.pk}/scan/", {"file": SimpleUploadedFile("盖章.pdf", content)}
        )
    assert page.status_code == 200
    assert sentence in text(page)
    filing.refresh_from_db()
    assert filing.scan is None


def test_x_27_a_scan_from_before_the_last_filing_is_told(scene, client, tmp_path, monkeypatch):
    filing = scene.filed()
    monkeypatch.setenv("TONGXING_NOW", "2024-10-01T09:00:00+08:00")
    with override_settings(MEDIA_ROOT=tmp_path):
        as_(client, scene.clerk).post(
            f"/filings/{filing.pk}/scan/", {"file": SimpleUploadedFile("盖章.pdf", PDF)}
        )
    monkeypatch.setenv("TONGXING_NOW", "2024-10-21T09:00:00+08:00")
    assert "最近一次报送以前上传的" in text(client.get(f"/filings/{filing.pk}/"))


def test_a_scan_waits_until_the_filing_left_the_school(scene, client):
    filing = scene.start()
    assert as_(client, scene.clerk).get(f"/filings/{filing.pk}/scan/").status_code == 403
    filed = scene.filed()
    leader = scene.actor(Role.LEADERSHIP)
    assert as_(client, leader).get(f"/filings/{filed.pk}/scan/").status_code == 403


def test_x_27_the_sheet_has_lines_for_seal_and_signature(scene, client):
    filing = scene.filed(FilingState.VALIDATED)
    page = text(as_(client, scene.clerk).get(f"/filings/{filing.pk}/sheet/"))
    told = (
        f"编号 {filing.number}", "单位公章", "校长签字", "教体局意见", "年 月 日", "初核通过",
        "实验小学",
    )  # fmt: skip
    assert [it for it in told if it not in page] == []


def test_another_day_shows_and_offers_nothing(scene, client):
    filing = scene.filed(FilingState.VALIDATED)
    page = text(as_(client, scene.head).get(f"/filings/{filing.pk}/?on=2024-10-16"))
    assert ">批准<" not in page
    assert "只能查看，不能办理" in page


def test_versions_lead_to_each_other(scene, client):
    old = scene.filed(FilingState.APPROVED)
    new = scene.move(Move.REOPEN, old)
    page = text(as_(client, scene.clerk).get(f"/filings/{new.pk}/"))
    assert f'href="/filings/{old.pk}/"' in page
    assert "第 2 版" in page
    assert REASON in page


def test_the_api_lists_what_the_reader_sees(scene, client):
    filing = scene.filed(due_on=DUE)
    scene.start()
    told = as_(client, scene.section).get("/api/v1/filings/?state=SUBMITTED").json()
    (row,) = told["results"]
    assert (row["id"], row["number"], row["state"]) == (filing.pk, filing.number, "SUBMITTED")
    assert (row["due_on"], row["scan"], row["previous"]) == ("2024-10-31", None, None)
    assert as_(client, scene.clerk).get("/api/v1/filings/").json()["count"] == 2
    stranger = scene.actor(Role.PRINCIPAL, scene.other)
    assert as_(client, stranger).get(f"/api/v1/filings/{filing.pk}/").status_code == 404
