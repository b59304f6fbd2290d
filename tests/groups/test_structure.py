"""Coverage of a group's life, by example and by day."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.periods import period
from groups.structure import uncovered


START = datetime.date(2024, 9, 1)


def day(number):
    return START + datetime.timedelta(days=number)


def span(first, end):
    """``[first, end)`` in days from the start; no end: open."""
    return period(day(first), None if end is None else day(end - 1))


@pytest.mark.parametrize(
    ("life", "by", "holes"),
    [
        ([(0, None)], [(0, None)], []),
        ([(0, None)], [(0, 10), (10, None)], []),
        ([(0, None)], [(0, 10)], [(10, None)]),
        ([(0, None)], [(0, 10), (12, None)], [(10, 12)]),
        ([(5, 9)], [(0, None)], []),
        ([(0, 9)], [(3, 5), (4, 6)], [(0, 3), (6, 9)]),
        ([(0, 3), (3, None)], [(0, None)], []),
        ([(0, 3)], [], [(0, 3)]),
        ([(0, 3)], [(5, None)], [(0, 3)]),
        ([], [(0, None)], []),
    ],
)
def test_uncovered(life, by, holes):
    found = uncovered([span(*it) for it in life], [span(*it) for it in by])
    assert found == [(day(a), b if b is None else day(b)) for a, b in holes]


spans = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 8)).map(lambda it: (it[0], it[0] + it[1])),
    max_size=4,
)


@given(spans, spans)
def test_uncovered_is_what_no_span_holds_day_by_day(life, by):
    found = uncovered([span(*it) for it in life], [span(*it) for it in by])
    told = {day(n) for n in range(40) if any(a <= day(n) < b for a, b in found)}
    lives = {n for a, b in life for n in range(a, b)}
    held = {n for a, b in by for n in range(a, b)}
    assert told == {day(n) for n in lives - held}
