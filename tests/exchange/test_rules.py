"""What the packs say of a roster, as tables: a check warns, an unstated rule checks nothing."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.rules import (
    Line,
    Outcome,
    Stated,
    check_roster,
    due_end,
    fits,
    is_manager,
    twice_full_time,
)


READ = datetime.date.fromisoformat
WAYS = Stated(
    "application_ways", "A-9 五、（二）",
    {"ways": ("PERSONAL", "RECOMMENDED", "ARRANGED"), "sequence": False},
)  # fmt: skip
SEQUENCE = Stated("application_ways", "B1-6 五、1（1）", WAYS.figures | {"sequence": True})
TEAM_TERM = Stated(
    "exchange_term.TEAM", "A-7 五、（二）", {"length": 3, "unit": "SCHOOL_YEARS", "adjustments": 1}
)
APPLICATION_TERM = Stated(
    "exchange_term.APPLICATION", "B1-6 五、1（1）", {"length": 1, "unit": "SCHOOL_YEARS"}
)
TEAM = Stated(
    "team.TEAM", "A-7 五、（二）",
    {"managers": 1, "backbone": None, "at_least": None, "open": ("backbone",)},
)  # fmt: skip
THREE = Stated("team.TEAM", "C-8 六", TEAM.figures | {"managers": None, "at_least": 3, "open": ()})
VICE = Stated("demand.vice_principal", "A-10 五、（五）1（1）", {})


def line(position=1, **changed):
    said = {
        "position": position, "teacher_id": position, "teacher": f"教师{position}",
        "sending_id": 1, "receiving_id": 2, "receiving": "举水乡小", "kind": "POSTING",
        "way": "PERSONAL", "first_day": READ("2024-09-01"), "last_day": READ("2027-08-31"),
        "to_member": True,
    }  # fmt: skip
    return Line(**(said | changed))


def told(lines, *rules, only=(Outcome.WARNS, Outcome.CLASHES), **more):
    stated = {it.identity: it for it in rules}
    return [it.told for it in check_roster(lines, stated.get, **more) if it.outcome in only]


def test_without_any_rule_nothing_is_checked_and_that_is_said():
    found = check_roster([line(), line(2, kind="SHADOWING")], lambda identity: None)
    assert {it.outcome for it in found} == {Outcome.UNSTATED}
    assert all("所采用方案未规定" in it.told for it in found)


WAY = [
    (WAYS, "PERSONAL", []),
    (WAYS, "ARRANGED", []),
    (Stated("application_ways", "A-9", {"ways": ("ARRANGED",), "sequence": False}), "PERSONAL",
     ["教师1：申请方式“个人申请”不在所采用的方式中"]),
    (SEQUENCE, "PERSONAL", []),
    (SEQUENCE, "RECOMMENDED", ["教师1：应从个人申请开始，现为学校推荐"]),
    (SEQUENCE, "ARRANGED", ["教师1：应从个人申请开始，现为组织安排"]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "way", "expected"), WAY)
def test_a9_b1_6_ways_that_exist_and_their_sequence(rule, way, expected):
    assert told([line(way=way)], rule) == expected


TERMS = [  # first day, last day, how long, in what, whether it fits, when it should end
    ("2024-09-01", "2027-08-31", 3, "SCHOOL_YEARS", True, "2027-08-31"),
    ("2024-09-01", "2027-07-05", 3, "SCHOOL_YEARS", True, "2027-08-31"),
    ("2024-09-01", "2027-06-30", 3, "SCHOOL_YEARS", False, "2027-08-31"),
    ("2024-09-01", "2025-08-31", 3, "SCHOOL_YEARS", False, "2027-08-31"),
    ("2024-10-15", "2025-08-31", 1, "SCHOOL_YEARS", True, "2025-08-31"),
    ("2024-08-20", "2025-08-31", 1, "SCHOOL_YEARS", False, "2024-08-31"),
    ("2024-09-01", "2025-09-01", 1, "SCHOOL_YEARS", False, "2025-08-31"),
    ("2024-09-01", "2025-08-31", 1, "YEARS", True, "2025-08-31"),
    ("2024-09-01", "2026-01-31", 1, "YEARS", True, "2025-08-31"),
    ("2024-09-01", "2025-08-30", 1, "YEARS", False, "2025-08-31"),
    ("2024-02-29", "2025-02-28", 1, "YEARS", True, "2025-02-28"),
]


@pytest.mark.parametrize(("first", "last", "length", "unit", "right", "end"), TERMS)
def test_a7_b1_6_c8_the_length_of_a_term(first, last, length, unit, right, end):
    it = line(first_day=READ(first), last_day=READ(last))
    assert fits(it, length, unit) is right
    assert due_end(READ(first), length, unit) == READ(end)


@given(st.dates(READ("2000-01-01"), READ("2100-01-01")), st.integers(1, 6))
def test_a_term_ends_after_it_begins_and_a_longer_one_later(first, length):
    for unit in ("SCHOOL_YEARS", "YEARS"):
        assert first < due_end(first, length, unit) or unit == "SCHOOL_YEARS"
        assert due_end(first, length, unit) < due_end(first, length + 1, unit)


WHO = [
    ({}, "TEAM"),
    ({"to_member": False}, "APPLICATION"),
    ({"kind": "SUPPORT"}, "APPLICATION"),
    ({"kind": "ITINERANT"}, "APPLICATION"),
    ({"kind": "SHADOWING", "to_member": False}, "SHADOWING"),
]


@pytest.mark.parametrize(("changed", "who"), WHO)
def test_whose_term_holds(changed, who):
    assert line(**changed).who == who


def test_a7_a_wrong_term_says_until_when_it_should_be():
    short = line(last_day=READ("2025-08-31"))
    expected = ["教师1：派驻团队期限为 3 学年，应至 2027-08-31，现至 2025-08-31"]
    assert told([short], TEAM_TERM) == expected
    assert told([line(kind="SUPPORT")], APPLICATION_TERM) == [
        "教师1：申请交流教师期限为 1 学年，应至 2025-08-31，现至 2027-08-31"
    ]


POSTS = [
    ("教导主任", True), ("副校长", True), ("党支部书记", True), ("班主任", False),
    ("教研组长", False), ("", False),
]  # fmt: skip


@pytest.mark.parametrize(("post", "expected"), POSTS)
def test_a7_who_is_a_middle_manager(post, expected):
    assert is_manager(post) is expected


TEAMS = [
    ([line(post="教导主任")], TEAM, []),
    ([line(duty="副校长")], TEAM, []),
    ([line(backbone="县骨干教师")], TEAM, ["派往举水乡小：中层干部 0 名，应有 1 名"]),
    ([line(), line(2)], THREE, ["派往举水乡小：合计 2 名，应有 3 名"]),
    ([line(), line(2), line(3)], THREE, []),
    ([line(post="教导主任"), line(2, receiving_id=3, receiving="竹口小学")], TEAM,
     ["派往竹口小学：中层干部 0 名，应有 1 名"]),
    ([line(kind="SUPPORT")], TEAM, []),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "rule", "expected"), TEAMS)
def test_a7_c8_the_team_for_each_member(lines, rule, expected):
    assert told(lines, rule) == expected


def test_a7_those_on_post_already_count_and_the_open_figure_is_said():
    there = {(1, 2): [line(0, teacher_id=9, post="教导主任")]}
    found = told([line()], TEAM, on_post=there, only=(Outcome.FINE, Outcome.UNSTATED))
    assert "派往举水乡小：中层干部 1 名，骨干教师 0 名（其中 1 人已在岗）" in found
    assert "派往举水乡小的骨干教师人数：所采用方案未规定" in found
    again = {(1, 2): [line(0, teacher_id=1, post="教导主任")]}  # the same teacher is one
    assert told([line()], TEAM, on_post=again) == ["派往举水乡小：中层干部 0 名，应有 1 名"]


ENDED = [
    ([], []),
    (["2024-03-01"], []),
    (["2024-03-01", "2024-03-01"], []),
    (["2023-03-01", "2024-03-01"], ["派往举水乡小：期间可调整 1 次，这将是第 2 次"]),
    (["2018-03-01", "2024-03-01"], []),
]


@pytest.mark.parametrize(("days", "expected"), ENDED)
def test_a7_one_adjustment_within_the_term(days, expected):
    ended = {(1, 2): {READ(day) for day in days}}
    assert told([line()], TEAM_TERM, ended=ended) == expected


VICES = [
    ({"duty": "副校长"}, Outcome.NOTE, "教师1任举水乡小副校长，不占该校领导职数"),
    ({"post": "教导主任"}, Outcome.WARNS,
     "教师1是中层干部，派驻期间担任副校长，拟任职务未填“副校长”"),
    ({"post": "班主任"}, None, ""),
    ({"duty": "副校长", "to_member": False}, None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "outcome", "sentence"), VICES)
def test_a10_a_posted_manager_is_vice_principal_outside_the_establishment(
    changed, outcome, sentence
):
    found = [
        (it.outcome, it.told)
        for it in check_roster([line(**changed)], {VICE.identity: VICE}.get)
        if it.rule is VICE
    ]
    assert found == ([(outcome, sentence)] if outcome else [])


SPANS = [
    ([(1, True, "2024-09-01", "2025-08-31"), (1, True, "2025-08-31", "2026-08-31")], {1}),
    ([(1, True, "2024-09-01", "2025-08-31"), (1, True, "2025-09-01", "2026-08-31")], set()),
    ([(1, True, "2024-09-01", "2025-08-31"), (1, False, "2024-09-01", "2025-08-31")], set()),
    ([(1, True, "2024-09-01", "2025-08-31"), (2, True, "2024-09-01", "2025-08-31")], set()),
]


@pytest.mark.parametrize(("spans", "expected"), SPANS)
def test_rule_4_twice_full_time_within_a_roster(spans, expected):
    rows = [(who, full, READ(first), READ(last)) for who, full, first, last in spans]
    assert twice_full_time(rows) == expected


def test_what_warns_comes_first_and_every_check_cites_its_rule():
    lines = [line(last_day=READ("2025-08-31"), duty="副校长")]
    stated = {it.identity: it for it in (WAYS, TEAM_TERM, TEAM, VICE)}
    found = check_roster(lines, stated.get)
    assert found[0].outcome == Outcome.WARNS
    assert all(it.rule for it in found)
