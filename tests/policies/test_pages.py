"""The pages of the rules: who reads them, who changes them, and what a mistake looks like."""

import datetime
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from core.models import AuditEvent
from directory.enums import SCHOOL_ROLES, Role
from directory.models import User
from policies.actions import adoptions, figures
from policies.models import Adoption, OwnFigure
from tests.factories import county as made


pytestmark = pytest.mark.django_db
DAY = made.DAY
TODAY = datetime.date(2024, 10, 15)
THREE = ("b3-qingyuan", "b1-bundled", "a-xx-county")


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:30:00+08:00")


@pytest.fixture
def county():
    return made.district()


def adopt(county, *codes, first_day=DAY, valid_until=None):
    return adoptions.adopt(
        district_id=county.pk, packs=[(code, None, valid_until) for code in codes],
        first_day=first_day, reason="局务会定", actor=None, now=made.NOW,
    )  # fmt: skip


def set_own(county, identity="bundle_weights", **values):
    return figures.set_own(
        district_id=county.pk, identity=identity, first_day=DAY, reason="本县规模较小",
        figures=values or {"own": "0.7", "members": "0.3"}, actor=None, now=made.NOW,
    )  # fmt: skip


def as_(client, actor):
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def text(response, status=200):
    assert response.status_code == status, response.status_code
    return " ".join(response.content.decode().split())


def said(**changed):
    """The adoption form as a clerk fills it."""
    typed = {
        "first_day": "2024-10-15", "reason": "局务会定", "place-b3-qingyuan": "1",
        "place-b1-bundled": "2",
    }  # fmt: skip
    return typed | {
        key.replace("_", "-", 1) if "-" in key else key: v for key, v in changed.items()
    }


@pytest.mark.parametrize("role", list(Role))
def test_everybody_of_the_county_reads_its_rules_and_two_change_them(client, county, role):
    adopt(county, *THREE)
    at = made.school(county, "甲小学") if role in SCHOOL_ROLES else county
    as_(client, made.actor(role, at=at))
    may = role in {Role.BUREAU_EDUCATION, Role.BUREAU_HEAD}
    shown = text(client.get(reverse("rule-list")))
    assert "核心校本校 80%，成员校平均 20%" in shown
    assert ("调整所采用方案" in shown) is may
    assert ("作本局规定" in text(client.get(reverse("rule-detail", args=["exemption"])))) is may
    for name, args in (("adoption-edit", []), ("rule-own", ["exemption"])):
        status = 200 if may else 404
        assert client.get(reverse(name, args=args)).status_code == status
        assert client.post(reverse(name, args=args), said()).status_code in {422, 200, status}
    in_navigation = "考核评估" in shown
    assert in_navigation is (role not in {Role.TEACHER, Role.EVALUATOR})


def test_who_holds_no_post_sees_no_rules(client, county):
    adopt(county, *THREE)
    client.force_login(made.user("nobody"))
    assert client.get(reverse("rule-list")).status_code == 404
    assert client.get(reverse("rule-detail", args=["exemption"])).status_code == 404


def test_each_rule_shows_figure_state_clause_and_citation(client, county):
    adopt(county, *THREE)
    set_own(county)
    shown = text(as_(client, made.clerk_of(county)).get(reverse("rule-list")))
    assert "核心校本校 70%，成员校平均 30%" in shown
    assert "原规定：核心校本校 80%，成员校平均 20%（B1-9 五、4）" in shown
    assert "“本县规模较小”" in shown
    assert "B1-10 五、4" in shown
    assert "综合排名较前一年进步5个名次（含5个）以上" in shown
    assert "单列，比例所采用方案未规定" in shown
    themes = ["考核评分", "督导评价", "集团与治理", "报送备案", "履职任务", "教师交流", "资源共享"]
    heads = [shown.index(f'colspan="4">{theme}') for theme in themes]
    assert heads == sorted(heads)


