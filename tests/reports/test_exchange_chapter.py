"""交流与活动 (X-13, X-14, X-28): what it counts, of whom, and that page and paper say the same."""

import datetime
import io

import openpyxl
import pytest
from django.urls import reverse

from core.models import AuditEvent
from directory.enums import Role
from directory.models import User
from exchange.models import LogEntry
from groups.actions import memberships
from reports import documents
from reports.documents.laying import _chapters
from reports.documents.tables import tables_of
from reports.periods import monthly, of_group, yearly
from tests.factories import county as made
from tests.factories import exchange as people
from tests.groups.scenes import found
from tests.reports import exchanges
from tests.resources import scenes as rooms


LAST = datetime.date(exchanges.YEAR + 1, 8, 31)
TABLES = {
    "各类交流轮岗的人数、人次和方向": [
        ["派驻任教", 2, 2, 2, 1, 0, 0, 1],
        ["跟岗", 1, 1, 1, 0, 1, 0, 0],
        ["走教", 1, 2, 0, 0, 1, 1, 0],
        ["支教", 1, 1, 1, 1, 0, 0, 0],
        ["合计", 5, 6, 4, 2, 2, 1, 1],
    ],
    "各集团交流轮岗的人数和变动": [
        ["实验教共体", 4, 5, 3, 2, 1, 2],
        ["集团以外", 1, 1, 1, 0, 0, 1],
        ["合计", 5, 6, 4, 2, 1, 3],
    ],
    "交流日志记录的内容": [["考勤", 2, "—"], ["上课", 1, 2], ["听课", 1, 1], ["教研", 1, "—"]],
    "各集团交流日志": [
        ["实验教共体", 4, 1, 2, 2, 1],
        ["集团以外", 1, 1, 1, 0, 0],
        ["合计", 5, 2, 3, 2, 1],
    ],
    "各校场地共享和预约": [
        ["实验小学", 1, 3, 4, "3.17", 2, "1.33"],
        ["竹口小学", 1, 2, 0, "2.00", 2, "2.00"],
        ["举水乡小", 0, 1, 1, "0.67", 0, "0.00"],
        ["合计", 2, 6, 5, "5.83", 4, "3.33"],
    ],
    "各集团校际场地预约": [["实验教共体", 2, "1.33", 1, "1.00"]],
}
SAID = [
    (
        "本学年在岗的交流轮岗教师5人、6人次：派驻任教2人次、跟岗1人次、走教2人次、支教1人次。"
        "其中本学年到岗4人次；截至2026年8月31日，期满2人次，提前结束1人次，继续在岗3人次。"
        "已批准、还没有到岗的1人次。"
    ),
    "本学年没有交流轮岗教师的集团1个：二小教共体。",
    "本学年交流日志3篇。在岗的交流轮岗教师5人，其中2人写过日志。",
    (
        "截至2026年8月31日，2所学校共享场地2个。本学年已确认的预约6次、5.83小时，"
        "其中外校预约4次、3.33小时。"
    ),
    "教研和教学活动还没有在系统中登记，这里不列。",
]
NOTHING = (
    "本学年没有教师交流轮岗、交流日志和共享场地的登记；教研和教学活动还没有在系统中登记，这里不列。"
)
OF_THE_GROUP = {
    "各类交流轮岗的人数、人次和方向": [
        ["派驻任教", 1, 1, 1, 1, 0, 0],
        ["跟岗", 1, 1, 1, 0, 1, 0],
        ["走教", 1, 2, 0, 0, 1, 1],
        ["支教", 1, 1, 1, 1, 0, 0],
        ["合计", 4, 5, 3, 2, 2, 1],
    ],
    "各校交流轮岗的人数和变动": [
        ["实验小学", "举水乡小", "派驻任教", 1, 1, 0, 0, 0, 1],
        ["举水乡小", "实验小学", "跟岗", 1, 1, 0, 1, 0, 0],
        ["实验小学", "竹口小学", "支教", 1, 1, 1, 1, 0, 0],
        ["举水乡小", "竹口小学", "走教", 1, 1, 1, 0, 1, 0],
        ["举水乡小", "实验小学", "走教", 1, 1, 1, 0, 0, 1],
        ["合计", "", "", 4, 5, 3, 2, 1, 2],
    ],
    "交流日志记录的内容": [["考勤", 2, "—"], ["上课", 1, 2], ["听课", 1, 1]],
    "各校场地共享和预约": [
        ["实验小学", 1, 3, 4, "3.17", 2, "1.33"],
        ["举水乡小", 0, 1, 1, "0.67", 0, "0.00"],
        ["竹口小学", 1, 1, 0, "1.00", 1, "1.00"],
        ["合计", 2, 5, 5, "4.83", 3, "2.33"],
    ],
}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", f"{LAST}T09:00:00+08:00")


@pytest.fixture
def scene(db):
    return exchanges.county()


@pytest.fixture
def laid(scene):
    exchanges.laid(scene)
    return scene


