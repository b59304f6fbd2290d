"""Packs: what a document states, what cannot be parsed, and who wins when several are adopted."""

from decimal import Decimal

import pytest

from policies import rules, schema, selectors


HEAD = 'code = "x"\ntitle = "某县方案"\ndocument = "x"\n'
WEIGHTS = """
[[rules]]
kind = "bundle_weights"
requirement = "B1-9"
clause = "五、4"
citation = "按2:8比例"
own = 0.8
members = 0.2
"""


def test_shipped_packs_parse():
    assert selectors.pack_codes() == [
        "a-xx-county", "b1-bundled", "b2-songyang", "b3-qingyuan", "c-chengdu", "national",
    ]  # fmt: skip
    assert [selectors.pack(code).code for code in selectors.pack_codes()] == selectors.pack_codes()


def test_b1_9_and_b1_10_figures_with_their_clauses():
    stated = selectors.rules_of(["b1-bundled"])
    weights, exemption = stated.get("bundle_weights").rule, stated.get("exemption").rule
    assert (weights.own, weights.members, weights.source) == (
        Decimal("0.8"),
        Decimal("0.2"),
        "B1-9 五、4",
    )
    assert (exemption.mode, exemption.places, exemption.source) == ("all", 5, "B1-10 五、4")


def test_b2_6_a_pack_without_a_ratio_states_no_weights():
    assert selectors.rules_of(["b3-qingyuan"]).get("bundle_weights") is None


def test_first_adopted_pack_wins_and_national_is_last():
    own = schema.parse(HEAD + WEIGHTS.replace("0.8", "0.7").replace("0.2", "0.3"), "x")
    b1, national = selectors.pack("b1-bundled"), selectors.pack("national")
    assert rules.adopt([own, b1], national).get("bundle_weights").pack is own
    assert rules.adopt([b1, own], national).get("bundle_weights").pack is b1
    assert rules.adopt([own, b1], national).get("exemption").pack is b1
    first = schema.parse(
        WEIGHTS.replace("[[rules]]", HEAD.replace('"x"', '"national"') + "[[rules]]"), "national"
    )
    assert rules.adopt([first, b1], first).get("bundle_weights").pack is b1


def demands(letter, *numbers):
    return {f"{letter}-{number}" for number in numbers}


@pytest.mark.parametrize(
    ("code", "requirements"),
    [
        ("a-xx-county", demands("A", *range(1, 21))),
        ("b1-bundled", demands("B1", *range(1, 11), *range(12, 17))),
        ("b2-songyang", demands("B2", 6)),
        ("b3-qingyuan", demands("B3", *range(1, 17))),
        ("c-chengdu", demands("C", 11, 12)),
        ("national", {"A-14", "X-20"}),
    ],
)
def test_a_pack_carries_every_demand_of_its_document(code, requirements):
    assert {rule.requirement for rule in selectors.pack(code).rules} == requirements


def test_what_documents_leave_open_has_no_value():
    """一定比例 (B3-7), quotas (A-12, A-13), 若干名 (A-7), 相应数量 (A-8): nothing is invented."""
    assert {
        (rule.requirement, rule.identity, name)
        for code in selectors.pack_codes()
        for rule in selectors.pack(code).rules
        for name in rule.open
    } == {
        ("A-7", "team.TEAM", "backbone"),
        ("A-8", "duty.shadowing", "at_least"),
        ("A-12", "quota.excellent", "share"),
        ("A-13", "quota.titles", "share"),
        ("A-13", "quota.awards", "share"),
        ("B3-7", "deployment.CO_BUILT", "share"),
        ("B3-7", "deployment.COLLABORATIVE", "number"),
    }


def test_unknown_pack_is_named_with_those_that_exist():
    with pytest.raises(selectors.UnknownPack, match="没有政策包 zz；现有：a-xx-county、"):
        selectors.rules_of(["zz"])


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (HEAD + WEIGHTS.replace('clause = "五、4"\n', ""), 5, "缺少 clause"),
        (HEAD + WEIGHTS.replace("五、4", ""), 8, "clause 不能为空"),
        (HEAD + WEIGHTS.replace("B1-9", "九"), 7, "requirement 的写法不对：九"),
        (HEAD + WEIGHTS.replace("0.2", "0.3"), 5, "两项权重之和应为 100%，现为 110%"),
        (HEAD + WEIGHTS.replace("0.8", "1.8"), 10, "own 的值不对：1.8"),
        (HEAD + WEIGHTS.replace("bundle_weights", "weights"), 5, "不认识的规则 kind：weights"),
        (HEAD + WEIGHTS + "bonus = 3\n", 12, "不认识的字段 bonus"),
        (HEAD + WEIGHTS + WEIGHTS, 14, "规则 bundle_weights 写了两次"),
        (HEAD + WEIGHTS.replace("按2:8比例", "长" * 61), 9, "citation 过长，应为简短引文"),
        (HEAD + WEIGHTS + 'open = ["own"]\n', 5, "open 中的 own 不是没有数值的字段"),
        (HEAD + "rules = [", 4, "不是合法的 TOML"),
        (HEAD.replace('"x"\ntitle', '"y"\ntitle'), 1, "code 应为 x，与文件名一致"),
    ],
)
def test_faulty_pack_is_refused_with_line_and_reason(text, line, message):
    with pytest.raises(schema.Refused) as refused:
        schema.parse(text, "x")
    assert [(fault.line, fault.message) for fault in refused.value.faults] == [(line, message)]


def test_all_faults_of_a_pack_are_told_at_once():
    text = HEAD + WEIGHTS.replace('clause = "五、4"\n', "").replace("0.8", '"viel"')
    with pytest.raises(schema.Refused) as refused:
        schema.parse(text, "x")
    assert [fault.message for fault in refused.value.faults] == [
        "缺少 clause",
        "own 的值不对：viel",
    ]