def test_without_adoption_only_the_national_rules_hold_and_the_rest_is_unstated(client, county):
    as_(client, made.clerk_of(county))
    shown = text(client.get(reverse("rule-list")))
    assert "本局尚未采用任何方案" in shown
    assert ">采用方案<" in shown.replace("> ", ">").replace(" <", "<")
    assert "超过 15 个工作日" in shown
    open_ = text(client.get(reverse("rule-list"), {"state": "OPEN"}))
    assert "捆绑权重" in open_
    assert "超过 15 个工作日" not in open_


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ({"document": "b1-bundled"}, "捆绑豁免", "派驻团队期限"),
        ({"document": "national"}, "社会认可度", "捆绑豁免"),
        ({"document": "own"}, "捆绑权重", "捆绑豁免"),
        ({"theme": "EXCHANGE"}, "派驻团队期限", "捆绑豁免"),
        ({"state": "OWN"}, "捆绑权重", "捆绑豁免"),
        ({"state": "OPEN"}, "年度考核优秀指标", "捆绑豁免"),
        ({"q": "進步5個名次"}, "捆绑豁免", "派驻团队期限"),
        ({"q": "B1-10"}, "捆绑豁免", "捆绑权重"),
        ({"document": "zz"}, "捆绑豁免", "zz"),
    ],
)
def test_rules_are_narrowed_by_document_theme_state_and_word(client, county, asked, there, gone):
    adopt(county, *THREE)
    set_own(county)
    shown = text(as_(client, made.clerk_of(county)).get(reverse("rule-list"), asked))
    body = shown[shown.index("<tbody>") :]
    assert (there in body, gone in body) == (True, False)


def test_a_narrowed_list_without_rows_says_so(client, county):
    shown = text(as_(client, made.clerk_of(county)).get(reverse("rule-list"), {"q": "没有的词"}))
    assert "没有符合条件的规则" in shown


def test_x22_a_lapsed_rule_says_so_and_can_be_dropped_by_the_bureau(client, county):
    adopt(county, "c-chengdu", valid_until=datetime.date(2024, 9, 30))
    as_(client, made.clerk_of(county))
    assert "已过有效期" in text(client.get(reverse("rule-list")))
    address = reverse("rule-drop", args=["bundled_assessment"])
    assert "停用这条规则" in text(client.get(address))
    sent = client.post(address, {"first_day": "2024-10-15", "reason": "文件已失效"})
    assert sent["Location"] == reverse("rule-detail", args=["bundled_assessment"])
    shown = text(client.get(sent["Location"]))
    assert "2024年10月15日起停用，不检查、不计算" in shown
    assert "已停用" in text(client.get(reverse("rule-list"), {"state": "DROPPED"}))
    assert client.get(address)["Location"] == sent["Location"]  # the second click
    assert "在这一天没有规定，无需停用" in text(client.post(address, said()))
    back = reverse("rule-withdraw", args=["bundled_assessment"])
    assert "恢复这条规则" in text(client.get(back))
    client.post(back, {"first_day": "2024-10-15", "reason": "继续适用"})
    assert "已过有效期" in text(client.get(sent["Location"]))


def test_a_day_asked_for_wears_a_banner_and_has_no_buttons(client, county):
    adopt(county, *THREE)
    adopt(county, "a-xx-county", first_day=datetime.date(2024, 10, 1))
    as_(client, made.clerk_of(county))
    shown = text(client.get(reverse("rule-list"), {"on": "2024-09-10"}))
    assert "您看到的是 2024年9月10日 的情况" in shown
    assert "核心校本校 80%" in shown
    assert "调整所采用方案" not in shown
    assert 'href="/rules/bundle_weights/?on=2024-09-10"' in shown
    detail = text(client.get(reverse("rule-detail", args=["bundle_weights"]), {"on": "2024-09-10"}))
    assert "作本局规定" not in detail
    assert "核心校本校 80%" not in text(client.get(reverse("rule-list")))
    for name, args in (("adoption-edit", []), ("rule-own", ["exemption"])):
        asked = client.get(reverse(name, args=args), {"on": "2024-09-10"})
        assert asked["Location"] == reverse(name, args=args)


def test_a_list_to_come_is_announced(client, county):
    adopt(county, *THREE)
    adopt(county, "a-xx-county", first_day=datetime.date(2025, 9, 1))
    shown = text(as_(client, made.clerk_of(county)).get(reverse("rule-list")))
    assert "自 2025年9月1日起改用另一组方案" in shown
    assert 'href="?on=2025-09-01"' in shown


