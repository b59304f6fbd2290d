"""When a facility can be had: tables of examples (X-7), and properties of free spans."""

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.selectors.lessons import Lesson
from resources import availability
from resources.availability import DayHours, Opened, free_slots, hours_on
from resources.enums import NEXT, BookingState, DateState


T = datetime.time
D = datetime.date
LESSONS = (
    Lesson(1, "", T(8, 20), T(9)), Lesson(2, "", T(9, 10), T(9, 50)),
    Lesson(3, "", T(10, 20), T(11)), Lesson(4, "", T(13, 30), T(14, 10)),
)  # fmt: skip
MONDAY, SATURDAY, NATIONAL_DAY = D(2024, 10, 14), D(2024, 10, 12), D(2024, 10, 1)
OPENINGS = [
    *(Opened(day, first_lesson=1, last_lesson=3) for day in range(1, 6)),
    Opened(1, starts=T(16), ends=T(17, 30)),
]


@pytest.mark.parametrize(
    ("day", "openings", "withdrawn", "open_", "shut"),
    [
        (MONDAY, OPENINGS, None, "08:20—11:00、16:00—17:30", ""),
        (D(2024, 10, 15), OPENINGS, None, "08:20—11:00", ""),
        (SATURDAY, OPENINGS, None, "", "周六不开放"),
        (SATURDAY, [Opened(6, starts=T(9), ends=T(11))], None, "09:00—11:00", ""),
        (NATIONAL_DAY, OPENINGS, None, "", "国庆节"),
        (D(2024, 11, 13), OPENINGS, None, "", "期中考试周停用"),
        (D(2024, 11, 15), OPENINGS, None, "08:20—11:00", ""),  # the end is not of it
        (MONDAY, OPENINGS, MONDAY, "", "场地已停用"),
        (MONDAY, OPENINGS, D(2024, 10, 15), "08:20—11:00、16:00—17:30", ""),
        (MONDAY, [Opened(1, first_lesson=8, last_lesson=9)], None, "", "周一不开放"),
        (MONDAY, [Opened(1, first_lesson=3, last_lesson=9)], None, "10:20—14:10", ""),
        (
            MONDAY,
            [Opened(1, first_lesson=1, last_lesson=2), Opened(1, starts=T(9, 30), ends=T(10))],
            None,
            "08:20—10:00",
            "",
        ),
    ],
)
def test_x7_opening_by_lessons_and_by_clock(day, openings, withdrawn, open_, shut):
    hours = hours_on(
        day, openings=openings, lessons=LESSONS, off={NATIONAL_DAY: "国庆节"},
        blackouts=[(D(2024, 11, 11), D(2024, 11, 15), "期中考试周停用")],
        withdrawn_from=withdrawn,
    )  # fmt: skip
    assert (availability.said(hours.open), hours.shut) == (open_, shut)


@pytest.mark.parametrize(
    ("clock", "lessons"),
    [
        ((T(8, 20), T(9)), [1]),
        ((T(9), T(9, 10)), []),  # between two lessons
        ((T(8, 59), T(9, 11)), [1, 2]),
        ((T(9, 50), T(10, 20)), []),  # touches both, meets neither
        ((T(8), T(17)), [1, 2, 3, 4]),
        ((T(11), T(13, 30)), []),
        ((T(13, 40), T(15)), [4]),
    ],
)
def test_x7_lessons_and_clock_times_conflict_with_each_other(clock, lessons):
    assert [it.number for it in availability.touched(LESSONS, clock)] == lessons


@pytest.mark.parametrize(
    ("first", "last", "span"),
    [
        (1, 1, (T(8, 20), T(9))),
        (1, 3, (T(8, 20), T(11))),
        (2, 1, None),
        (4, 5, None),
        (0, 1, None),
    ],
)
def test_x7_clock_times_of_lessons(first, last, span):
    assert availability.clock_of(LESSONS, first, last) == span


