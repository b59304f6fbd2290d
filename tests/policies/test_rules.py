"""Who wins: the first adopted pack, the bureau before it; lapsed rules stay, dropped ones not."""

import datetime

import pytest

from policies import rules, schema, selectors
from policies.enums import RuleState


B1, B3, A, C = (
    selectors.pack(code) for code in ("b1-bundled", "b3-qingyuan", "a-xx-county", "c-chengdu")
)
NATIONAL = selectors.pack("national")
DAY = datetime.date(2024, 9, 1)


def own(identity, reason="本县实际", since=DAY, **figures):
    rule = schema.own_rule(selectors.catalogue()[identity], figures, reason) if figures else None
    return rules.Own(identity, rule, reason, since)


@pytest.mark.parametrize(
    ("packs", "identity", "pack", "source"),
    [
        ([B3, B1, A], "bundle_weights", B1, "B1-9 五、4"),
        ([B3, B1, A], "target.groups", B3, "B3-2 五、（一）1、2"),
        ([A, B3, B1], "target.groups", A, "A-1 四"),
        ([B3, B1, A], "application_ways", B1, "B1-6 五、1（1）"),
        ([A, B1], "application_ways", A, "A-9 五、（二）"),
        ([B3, B1, A], "exchange_term.TEAM", A, "A-7 五、（二）"),
        ([B3, B1, A], "exchange_term.APPLICATION", B1, "B1-6 五、1（1）"),
        ([B3, B1, A], "absence.CONSECUTIVE", A, "A-14 五、（五）2（1）"),
        ([B3, B1, A], "absence.TWELVE_MONTHS", NATIONAL, "A-14 国务院令第652号 第十五条"),
        ([B3, B1], "absence.CONSECUTIVE", NATIONAL, "A-14 国务院令第652号 第十五条"),
        ([C, B3], "bundled_assessment", C, "C-11 四、（一）"),
    ],
)
def test_the_first_adopted_pack_that_states_a_rule_wins(packs, identity, pack, source):
    stated = rules.adopt(packs, NATIONAL).get(identity)
    assert (stated.pack, stated.source, stated.lapsed) == (pack, source, False)


def test_a_rule_that_no_pack_states_has_no_value():
    assert rules.adopt([B3, A], NATIONAL).get("bundle_weights") is None
    assert rules.adopt([], NATIONAL).get("nothing") is None


def test_a_pair_and_a_group_of_the_same_kind_are_two_rules():
    stated = rules.adopt([B1], NATIONAL)
    assert [it.identity for it in stated.of_kind("duty")] == [
        "duty.meetings", "duty.principal_guides", "duty.lesson_exchange", "duty.research",
        "duty.weak_subject",
    ]  # fmt: skip


def test_what_the_losers_say_is_kept_in_the_order_of_adoption():
    stated = rules.adopt([B3, B1, A], NATIONAL)
    assert [it.pack.code for it in stated.said("target.groups")] == ["b3-qingyuan", "a-xx-county"]
    assert stated.said("nothing") == []


def test_rules_are_shown_by_theme_kind_and_requirement():
    shown = rules.adopt([B3, B1, A], NATIONAL).all()
    assert [it.identity for it in shown[:5]] == [
        "bundle_weights", "exemption", "unit_scoring", "project_points", "bundled_assessment",
    ]  # fmt: skip
    keys = [rules.display_order(it.rule) for it in shown]
    assert keys == sorted(keys)
    assert len({it.identity for it in shown}) == len(shown)


def test_the_bureaus_own_figure_wins_and_remembers_what_the_pack_said():
    stated = rules.in_force(
        [rules.Adopted(B1)], NATIONAL, [own("bundle_weights", own="0.7", members="0.3")], DAY
    ).get("bundle_weights")
    assert (str(stated.rule.own), stated.pack, stated.source) == ("0.7", None, "本局规定")
    assert (stated.reason, stated.since, stated.state) == ("本县实际", DAY, RuleState.OWN)
    assert stated.overridden.source == "B1-9 五、4"


def test_the_bureau_may_state_what_no_pack_states():
    figure = own("bundle_weights", own="0.7", members="0.3")
    stated = rules.in_force([rules.Adopted(C)], NATIONAL, [figure], DAY).get("bundle_weights")
    assert (stated.source, stated.overridden) == ("本局规定", None)


@pytest.mark.parametrize(
    ("on", "lapsed", "stated"),
    [
        ("2019-08-31", False, False),
        ("2019-09-01", False, True),
        ("2024-08-31", False, True),
        ("2024-09-01", True, True),
    ],
)
def test_x22_a_rule_past_its_documents_validity_stays_and_says_so(on, lapsed, stated):
    """C-12: in force from 1 September 2019, the last day is 31 August 2024."""
    adopted = rules.Adopted(C, datetime.date(2019, 9, 1), datetime.date(2024, 8, 31))
    found = rules.in_force([adopted], NATIONAL, on=datetime.date.fromisoformat(on))
    rule = found.get("bundled_assessment")
    assert (rule is not None, bool(rule and rule.lapsed)) == (stated, lapsed)
    if rule:
        assert rule.state == (RuleState.LAPSED if lapsed else RuleState.IN_FORCE)


def test_x22_a_lapsed_rule_wins_over_the_next_pack_until_it_is_dropped():
    adopted = [rules.Adopted(C, None, datetime.date(2024, 8, 31)), rules.Adopted(B3)]
    assert rules.in_force(adopted, NATIONAL, on=DAY).get("bundled_assessment").pack is C
    dropped = rules.in_force(adopted, NATIONAL, [own("bundled_assessment")], DAY)
    assert dropped.get("bundled_assessment") is None
    assert dropped.dropped["bundled_assessment"].reason == "本县实际"
    assert [it.pack for it in dropped.said("bundled_assessment")] == [C, B3]


def test_a_figure_left_open_is_in_force_without_a_value():
    stated = rules.adopt([A], NATIONAL).get("quota.excellent")
    assert (stated.state, stated.rule.share) == (RuleState.OPEN, None)


def test_rules_with_a_figure_that_nobody_states_are_listed():
    listed = {rule.identity for rule in selectors.unstated(rules.adopt([B3, B1, A], NATIONAL))}
    assert listed == set()
    listed = {rule.identity for rule in selectors.unstated(rules.adopt([B3], NATIONAL))}
    assert {"bundle_weights", "exemption", "exchange_term.TEAM"} <= listed
    assert not {"unit_scoring", "demand.studio"} & listed  # without a figure nothing is missed
