"""报表中心: what there is, what is being made, 印发, verification; leadership's dashboard."""

import datetime
import io
import itertools
import json
import re
import uuid

import openpyxl
import pytest
from django.urls import reverse

from core.actions import jobs
from core.enums import JobState
from core.models import AuditEvent, Job
from directory.enums import Role
from directory.models import User
from directory.selectors.calendar import terms_of_years
from filings.actions import objections
from reports import documents
from reports.enums import ReportKind
from reports.models import Report, Schedule
from reports.periods import monthly, of_term
from reports.selectors import figures
from tests.factories import county as made
from tests.reports import scenes


pytestmark = pytest.mark.usefixtures("printer")
OTHERS = (Role.PRINCIPAL, Role.SCHOOL_CLERK, Role.TEACHER, Role.EVALUATOR)


@pytest.fixture
def sign_in(client):
    def enter(actor):
        client.force_login(User.objects.get(pk=actor.user_id))
        return client

    return enter


def text(answer, status=200):
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def test_x28_asked_for_on_the_page_and_shown_while_it_is_made(scene, sign_in):
    client = sign_in(scene.clerk)
    assert "还没有报告" in text(client.get(reverse("report-list")))
    asked = {"kind": "YEARLY", "school_year": "2024", "reason": ""}
    answer = client.post(reverse("report-new"), asked)
    assert answer["Location"] == reverse("report-list")
    shown = text(client.get(reverse("report-list")))
    assert "2024—2025学年集团化办学年度报告" in shown
    assert "正在排队" in shown
    assert "可以离开本页" in shown
    client.post(reverse("report-new"), asked)
    assert "已并入那项任务" in text(client.get(reverse("report-list")))
    job = jobs.claim(job_id=Job.objects.get().pk, now=scenes.NOW)
    jobs.step(job=job, now=scenes.NOW, done=2, total=7, message="排版各章")
    shown = text(client.get(reverse("report-list")))
    assert "排版各章 2 / 7" in shown
    assert 'max="7"' in shown
    assert "data-open" in shown


def test_all_groups_at_once_and_what_is_missing_is_asked_for(scene, sign_in):
    client = sign_in(scene.clerk)
    for asked, said in (
        ({"kind": "GROUP", "school_year": "2024"}, "请选择集团。"),
        ({"kind": "MONTHLY", "school_year": "2024", "reason": "写了一半"}, "请选择月份。"),
        ({"kind": "TERM", "school_year": "2024"}, "请选择学期。"),
        ({"kind": "TERM", "school_year": "2025", "term": "2"}, "第二学期还没有开始"),
    ):
        shown = text(client.post(reverse("report-new"), asked))
        assert said in shown
        assert asked.get("reason", "") in shown
    assert Job.objects.count() == 0
    client.post(reverse("report-new"), {"kind": "GROUP", "school_year": "2024", "group": "all"})
    assert Job.objects.count() == 2
    client.post(reverse("report-new"), {"kind": "MONTHLY", "month": "2025-09-01"})
    assert Job.objects.count() == 3
    client.post(reverse("report-new"), {"kind": "TERM", "school_year": "2024", "term": "1"})
    assert "2024—2025学年第一学期学期总结" in text(client.get(reverse("report-list")))


def test_stop_and_try_again(scene, sign_in):
    client = sign_in(scene.clerk)
    job = scenes.asked(scene, scene.yearly, now=scenes.NOW - 2 * scenes.LATER)
    assert client.post(reverse("report-job-cancel", args=[job.pk])).status_code == 302
    assert Job.objects.get().state == JobState.CANCELLED
    job = scenes.asked(scene, scene.yearly, now=scenes.NOW - scenes.LATER)
    jobs.fail(job_id=job.pk, now=scenes.NOW, message="磁盘空间不足。")
    shown = text(client.get(reverse("report-list")))
    assert "磁盘空间不足。" in shown
    assert "再试一次" in shown
    client.post(reverse("report-job-retry", args=[job.pk]))
    assert Job.objects.filter(state=JobState.QUEUED).count() == 1
    assert "磁盘空间不足。" not in text(client.get(reverse("report-list")))
    head = sign_in(scene.actor(Role.LEADERSHIP))
    for name in ("report-job-cancel", "report-job-retry"):
        assert head.post(reverse(name, args=[job.pk])).status_code == 404


