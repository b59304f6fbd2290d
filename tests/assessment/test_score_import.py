"""A year's score sheet from upload to results, and back (X-12, X-30)."""

from decimal import Decimal

import pytest

from assessment.actions import score_imports
from assessment.models import Entrant, Result, Scheme, Score
from core import clock
from core.actions import imports
from core.errors import Denied
from core.spreadsheets.importing import Occasion
from tests.assessment import counties
from tests.assessment.sheets import QINGYUAN
from tests.factories import county as made
from tests.factories import tables


pytestmark = pytest.mark.django_db
GROUPS_PASSED = "集团关系以在册为准，这张工作表已略过；关系有误的，请在“学校与集团”中更正。"
PROJECTS_PASSED = "项目加分在“项目加分”页录入，这张工作表已略过。"


@pytest.fixture(autouse=True)
def today(monkeypatch, settings, tmp_path):
    monkeypatch.setenv("TONGXING_NOW", counties.AT)
    monkeypatch.setattr("core.tasks.run_job.delay_on_commit", lambda _: None)
    settings.MEDIA_ROOT = tmp_path / "media"


def row(school, pool="小学", **cells):
    return {"学校": school, "类别": pool} | cells


def read(scheme, path, county=None, *, dry_run=False):
    """Import a whole file at once, as a command would."""
    scheme = Scheme.objects.get(pk=scheme.pk)
    occasion = Occasion(scheme.district_id, clock.today(), clock.today(), counties.NOW)
    return imports.run(
        importer=score_imports.importer_for(scheme), path=path, occasion=occasion, dry_run=dry_run,
        actor=county and county.clerk,
    )  # fmt: skip


def told(reading):
    return [(it.row, it.column, it.message) for it in reading.all_faults()]


def states(reading):
    return [str(it.state) for it in reading.lines]


def facts(scheme):
    rows = Entrant.objects.filter(scheme=scheme).order_by("school_id")
    return list(
        rows.values_list("school_id", "pool_id", "apart", "pupils", "last_rank", "last_rank_given")
    )


@pytest.fixture
def county():
    return counties.pair()


@pytest.fixture
def scheme(county):
    return counties.draft(county)


def sheet(tmp_path, *rows, name="得分.xlsx", **extra):
    columns = list(dict.fromkeys(key for it in rows for key in it))
    return tables.xlsx(tmp_path / name, list(rows), columns=columns, **extra)


def test_b1_9_the_countys_own_sheet_uploads_as_it_is():
    county = counties.qingyuan()
    scheme = counties.draft(county)
    reading = read(scheme, QINGYUAN, county)
    assert reading.all_faults() == []
    assert states(reading).count("NEW") == 23
    assert states(reading).count("CHANGED") == 1  # 隆宫乡小: only its last rank
    assert [(it.sheet, it.message) for it in reading.warnings] == [("集团", GROUPS_PASSED)]
    shown = counties.finals(scheme)
    assert shown["实验小学"] == shown["坑西小学"] == "89.01"
    assert (shown["城东小学"], shown["实验二小"], shown["江滨小学"]) == ("85.76", "86.17", "85.65")
    assert (shown["菊隆中学"], shown["五都小学"]) == ("83.90", None)
    waits = Result.objects.get(scheme=scheme, school_name="五都小学")
    assert waits.waits_for == ["隆宫乡小"]
    again = read(scheme, QINGYUAN, county)
    assert set(states(again)) == {"UNCHANGED"}


def test_x12_the_same_file_twice_changes_nothing(county, scheme, tmp_path):
    rows = [
        row("甲小", 得分=92.5, 学生数=10),
        row("甲分校", 得分="不单独评分"),
        row("丙中", "初中"),
    ]
    path = sheet(tmp_path, *rows)
    assert states(read(scheme, path)) == ["NEW", "CHANGED", "UNCHANGED"]
    before, scored = facts(scheme), counties.entered(scheme)
    assert states(read(scheme, path)) == ["UNCHANGED"] * 3
    assert (facts(scheme), counties.entered(scheme)) == (before, scored)


def test_rule_9_a_blank_cell_is_missing_and_takes_nothing_away(county, scheme, tmp_path):
    counties.score(county, scheme, 甲小=90)
    reading = read(scheme, sheet(tmp_path, row("甲小", 得分=None), row("乙小", 得分="")))
    assert states(reading) == ["UNCHANGED", "UNCHANGED"]
    assert counties.entered(scheme) == {(county.ids["甲小"], "得分"): "90"}
    assert Score.objects.filter(points=0).count() == 0


