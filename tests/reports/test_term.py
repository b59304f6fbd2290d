"""学期总结 (X-28): the bureau's calendar gives its days, its months say what the bulletins say."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from core.periods import period
from directory.enums import Role
from directory.models import Term
from reports import documents
from reports.documents.tables import tables_of
from reports.enums import ReportKind
from reports.models import Report
from reports.periods import monthly, of_term
from reports.selectors.terms import term
from tests.reports import exchanges, scenes


D = datetime.date
YEAR = exchanges.YEAR
LATER = D(YEAR + 1, 10, 10)
MONTHS = "各月交流轮岗、日志和场地预约"
# Month: 在岗过, 到岗, 期满, 提前结束, logs, bookings, of these by other schools.
FIRST_TERM = [
    ["2025年9月", 4, 2, 1, 0, 1, 1, 1],
    ["2025年10月", 5, 2, 0, 0, 1, 4, 2],
    ["2025年11月", 5, 0, 0, 0, 0, 0, 0],
    ["2025年12月", 5, 0, 0, 0, 0, 0, 0],
    ["2026年1月", 5, 0, 0, 0, 0, 0, 0],
    ["合计", "—", 4, 1, 0, 2, 5, 3],
]
SECOND_TERM = [
    ["2026年2月", 5, 0, 0, 1, 0, 0, 0],
    *([f"2026年{month}月", 4, 0, 0, 0, 0, 0, 0] for month in range(3, 8)),
    ["2026年8月", 4, 0, 1, 0, 1, 1, 1],
    ["合计", "—", 0, 1, 1, 1, 1, 1],
]


@pytest.fixture
def scene(db):
    scene = exchanges.county()
    exchanges.laid(scene)
    return scene


def frozen(scene, subject, today=LATER):
    actor = exchanges.reader(scene, Role.LEADERSHIP)
    return documents.freeze(subject, actor=actor, as_of=subject.as_of(today))


def of(scene, number):
    return of_term(scene.county.pk, term(scene.county.pk, YEAR, number))


def rows(context, title):
    return [it["rows"] for it in tables_of(context) if it["title"] == title]


@pytest.mark.parametrize(("number", "told"), [(1, FIRST_TERM), (2, SECOND_TERM)])
def test_x28_a_term_month_by_month(scene, number, told):
    assert rows(frozen(scene, of(scene, number)), MONTHS) == [told]


@pytest.mark.parametrize("number", [1, 2])
def test_x13_every_month_says_what_its_bulletin_says(scene, number):
    subject = of(scene, number)
    told = rows(frozen(scene, subject), MONTHS)[0][:-1]
    first = subject.first_day
    for row in told:
        bulletin = frozen(scene, monthly(scene.county.pk, first))
        [moved] = rows(bulletin, "各集团交流轮岗的人数和变动")
        logs = sum(it[-1][3] for it in rows(bulletin, "各集团交流日志"))  # no table, no logs
        [rooms] = rows(bulletin, "各校场地共享和预约")
        _, times, arrived, completed, cut_short, _ = moved[-1][1:]
        assert row[1:] == [times, arrived, completed, cut_short, logs, rooms[-1][2], rooms[-1][5]]
        first = (first + datetime.timedelta(days=31)).replace(day=1)


def test_x28_the_calendar_of_the_bureau_gives_the_days(scene):
    Term.objects.create(
        district=scene.county, school_year=YEAR, number=1,
        period=period(D(YEAR, 9, 1), D(YEAR, 10, 24)),
    )  # fmt: skip
    context = frozen(scene, of(scene, 1))
    assert context["title"] == "庆元县2025—2026学年第一学期集团化办学工作总结"
    assert context["kind_label"] == "学期总结"
    assert context["as_of"] == "2025-10-24"
    assert context["summary"][-1] == (
        "本学期自2025年9月1日至2025年10月24日，本总结数据截至2025年10月24日。"
    )
    [months] = rows(context, MONTHS)
    assert months[1:] == [
        ["2025年10月", 5, 2, 0, 0, 0, 3, 2],
        ["合计", "—", 4, 1, 0, 1, 4, 3],
    ]
    titles = [chapter["title"] for chapter in context["chapters"]]
    assert titles == [
        "基本情况",
        "集团与成员",
        "交流与活动",
        "各月情况",
        "考核与异议",
        "问题与建议",
    ]


def test_a_term_that_is_not_over_ends_today(scene):
    context = frozen(scene, of(scene, 1), D(YEAR, 9, 1))
    assert context["unfinished"]
    [months] = rows(context, MONTHS)
    assert [row[0] for row in months] == ["2025年9月", "合计"]
    assert "2025年9月1日至2025年9月1日" in next(
        it["note"] for it in tables_of(context) if it["title"] == MONTHS
    )


def test_months_without_anything_are_not_listed(db):
    scene = exchanges.county()
    context = frozen(scene, of(scene, 1))
    assert not rows(context, MONTHS)
    assert "本学期没有在岗的交流轮岗教师、交流日志和已确认的场地预约。" in context["summary"][1]


def test_queries_do_not_grow_with_the_months(scene, django_assert_num_queries):
    subject, actor = of(scene, 1), exchanges.reader(scene, Role.LEADERSHIP)
    for on in (subject.first_day, subject.last_day):
        with django_assert_num_queries(25):
            documents.freeze(subject, actor=actor, as_of=on)


@pytest.mark.usefixtures("db", "printer")
def test_x14_a_draft_is_kept_issued_and_numbered_by_its_term():
    scene = scenes.judged()
    subject = of_term(scene.county.pk, term(scene.county.pk, 2024, 2))
    draft = scenes.drafted(scene, subject)
    assert (draft.kind, draft.term, draft.school_year, draft.month) == ("TERM", 2, 2024, None)
    assert str(draft.as_of) == "2025-08-31"
    report = scenes.issued(scene, draft)
    assert report.number.startswith("331126-X20242-1-")
    again = scenes.drafted(scene, subject, reason="更正")
    assert (again.version, again.key) == (2, report.key)


@pytest.mark.usefixtures("db", "printer")
def test_the_database_holds_a_term_only_of_a_terms_report():
    scene = scenes.judged()
    draft = scenes.drafted(scene, scene.yearly)
    rows = Report.objects.filter(pk=draft.pk)
    for wrong in ({"term": 1}, {"kind": ReportKind.TERM}, {"kind": ReportKind.TERM, "term": 3}):
        with pytest.raises(IntegrityError, match="term_of_a_terms"), transaction.atomic():
            rows.update(**wrong)
