"""X-13: what pages tell of a derivation is read from it, as the rules wrote it."""

from decimal import Decimal

import pytest

from assessment import scoring
from assessment.derivation import plain
from assessment.enums import Freed
from assessment.selectors import derivations
from tests.assessment.test_scoring import entry, group, policy


D = Decimal


def read(entries, places, school="核心", **kwargs):
    result = scoring.judge(entries, places, kwargs.pop("projects", []), policy(**kwargs))[school]
    steps = [
        [label, expression, None if value is None else plain(value), clause]
        for label, expression, value, clause in (
            (step.label, step.expression, step.value, step.clause) for step in result.steps
        )
    ]
    return derivations.read(steps, school)


def bundled(exemption="none", *, last=(20, 9), fillers=0):
    entries = [
        entry("核心", "92.50"), entry("甲", "78.40", last=last[0]),
        entry("乙", "81.20", last=last[1]),
        *(entry(f"垫{number}", "90") for number in range(fillers)),
    ]  # fmt: skip
    return read(entries, group("团", "CO_BUILT", "核心", "甲", "乙"), exemption=exemption)


def test_b1_9_a_bundle_is_read_with_its_parts():
    it = bundled()
    assert it.formula == "92.50 × 80% + (81.20 + 78.40) ÷ 2 × 20%"
    assert it.ratio == "80 : 20"
    assert it.member_mean == D("79.8")
    assert it.bundled == D("89.96")
    assert {(p.school, p.score, p.weight_shown, p.value) for p in it.parts} == {
        ("核心", D("92.50"), "80%", D(74)),
        ("甲", D("78.40"), "10%", D("7.84")),
        ("乙", D("81.20"), "10%", D("8.12")),
    }
    assert it.parts[0].school == "核心"
    assert it.freed == Freed.NONE


def test_a_weight_that_does_not_divide_says_among_how_many():
    entries = [entry("核心", "85.55"), *(entry(it, "70") for it in "甲乙丙")]
    it = read(entries, group("团", "CO_BUILT", "核心", "甲", "乙", "丙"))
    assert it.parts[1].weight_shown == "20% ÷ 3"


@pytest.mark.parametrize(
    ("exemption", "last", "freed", "raised"),
    [
        ("all", (20, 9), Freed.HOLDS, ()),
        ("all", (20, 3), Freed.FAILS, ()),
        ("any", (20, 3), Freed.HOLDS, ()),
        ("each", (20, 3), Freed.HOLDS, ("甲",)),
        ("each", (4, 3), Freed.FAILS, ()),
    ],
)
def test_b1_10_the_exemption_is_read_as_judged(exemption, last, freed, raised):
    it = bundled(exemption, last=last)
    assert (it.freed, it.check.raised, it.check.places) == (freed, raised, 5)
    assert it.check.who == {"all": "全部成员校", "any": "任一成员校", "each": "逐校"}[exemption]


def test_b3_10_units_and_points_are_read():
    unit = [entry("核心", "92.50", pupils=1850), entry("校区", "84.20", pupils=310)]
    places = group("体", "INTEGRATED", "核心", "校区")
    core = read(unit, places)
    assert (core.is_unit, core.weighted, core.own) == (True, True, D("91.308796"))
    assert "92.50 × 1850 + 84.20 × 310) ÷ 2160" in core.own_line.shown
    assert read(unit, places, "校区").unit_core == "核心"
    alone = [entry("核心", "92.50"), entry("校区", None, apart=False)]
    assert (read(alone, places).is_unit, read(alone, places).weighted) == (True, False)
    points = read(
        [entry("核心", "83.00"), entry("成员", "70")],
        group("协", "COLLABORATIVE", "核心", "成员"),
        projects=[scoring.Project("核心", "同步课堂", D("0.9"))],
    )
    assert points.points_line.value == D("0.9")