@pytest.mark.parametrize(
    ("weekday", "first", "last", "dates"),
    [
        (3, D(2024, 10, 16), D(2024, 10, 30), [16, 23, 30]),  # both ends counted
        (3, D(2024, 10, 17), D(2024, 10, 29), [23]),
        (1, D(2024, 10, 16), D(2024, 10, 20), []),
        (7, D(2024, 10, 20), D(2024, 10, 20), [20]),
        (3, D(2024, 10, 30), D(2024, 10, 16), []),
    ],
)
def test_x7_dates_of_a_series(weekday, first, last, dates):
    assert [it.day for it in availability.weekly(weekday, first, last)] == dates


OPEN = DayHours(MONDAY, LESSONS, ((T(8, 20), T(11)),))


@pytest.mark.parametrize(
    ("hours", "asked", "taken", "over", "state", "why"),
    [
        (OPEN, (T(9), T(10)), [], False, DateState.FREE, ""),
        (OPEN, (T(9), T(10)), [(T(8), T(9))], False, DateState.FREE, ""),
        (OPEN, (T(9), T(10)), [(T(9, 59), T(11))], False, DateState.TAKEN, ""),
        (OPEN, (T(10), T(11, 1)), [], False, DateState.SHUT, "当天开放 08:20—11:00"),
        (OPEN, None, [], False, DateState.SHUT, "当天的作息时间没有这一节"),
        (DayHours(MONDAY, shut="元旦"), (T(9), T(10)), [], False, DateState.SHUT, "元旦"),
        (OPEN, (T(9), T(10)), [(T(9), T(10))], True, DateState.OVER, "这个时段已经过去"),
    ],
)
def test_x7_state_of_a_date(hours, asked, taken, over, state, why):
    assert availability.state_of(hours, asked, taken, over=over) == (state, why)


EARLY = datetime.datetime.combine(MONDAY, T(7))


@pytest.mark.parametrize(
    ("minutes", "lessons", "taken", "after", "slots"),
    [
        (40, 1, [], EARLY, ["1 08:20", "2 09:10", "3 10:20"]),
        (40, 1, [(T(8, 30), T(9, 30))], EARLY, ["3 10:20"]),
        (90, 2, [(T(8, 20), T(9))], EARLY, ["2 09:10"]),
        (40, 1, [], datetime.datetime.combine(MONDAY, T(9)), ["2 09:10", "3 10:20"]),
        (60, 0, [], EARLY, ["None 08:20"]),
        (60, 0, [(T(8, 50), T(9, 30))], EARLY, ["None 09:30"]),
        (60, 0, [], datetime.datetime.combine(MONDAY, T(8, 50)), ["None 09:00"]),
        (170, 0, [], EARLY, []),
    ],
)
def test_x6_the_next_free_spans(minutes, lessons, taken, after, slots):
    found = free_slots([(OPEN, taken)], minutes=minutes, lessons=lessons, after=after)
    assert [f"{it.first_lesson} {it.starts:%H:%M}" for it in found] == slots


times = st.times(min_value=T(7), max_value=T(18)).map(
    lambda it: it.replace(second=0, microsecond=0)
)
spans = st.tuples(times, times).filter(lambda it: it[0] < it[1])


@given(st.lists(spans, max_size=6), st.integers(1, 200), st.integers(0, 3), times)
def test_x6_a_free_span_is_open_ahead_and_free(taken, minutes, lessons, clock):
    after = datetime.datetime.combine(MONDAY, clock)
    for slot in free_slots([(OPEN, taken)], minutes=minutes, lessons=lessons, after=after):
        span = (slot.starts, slot.ends)
        assert not availability.shut_for(OPEN, span)
        assert not any(availability.meet(span, it) for it in taken)
        assert datetime.datetime.combine(slot.day, slot.starts) >= after


@given(st.lists(spans, max_size=8))
def test_merged_spans_are_in_order_and_apart(given_spans):
    found = availability.merged(given_spans)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(found))
    for span in given_spans:
        assert any(starts <= span[0] and span[1] <= ends for starts, ends in found)


def test_every_state_says_where_it_may_go():
    assert set(NEXT) == set(BookingState)
    allowed = {(old, new) for old, after in NEXT.items() for new in after}
    assert len(allowed) == 4
    assert not NEXT[BookingState.REFUSED]
    assert not NEXT[BookingState.CANCELLED]