def test_an_adoption_is_looked_at_before_it_is_saved(client, county):
    as_(client, made.clerk_of(county))
    address = reverse("adoption-edit")
    looked = text(client.post(address, said()))
    assert "采用 2 个方案" in looked
    assert "核心校本校 80%，成员校平均 20%" in looked
    assert not Adoption.objects.exists()
    unseen = text(client.post(address, said(adopt="1")), 422)
    assert "核对之后内容有改动" in unseen
    seen = looked[looked.index('name="seen" value="') :].split('"')[3]
    changed = text(client.post(address, said(adopt="1", seen=seen, first_day="2024-10-16")), 422)
    assert "核对之后内容有改动" in changed
    assert not Adoption.objects.exists()
    assert client.post(address, said(adopt="1", seen=seen))["Location"] == reverse("rule-list")
    (adoption,) = Adoption.objects.all()
    assert [it.code for it in adoption.packs.all()] == ["b3-qingyuan", "b1-bundled"]
    again = text(client.get(address))
    assert '<option value="1" selected>第 1</option>' in again
    same = text(client.post(address, said()))
    assert "没有规则的数值会变化" in same


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"place-b1-bundled": "1"}, "次序与《城乡学校发展共同体建设方案》相同"),
        ({"place-b1-bundled": "", "place-b3-qingyuan": ""}, "请至少采用一个方案"),
        ({"first_day": ""}, "请填写开始日期。"),
        ({"first_day": "明天"}, "日期应写成 2024-09-01 的样子。"),
        ({"first_day": "0202-01-01"}, "日期不能早于"),
        ({"reason": " "}, "请填写依据。"),
        ({"place-c-chengdu": "3"}, "文件规定发布 30 日后执行，请填写执行日期。"),
        ({"from-b1-bundled": "2024-09-01", "until-b1-bundled": "2024-08-01"}, "请核对。"),
        ({"place-b1-bundled": "99"}, "99"),
    ],
)
def test_mistakes_of_the_adoption_stand_at_their_field_and_nothing_typed_is_lost(
    client, county, changed, sentence
):
    as_(client, made.clerk_of(county))
    shown = text(
        client.post(reverse("adoption-edit"), said(**{"reason": "我的依据", **changed})), 422
    )
    assert sentence in shown
    assert changed.get("reason") or "我的依据" in shown
    assert not Adoption.objects.exists()


def test_c_12_the_end_of_validity_follows_from_the_day_it_begins(client, county):
    as_(client, made.clerk_of(county))
    typed = said(**{"place-c-chengdu": "3", "from-c-chengdu": "2022-03-01"})
    looked = text(client.post(reverse("adoption-edit"), typed))
    seen = looked[looked.index('name="seen" value="') :].split('"')[3]
    client.post(reverse("adoption-edit"), typed | {"adopt": "1", "seen": seen})
    row = Adoption.objects.get().packs.get(code="c-chengdu")
    assert (str(row.valid_from), str(row.valid_until)) == ("2022-03-01", "2027-02-28")


def test_a_refusal_of_the_action_reaches_the_form(client, county):
    adopt(county, "a-xx-county", first_day=datetime.date(2025, 9, 1))
    as_(client, made.clerk_of(county))
    looked = text(client.post(reverse("adoption-edit"), said()))
    seen = looked[looked.index('name="seen" value="') :].split('"')[3]
    refused = text(client.post(reverse("adoption-edit"), said(adopt="1", seen=seen)), 422)
    assert "已录入自 2025-09-01 起的变更" in refused


def test_an_own_figure_is_set_changed_and_withdrawn(client, county):
    adopt(county, *THREE)
    as_(client, made.clerk_of(county))
    address = reverse("rule-own", args=["bundle_weights"])
    assert 'value="80"' in text(client.get(address))
    typed = {"own": "75", "members": "25", "first_day": "2024-10-15", "reason": "局务会定"}
    assert client.post(address, typed).status_code == 302
    detail = reverse("rule-detail", args=["bundle_weights"])
    shown = text(client.get(detail))
    assert "核心校本校 75%，成员校平均 25%" in shown
    assert "由本局规定代替" in shown
    assert "修改本局规定" in shown
    withdraw = reverse("rule-withdraw", args=["bundle_weights"])
    assert "恢复：核心校本校 80%，成员校平均 20%（B1-9 五、4）" in text(client.get(withdraw))
    client.post(withdraw, {"first_day": "2024-10-20", "reason": "恢复"})
    assert client.get(withdraw).status_code == 200
    (row,) = OwnFigure.objects.all()
    assert str(row.period.upper) == "2024-10-20"


@pytest.mark.parametrize(
    ("identity", "typed", "sentence"),
    [
        ("bundle_weights", {"own": "75", "members": "20"}, "两项权重之和应为 100%，现为 95%"),
        ("bundle_weights", {"own": "", "members": "20"}, "请填写核心校本校权重。"),
        ("bundle_weights", {"own": "120", "members": "20"}, "100"),
        ("bundle_weights", {"own": "75", "members": "25", "reason": ""}, "请填写原因。"),
        ("quota.excellent", {"share": ""}, "请至少填写一项数值。"),
        ("quota.excellent", {"share": "0"}, "比例"),
        ("exemption", {"mode": "none", "places": "5"}, "none"),
        ("exemption", {"mode": "all", "places": "0"}, "至少进位名次"),
        ("document.yearly_summary", {"filer": "CORE", "basis": "TERM", "due": "7月"}, "期限"),
    ],
)
def test_mistakes_of_an_own_figure_are_told_and_nothing_is_saved(
    client, county, identity, typed, sentence
):
    as_(client, made.clerk_of(county))
    typed = {"first_day": "2024-10-15", "reason": "我的原因"} | typed
    shown = text(client.post(reverse("rule-own", args=[identity]), typed))
    assert sentence in shown[shown.index('class="note note-bad"') :]
    assert not typed["reason"] or "我的原因" in shown
    assert not OwnFigure.objects.exists()


