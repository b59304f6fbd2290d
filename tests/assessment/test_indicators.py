"""Indicators, weights and pools of a draft."""

from decimal import Decimal

import pytest

from assessment.actions import indicators, pools
from assessment.actions.indicators import Wanted
from assessment.models import Entrant, Indicator, Pool, Result, Score
from core.errors import Denied
from core.models import AuditEvent
from tests.assessment import counties


pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return counties.pair()


@pytest.fixture
def scheme(county):
    return counties.draft(county)


def replace(county, scheme, *wanted, **extra):
    return indicators.replace(
        scheme_id=scheme.pk, wanted=wanted, actor=county.clerk, now=counties.NOW, **extra
    )


def as_is(indicator, **changed):
    said = {
        "name": indicator.name, "possible": indicator.possible, "weight": indicator.weight,
        "pool_id": indicator.pool_id, "id": indicator.pk,
    }  # fmt: skip
    return Wanted(**said | changed)


def listed(scheme):
    rows = Indicator.objects.filter(scheme=scheme).order_by("position")
    return list(rows.values_list("name", "possible", "weight", "pool__name"))


def wanted(name="质量", possible="100", weight="100", **extra):
    return Wanted(name, Decimal(possible), Decimal(weight), **extra)


def test_the_list_is_replaced_whole_in_its_order(county, scheme):
    primary = Pool.objects.get(scheme=scheme, name="小学")
    first = replace(county, scheme, wanted("质量", "60", "60"), wanted("管理", "40", "40"))
    held = replace(
        county, scheme, as_is(first[1], weight=Decimal(30)), as_is(first[0], possible=Decimal(80)),
        wanted("特色", "10.5", "10", pool_id=primary.pk),
    )  # fmt: skip
    assert [it.pk for it in held[:2]] == [first[1].pk, first[0].pk]
    assert listed(scheme) == [
        ("管理", 40, 30, None),
        ("质量", 80, 60, None),
        ("特色", Decimal("10.5"), 10, "小学"),
    ]
    event = AuditEvent.objects.filter(act="assessment.indicator.replace").latest("pk")
    assert event.details["removed"] == []
    assert event.details["weights"] == {"管理": "30", "质量": "60", "特色": "10"}


def test_weights_that_miss_100_are_kept_and_block(county, scheme):
    counties.score(county, scheme, 甲小=90)
    held = Indicator.objects.get(scheme=scheme)
    replace(county, scheme, as_is(held, weight=Decimal(60)))
    scheme.refresh_from_db()
    assert "60" in scheme.blocked
    assert "100" in scheme.blocked
    assert not Result.objects.filter(scheme=scheme).exists()
    replace(county, scheme, as_is(held, weight=Decimal(100)))
    scheme.refresh_from_db()
    assert scheme.blocked == ""
    assert Result.objects.filter(scheme=scheme).exists()


def test_the_same_list_is_no_change(county, scheme):
    held = Indicator.objects.get(scheme=scheme)
    AuditEvent.objects.all().delete()
    replace(county, scheme, as_is(held))
    assert not AuditEvent.objects.exists()


def test_two_change_names_with_each_other(county, scheme):
    one, two = replace(county, scheme, wanted("甲", weight="50"), wanted("乙", weight="50"))
    replace(county, scheme, as_is(one, name="乙"), as_is(two, name="甲"))
    assert [name for name, *_ in listed(scheme)] == ["乙", "甲"]
    one.refresh_from_db()
    assert one.name == "乙"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "至少保留一个指标"),
        ([wanted("  ")], "没有名称"),
        ([wanted(weight="50"), wanted("质 量", weight="50")], "“质 量”有两行"),
        ([wanted("学生数")], "不能叫“学生数”"),
        ([wanted(possible="0")], "满分应大于 0"),
        ([wanted(possible="-5")], "满分应大于 0"),
        ([wanted(weight="0")], "权重应大于 0，不超过 100"),
        ([wanted(weight="100.5")], "权重应大于 0，不超过 100"),
        ([wanted(weight="33.3333")], "最多 3 位小数"),
        ([wanted(pool_id=0x7FFFFFFF)], "请刷新页面"),
        ([wanted(id=0x7FFFFFFF)], "请刷新页面"),
    ],
)
def test_what_an_indicator_must_be(county, scheme, rows, sentence):
    with pytest.raises(Denied, match=sentence):
        replace(county, scheme, *rows)
    assert listed(scheme) == [("得分", 100, 100, None)]


def test_an_indicator_goes_with_its_scores_only_when_that_is_said(county, scheme):
    counties.score(county, scheme, 甲小=90, 乙小=80)
    with pytest.raises(Denied, match="“得分”已有 2 所学校的得分，删除会一并删去"):
        replace(county, scheme, wanted())
    assert Score.objects.count() == 2
    replace(county, scheme, wanted(), drop_scores=True)
    assert (Score.objects.count(), listed(scheme)) == (0, [("质量", 100, 100, None)])


def test_a_score_is_not_left_over_its_maximum_or_outside_its_pool(county, scheme):
    counties.score(county, scheme, 甲小=90, 丙中=60)
    held = Indicator.objects.get(scheme=scheme)
    with pytest.raises(Denied, match="“得分”已有得分超过 80"):
        replace(county, scheme, as_is(held, possible=Decimal(80)))
    primary = Pool.objects.get(scheme=scheme, name="小学")
    with pytest.raises(Denied, match="已有“小学”以外学校的得分"):
        replace(county, scheme, as_is(held, pool_id=primary.pk))
    replace(county, scheme, as_is(held, possible=Decimal(90)))


def test_pools_are_added_renamed_and_removed_when_empty(county, scheme):
    asked = {"actor": county.clerk, "now": counties.NOW}
    pool = pools.add(scheme_id=scheme.pk, name=" 九年一贯 ", **asked)
    assert (pool.name, pool.position) == ("九年一贯", 3)
    with pytest.raises(Denied, match="这个类别已有"):
        pools.add(scheme_id=scheme.pk, name="小学", **asked)
    with pytest.raises(Denied, match="请填写类别的名称"):
        pools.rename(pool_id=pool.pk, name=" ", **asked)
    assert pools.rename(pool_id=pool.pk, name="一贯制", **asked).name == "一贯制"
    replace(county, scheme, wanted(pool_id=pool.pk))
    with pytest.raises(Denied, match="指标“质量”只用于“一贯制”"):
        pools.remove(pool_id=pool.pk, **asked)
    replace(county, scheme, wanted("得分"))
    pools.remove(pool_id=pool.pk, **asked)
    primary = Pool.objects.get(scheme=scheme, name="小学")
    with pytest.raises(Denied, match="“小学”还有 3 所学校"):
        pools.remove(pool_id=primary.pk, **asked)
    with pytest.raises(Denied, match="请刷新页面"):
        pools.remove(pool_id=pool.pk, **asked)
    assert Entrant.objects.filter(pool=primary).count() == 3
    acts = AuditEvent.objects.filter(act__startswith="assessment.pool").order_by("pk")
    assert [it.act.rpartition(".")[2] for it in acts] == ["add", "rename", "remove"]


@pytest.mark.parametrize("many", [1, 3])
def test_queries_do_not_grow_with_indicators(county, scheme, many, django_assert_num_queries):
    rows = [wanted(f"指标{n}", weight="10") for n in range(many)]
    held = replace(county, scheme, *rows)
    asked = [as_is(it, weight=Decimal(20)) for it in held]
    with django_assert_num_queries(25):
        replace(county, scheme, *asked, wanted("新", weight="5"))