def test_rule_10_points_are_used_as_entered(county, scheme, tmp_path):
    read(scheme, sheet(tmp_path, row("甲小", 得分=84.2), row("乙小", 得分="８０．５５")))
    assert counties.entered(scheme) == {
        (county.ids["甲小"], "得分"): "84.2",
        (county.ids["乙小"], "得分"): "80.55",
    }


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"得分": 925}, ("得分", "得分超过满分 100，是否应为 92.5？")),
        ({"得分": -5}, ("得分", "得分不能为负数，是否应为 5？")),
        ({"得分": "12.3456789"}, ("得分", "得分最多 6 位小数，是否应为 12.345679？")),
        ({"得分": "优"}, ("得分", "“优”不是数字，请只填数字，例如 92.5。")),
        ({"类别": "高中"}, ("类别", "“高中”不在可填的词中，请填：小学、初中。")),
        ({"学校": "甲小学"},
         ("学校", "在册学校中没有“甲小学”，请核对名称（最接近的是“甲小”）或先导入学校。")),
        ({"上年名次": 0}, ("上年名次", "上年名次应为 1 以上的整数；没有上年名次请留空。")),
        ({"学生数": -1}, ("学生数", "“-1”不是合理的人数，请核对。")),
        ({"得分": "不单独评分"},
         ("得分", "只有融合型集团的校区可以写“不单独评分”，请填写“甲小”的得分，未出分请留空。")),
    ],
)  # fmt: skip
def test_x12_what_is_wrong_is_told_by_cell_with_its_cure(scheme, tmp_path, cells, fault):
    wrong = row("甲小", 得分=90) | cells
    reading = read(scheme, sheet(tmp_path, wrong, row("乙小", 得分=80)))
    assert told(reading) == [(2, *fault)]
    assert not Score.objects.exists()


def test_a_school_twice_is_refused(scheme, tmp_path):
    reading = read(scheme, sheet(tmp_path, row("甲小", 得分=90), row("甲 小", 得分=91)))
    assert told(reading) == [(3, "学校", "“甲小”在第 2 行已经有了，请只留一行。")]


def test_a_file_without_its_columns_or_with_passed_sheets_alone_is_refused(scheme, tmp_path):
    reading = read(scheme, sheet(tmp_path, {"学校": "甲小", "得分": 90}))
    assert told(reading) == [(1, "类别", "缺少“类别”列，请补上这一列的表头和内容。")]
    reading = read(scheme, sheet(tmp_path, row("甲小", 加分=1), sheet="项目", name="b.xlsx"))
    assert told(reading) == [(None, "", PROJECTS_PASSED)]


def test_several_indicators_are_columns_and_those_of_one_pool_are_asked_of_it(
    county, scheme, tmp_path
):
    counties.indicate(
        county, scheme, ("质量", 60, 60), ("管理", 40, 40, "小学"), ("特色", 20, 40, "初中")
    )
    reading = read(
        scheme,
        sheet(
            tmp_path,
            row("甲小", 质量=54, 管理=30.5),
            row("丙中", "初中", 质量=50, 特色=21),
            row("丁中", "初中", 质量=50, 管理=20),
        ),
    )
    assert told(reading) == [
        (3, "特色", "得分超过满分 20，是否应为 2.1？"),
        (4, "管理", "“管理”不用于这个类别，请把这一格留空。"),
    ]
    path = sheet(tmp_path, row("甲小", 质量=54, 管理=30.5), row("丙中", "初中", 质量=50, 特色=12))
    read(scheme, path)
    ids = county.ids
    assert counties.entered(scheme) == {
        (ids["甲小"], "质量"): "54", (ids["甲小"], "管理"): "30.5",
        (ids["丙中"], "质量"): "50", (ids["丙中"], "特色"): "12",
    }  # fmt: skip
    own = {it.school_name: it.own for it in Result.objects.filter(scheme=scheme)}
    assert (own["甲小"], own["丙中"]) == (Decimal("84.50"), Decimal("74.00"))


def test_the_only_indicator_is_read_under_its_name_or_as_the_score(county, scheme, tmp_path):
    counties.indicate(county, scheme, ("综合评价", 100, 100))
    read(scheme, sheet(tmp_path, row("甲小", 得分=90)))
    path = sheet(tmp_path, row("甲小", 综合评价=91, 得分=12))
    reading = read(scheme, path)
    assert reading.lines[0].old == {"综合评价": "90"}
    assert counties.entered(scheme) == {(county.ids["甲小"], "综合评价"): "91"}


def test_b3_10_a_campus_is_scored_apart_or_not_and_back(county, scheme, tmp_path):
    read(scheme, sheet(tmp_path, row("甲小", 得分=90, 学生数=9), row("甲分校", 得分=80, 学生数=1)))
    marked = sheet(tmp_path, row("甲分校", 得分="不单独评分"), name="b.xlsx")
    reading = read(scheme, marked)
    assert (states(reading), reading.lines[0].old) == (["CHANGED"], {"得分": "80"})
    assert not counties.entrant(scheme, county, "甲分校").apart
    assert counties.entered(scheme) == {(county.ids["甲小"], "得分"): "90"}
    assert states(read(scheme, marked)) == ["UNCHANGED"]
    reading = read(scheme, sheet(tmp_path, row("甲分校", 得分=70), name="c.xlsx"))
    assert (states(reading), reading.lines[0].old) == (["CHANGED"], {"得分": "不单独评分"})
    assert counties.entrant(scheme, county, "甲分校").apart
    counties.score(county, scheme, 甲小=None, 甲分校=None)
    counties.indicate(county, scheme, ("甲项", 100, 50), ("乙项", 100, 50))
    mixed = sheet(tmp_path, row("甲分校", 甲项="不单独评分", 乙项=5), name="d.xlsx")
    assert told(read(scheme, mixed)) == [
        (2, "甲项", "同一所学校不能有的指标写“不单独评分”、有的填得分，请统一。")
    ]