@pytest.mark.parametrize(
    ("identity", "typed", "told"),
    [
        ("exemption", {"mode": "any", "places": "3"}, "任一成员校进位 3 名及以上"),
        ("quota.excellent", {"share": "12.5"}, "单列，12.5%"),
        ("filing_chain", {"core_first": "False"}, "各校直接向教育局负责"),
        ("application_ways", {"ways": ["PERSONAL", "ARRANGED"], "sequence": "False"},
         "个人申请、组织安排相结合"),
        ("demand.shared_facilities", {"items": "操场\r\n\r\n 实验室 "}, "操场、实验室"),
        ("document.yearly_plan", {"filer": "CORE", "basis": "SCHOOL_YEAR", "due": "秋季开学前",
                                  "approved": "True"}, "核心校制定，每学年，秋季开学前，审核通过"),
        ("allowance.transport.TEAM", {"amount": "600"}, "每月 600 元"),
        ("structure.INTEGRATED", {"members_least": "1", "members_most": "3",
                                  "one_legal_person": "True"}, "成员 1–3 所，合为一个法人"),
    ],
)  # fmt: skip
def test_every_kind_of_figure_can_be_typed(client, county, identity, typed, told):
    adopt(county, *THREE)
    as_(client, made.clerk_of(county))
    address = reverse("rule-own", args=[identity])
    client.get(address)
    sent = client.post(address, {"first_day": "2024-10-15", "reason": "局务会定"} | typed)
    assert sent.status_code == 302, text(sent)
    assert told in text(client.get(sent["Location"]))


@pytest.mark.parametrize("identity", ["nothing", "unit_scoring", "bundle_weights.x"])
def test_a_rule_without_figures_and_one_that_is_not_there_have_no_form(client, county, identity):
    as_(client, made.clerk_of(county))
    assert client.get(reverse("rule-own", args=[identity])).status_code == 404


@pytest.mark.parametrize(
    ("name", "sentence"), [("rule-withdraw", "无需撤销"), ("rule-drop", "尚在有效期内，不能停用")]
)
def test_what_is_neither_own_nor_lapsed_has_nothing_to_withdraw_or_drop(
    client, county, name, sentence
):
    adopt(county, *THREE)
    as_(client, made.clerk_of(county))
    address = reverse(name, args=["bundle_weights"])
    assert client.get(address)["Location"] == reverse("rule-detail", args=["bundle_weights"])
    assert sentence in text(client.post(address, said()))
    assert not OwnFigure.objects.exists()


def test_x13_the_workbook_holds_the_rows_of_the_page_and_the_export_is_recorded(client, county):
    adopt(county, *THREE)
    as_(client, made.clerk_of(county))
    sent = client.post(reverse("rule-list") + "?theme=SCORING")
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(sent.content)).get_sheet_by_index(0).to_python()
    )
    assert rows[0] == ["主题", "规则", "数值", "状态", "条款", "文件", "原文或原因", "原规定"]
    assert [row[1] for row in rows[1:]] == [
        "捆绑权重", "捆绑豁免", "一体考核（融合型）", "项目加分（协作型）", "捆绑考核",
    ]  # fmt: skip
    assert rows[1][2:5] == ["核心校本校 80%，成员校平均 20%", "现行", "B1-9 五、4"]
    event = AuditEvent.objects.get(act="policies.rule.export")
    assert event.details["theme"] == "SCORING"
    teacher = made.actor(Role.TEACHER, at=made.school(county, "甲小学"))
    assert as_(client, teacher).post(reverse("rule-list")).status_code == 403


@pytest.mark.parametrize("codes", [THREE[:1], THREE])
def test_queries(client, county, django_assert_num_queries, codes):
    adopt(county, *codes)
    for identity in ("bundle_weights", "quota.excellent")[: len(codes)]:
        set_own(county, identity, **({"share": "0.1"} if "." in identity else {}))
    as_(client, made.clerk_of(county))
    with django_assert_num_queries(6):
        client.get(reverse("rule-list"))
    with django_assert_num_queries(5):
        client.get(reverse("rule-detail", args=["bundle_weights"]))
    with django_assert_num_queries(4):
        client.get(reverse("adoption-edit"))
