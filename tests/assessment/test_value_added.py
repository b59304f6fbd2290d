"""B3-12: this year's score against last year's and against schools that started alike."""

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.value_added import signed, value_added


LAST = {"甲": D("95.00"), "乙": D("90.00"), "丙": D("80.00"), "丁": D("78.50"), "戊": D("70.00"),
        "己": D("60.00")}  # fmt: skip
NOW = {"甲": D("94.00"), "乙": D("92.50"), "丙": D("85.00"), "丁": D("78.50"), "戊": D("70.01"),
       "己": D("70.00")}  # fmt: skip


def test_b3_12_gain_expected_and_added_by_thirds():
    found = value_added(LAST, NOW)
    said = {
        school: (it.gain, it.third, it.alike, it.expected, it.added) for school, it in found.items()
    }
    assert said == {
        "甲": (D("-1.00"), 0, 1, D("2.50"), D("-3.50")),
        "乙": (D("2.50"), 0, 1, D("-1.00"), D("3.50")),
        "丙": (D("5.00"), 1, 1, D("0.00"), D("5.00")),
        "丁": (D("0.00"), 1, 1, D("5.00"), D("-5.00")),
        "戊": (D("0.01"), 2, 1, D("10.00"), D("-9.99")),
        "己": (D("10.00"), 2, 1, D("0.01"), D("9.99")),
    }


def test_b3_12_a_school_without_a_score_in_both_years_is_left_out():
    assert set(value_added(LAST, {"甲": D("94.00"), "新": D("50.00")})) == {"甲"}


def test_b3_12_a_school_alone_in_its_third_is_compared_with_nobody():
    found = value_added(
        {"甲": D(90), "乙": D(80), "丙": D(70)}, {"甲": D(91), "乙": D(80), "丙": D(70)}
    )
    assert [(it.alike, it.expected, it.added) for it in found.values()] == [(0, None, None)] * 3


def test_b3_12_ties_started_alike():
    last = {"甲": D(80), "乙": D(80), "丙": D(80)}
    assert {it.third for it in value_added(last, last).values()} == {0}


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0.125", "0.13"), ("-0.125", "-0.13"), ("-0.004", "0.00"), ("1.005", "1.01")],
)
def test_figures_round_half_up_away_from_zero(value, shown):
    assert str(signed(Fraction(D(value)))) == shown


@given(
    st.dictionaries(st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=3),
                    st.decimals(0, 100, places=2), max_size=12)
)  # fmt: skip
def test_nobody_adds_value_where_all_stay(scores):
    assert all(it.added in {None, 0} for it in value_added(scores, scores).values())