def frozen(scene, subject=None, actor=None):
    subject = subject or yearly(scene.county.pk, exchanges.YEAR)
    return documents.freeze(subject, actor=actor or scene.clerk, as_of=subject.as_of(LAST))


def chapter(context):
    [held] = [it for it in context["chapters"] if it["title"] == "交流与活动"]
    return held


def told(context):
    """The sentences of the chapter, and its tables by title."""
    held = chapter(context)["blocks"]
    texts = [it["text"] for it in held if it["is"] == "text"]
    return texts, {it["title"]: it["rows"] for it in held if it["is"] == "table"}


def test_x28_the_chapter_counts_what_the_year_held(laid):
    assert told(frozen(laid)) == (SAID, TABLES)


def test_every_table_says_what_it_counts(laid):
    notes = [it["note"] for it in chapter(frozen(laid))["blocks"] if it["is"] == "table"]
    assert all(notes)


def test_x28_a_report_of_one_group_counts_that_group_alone(laid):
    subject = of_group(laid.county.pk, exchanges.YEAR, laid.group_id)
    texts, tables = told(frozen(laid, subject))
    assert tables == OF_THE_GROUP
    assert "江滨小学" not in str(tables)
    assert texts[0].startswith("本学年在岗的交流轮岗教师4人、5人次：")
    quiet = of_group(laid.county.pk, exchanges.YEAR, laid.quiet_id)
    assert told(frozen(laid, quiet)) == ([NOTHING], {})


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [  # (人次, 期满, 继续在岗); None: the sentence says that nobody was on post
        ("2025-03-01", "2025-08-31", None),
        ("2025-03-01", "2025-09-01", (1, 1, 0)),
        ("2025-03-01", "2026-08-31", (1, 1, 0)),
        ("2025-03-01", "2026-09-01", (1, 0, 1)),
        ("2026-08-31", "2027-08-31", (1, 0, 1)),
        ("2026-09-01", "2027-08-31", None),
    ],
)
def test_placements_at_the_ends_of_the_span(scene, first, last, counts):
    people.placement(
        people.teacher(scene.core), scene.core, scene.member, datetime.date.fromisoformat(first),
        datetime.date.fromisoformat(last), group_id=scene.group_id,
    )  # fmt: skip
    _, tables = told(frozen(scene))
    if counts is None:
        assert "各集团交流轮岗的人数和变动" not in tables
        return
    [*_, row] = tables["各集团交流轮岗的人数和变动"]
    assert (row[2], row[4], row[6]) == counts


def test_a_booking_belongs_to_the_groups_of_its_day(scene):
    """江滨小学 joins on 1 January: its booking of the eve is not within the group."""
    room, new_year = rooms.room(scene.core, sharing="DISTRICT"), datetime.date(2026, 1, 1)
    memberships.join(
        group_id=scene.group_id, school_id=scene.alone.pk, first_day=new_year, reason="结对",
        actor=None, now=made.NOW,
    )  # fmt: skip
    for day in (new_year - exchanges.DAY, new_year):
        exchanges.booked(room, scene.alone, day)
    _, tables = told(frozen(scene))
    assert tables["各集团校际场地预约"] == [["实验教共体", 1, "0.67", 0, "0.00"]]
    assert tables["各校场地共享和预约"][-1][1:3] == [1, 2]
    _, of_one = told(frozen(scene, of_group(scene.county.pk, exchanges.YEAR, scene.group_id)))
    assert of_one["各校场地共享和预约"][-1][1:3] == [1, 1]


def test_the_monthly_bulletin_tells_of_its_month(laid):
    texts, tables = told(frozen(laid, monthly(laid.county.pk, datetime.date(2026, 2, 1))))
    assert texts[0].startswith("本月在岗的交流轮岗教师4人、5人次：")
    assert "本月到岗0人次；截至2026年2月28日，期满0人次，提前结束1人次，继续在岗4人次" in texts[0]
    assert "本月没有交流日志。在岗的交流轮岗教师4人，都没有写过日志。" in texts
    assert "各集团校际场地预约" not in tables


def test_nobody_reads_figures_of_another_county(laid):
    other = made.district("331124", "松阳县")
    clerk = made.clerk_of(other, username="songyang", on=LAST)
    texts, tables = told(frozen(laid, yearly(other.pk, exchanges.YEAR), clerk))
    assert (texts, tables) == ([NOTHING], {})


def test_x13_every_cell_of_the_workbook_is_that_of_the_paper(laid):
    context = frozen(laid)
    book = openpyxl.load_workbook(io.BytesIO(documents.workbook("YEARLY", context)))
    for block in tables_of({"chapters": [chapter(context)]}):
        rows = list(book[block["sheet"]].iter_rows(min_row=2, values_only=True))
        printed = [
            [float(cell) if "." in str(cell) else cell or None for cell in row]
            if block["rows"] else row for row in block["rows"]
        ]  # fmt: skip
        assert [[cell or None for cell in row] for row in rows] == [
            [cell or None for cell in row] for row in printed
        ], block["sheet"]


