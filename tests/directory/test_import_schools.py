"""``add_district`` and ``import_schools``."""

import datetime

import pytest

from core.periods import last_day
from directory.models import District, SchoolFacts, SchoolHeadcount
from tests.factories import county as made
from tests.factories import tables


ALL = {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0}
COLUMNS = [
    "学校标识码", "学校名称", "办学类型", "学段", "所属学校", "区划代码", "城乡分类代码",
    "学生数", "教师数",
]  # fmt: skip
UNIT = "331126001001"
CORE = ("3133112601", "实验小学", "独立法人", "小学", "", UNIT, "111", 1850, 98)
CAMPUS = ("", "坑西小学", "校区", "小学", "实验小学", UNIT, 121, 310, 20)
ROWS = [dict(zip(COLUMNS, row, strict=True)) for row in (CORE, CAMPUS)]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")


@pytest.fixture
def run(db, capsys):
    county = made.district()

    def run(path, *options):
        return tables.command(capsys, "import_schools", path, "--district", county.code, *options)

    return run


def rows(**changes):
    """Both rows, the campus with changes."""
    return [ROWS[0], ROWS[1] | changes]


def test_add_district_once(db, capsys):
    for created in (1, 0):
        code, told = tables.command(capsys, "add_district", "331124", "松阳县")
        assert (code, told["ok"], told["counts"]["created"]) == (0, True, created)
    code, told = tables.command(capsys, "add_district", "3311", "短")
    assert (code, "6 至 12 位" in told["errors"][0]["message"]) == (1, True)
    code, told = tables.command(capsys, "add_district", "331125", "云和县", "--parent", "331100")
    assert (code, "没有上级行政区 331100" in told["errors"][0]["message"]) == (1, True)
    code, told = tables.command(capsys, "add_district", "331125", "云和县", "--dry-run")
    assert [it.code for it in District.objects.order_by("code")] == ["331124"]


def test_schools_with_parent_area_and_headcount(run, tmp_path):
    path = tables.xlsx(tmp_path / "a.xlsx", ROWS, below=["填表人：某某", "合计"])
    code, told = run(path)
    assert (code, told["counts"]) == (0, ALL | {"created": 2, "skipped": 2}), told
    campus = SchoolFacts.objects.get(name="坑西小学")
    core = SchoolFacts.objects.get(name="实验小学")
    assert (campus.parent_id, campus.kind, campus.stage, campus.area_class) == (
        core.school_id, "CAMPUS", "PRIMARY", "121",
    )  # fmt: skip
    assert campus.area_unit == core.area_unit
    assert core.code == "3133112601"
    head = SchoolHeadcount.objects.get(school=core.school_id)
    assert (head.school_year, head.pupils, head.teachers) == (2024, 1850, 98)
    assert run(path)[1]["counts"] == ALL | {"unchanged": 2, "skipped": 2}


def test_changes_begin_on_the_import_day(run, tmp_path):
    run(tables.xlsx(tmp_path / "a.xlsx", ROWS))
    changed = rows(学段="九年一贯", 学校标识码="3133112602", 学生数=300)
    _, told = run(tables.xlsx(tmp_path / "b.xlsx", changed))
    assert told["counts"] == ALL | {"updated": 1, "unchanged": 1}
    old, new = SchoolFacts.objects.filter(name="坑西小学").order_by("period")
    assert (last_day(old.period), old.stage) == (datetime.date(2024, 10, 14), "PRIMARY")
    assert (new.period.lower, new.stage) == (datetime.date(2024, 10, 15), "NINE_YEAR")
    assert SchoolHeadcount.objects.get(school=new.school_id).pupils == 300


def test_a_school_is_known_by_its_code_before_its_name(run, tmp_path):
    run(tables.xlsx(tmp_path / "a.xlsx", ROWS))
    renamed = [ROWS[0] | {"学校名称": "第一实验小学"}]
    assert run(tables.xlsx(tmp_path / "b.xlsx", renamed))[1]["counts"] == ALL | {"updated": 1}
    assert SchoolFacts.objects.filter(code="3133112601").count() == 2


FAULTS = [
    ({"学校标识码": "31331126"}, "学校标识码", "应为 10 位数字"),
    ({"学校标识码": "3133112601"}, "学校标识码", "与第 2 行相同"),
    ({"学校名称": "实验 小学", "所属学校": ""}, "学校名称", "在第 2 行已有"),
    ({"办学类型": "分校"}, "办学类型", "请填：独立法人、校区"),
    ({"学段": "小学部"}, "学段", "请填：幼儿园、小学"),
    ({"所属学校": "城东小学"}, "所属学校", "没有“城东小学”"),
    ({"所属学校": "坑西小学"}, "所属学校", "绕回了本校"),
    ({"区划代码": "331126"}, "区划代码", "应为 12 位数字"),
    ({"城乡分类代码": "999"}, "城乡分类代码", "请填：111"),
    ({"学生数": "-3"}, "学生数", "不是合理的人数"),
    ({"学生数": "三百"}, "学生数", "不是整数"),
    ({"学校名称": ""}, "学校名称", "没有填写"),
]


@pytest.mark.parametrize(("cells", "column", "sentence"), FAULTS)
def test_one_fault_is_told_at_its_cell_and_nothing_is_saved(run, tmp_path, cells, column, sentence):
    code, told = run(tables.xlsx(tmp_path / "a.xlsx", rows(**cells)))
    assert (code, told["counts"]) == (1, ALL)
    assert [(it["row"], it["column"]) for it in told["errors"]] == [(3, column)]
    assert sentence in told["errors"][0]["message"]
    assert not SchoolFacts.objects.exists()


def test_a_code_of_another_county_is_refused(run, tmp_path):
    made.school(made.district("331124", "松阳县"), "古市小学", code="3133112602")
    code, told = run(tables.xlsx(tmp_path / "a.xlsx", rows(学校标识码="3133112602")))
    assert (code, "属于另一所学校" in told["errors"][0]["message"]) == (1, True)


def test_a_missing_column_and_an_empty_table(run, tmp_path):
    path = tables.xlsx(tmp_path / "a.xlsx", [{"学段": "小学", "学生数": 3}])
    assert "缺少“学校名称”列" in run(path)[1]["errors"][0]["message"]
    path = tables.xlsx(tmp_path / "b.xlsx", [{}], columns=list(ROWS[0]))
    assert "没有数据行" in run(path)[1]["errors"][0]["message"]
