"""B1-9, B1-10, B3-10, X-22: from stored scores and memberships to stored results."""

import datetime
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessment.models import Entrant, Indicator, Pool, Project, Result, Score
from assessment.selectors import inputs
from directory.actions import school_ends
from groups.actions import clusters, groups
from tests.assessment import years
from tests.factories import county as made
from tests.groups.scenes import found


@pytest.fixture
def year(db):
    return years.year()


def steps(result):
    return [step[0] for step in result.steps]


def test_b1_9_b3_10_results_of_a_county_are_stored_with_their_derivation(year):
    results = year.results()
    assert {name: (it.own, it.final, it.final_rank) for name, it in results.items()} == {
        "实验小学": (D("92.50"), D("88.73"), 1),  # 0.8 × 91.308796 + 0.2 × 78.40
        "坑西小学": (D("84.20"), D("88.73"), 1),
        "城东小学": (D("88.00"), D("88.00"), 3),
        "五大堡乡小": (D("81.20"), D("81.20"), 4),
        "举水乡小": (D("78.40"), D("78.40"), 5),
    }
    core = results["实验小学"]
    assert core.is_core
    assert core.group_types == ["CO_BUILT", "INTEGRATED"]
    assert core.steps[0] == [
        "本单位得分（按学生数加权）",
        "(92.50×1850+84.20×310)/2160",
        "91.308796",
        "B3-10 六、（一）5",
    ]
    assert results["城东小学"].steps == [
        ["本校得分", "88.00", "88", "填报得分"],
        ["最终得分（四舍五入到两位小数）", "88.00", "88", "系统默认"],
    ]
    assert year.scheme.blocked == ""
    assert year.scheme.reckoned_at == years.NOW


def test_b1_9_score_over_several_indicators_is_exact(year):
    """Thirds and sevenths: rounded at any step on the way, the cent would be another."""
    Indicator.objects.filter(pk=year.indicator.pk).update(possible=3, weight=70)
    second = Indicator.objects.create(
        scheme=year.scheme, name="特色", position=2, possible=7, weight=30
    )
    for name in years.OWN:
        year.score(name, "1.234567")
        Score.objects.create(entrant=year.entrant(name), indicator=second, points=D("6.5"))
    result = year.reckon()["城东小学"]
    # 70 × 1.234567 / 3 + 30 × 6.5 / 7 = 28.806563… + 27.857142…
    assert result.own == D("56.66")
    assert result.steps[0] == [
        "本校得分", "Σ 得分÷满分×权重（2 项）", "56.663706", "填报得分"
    ]  # fmt: skip


def test_rule_10_half_a_cent_goes_up(year):
    Indicator.objects.filter(pk=year.indicator.pk).update(possible=40)
    year.score("城东小学", "34.002")  # 85.005
    assert year.reckon()["城东小学"].own == D("85.01")


def test_rule_9_school_with_a_part_of_its_scores_waits(year):
    Indicator.objects.filter(pk=year.indicator.pk).update(weight=60)
    second = Indicator.objects.create(
        scheme=year.scheme, name="特色", position=2, possible=40, weight=40
    )
    for name in set(years.OWN) - {"举水乡小"}:
        Score.objects.create(entrant=year.entrant(name), indicator=second, points=30)
    results = year.reckon()
    village, core = results["举水乡小"], results["实验小学"]
    assert (village.status, village.own, village.final) == ("WAITING", None, None)
    assert (core.status, core.final, core.waits_for) == ("WAITING", None, ["举水乡小"])
    assert all(it.provisional for it in results.values())


def test_indicator_of_another_pool_does_not_count(year):
    junior = Pool.objects.create(scheme=year.scheme, name="初中", position=2)
    other = Indicator.objects.create(
        scheme=year.scheme, pool=junior, name="初中项", position=2, possible=10, weight=100
    )
    Indicator.objects.filter(pk=year.indicator.pk).update(pool=year.pool)
    Score.objects.create(entrant=year.entrant("城东小学"), indicator=other, points=1)
    assert year.reckon()["城东小学"].own == D("88.00")
    Entrant.objects.filter(scheme=year.scheme, school=year.schools["城东小学"]).update(pool=junior)
    results = year.reckon()
    assert (results["城东小学"].own, results["城东小学"].own_rank) == (D("10.00"), 1)


