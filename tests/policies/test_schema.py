"""Every kind of rule: its identity, what it is called, and its figures told in Chinese."""

import pytest

from policies import schema
from policies.enums import Theme


SAID = {"requirement": "B1-9", "clause": "五、4", "citation": "引文"}


def rule(kind, **fields):
    return schema.KINDS[kind].model_validate({"kind": kind, **SAID, **fields})


def named(kind, **fields):
    return rule(kind, name="x", label="某项", **fields)


EXAMPLES = [
    (rule("bundle_weights", own="0.8", members="0.2"), "bundle_weights", "捆绑权重",
     "核心校本校 80%，成员校平均 20%"),
    (rule("exemption", mode="all", places=5), "exemption", "捆绑豁免",
     "全部成员校进位 5 名及以上，核心校可按本校得分"),
    (rule("exemption", mode="each", places=5), "exemption", "捆绑豁免",
     "进位 5 名及以上的成员校，其份额按核心校与该校得分中较高者计"),
    (rule("unit_scoring"), "unit_scoring", "一体考核（融合型）",
     "各校区作为一个单位考核，得分相同"),
    (rule("project_points", cap="5.00"), "project_points", "项目加分（协作型）",
     "核心校按评审的项目加分，最多 5 分"),
    (rule("project_points"), "project_points", "项目加分（协作型）",
     "核心校按评审的项目加分，封顶所采用方案未规定"),
    (rule("bundled_assessment", type="ANY", methods=["平台", "抽查"]), "bundled_assessment",
     "捆绑考核", "各类集团的核心校与成员校捆绑考核，平台、抽查相结合"),
    (rule("supervision", basis="SCHOOL_YEAR", at_least=1), "supervision", "督导考核",
     "每学年对每个集团不少于 1 次"),
    (rule("structure", type="ANY", members_most=3), "structure", "集团形式", "成员 1–3 所"),
    (rule("structure", type="CO_BUILT", one_legal_person=False), "structure.CO_BUILT",
     "集团形式（共建型）", "成员 1 所以上，各校法人独立"),
    (rule("structure", type="COLLABORATIVE", cross_district=True), "structure.COLLABORATIVE",
     "集团形式（协作型）", "成员 1 所以上，可以跨区县"),
    (rule("party", type="INTEGRATED", form="党总支", few_members=50, form_when_few="成立党建联盟"),
     "party.INTEGRATED", "党组织设置（融合型）", "党总支；党员不足 50 人的，成立党建联盟"),
    (named("cycle", years=3), "cycle.x", "某项", "3 年"),
    (rule("validity", after_days=30, years=5), "validity", "文件有效期",
     "发布 30 日后执行，有效期 5 年"),
    (named("target", theme="EXCHANGE", at_least=10, unit="PERCENT"), "target.x", "某项",
     "不低于 10%"),
    (named("target", theme="GROUPS", at_least=11, unit="GROUPS"), "target.x", "某项", "11 个集团"),
    (rule("filing_chain", core_first=True), "filing_chain", "报送层级",
     "成员校向核心校负责，核心校向教育局负责"),
    (rule("filing_chain", core_first=False), "filing_chain", "报送层级", "各校直接向教育局负责"),
    (named("document", filer="GROUP", approved=True), "document.x", "某项",
     "各集团制定，审核通过后实施"),
    (named("document", type="CO_BUILT", filer="CORE_AND_MEMBERS", basis="SCHOOL_YEAR",
           due="TERM_START", recipients=["教育股", "教研室"], years=3), "document.x.CO_BUILT",
     "某项（共建型）", "核心校与成员校联合制定，每学年，秋季开学前，报教育股、教研室，为期 3 年"),
    (named("document", filer="BUREAU", due="06-30"), "document.x", "某项", "教育局制定，6月30日前"),
    (named("duty", unit="PAIR", basis="TERM", at_least=2), "duty.x", "某项",
     "每对核心校与成员校，每学期不少于 2 次"),
    (named("duty", unit="GROUP", basis="CALENDAR_YEAR", at_least=20, forms=["线上"],
           milestones=[{"by": "06-30", "share": "0.3"}, {"by": "11-30", "share": "1"}]), "duty.x",
     "某项", "每个集团，每年不少于 20 次（线上），6月30日前 30%，11月30日前 100%"),
    (named("duty", unit="PAIR", basis="SCHOOL_YEAR", open=["at_least"]), "duty.x", "某项",
     "每对核心校与成员校，每学年数量所采用方案未规定"),
    (named("demand", theme="RESOURCES", items=["甲", "乙"]), "demand.x", "某项", "甲、乙"),
    (rule("team", who="TEAM", managers=1, open=["backbone"]), "team.TEAM", "派驻团队人数",
     "中层干部 1 名，骨干教师人数所采用方案未规定"),
    (rule("team", who="TEAM", at_least=3), "team.TEAM", "派驻团队人数", "合计不少于 3 人"),
    (rule("exchange_term", who="TEAM", length=3, unit="SCHOOL_YEARS", adjustments=1),
     "exchange_term.TEAM", "派驻团队期限", "3 学年，期间可调整 1 次"),
    (rule("exchange_term", who="TEACHER", length=1, unit="YEARS"), "exchange_term.TEACHER",
     "专任教师期限", "1 年"),
    (rule("application_ways", ways=["PERSONAL", "ARRANGED"], sequence=False), "application_ways",
     "申请方式", "个人申请、组织安排相结合"),
    (rule("application_ways", ways=["PERSONAL", "ARRANGED"], sequence=True), "application_ways",
     "申请方式", "依次办理：个人申请 → 组织安排"),
    (named("allowance", who="TEAM", amount="500.00"), "allowance.x.TEAM", "派驻团队某项",
     "每月 500 元"),
    (named("allowance", who="TEAM", methods=["补差", "三区标准"], open=["amount"]),
     "allowance.x.TEAM", "派驻团队某项", "补差或三区标准，金额所采用方案未规定"),
    (rule("absence", case="LATE", length=1, unit="WEEKS"), "absence.LATE", "逾期不到岗",
     "超过 1 周"),
    (rule("absence", case="CONSECUTIVE", length=15, unit="WORKDAYS"), "absence.CONSECUTIVE",
     "连续旷工", "超过 15 个工作日"),
    (rule("appraisal", case="YEARLY", by="HOST"), "appraisal.YEARLY", "交流教师年度考核",
     "在受援学校进行"),
    (rule("appraisal", case="FINAL", grades=["合格", "不合格"], barred_years=3, years_count=False),
     "appraisal.FINAL", "交流教师期满考核",
     "等次为合格、不合格，不合格的 3 年内不得推荐评优和晋级，不计算交流年限"),
    (named("experience", gives="优先考虑"), "experience.x", "某项", "优先考虑"),
    (named("experience", years=3, gives="优先考虑"), "experience.x", "某项", "满 3 年，优先考虑"),
    (named("quota", share="0.15"), "quota.x", "某项", "单列，15%"),
    (named("quota", open=["share"]), "quota.x", "某项", "单列，比例所采用方案未规定"),
    (rule("deployment", type="CO_BUILT", way="RESIDENT", share="0.1"), "deployment.CO_BUILT",
     "师资调配（共建型）", "常驻成员校任教，核心校教师的 10%"),
    (rule("deployment", type="COLLABORATIVE", way="SUPPORT", number=2),
     "deployment.COLLABORATIVE", "师资调配（协作型）", "按学科到乡村学校支教，2 人"),
    (rule("deployment", type="CO_BUILT", way="RESIDENT", open=["share"]), "deployment.CO_BUILT",
     "师资调配（共建型）", "常驻成员校任教，比例所采用方案未规定"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "identity", "title", "told"), EXAMPLES, ids=[it[1] for it in EXAMPLES]
)
def test_a_rule_tells_its_figures(rule, identity, title, told):
    assert (rule.identity, rule.title, rule.told()) == (identity, title, told)
    assert rule.about in Theme
    assert rule.source == "B1-9 五、4"