def test_x14_the_head_issues_and_leadership_downloads(scene, sign_in):
    draft = scenes.drafted(scene, scene.yearly)
    leader = scene.actor(Role.LEADERSHIP)
    address = reverse("report-detail", args=[draft.pk])
    assert sign_in(leader).get(address).status_code == 404
    assert "由局领导印发" in text(sign_in(scene.clerk).get(address))
    assert sign_in(scene.clerk).post(address + "issue/").status_code == 409
    client = sign_in(scene.head)
    shown = text(client.get(address))
    assert "印发第 1 版" in shown
    assert "文件从此不再改动" in shown
    assert client.post(address + "issue/")["Location"] == address
    assert "正在排队" in text(client.get(address))
    jobs.cancel(job_id=Job.objects.get(kind="report.issue").pk, now=scenes.NOW)
    report = scenes.issued(scene, draft)

    client = sign_in(leader)
    shown = text(client.get(address))
    assert report.number in shown
    assert report.checksum in shown
    assert "现行" in shown
    assert "印发第" not in shown
    answer = client.get(reverse("file-download", args=[report.file_id]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert AuditEvent.objects.filter(act="core.file.download").count() == 1
    assert report.title in text(client.get(reverse("dashboard")))
    assert client.post(address + "issue/").status_code == 409


def test_x14_the_old_version_is_readable_and_marked(scene, sign_in):
    first = scenes.issued(scene, scenes.drafted(scene, scene.yearly))
    first_pk = first.pk
    second = scenes.issued(scene, scenes.drafted(scene, scene.yearly, reason="考核结果更正"))
    client = sign_in(scene.actor(Role.LEADERSHIP))
    shown = text(client.get(reverse("report-detail", args=[first_pk])))
    assert "已被新版本取代" in shown
    shown = text(client.get(reverse("report-detail", args=[second.pk])))
    assert "考核结果更正" in shown
    assert "第 1 版" in shown
    for state, wanted in (("IN_FORCE", [second.pk]), ("SUPERSEDED", [first_pk]), ("DRAFT", [])):
        rows = client.get(reverse("report-list"), {"state": state}).context["rows"]
        assert [row.pk for row in rows] == wanted


def test_x14_characters_without_a_glyph_are_told(scene, sign_in):
    client = sign_in(scene.clerk)
    whole = scenes.drafted(scene, scene.yearly)
    assert "没有字形" not in text(client.get(reverse("report-detail", args=[whole.pk])))
    assert "缺字" not in text(client.get(reverse("report-list")))
    made.school(scene.county, "𠮷田小学", first_day=scenes.AS_OF)
    draft = scenes.drafted(scene, scene.yearly)
    address = reverse("report-detail", args=[draft.pk])
    said = "有 1 个字没有字形，印成空框：𠮷。请管理员把含有这些字的字库文件放进 var/fonts/"
    assert said in text(client.get(address))
    assert "缺字" in text(client.get(reverse("report-list")))
    scenes.issued(scene, draft)
    assert said in text(client.get(address))


def test_filters_sorts_and_export(scene, sign_in):
    scenes.drafted(scene, scene.yearly)
    scenes.drafted(scene, scene.of_group("实验小学教育集团"))
    client = sign_in(scene.clerk)
    for column in ("title", "kind", "span", "version", "as_of", "issued"):
        for way in ("", "-"):
            assert client.get(reverse("report-list"), {"sort": way + column}).status_code == 200
    rows = client.get(reverse("report-list"), {"kind": "GROUP"}).context["rows"]
    assert [row.title for row in rows] == ["实验小学教育集团2024—2025学年度报告"]
    assert client.get(reverse("report-list"), {"year": "2023"}).context["rows"] == []
    answer = client.post(reverse("report-list"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet.max_row == 3
    assert AuditEvent.objects.filter(act="reports.report.export").count() == 1


def test_the_schedule_is_set_and_told(scene, sign_in):
    client = sign_in(scene.clerk)
    address = reverse("report-schedule")
    assert "没有设定" in text(client.get(reverse("report-list")))
    days = {f"day_{kind}": "5" for kind in ReportKind}
    asked = days | {"on_MONTHLY": "on"}
    assert "1 至 28 日" in text(client.post(address, asked | {"day_MONTHLY": "29"}))
    assert Schedule.objects.count() == 0
    assert client.post(address, asked)["Location"] == reverse("report-list")
    assert [(it.kind, it.day, it.enabled) for it in Schedule.objects.all()] == [
        ("MONTHLY", 5, True)
    ]
    shown = text(client.get(reverse("report-list")))
    assert "每月 5 日，生成上月的工作月报" in shown
    assert "下次 2025-11-05" in shown
    client.post(address, asked | {"on_TERM": "on", "day_TERM": "6"})
    shown = text(client.get(reverse("report-list")))
    assert "学期结束的次月 6 日，生成该学期的学期总结" in shown
    assert "下次 2026-02-06" in shown


def test_who_sees_the_centre(scene, sign_in):
    school = scene.schools["实验小学"]
    for role in OTHERS:
        client = sign_in(scene.actor(role, scene.county if role == Role.EVALUATOR else school))
        for name in ("dashboard", "report-list", "report-new", "report-schedule"):
            assert client.get(reverse(name)).status_code == 404, (role, name)
    client = sign_in(scene.actor(Role.BUREAU_RESEARCH))
    assert "生成报告" not in text(client.get(reverse("report-list")))
    for name in ("report-new", "report-schedule"):
        assert client.get(reverse(name)).status_code == 404
    draft = scenes.drafted(scene, scene.yearly)
    elsewhere = made.clerk_of(made.district("331124", "松阳县"), username="songyang")
    client = sign_in(elsewhere)
    assert client.get(reverse("report-detail", args=[draft.pk])).status_code == 404
    assert client.get(reverse("file-download", args=[draft.file_id])).status_code == 404
    assert client.get(reverse("report-list")).context["rows"] == []


def test_anybody_verifies_an_issued_paper_and_learns_four_things(scene, client):
    report = scenes.issued(scene, scenes.drafted(scene, scene.yearly))
    assert "核验编号" in text(client.get(reverse("report-verify")))
    found = client.get(reverse("report-verify"), {"number": f" {report.number.lower()} "})
    shown = text(client.get(found["Location"]))
    for told in (report.number, report.title, "2025年10月10日", report.checksum):
        assert told in shown
    assert scene.head.name not in shown
    wrong = text(client.get(reverse("report-verify-number", args=["331126-X"])), 404)
    assert "331126-X" in wrong
    assert "的已印发文件，请核对编号" in wrong
    odd = client.get(reverse("report-verify"), {"number": "a/b<script>"})
    assert "<script>alert" not in text(client.get(odd["Location"]), 404)


def test_x13_the_dashboard_says_what_it_counts_and_leads_there(scene, sign_in):
    client = sign_in(scene.actor(Role.LEADERSHIP))
    answer = client.get(reverse("dashboard"))
    told = {figure.key: (figure.value, place) for figure, place in answer.context["figures"]}
    assert {key: value for key, (value, _) in told.items()} == {
        "groups": 2, "covered": 3, "outside": 2, "scored": 5, "freed": 0, "undecided": 0,
    }  # fmt: skip
    for key, (value, place) in told.items():
        opened = client.get(place).context
        if key == "undecided":
            counted = len(opened["objections"])
        else:
            counted = (
                opened["list"]["count"] if "list" in opened else opened["page"].paginator.count
            )
        assert counted == value, key
    shown = text(answer)
    assert "各核心校两年最终得分" in shown
    assert "2024—2025学年捆绑考核结果（第1版）于2025年7月10日发布" in shown


def test_x13_the_figures_of_a_paper_lead_to_the_lists_of_its_day(scene, sign_in):
    """Later changes and publications do not move them; a figure of nothing has no list to open."""
    member = scene.schools["举水乡小"]
    version = figures.year_results(scene.clerk, scene.county.pk, 2024)
    objections.file(
        notice_id=version.publication.notice_id, school_id=member.pk, about_id=member.pk,
        text="少计一项，请核对。", on=datetime.date(2025, 7, 12),
        actor=made.actor(Role.PRINCIPAL, at=member, username="principal-7"),
        now=datetime.datetime(2025, 7, 12, 2, tzinfo=datetime.UTC),
    )  # fmt: skip
    place = scene.county.pk
    [term] = [it for it in terms_of_years(place, [2024]) if it.number == 2]
    subjects = {
        "yearly": scene.yearly,
        "group": scene.of_group("实验小学教育集团"),
        "term": of_term(place, term),
        "monthly": monthly(place, datetime.date(2025, 7, 1)),
    }
    client, opened = sign_in(scene.clerk), {}
    for name, subject in subjects.items():
        draft = scenes.drafted(scene, subject)
        page = client.get(reverse("report-detail", args=[draft.pk])).context
        for figure, address in page["figures"]:
            if address:
                listed = _counted(client, address, page)
                assert listed == figure["value"], (name, figure)
                opened[name, figure["key"]] = listed
    assert sorted(key for name, key in opened if name == "yearly") == [
        "covered", "freed", "groups", "outside", "scored", "undecided",
    ]  # fmt: skip
    assert opened["yearly", "undecided"] == opened["monthly", "undecided"] == 1
    assert opened["group", "members"] > 0
    assert opened["group", "changes"] > 0


def _counted(client, address: str, page) -> int:
    if address == "#changes":
        return len(page["changes"]["shown"])
    context = client.get(address).context
    for key in ("objections", "members"):
        if key in context:
            return sum(key == "objections" or not it["it"].is_core for it in context[key])
    return context["list"]["count"] if "list" in context else context["page"].paginator.count


def test_x13_on_another_day_the_list_of_objections_is_of_that_day(scene, sign_in):
    """Filed on 12 July 2025, decided on the 20th; the figure and its list on days around them."""
    member = scene.schools["举水乡小"]
    version = figures.year_results(scene.clerk, scene.county.pk, 2024)
    filed = objections.file(
        notice_id=version.publication.notice_id, school_id=member.pk, about_id=member.pk,
        text="少计一项，请核对。", on=datetime.date(2025, 7, 12),
        actor=made.actor(Role.PRINCIPAL, at=member, username="principal-7"),
        now=datetime.datetime(2025, 7, 12, 2, tzinfo=datetime.UTC),
    )  # fmt: skip
    objections.decide(
        objection_id=filed.pk, upheld=False, reason="经核对无误。", actor=scene.head,
        now=datetime.datetime(2025, 7, 20, 2, tzinfo=datetime.UTC),
    )  # fmt: skip
    client, told = sign_in(scene.actor(Role.LEADERSHIP)), []
    for day in ("2025-07-11", "2025-07-12", "2025-07-19", "2025-07-20", None):
        board = client.get(reverse("dashboard"), {"on": day} if day else {})
        [(figure, place)] = [it for it in board.context["figures"] if it[0].key == "undecided"]
        listed = client.get(place)
        assert len(listed.context["objections"]) == figure.value, day
        assert listed.context["count"] == (day != "2025-07-11")
        told.append(figure.value)
    assert told == [0, 1, 1, 0, 0]


def test_x13_the_dashboard_draws_what_the_paper_draws_with_the_table_beneath(scene, sign_in):
    """On the paper's own day: options, captions and cells are equal, block by block."""
    actor = scene.actor(Role.LEADERSHIP)
    context = documents.freeze(scene.yearly, actor=scene.clerk, as_of=scenes.AS_OF)
    blocks = [block for chapter in context["chapters"] for block in chapter["blocks"]]
    printed = {
        chart["title"]: (chart["options"], table["rows"])
        for chart, table in itertools.pairwise(blocks)
        if (chart["is"], table["is"]) == ("chart", "table")
    }
    answer = sign_in(actor).get(reverse("dashboard"), {"on": str(scenes.AS_OF)})
    page = text(answer)
    drawn = re.findall(
        r'<figcaption id="chart-\d+-title">([^<]+)</figcaption>'
        r'.*?<script id="chart-\d+-options" type="application/json">(.*?)</script>(.*?)</figure>',
        page,
    )
    assert {title: json.loads(options) for title, options, _ in drawn} == {
        title: options for title, (options, _) in printed.items()
    }
    for title, _, beneath in drawn:
        cells = re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", beneath.partition("<tbody>")[2])
        assert cells == [str(cell) for row in printed[title][1] for cell in row]


def test_a_county_without_anything_has_a_dashboard(db, sign_in):
    empty = made.district()
    client = sign_in(made.actor(Role.LEADERSHIP, at=empty, username="leader", on=scenes.TODAY))
    shown = text(client.get(reverse("dashboard")))
    assert "未发布" in shown
    assert "还没有建立考核方案" in shown
    assert "还没有印发的报告" in shown


@pytest.mark.parametrize("rows", [1, 3])
def test_queries(scene, sign_in, rows, django_assert_num_queries):
    report = scenes.issued(scene, scenes.drafted(scene, scene.yearly))
    for number in range(2, rows + 1):
        twin = Report.objects.get(pk=report.pk)
        twin.pk, twin.version, twin.number = None, number, f"X-{number}"
        twin.job_id = uuid.uuid4()
        twin.save()
    client = sign_in(scene.clerk)
    with django_assert_num_queries(5):
        client.get(reverse("report-list"))
    with django_assert_num_queries(8):
        client.get(reverse("report-detail", args=[report.pk]))
    with django_assert_num_queries(23):
        client.get(reverse("dashboard"))