def test_school_taken_out_is_not_judged(year):
    year.score("举水乡小", None)
    Entrant.objects.filter(pk=year.entrant("举水乡小").pk).update(out_reason="校舍重建")
    results = year.reckon()
    assert results["举水乡小"].status == "OUT"
    assert results["举水乡小"].steps[0][1] == "校舍重建"
    assert results["实验小学"].final == D("91.31")


def test_campus_not_scored_apart_takes_the_cores(year):
    Entrant.objects.filter(pk=year.entrant("坑西小学").pk).update(apart=False, pupils=None)
    results = year.reckon()
    assert results["坑西小学"].own is None
    assert results["坑西小学"].final == results["实验小学"].final == D("89.68")


def test_membership_counts_on_the_cut_off_day(year):
    group = groups.found(
        district_id=year.county.pk, name="城东教育集团", type="CO_BUILT",
        core_id=year.schools["城东小学"].pk, member_ids=[year.schools["五大堡乡小"].pk],
        first_day=years.CUT_OFF + datetime.timedelta(days=1), actor=None, now=made.NOW,
    )  # fmt: skip
    assert year.reckon()["城东小学"].final == D("88.00")
    groups.dissolve(
        group_id=group.pk, last_day=years.CUT_OFF + datetime.timedelta(days=9), reason="并入",
        actor=None, now=made.NOW,
    )  # fmt: skip
    found(
        year.county, year.schools["城东小学"], [year.schools["五大堡乡小"]], "城东新集团",
        years.CUT_OFF,
    )  # fmt: skip
    assert year.reckon()["城东小学"].final == D("86.64")  # 70.4 + 16.24


def test_e2_cluster_stands_for_its_centre_school(year):
    around = made.school(year.county, "合湖教学点")
    cluster = clusters.create(
        district_id=year.county.pk, name="五大堡片区", centre_id=year.schools["五大堡乡小"].pk,
        school_ids=[around.pk], first_day=made.DAY, actor=None, now=made.NOW,
    )  # fmt: skip
    groups.found(
        district_id=year.county.pk, name="城东教育集团", type="CO_BUILT", member_ids=[],
        core_id=year.schools["城东小学"].pk, cluster_ids=[cluster.pk], first_day=made.DAY,
        actor=None, now=made.NOW,
    )  # fmt: skip
    assert year.reckon()["城东小学"].final == D("86.64")


def test_b3_10_group_that_crosses_counties(year):
    """A partner of the same name elsewhere is nobody here, and no figure changes by it."""
    other = made.district("331127", "景宁县")
    namesake = made.school(other, "城东小学")
    found(other, namesake, [year.schools["五大堡乡小"]], "跨县协作", made.DAY, "COLLABORATIVE")
    found(year.county, year.schools["城东小学"], [namesake], "跨县协作", made.DAY, "COLLABORATIVE")
    Project.objects.create(entrant=year.entrant("城东小学"), name="研训", points=D("2.5"))
    results = year.reckon()
    assert year.scheme.blocked == ""
    assert len(results) == len(years.OWN)
    assert results["城东小学"].final == D("90.50")
    assert results["五大堡乡小"].group_types == ["COLLABORATIVE"]
    assert not results["五大堡乡小"].is_core


def test_b1_10_rise_against_last_years_published_version_unless_entered_by_hand(year):
    last = years.year(held=(year.county, year.schools), start=years.YEAR - 1)
    last.scheme.state = "PUBLISHED"
    last.scheme.save()
    Result.objects.filter(scheme=last.scheme, school=year.schools["举水乡小"]).update(own_rank=9)
    Entrant.objects.filter(pk=year.entrant("城东小学").pk).update(last_rank=7, last_rank_given=True)
    results = year.reckon()
    assert results["举水乡小"].rise == 4  # 9 → 5
    assert results["城东小学"].rise == 5  # as entered, 7 → 2
    check = next(it for it in results["实验小学"].steps if it[0].startswith("豁免核对"))
    assert "小学上年 5 所，今年 5 所" in check[1]


def test_x22_rule_past_its_validity_still_applies(year):
    years.adoptions.adopt(
        district_id=year.county.pk, reason="延用", actor=None, now=made.NOW,
        packs=[("b1-bundled", None, datetime.date(2025, 1, 1))],
        first_day=made.DAY + datetime.timedelta(days=1),
    )  # fmt: skip
    assert year.reckon()["实验小学"].steps[1][3] == "B1-9 五、4"