def test_every_kind_has_an_example():
    assert {example[0].kind for example in EXAMPLES} == schema.KINDS.keys()


def test_figures_line_by_line_name_what_is_open():
    team = rule("team", who="TEAM", managers=1, open=["backbone"])
    assert team.lines() == [("中层干部（人）", "1"), ("骨干教师（人）", schema.UNSTATED)]
    weights = rule("bundle_weights", own="0.75", members="0.25")
    assert weights.lines() == [("核心校本校权重", "75%"), ("成员校平均权重", "25%")]
    plan = named("document", filer="SCHOOL", due="07-31", recipients=["教育局"])
    assert plan.lines() == [
        ("由谁制定", "各学校"), ("周期", "一次"), ("期限", "7月31日前"), ("报送", "教育局"),
    ]  # fmt: skip


def test_the_bureaus_own_figure_keeps_what_names_the_rule():
    pack = rule("exchange_term", who="TEAM", length=3, unit="SCHOOL_YEARS", adjustments=1)
    own = schema.own_rule(pack, {"length": 2, "unit": "SCHOOL_YEARS"}, "因学校规模\n较小")
    assert (own.identity, own.requirement, own.told()) == (pack.identity, "B1-9", "2 学年")
    assert (own.source, own.citation) == ("本局规定", "因学校规模 较小")
    duty = named("duty", unit="GROUP", basis="CALENDAR_YEAR", at_least=20,
                 milestones=[{"by": "06-30", "share": "0.3"}])  # fmt: skip
    own = schema.own_rule(duty, duty.figures() | {"at_least": 10}, "原因")
    assert (own.at_least, own.milestones) == (10, duty.milestones)


@pytest.mark.parametrize(
    ("figures", "faults"),
    [
        ({"own": "0.8", "members": "0.3"}, {"": "两项权重之和应为 100%，现为 110%"}),
        ({"own": "2", "members": "0.2"}, {"own": "核心校本校权重 的值不对：2"}),
        ({"own": "0.8"}, {"members": "缺少 成员校平均权重"}),
        ({"own": "0.8", "members": "0.2", "cap": 5}, {"cap": "不认识的字段 cap"}),
    ],
)
def test_own_figures_that_a_rule_cannot_have_are_refused_by_field(figures, faults):
    with pytest.raises(schema.WrongFigures) as refused:
        schema.own_rule(rule("bundle_weights", own="0.8", members="0.2"), figures, "原因")
    assert refused.value.faults == faults