def test_a_school_on_file_that_is_no_entrant_is_added_to_the_pool_named(county, scheme, tmp_path):
    made.school(county.district, "独立中学", stage="JUNIOR")
    reading = read(scheme, sheet(tmp_path, row("独立中学", "初中", 得分=77, 上年名次=4)))
    assert states(reading) == ["NEW"]
    held = Entrant.objects.get(scheme=scheme, pk=reading.lines[0].object_id)
    assert (held.pool.name, held.apart, held.last_rank, held.last_rank_given) == (
        "初中", True, 4, True,
    )  # fmt: skip
    assert Result.objects.filter(scheme=scheme, school_name="独立中学").exists()


def test_pool_pupils_and_last_rank_change_by_the_sheet(county, scheme, tmp_path):
    counties.score(county, scheme, 丁中=60)
    reading = read(scheme, sheet(tmp_path, row("丁中", "小学", 学生数="1,200", 上年名次="3")))
    assert reading.lines[0].old == {"类别": "初中", "学生数": "", "上年名次": ""}
    held = counties.entrant(scheme, county, "丁中")
    assert (held.pool.name, held.pupils, held.last_rank, held.last_rank_given) == (
        "小学", 1200, 3, True,
    )  # fmt: skip


def test_a_school_with_scores_that_the_other_pool_has_not_stays(county, scheme, tmp_path):
    counties.indicate(county, scheme, ("质量", 60, 60), ("特色", 40, 40, "小学"))
    read(scheme, sheet(tmp_path, row("乙小", 质量=1, 特色=2)))
    reading = read(scheme, sheet(tmp_path, row("乙小", "初中", 质量=1)))
    assert told(reading) == [
        (2, "类别", "已有“特色”的得分，这个指标不用于所填类别；请先清空这项得分。")
    ]


def test_one_reckoning_a_file(county, scheme, tmp_path, monkeypatch):
    counted = []
    reckon = score_imports.reckonings.reckon
    monkeypatch.setattr(
        score_imports.reckonings, "reckon", lambda **kw: counted.append(1) or reckon(**kw)
    )
    read(scheme, sheet(tmp_path, row("甲小", 得分=90), row("乙小", 得分=80)))
    assert counted == [1]


def test_a_locked_version_takes_no_sheet(county, scheme, tmp_path):
    path = sheet(tmp_path, row("甲小", 得分=90))
    importer = score_imports.importer_for(scheme)
    Scheme.objects.filter(pk=scheme.pk).update(state="SUBMITTED")
    with pytest.raises(Denied, match="得分已锁定"):
        read(scheme, path, county)
    occasion = Occasion(scheme.district_id, clock.today(), clock.today(), counties.NOW)
    with pytest.raises(Denied, match="先撤回送审"):
        imports.run(
            importer=importer, path=path, occasion=occasion, dry_run=False, actor=county.clerk
        )
    assert not Score.objects.exists()


def test_indicators_changed_since_the_upload_are_told(county, scheme, tmp_path):
    importer = score_imports.importer_for(scheme)
    counties.indicate(county, scheme, ("质量", 100, 100))
    occasion = Occasion(scheme.district_id, clock.today(), clock.today(), counties.NOW)
    with pytest.raises(Denied, match="重新上传"):
        imports.run(
            importer=importer, path=sheet(tmp_path, row("甲小", 得分=90)), occasion=occasion,
            dry_run=False, actor=county.clerk,
        )  # fmt: skip


@pytest.mark.parametrize("many", [1, 3])
def test_queries_of_a_file_do_not_grow(county, scheme, tmp_path, many, django_assert_num_queries):
    for number in range(many):
        made.school(county.district, f"新校{number}", stage="PRIMARY")
    rows = [row(f"新校{number}", 得分=70 + number) for number in range(many)]
    pools = {"甲小": "小学", "乙小": "小学", "丙中": "初中"}
    held = [row(name, pool, 得分=60) for name, pool in list(pools.items())[:many]]
    path = sheet(tmp_path, *rows, *held)
    scheme = Scheme.objects.prefetch_related("pools", "indicators").get(pk=scheme.pk)
    importer = score_imports.importer_for(scheme)
    occasion = Occasion(scheme.district_id, clock.today(), clock.today(), counties.NOW)
    with django_assert_num_queries(37):
        imports.run(
            importer=importer, path=path, occasion=occasion, dry_run=False, actor=county.clerk
        )