# ---- what cannot be judged says why, and leaves nothing behind


def blocked(year):
    assert year.reckon() == {}
    return year.scheme.blocked


def test_b2_6_no_weights_no_results(year):
    other = years.year(held=years.county("331127", "景宁县"))
    years.adoptions.adopt(
        district_id=other.county.pk, packs=[("b3-qingyuan", None, None)], reason="只采用三种类型",
        first_day=made.DAY + datetime.timedelta(days=1), actor=None, now=made.NOW,
    )  # fmt: skip
    assert "未规定权重" in blocked(other)


def test_weights_that_miss_100(year):
    Indicator.objects.filter(pk=year.indicator.pk).update(weight=90)
    assert blocked(year) == "“小学”的指标权重合计 90，应为 100，请在“方案”页改正。"
    Indicator.objects.all().delete()
    assert blocked(year) == "“小学”还没有指标，请在“方案”页加上。"


def test_pupils_missing_where_they_weigh(year):
    Entrant.objects.filter(pk=year.entrant("坑西小学").pk).update(pupils=None)
    assert blocked(year) == "“坑西小学”按学生数加权，但没有学生数，请在“参评学校”页填写。"
    year.score("坑西小学", None)
    assert len(year.reckon()) == len(years.OWN)  # nothing is weighed while it waits


def test_member_of_a_group_that_is_no_entrant(year):
    Score.objects.filter(entrant=year.entrant("举水乡小")).delete()
    year.entrant("举水乡小").delete()
    assert blocked(year) == (
        "集团“实验小学教育集团”的“举水乡小”不在参评学校中，请在“参评学校”页加入；"
        "不参加本年考核的，加入后注明原因。"
    )


def test_group_without_any_entrant_is_not_asked(year):
    nurseries = [made.school(year.county, f"幼儿园{n}") for n in range(2)]
    found(year.county, nurseries[0], nurseries[1:], "幼教集团", made.DAY)
    assert len(year.reckon()) == len(years.OWN)


def test_not_scored_apart_for_anything_but_a_campus(year):
    Entrant.objects.filter(pk=year.entrant("城东小学").pk).update(apart=False)
    assert "不是融合型集团的校区" in blocked(year)


def test_project_points_for_a_school_that_leads_no_project_group(year):
    Project.objects.create(entrant=year.entrant("城东小学"), name="研训", points=1)
    assert "不是协作型集团的核心校" in blocked(year)


def test_no_entrants(year):
    Entrant.objects.filter(scheme=year.scheme).delete()
    assert blocked(year) == "还没有参评学校，请先在“参评学校”页加入。"


def test_many_reasons_are_cut_at_the_end_of_a_sentence_count(year):
    Entrant.objects.filter(scheme=year.scheme).update(apart=False)
    assert blocked(year).endswith("另有 2 处。")


def test_blocked_version_is_reckoned_once_the_cause_is_gone(year):
    Indicator.objects.filter(pk=year.indicator.pk).update(weight=90)
    blocked(year)
    Indicator.objects.filter(pk=year.indicator.pk).update(weight=100)
    assert len(year.reckon()) == len(years.OWN)
    assert year.scheme.blocked == ""


def test_own_scores_are_one_statement_and_queries_do_not_grow(year):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            inputs.read(year.scheme)
        return len(seen)

    before = queries()
    for number in range(3):
        core, member = (made.school(year.county, f"新校{number}{it}") for it in "甲乙")
        found(year.county, core, [member], f"新集团{number}", made.DAY)
        for school in (core, member):
            entrant = Entrant.objects.create(scheme=year.scheme, school=school, pool=year.pool)
            Score.objects.create(entrant=entrant, indicator=year.indicator, points=70)
    assert queries() == before == 11


def test_school_closed_before_the_cut_off_day_is_told_from_a_new_one_of_its_name(year):
    school = year.schools["五大堡乡小"]
    school_ends.close(
        school_id=school.pk, last_day=datetime.date(2025, 5, 1), reason="撤并", actor=None,
        now=made.NOW,
    )  # fmt: skip
    made.school(year.county, "五大堡乡小", first_day=datetime.date(2025, 6, 1))
    assert set(year.reckon()) == {*years.OWN, "五大堡乡小（同名）"} - {"五大堡乡小"}
