"""B1-9, B1-10, B3-10: ``domain.md`` "Scoring", with every worked example and its properties."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import scoring
from assessment.derivation import round_half_up, shown
from assessment.entries import Entry, Place, Policy, Project


D = Decimal


def policy(exemption="none", own="0.8", **figures):
    return Policy(D(own), "B1-9 五、4", exemption, 5, "B1-10 五、4", **figures)


def entry(school, score=None, *, pool="小学", apart=True, pupils=None, last=None):
    return Entry(school, pool, None if score is None else D(str(score)), apart, pupils, last)


def group(name, kind, core, *members):
    return [
        Place(name, kind, core, "CORE"),
        *(Place(name, kind, member, "MEMBER") for member in members),
    ]


def finals(results):
    return {school: result.final for school, result in results.items()}


# The ranks of the examples are reached by other schools of the pool that stand better.
# members: (score, last rank, this year's own rank)
EXAMPLES = [
    ("one member", "92.50", [("78.40", None, None)], "none", "89.68"),
    ("two members", "92.50", [("78.40", None, None), ("81.20", None, None)], "none", "89.96"),
    ("all risen", "92.50", [("78.40", 20, 15), ("81.20", 9, 4)], "all", "92.50"),
    ("not all risen", "92.50", [("78.40", 20, 15), ("81.20", 9, 6)], "all", "89.96"),
    ("any risen", "92.50", [("78.40", 20, 15), ("81.20", 9, 6)], "any", "92.50"),
    ("each for itself", "92.50", [("78.40", 20, 15), ("81.20", 9, 6)], "each", "91.37"),
    ("never lowers", "70.00", [("88.00", 12, 7)], "all", "73.60"),
    ("missing member", "92.50", [("78.40", None, None), (None, None, None)], "none", None),
    (
        "three members",
        "85.55",
        [("77.77", None, None), ("66.66", None, None), ("88.88", None, None)],
        "none",
        "83.99",
    ),
]


def pool_with_ranks(core_score, members):
    """Entries in which each member stands at its rank, by fillers above it."""
    entries = [entry("核心", core_score)]
    entries += [
        entry(f"成员{index}", score, last=last) for index, (score, last, _) in enumerate(members)
    ]
    for score, _, rank in sorted(members, key=lambda m: m[2] or 0):
        if rank is None:
            continue
        above = sum(e.score is not None and e.score > D(score) for e in entries)
        entries += [
            entry(f"他校{score}-{n}", D(score) + D("0.01")) for n in range(rank - 1 - above)
        ]
    return entries


@pytest.mark.parametrize(
    ("core", "members", "exemption", "final"),
    [example[1:] for example in EXAMPLES],
    ids=[example[0] for example in EXAMPLES],
)
def test_b1_9_b1_10_worked_examples(core, members, exemption, final):
    entries = pool_with_ranks(core, members)
    places = group("甲集团", "CO_BUILT", "核心", *(f"成员{i}" for i in range(len(members))))
    results = scoring.judge(entries, places, [], policy(exemption))
    for index, (_, _, rank) in enumerate(members):
        assert rank is None or results[f"成员{index}"].own_rank == rank
    assert results["核心"].final == (D(final) if final else None)
    if final is None:
        assert results["核心"].waits_for == ("成员1",)
        assert results["核心"].status == "waiting"


def test_b1_9_school_in_two_groups_of_one_core_counts_once():
    entries = [entry("核心", "90"), entry("成员", "60"), entry("另一成员", "80")]
    places = [
        *group("甲", "CO_BUILT", "核心", "成员", "另一成员"),
        *group("乙", "CO_BUILT", "核心", "成员"),
    ]
    assert scoring.judge(entries, places, [], policy())["核心"].final == D("86.00")


def test_b1_9_steps_cite_the_clause_with_arithmetic():
    entries = [entry("核心", "92.5"), entry("举水乡小", "78.4"), entry("竹口", "81.2")]
    places = group("甲", "CO_BUILT", "核心", "竹口", "举水乡小")
    steps = scoring.judge(entries, places, [], policy())["核心"].steps
    told = [(step.text, step.value, step.clause) for step in steps]
    assert ("成员校平均 (78.40+81.20)/2", D("79.8"), "B1-9 五、4") in told
    assert all(step.clause for step in steps)


def integrated(core, campus, *, core_pupils=None, campus_pupils=None, apart=True):
    entries = [
        entry("核心", core, pupils=core_pupils),
        entry("校区", campus, pupils=campus_pupils, apart=apart),
    ]
    return entries, group("融合", "INTEGRATED", "核心", "校区")


def test_b3_10_unit_is_weighted_by_pupils_and_campus_gets_its_final():
    entries, places = integrated("92.50", "84.20", core_pupils=1850, campus_pupils=310)
    entries += [entry("成员", "80")]
    places += group("共建", "CO_BUILT", "核心", "成员")
    results = scoring.judge(entries, places, [], policy(unit_clause="B3-10 六、（一）5"))
    assert results["核心"].steps[0].value == D("91.308796")
    assert results["核心"].steps[0].clause == "B3-10 六、（一）5"
    assert results["校区"].final == results["核心"].final == D("89.05")
    assert results["校区"].own == D("84.20")


def test_b3_10_unit_without_scored_campus_is_the_cores_score():
    entries, places = integrated("92.50", None, apart=False)
    results = scoring.judge(entries, places, [], policy())
    assert finals(results) == {"核心": D("92.50"), "校区": D("92.50")}
    assert results["校区"].own is None
    assert results["校区"].own_rank is None
    assert results["校区"].final_rank == 1


@pytest.mark.parametrize(
    ("core", "campus", "waits"),
    [(None, "80", ("核心",)), ("90", None, ("校区",)), (None, None, ("校区", "核心"))],
)
def test_blank_core_or_campus_makes_the_whole_unit_wait(core, campus, waits):
    entries, places = integrated(core, campus, core_pupils=1, campus_pupils=1)
    results = scoring.judge(entries, places, [], policy())
    expected = tuple(sorted(waits))
    assert [r.waits_for for r in results.values()] == [expected, expected]
    assert finals(results) == {"核心": None, "校区": None}


def test_member_in_a_unit_enters_with_the_units_score():
    entries, places = integrated("90", "60", core_pupils=100, campus_pupils=200)
    entries += [entry("外校", "80")]
    places += group("共建", "CO_BUILT", "外校", "校区")
    results = scoring.judge(entries, places, [], policy())
    assert results["外校"].final == D("78.00")  # 0.8×80 + 0.2×70


def test_core_takes_a_members_own_score_never_its_final():
    entries = [entry("甲", "90"), entry("乙", "80"), entry("丙", "60")]
    places = [*group("一", "CO_BUILT", "甲", "乙"), *group("二", "CO_BUILT", "乙", "丙")]
    results = scoring.judge(entries, places, [], policy())
    assert finals(results) == {"甲": D("88.00"), "乙": D("76.00"), "丙": D("60.00")}


@pytest.mark.parametrize(
    ("cap", "points", "final", "clause"),
    [
        (None, ["3", "4"], "95.00", "系统默认"),
        ("2", ["3", "4"], "92.00", "B3-10 某条"),
        (None, ["1.25"], "91.25", "系统默认"),
        ("0", ["1"], "90.00", "B3-10 某条"),
    ],
)
def test_b3_10_project_points_up_to_the_cap(cap, points, final, clause):
    entries = [entry("核心", "90"), entry("成员", "50")]
    places = group("协作", "COLLABORATIVE", "核心", "成员")
    projects = [Project("核心", f"项目{i}", D(p)) for i, p in enumerate(points)]
    figures = {"project_cap": D(cap), "cap_clause": "B3-10 某条"} if cap else {}
    results = scoring.judge(entries, places, projects, policy(**figures))
    assert results["核心"].final == D(final)
    assert results["成员"].final == D("50.00")
    assert [s.clause for s in results["核心"].steps if s.label.startswith("项目加分")] == [clause]


def test_points_come_after_bundle_and_exemption_and_may_pass_100():
    entries = [entry("核心", "99"), entry("成员", "90", last=7)]
    places = [
        *group("共建", "CO_BUILT", "核心", "成员"),
        *group("协作", "COLLABORATIVE", "核心", "成员"),
    ]
    results = scoring.judge(entries, places, [Project("核心", "研训", D("4"))], policy("all"))
    assert results["核心"].final == D("103.00")  # exempt: 99, then + 4


def test_b1_10_member_without_last_rank_or_own_score_has_not_risen():
    entries, places = integrated("90", None, apart=False)
    entries += [entry("外校", "95"), entry("新校", "40")]
    places += group("共建", "CO_BUILT", "外校", "校区", "新校")
    for mode in ("all", "any", "each"):
        results = scoring.judge(entries, places, [], policy(mode))
        assert results["外校"].final == D("89.00")  # 76 + 9 + 4


def test_campuses_take_places_in_the_final_ranking():
    entries = [
        entry("核心", "90"),
        entry("校区一", apart=False),
        entry("校区二", apart=False),
        entry("次校", "80"),
    ]
    places = group("融合", "INTEGRATED", "核心", "校区一", "校区二")
    results = scoring.judge(entries, places, [], policy())
    assert {s: r.final_rank for s, r in results.items()} == {
        "核心": 1,
        "校区一": 1,
        "校区二": 1,
        "次校": 4,
    }


def test_ranks_compare_rounded_scores():
    entries = [entry("甲", "80.004"), entry("乙", "80.0049"), entry("丙", "80.005")]
    results = scoring.judge(entries, [], [], policy())
    assert {s: r.own_rank for s, r in results.items()} == {"甲": 2, "乙": 2, "丙": 1}


def test_waiting_school_makes_its_pool_provisional_only():
    entries = [entry("甲", "80"), entry("乙"), entry("丙", "70", pool="初中")]
    results = scoring.judge(entries, [], [], policy())
    assert {s: r.provisional for s, r in results.items()} == {"甲": True, "乙": True, "丙": False}
    assert results["乙"].waits_for == ("乙",)


def test_exemption_resting_on_provisional_ranks_is_provisional():
    entries = [
        entry("核心", "90"),
        entry("邻校", "85"),
        entry("成员", "60", pool="初中", last=9),
        entry("缺分校", pool="初中"),
    ]
    places = group("共建", "CO_BUILT", "核心", "成员")
    exempted = scoring.judge(entries, places, [], policy("all"))
    assert exempted["核心"].final == D("90.00")
    assert exempted["核心"].provisional
    assert exempted["邻校"].provisional  # the core's place may still move past it
    assert not scoring.judge(entries, places, [], policy("none"))["核心"].provisional


def test_school_taken_out_counts_as_if_it_were_not_there():
    entries = [entry("核心", "90"), entry("成员"), entry("另一成员", "70")]
    places = group("共建", "CO_BUILT", "核心", "成员", "另一成员")
    results = scoring.judge(entries, places, [], policy(), taken_out={"成员": "停办整修"})
    assert results["核心"].final == D("86.00")
    assert results["成员"].status == "out"
    assert results["成员"].steps[0].expression == "停办整修"
    assert not results["核心"].provisional
    assert any("成员退出本年考核" in step.label for step in results["核心"].steps)


def test_core_all_of_whose_members_are_out_keeps_its_own_score():
    entries = [entry("核心", "90"), entry("成员")]
    places = group("共建", "CO_BUILT", "核心", "成员")
    results = scoring.judge(entries, places, [], policy(), taken_out={"成员": "停办"})
    assert results["核心"].final == D("90.00")
    assert any("全部退出" in step.label for step in results["核心"].steps)


def test_unit_without_its_core_is_out_with_it():
    entries, places = integrated("90", "80", core_pupils=1, campus_pupils=1)
    results = scoring.judge(entries, places, [], policy(), taken_out={"核心": "撤并"})
    assert {r.status for r in results.values()} == {"out"}


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("2.345", "2.35"), ("2.344999", "2.34"), ("0.005", "0.01"), ("7", "7.00")],
)
def test_rounding_is_half_up(value, rounded):
    assert str(round_half_up(D(value))) == rounded


def test_terms_show_two_to_six_decimals():
    assert [shown(D("92.5")), shown(Fraction(1, 3)), shown(D("100"))] == [
        "92.50",
        "0.333333",
        "100.00",
    ]


# ---- properties

scores = st.one_of(st.none(), st.decimals(0, 100, places=2))


@st.composite
def years(draw):
    """A lawful year: units, cores with members, collaborations, blanks, last ranks."""
    names = [f"学校{n:02d}" for n in range(draw(st.integers(2, 12)))]
    entries = [
        Entry(
            name,
            draw(st.sampled_from(["小学", "初中"])),
            draw(scores),
            True,
            draw(st.integers(1, 3000)),
            draw(st.one_of(st.none(), st.integers(1, 30))),
        )
        for name in names
    ]
    places, free = [], list(names)
    while len(free) >= 2 and draw(st.booleans()):
        core, campus = free.pop(), free.pop()
        places += group(f"融合{core}", "INTEGRATED", core, campus)
    campuses = {p.school for p in places if p.role == "MEMBER"}
    unit = {p.school: p.group for p in places}
    for number in range(draw(st.integers(0, 4))):
        core = draw(st.sampled_from([n for n in names if n not in campuses]))
        others = [n for n in names if n != core and unit.get(n, n) != unit.get(core, core)]
        if not others:
            continue
        members = draw(st.lists(st.sampled_from(others), min_size=1, max_size=3, unique=True))
        kind = draw(st.sampled_from(["CO_BUILT", "COLLABORATIVE"]))
        places += group(f"集团{number}", kind, core, *members)
    cores = {p.school for p in places if p.type == "COLLABORATIVE" and p.role == "CORE"}
    projects = [
        Project(core, "项目", draw(st.decimals(0, 8, places=2)))
        for core in sorted(cores)
        if draw(st.booleans())
    ]
    return entries, places, projects


modes = st.sampled_from(["all", "any", "each"])


@given(years(), modes)
def test_exemption_never_lowers_a_score(year, mode):
    plain = finals(scoring.judge(*year, policy("none")))
    for school, final in finals(scoring.judge(*year, policy(mode))).items():
        assert (final is None) == (plain[school] is None)
        assert final is None or final >= plain[school]


@given(years(), modes, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(year, mode, random):
    before = scoring.judge(*year, policy(mode))
    shuffled = [random.sample(rows, len(rows)) for rows in year]
    assert scoring.judge(*shuffled, policy(mode)) == before


@given(years(), modes)
def test_naming_a_member_again_in_a_second_group_of_its_core_changes_nothing(year, mode):
    entries, places, projects = year
    core_of = {p.group: p.school for p in places if p.role == "CORE"}
    again = [
        Place(f"再{p.group}", p.type, p.school, p.role)
        for p in places
        if p.type == "CO_BUILT" and core_of[p.group]
    ]
    assert finals(scoring.judge(entries, places + again, projects, policy(mode))) == finals(
        scoring.judge(*year, policy(mode))
    )


@given(years(), modes)
def test_own_weight_1_gives_every_core_outside_collaboration_its_units_own_score(year, mode):
    entries, places, _ = year
    core_of = {p.group: p.school for p in places if p.role == "CORE"}
    unit_of = {p.school: core_of[p.group] for p in places if p.type == "INTEGRATED"}
    results = scoring.judge(entries, places, [], policy(mode, own="1"))
    for school, result in results.items():
        unit = [
            e for e in entries if unit_of.get(e.school, e.school) == unit_of.get(school, school)
        ]
        if result.status == "final":
            weighed = sum(Fraction(e.score) * e.pupils for e in unit) / sum(e.pupils for e in unit)
            assert result.final == round_half_up(weighed)


@given(years(), modes)
@settings(max_examples=200)
def test_shares_add_up_and_nothing_missing_counts_as_zero(year, mode):
    for result in scoring.judge(*year, policy(mode)).values():
        if result.status == "waiting":
            assert result.final is result.final_rank is None
            assert result.waits_for
        else:
            assert round_half_up(sum(share for _, share in result.shares)) == result.final
            assert result.steps[-1].value == result.final