def test_x14_a_paper_frozen_before_this_chapter_is_drawn_as_it_was(laid):
    context = frozen(laid)
    old = "教师交流轮岗、教研活动和资源共享的情况尚未列入本报告。"
    chapter(context)["blocks"] = [{"is": "text", "text": old, "kept": False}]
    assert old in "".join(it for it in _chapters(context, "", None) if isinstance(it, str))
    assert documents.workbook("YEARLY", context)


def test_x13_the_dashboard_counts_as_the_paper_and_the_lists_do(laid, client):
    client.force_login(User.objects.get(pk=exchanges.reader(laid, Role.LEADERSHIP).user_id))
    figures = client.get(reverse("dashboard")).context["exchange"]
    values = {figure.key: figure.value for figure, _ in figures}
    # On the last day of 丙's placement it is still 在岗, as its page says; on paper 期满.
    assert values == {
        "on_post": 4, "awaited": 1, "ended_early": 1, "logs": 3, "rooms": 2, "lent": 4,
    }  # fmt: skip
    for figure, place in figures:
        assert client.get(place).context["list"]["count"] == figure.value, figure.key
    shown = client.get(reverse("dashboard"), {"on": "2026-02-01"}).context["exchange"]
    assert {figure.key: figure.value for figure, _ in shown} == {
        "on_post": 5, "awaited": 1, "ended_early": 0, "logs": 2, "rooms": 3, "lent": 3,
    }  # fmt: skip
    for figure, place in shown:
        assert client.get(place).context["list"]["count"] == figure.value, figure.key


def test_x13_the_records_of_rooms_are_exported_and_stay_with_their_schools(laid, client):
    """Each school: its rooms and its own use; a teacher and another county: none of it."""

    def seen(actor, **asked):
        client.force_login(User.objects.get(pk=actor.user_id))
        answer = client.get(reverse("booking-used"), asked)
        return answer.context["list"]["count"] if answer.status_code == 200 else answer.status_code

    leader = exchanges.reader(laid, Role.LEADERSHIP)
    assert [seen(leader), seen(leader, by="OTHERS"), seen(leader, year=exchanges.YEAR)] == [7, 5, 6]
    for asked, name, rows in (
        ({"year": exchanges.YEAR, "by": "OWNER"}, "booking-used", 2),
        ({"others": "BOOK"}, "facility-list", 2),
    ):
        query = "&".join(f"{key}={value}" for key, value in asked.items())
        answer = client.post(f"{reverse(name)}?{query}")
        assert openpyxl.load_workbook(io.BytesIO(answer.content)).active.max_row == rows + 1
    acts = AuditEvent.objects.filter(act__endswith=".export").order_by("pk")
    assert [it.act for it in acts] == ["resources.booking.export", "resources.facility.export"]
    day = datetime.date(exchanges.YEAR + 1, 8, 31)
    for school, count, lent in ((laid.member, 4, 3), (laid.second, 2, 2), (laid.far, 0, 0)):
        head = made.actor(Role.PRINCIPAL, at=school, username=f"head-{school.pk}", on=day)
        assert (seen(head), seen(head, by="OTHERS")) == (count, lent)
    assert seen(made.actor(Role.TEACHER, at=laid.core, on=day)) == 404
    elsewhere = made.clerk_of(made.district("331124", "松阳县"), username="songyang", on=day)
    assert seen(elsewhere) == 0


def test_a_dashboard_of_a_county_without_exchange(scene, client):
    client.force_login(User.objects.get(pk=exchanges.reader(scene, Role.LEADERSHIP).user_id))
    answer = client.get(reverse("dashboard"))
    assert {figure.value for figure, _ in answer.context["exchange"]} == {0}
    assert "没有在岗的" in answer.content.decode()


@pytest.mark.parametrize("groups", [1, 3])
def test_queries_do_not_grow_with_the_rows(laid, django_assert_num_queries, groups):
    """Further groups, each with a placement, a log and a booking."""
    for number in range(groups):
        core, member = (made.school(laid.county, f"{it}{number}") for it in ("核心", "成员"))
        held = found(laid.county, core, [member], f"集团{number}", made.DAY)
        placement = people.placement(
            people.teacher(core, f"9{number}"), core, member, LAST, LAST, group_id=held.pk
        )
        LogEntry.objects.create(
            placement=placement, day=LAST, kinds=["RESULT"], written_at=made.NOW,
            changed_at=made.NOW,
        )  # fmt: skip
        exchanges.booked(rooms.room(core), member, LAST)
    with django_assert_num_queries(24):
        frozen(laid)
    with django_assert_num_queries(17):
        frozen(laid, of_group(laid.county.pk, exchanges.YEAR, laid.group_id))
    with django_assert_num_queries(23):
        frozen(laid, monthly(laid.county.pk, LAST))
