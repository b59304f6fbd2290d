"""A weekly booking, date by date (X-7)."""

import datetime

import pytest

from core.errors import Denied
from directory.actions import calendar
from resources.actions import bookings, facilities, series
from resources.actions.bookings import Asked
from resources.models import Booking
from tests.resources import scenes
from tests.resources.scenes import NOW, THIRD, WEDNESDAY, T, book


pytestmark = pytest.mark.django_db
D = datetime.date
LAST = D(2024, 11, 13)
DATES = [D(2024, 10, 16), D(2024, 10, 23), D(2024, 10, 30), D(2024, 11, 6), D(2024, 11, 13)]


@pytest.fixture
def scene():
    return scenes.shared_room()


def weekly(scene, actor, school, days=DATES, asked=THIRD, **extra):
    wanted = {
        "facility_id": scene.room.pk, "school_id": school.pk, "weekday": 3, "asked": asked,
        "first_day": WEDNESDAY, "last_day": LAST, "days": days, "purpose": "同步课堂",
        "heads": None, "now": NOW,
    } | extra  # fmt: skip
    return series.book(actor=actor, **wanted)


def test_x7_the_free_dates_are_taken_and_the_others_told(scene):
    book(scene, scene.teacher, scene.owner, Asked(starts=T(10, 30), ends=T(12)), DATES[1])
    facilities.black_out(
        facility_id=scene.room.pk, first_day=DATES[4], last_day=DATES[4], reason="期中考试",
        actor=scene.principal, now=NOW,
    )  # fmt: skip
    row, skipped = weekly(scene, scene.principal, scene.owner)
    assert skipped == [DATES[1], DATES[4]]
    assert [it.day for it in row.bookings.order_by("day")] == [DATES[0], DATES[2], DATES[3]]
    assert set(row.bookings.values_list("state", flat=True)) == {"ACTIVE"}


def test_x7_a_skipped_date_is_added_later(scene):
    held = book(scene, scene.teacher, scene.owner, day=DATES[1])
    row, _ = weekly(scene, scene.member_clerk, scene.member, days=DATES[:2])
    assert list(row.bookings.values_list("day", "state")) == [(DATES[0], "REQUESTED")]

    def add(day, actor=scene.member_clerk):
        return series.add_day(series_id=row.pk, day=day, actor=actor, now=NOW)

    with pytest.raises(Denied, match="2024-10-23 这个时段已被别人预约"):
        add(DATES[1])
    bookings.cancel(booking_id=held, reason="改期", actor=scene.teacher, now=NOW)
    added = Booking.objects.get(pk=add(DATES[1]))
    assert (added.day, added.series_id, added.state) == (DATES[1], row.pk, "REQUESTED")
    with pytest.raises(Denied, match="这一天已经约过"):
        add(DATES[1])
    with pytest.raises(Denied, match="不是这份每周预约的日期"):
        add(D(2024, 10, 24))
    with pytest.raises(Denied, match="只有预约人和使用学校可以补约"):
        add(DATES[2], scene.partner_clerk)


def test_x7_nothing_is_saved_where_nothing_is_free(scene):
    book(scene, scene.teacher, scene.owner)
    with pytest.raises(Denied, match="所选日期都已被约走"):
        weekly(scene, scene.principal, scene.owner, days=DATES[:1])
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ({"days": []}, "请至少选一个可约的日期"),
        ({"days": [D(2024, 10, 17)]}, "请至少选一个可约的日期"),
        ({"last_day": D(2024, 10, 1)}, "结束日期不能早于开始日期"),
        ({"last_day": D(2026, 10, 1)}, "最多 60 周"),
        ({"weekday": 2, "last_day": D(2024, 10, 17)}, "没有所选的星期"),
        ({"asked": Asked(starts=T(20), ends=T(7))}, "不能跨过午夜"),
    ],
)
def test_x7_dates_that_make_no_series(scene, extra, sentence):
    with pytest.raises(Denied, match=sentence):
        weekly(scene, scene.principal, scene.owner, **extra)


def test_x7_holidays_are_passed_over(scene):
    calendar.add_days(
        district_id=scene.county.pk, first_day=DATES[2], last_day=DATES[2], kind="HOLIDAY",
        name="校庆", actor=None, now=NOW,
    )  # fmt: skip
    _, skipped = weekly(scene, scene.principal, scene.owner)
    assert skipped == [DATES[2]]
