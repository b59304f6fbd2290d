"""Workdays, terms and the bureau's own days (X-24)."""

import datetime

import pytest
from django.core.management import call_command

from core.errors import Denied
from core.models import AuditEvent
from core.workdays import Calendar, calendar_of
from directory.actions import calendar as actions
from directory.enums import DayKind, Role
from directory.models import CalendarDay, User
from directory.selectors import calendar as selectors
from tests.factories import county as made


D = datetime.date


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def national(db):
    call_command("seed_workdays", verbosity=0)


@pytest.fixture
def signed_in(client, county, monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2026-11-21T09:00:00+08:00")
    client.force_login(User.objects.get(pk=made.clerk_of(county).user_id))
    return client


def add(county, first, last=None, kind=DayKind.HOLIDAY, name="台风停课", actor=None):
    return actions.add_days(
        district_id=county.pk, first_day=first, last_day=last or first, kind=kind, name=name,
        actor=actor, now=made.NOW,
    )  # fmt: skip


# The pure rule.


def test_weekdays_are_workdays_where_nothing_is_known():
    calendar = Calendar()
    assert [calendar.is_workday(D(2027, 10, day)) for day in range(1, 8)] == [
        True, False, False, True, True, True, True,
    ]  # fmt: skip
    assert calendar.unknown_years(D(2026, 9, 1), D(2027, 8, 31)) == [2026, 2027]


def test_own_rows_win_over_the_national_table():
    calendar = calendar_of([(D(2024, 10, 1), False)], [(D(2024, 10, 1), True)])
    assert calendar.is_workday(D(2024, 10, 1))
    assert calendar.known_years == {2024}


def test_a_make_up_day_alone_makes_no_table():
    assert calendar_of([], [(D(2027, 1, 3), True)]).known_years == frozenset()
    assert calendar_of([], [(D(2027, 1, 4), False)]).known_years == {2027}


def test_no_days_between_is_none():
    assert Calendar().workdays_between(D(2024, 10, 2), D(2024, 10, 1)) == 0


# The national table.


def test_national_day_2024(county, national):
    calendar = selectors.calendar_for(county.pk, D(2024, 9, 29), D(2024, 10, 31))
    off = [D(2024, 10, day) for day in range(1, 8)]
    assert [calendar.is_workday(day) for day in off] == [False] * 7
    assert calendar.is_workday(D(2024, 9, 29))
    assert calendar.is_workday(D(2024, 10, 12))
    assert calendar.workdays_between(D(2024, 10, 1), D(2024, 10, 31)) == 19
    assert calendar.workdays_between(D(2024, 10, 9), D(2024, 10, 31)) == 17 + 1
    assert calendar.workdays_between(D(2024, 9, 19), D(2024, 10, 15)) == 16


def test_seeding_twice_changes_nothing_and_keeps_own_days(county, national):
    add(county, D(2024, 10, 8))
    before = set(CalendarDay.objects.values_list("day", "kind", "name", "district"))
    call_command("seed_workdays", verbosity=0)
    assert set(CalendarDay.objects.values_list("day", "kind", "name", "district")) == before
    assert AuditEvent.objects.filter(act="directory.calendar.seed").count() == 1


def test_a_day_that_the_table_moves_is_moved(county):
    for days in ({D(2024, 5, 1): (DayKind.HOLIDAY, "劳动节")}, {}):
        actions.seed_national(days=days, now=made.NOW)
    assert not CalendarDay.objects.exists()


# The bureau's own.


def test_x24_own_holiday_and_own_workday(county, national):
    add(county, D(2024, 10, 8), D(2024, 10, 9))
    add(county, D(2024, 10, 7), kind=DayKind.WORKDAY, name="补课")
    add(county, D(2024, 10, 10), kind=DayKind.EVENT, name="运动会")
    calendar = selectors.calendar_for(county.pk, D(2024, 10, 1), D(2024, 10, 31))
    assert [calendar.is_workday(D(2024, 10, day)) for day in (7, 8, 9, 10)] == [
        True, False, False, True,
    ]  # fmt: skip
    neighbour = made.district("331124", "松阳县")
    theirs = selectors.calendar_for(neighbour.pk, D(2024, 10, 1), D(2024, 10, 31))
    assert theirs.workdays_between(D(2024, 10, 1), D(2024, 10, 31)) == 19


def test_refusals_of_own_days(county):
    add(county, D(2024, 10, 8))
    with pytest.raises(Denied, match="2024-10-08 已录入“台风停课”（放假），请先删除"):
        add(county, D(2024, 10, 8), kind=DayKind.WORKDAY)
    with pytest.raises(Denied, match="结束日期不能早于开始日期"):
        add(county, D(2024, 10, 9), D(2024, 10, 1))
    with pytest.raises(Denied, match="最多录入 60 天"):
        add(county, D(2024, 1, 1), D(2024, 12, 31))
    with pytest.raises(Denied, match="只有教育股"):
        add(county, D(2024, 11, 1), actor=made.actor(Role.BUREAU_PERSONNEL, at=county))


def test_removing_gives_the_national_day_back(county, national):
    (row,) = add(county, D(2024, 10, 1), kind=DayKind.WORKDAY, name="值班")
    actions.remove_day(day_id=row.pk, district_id=county.pk, actor=None, now=made.NOW)
    calendar = selectors.calendar_for(county.pk, D(2024, 10, 1), D(2024, 10, 1))
    assert not calendar.is_workday(D(2024, 10, 1))
    with pytest.raises(Denied, match="已经删除"):
        actions.remove_day(day_id=row.pk, district_id=county.pk, actor=None, now=made.NOW)


def test_national_days_and_those_of_others_are_not_removed(county, national):
    row = CalendarDay.objects.get(day=D(2024, 10, 1))
    with pytest.raises(Denied):
        actions.remove_day(day_id=row.pk, district_id=county.pk, actor=None, now=made.NOW)


# Terms.


def test_terms_by_the_rule_and_by_the_bureau(county):
    assert [(it.first, it.last, it.own) for it in selectors.terms_of(county.pk, 2024)] == [
        (D(2024, 9, 1), D(2025, 1, 31), False),
        (D(2025, 2, 1), D(2025, 8, 31), False),
    ]
    own = [(D(2024, 8, 26), D(2025, 1, 17)), (D(2025, 2, 10), D(2025, 7, 4))]
    for _ in range(2):
        actions.set_terms(
            district_id=county.pk, school_year=2024, terms=own, actor=None, now=made.NOW
        )
    assert [(it.first, it.last) for it in selectors.terms_of(county.pk, 2024)] == own
    assert selectors.term_on(county.pk, D(2025, 1, 17)).number == 1
    assert selectors.term_on(county.pk, D(2025, 1, 20)) is None
    assert selectors.term_on(county.pk, D(2024, 1, 15)).number == 1


def test_term_of_another_year_is_refused(county):
    wrong = [(D(2023, 9, 1), D(2024, 1, 31)), (D(2025, 2, 1), D(2025, 8, 31))]
    with pytest.raises(Denied, match="2024—2025学年的学期不能在 2023-09-01"):
        actions.set_terms(
            district_id=county.pk, school_year=2024, terms=wrong, actor=None, now=made.NOW
        )


# The pages.


def test_x24_missing_year_is_said_aloud(signed_in, national):
    page = signed_in.get("/calendar/").content.decode()
    assert "2026—2027学年校历" in page
    assert "2027年的放假安排尚未公布" in page
    assert "尚未公布" not in signed_in.get("/calendar/2024/").content.decode()


def test_own_day_by_the_form_and_away_again(signed_in, county, national):
    url = "/calendar/2026/days/new/"
    typed = {"kind": "HOLIDAY", "name": "雪天", "first_day": "2027-01-12", "last_day": ""}
    assert signed_in.post(url, typed)["Location"] == "/calendar/2026/"
    again = signed_in.post(url, typed)
    assert again.context["form"].non_field_errors() == [
        "2027-01-12 已录入“雪天”（放假），请先删除。"
    ]
    row = CalendarDay.objects.get(district=county)
    remove = f"/calendar/2026/days/{row.pk}/remove/"
    assert [signed_in.post(remove).status_code for _ in range(2)] == [302, 302]
    assert not CalendarDay.objects.filter(district=county).exists()


def test_terms_by_the_form(signed_in, county):
    typed = {
        "first_1": "2026-08-31", "last_1": "2027-01-22",
        "first_2": "2027-01-20", "last_2": "2027-07-02",
    }  # fmt: skip
    answer = signed_in.post("/calendar/2026/terms/", typed)
    assert answer.context["form"].errors == {"first_2": ["第二学期须在第一学期结束之后开始。"]}
    assert (
        signed_in.post("/calendar/2026/terms/", typed | {"first_2": "2027-02-22"}).status_code
        == 302
    )
    assert selectors.term_on(county.pk, D(2026, 8, 31)).own


@pytest.mark.parametrize("year", ["1999", "9999", "99999999999999999999"])
def test_year_out_of_reach_is_404(signed_in, year):
    assert signed_in.get(f"/calendar/{year}/").status_code == 404


def test_others_look_and_do_not_touch(client, county, monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2026-11-21T09:00:00+08:00")
    principal = made.actor(Role.PRINCIPAL, at=made.school(county, "实验小学"))
    client.force_login(User.objects.get(pk=principal.user_id))
    assert "录入本局安排" not in client.get("/calendar/").content.decode()
    assert client.get("/calendar/2026/days/new/").status_code == 403
    assert client.post("/calendar/2026/days/1/remove/").status_code == 403
    assert client.post("/calendar/2026/terms/").status_code == 403
