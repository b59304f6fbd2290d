"""Who takes part, in which pool, and who is taken out; projects of 协作型 cores (B3-10)."""

from decimal import Decimal

import pytest

from assessment.actions import entrants, projects
from assessment.models import Entrant, Pool, Project, Result
from core.errors import Denied
from core.models import AuditEvent
from tests.assessment import counties
from tests.factories import county as made


pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return counties.pair(pupils={"甲小": 900})


@pytest.fixture
def scheme(county):
    return counties.draft(county)


@pytest.fixture
def asked(county):
    return {"actor": county.clerk, "now": counties.NOW}


def change(held, asked, **said):
    facts = {it: getattr(held, it) for it in ("pool_id", "apart", "pupils", "last_rank")}
    return entrants.change(entrant_id=held.pk, **facts | said, **asked)


def test_schools_are_added_into_the_pool_of_their_stage_or_the_one_chosen(county, scheme, asked):
    one = made.school(county.district, "独立小学", stage="PRIMARY")
    two = made.school(county.district, "高级中学", stage="SENIOR")
    (added,) = entrants.add(scheme_id=scheme.pk, school_ids=[one.pk], pool_id=None, **asked)
    assert (added.pool.name, added.apart) == ("小学", True)
    with pytest.raises(Denied, match="没有“高中”这个类别，请为“高级中学”选择类别"):
        entrants.add(scheme_id=scheme.pk, school_ids=[two.pk], pool_id=None, **asked)
    junior = Pool.objects.get(scheme=scheme, name="初中")
    entrants.add(scheme_id=scheme.pk, school_ids=[two.pk], pool_id=junior.pk, **asked)
    with pytest.raises(Denied, match="已在参评学校中"):
        entrants.add(scheme_id=scheme.pk, school_ids=[two.pk], pool_id=junior.pk, **asked)
    assert Result.objects.filter(scheme=scheme, school=one).exists()


def test_schools_of_another_county_and_pools_of_another_year_are_refused(county, scheme, asked):
    far = made.school(made.district("331124", "松阳县"), "外县小学", stage="PRIMARY")
    with pytest.raises(Denied, match="不在本行政区的名册中"):
        entrants.add(scheme_id=scheme.pk, school_ids=[far.pk], pool_id=None, **asked)
    other = counties.draft(county, year=2025)
    stranger = Pool.objects.filter(scheme=other).first()
    held = counties.entrant(scheme, county, "甲小")
    with pytest.raises(Denied, match="所选类别已不在方案中"):
        change(held, asked, pool_id=stranger.pk)


def test_facts_change_and_a_rank_by_hand_is_marked(county, scheme, asked):
    held = counties.entrant(scheme, county, "乙小")
    changed = change(held, asked, pupils=80, last_rank=5)
    assert (changed.pupils, changed.last_rank, changed.last_rank_given) == (80, 5, True)
    event = AuditEvent.objects.get(act="assessment.entrant.change")
    assert event.details == {"fields": ["学生数", "上年名次"]}
    assert event.school_id == county.ids["乙小"]
    change(changed, asked)
    assert AuditEvent.objects.filter(act="assessment.entrant.change").count() == 1
    assert not change(changed, asked, last_rank=None).last_rank_given


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"last_rank": 0}, "上年名次应为 1 以上的整数"),
        ({"pupils": -1}, "学生数应为 0 以上的整数"),
        ({"apart": False}, "只有融合型集团的校区可以不单独评分"),
    ],
)
def test_what_an_entrant_must_be(county, scheme, asked, said, sentence):
    with pytest.raises(Denied, match=sentence):
        change(counties.entrant(scheme, county, "乙小"), asked, **said)


def test_b3_10_a_campus_is_not_scored_apart_while_it_has_a_score(county, scheme, asked):
    counties.score(county, scheme, 甲分校=70)
    with pytest.raises(Denied, match="已有得分，不能改为不单独评分"):
        counties.apart(county, scheme, "甲分校", False)
    counties.score(county, scheme, 甲分校=None)
    counties.apart(county, scheme, "甲分校", False)
    with pytest.raises(Denied, match="不单独评分，不录入得分"):
        counties.score(county, scheme, 甲分校=70)


def test_a_school_with_scores_that_the_other_pool_has_not_stays(county, scheme, asked):
    counties.indicate(county, scheme, ("质量", 60, 60), ("特色", 40, 40, "小学"))
    held = counties.entrant(scheme, county, "乙小")
    pool = Pool.objects.get(scheme=scheme, name="初中")
    special = scheme.indicators.get(name="特色")
    made_score = held.scores.create(indicator=special, points=Decimal(5))
    with pytest.raises(Denied, match="已有“特色”的得分"):
        change(held, asked, pool_id=pool.pk)
    made_score.delete()
    assert change(held, asked, pool_id=pool.pk).pool_id == pool.pk


def test_a_school_is_taken_out_with_a_reason_and_back(county, scheme, asked):
    counties.score(county, scheme, 甲小=90, 乙小=80)
    held = counties.entrant(scheme, county, "乙小")
    with pytest.raises(Denied, match="请写明退出本年考核的原因"):
        entrants.take_out(entrant_id=held.pk, reason="  ", **asked)
    entrants.take_out(entrant_id=held.pk, reason="新建校", **asked)
    assert Result.objects.get(scheme=scheme, school=held.school_id).status == "OUT"
    with pytest.raises(Denied, match="没有退出"):
        entrants.take_back(entrant_id=counties.entrant(scheme, county, "甲小").pk, **asked)
    entrants.take_back(entrant_id=held.pk, **asked)
    assert Result.objects.get(scheme=scheme, school=held.school_id).own == 80
    out = AuditEvent.objects.get(act="assessment.entrant.take_out")
    assert out.details == {"reason": "新建校"}


def test_only_a_school_with_nothing_entered_leaves_the_list(county, scheme, asked):
    counties.score(county, scheme, 丁中=60)
    scored = counties.entrant(scheme, county, "丁中")
    with pytest.raises(Denied, match="已有得分，不能移出名单"):
        entrants.remove(entrant_id=scored.pk, **asked)
    leader = counties.entrant(scheme, county, "丙中")
    project = projects.enter(entrant_id=leader.pk, name="联盟", points=Decimal(2), **asked)
    with pytest.raises(Denied, match="已有项目加分"):
        entrants.remove(entrant_id=leader.pk, **asked)
    projects.remove(project_id=project.pk, **asked)
    entrants.remove(entrant_id=leader.pk, **asked)
    assert not Entrant.objects.filter(pk=leader.pk).exists()
    with pytest.raises(Denied, match="已移出名单"):
        entrants.remove(entrant_id=leader.pk, **asked)
    event = AuditEvent.objects.get(act="assessment.entrant.remove")
    assert event.school_id == county.ids["丙中"]


def test_b3_10_projects_are_those_of_cores_of_collaborative_groups(county, scheme, asked):
    leader = counties.entrant(scheme, county, "丙中")
    project = projects.enter(
        entrant_id=leader.pk, name=" 联合 教研 ", points=Decimal("3.5"), review="达成", **asked
    )
    assert (project.name, project.points, project.review) == ("联合 教研", Decimal("3.5"), "达成")
    for name in ("甲小", "丁中"):
        held = counties.entrant(scheme, county, name)
        with pytest.raises(Denied, match="项目加分只给协作型集团的核心校"):
            projects.enter(entrant_id=held.pk, name="x", points=Decimal(1), **asked)
    with pytest.raises(Denied, match="已有同名项目"):
        projects.enter(entrant_id=leader.pk, name="联合 教研", points=Decimal(1), **asked)
    changed = projects.change(
        project_id=project.pk, name="联合教研", points=Decimal(4), review="", **asked
    )
    assert (changed.name, changed.points) == ("联合教研", 4)
    count = AuditEvent.objects.count()
    projects.change(project_id=project.pk, name="联合教研", points=Decimal(4), review="", **asked)
    assert AuditEvent.objects.count() == count
    projects.remove(project_id=project.pk, **asked)
    with pytest.raises(Denied, match="已删除"):
        projects.remove(project_id=project.pk, **asked)
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    ("points", "sentence"),
    [("-1", "不能为负数"), ("1000", "0 到 999.999"), ("1.2345", "最多 3 位"), ("NaN", "应为数字")],
)
def test_b3_10_points_of_a_project_are_figures(county, scheme, asked, points, sentence):
    leader = counties.entrant(scheme, county, "丙中")
    with pytest.raises(Denied, match=sentence):
        projects.enter(entrant_id=leader.pk, name="x", points=Decimal(points), **asked)


@pytest.mark.parametrize("many", [1, 3])
def test_queries_do_not_grow_with_schools(county, scheme, asked, many, django_assert_num_queries):
    ids = [made.school(county.district, f"新校{n}", stage="PRIMARY").pk for n in range(many)]
    with django_assert_num_queries(26):
        entrants.add(scheme_id=scheme.pk, school_ids=ids, pool_id=None, **asked)
