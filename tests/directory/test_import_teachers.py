"""``import_teachers``: every cell checked, all or nothing saved, the same file changes nothing."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent
from core.periods import last_day
from directory.models import Employment, Teacher
from tests.factories import county as made
from tests.factories import tables


ALL = {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")


@pytest.fixture
def county(db):
    district = made.district()
    core = made.school(district, "实验小学")
    made.school(district, "坑西小学", kind="CAMPUS", parent_id=core.pk)
    made.school(district, "举水乡小")
    return district


@pytest.fixture
def run(county, capsys):
    def run(path, *options):
        return tables.command(capsys, "import_teachers", path, "--district", county.code, *options)

    return run


def test_x12_the_same_file_twice_changes_nothing(run, tmp_path):
    path = tables.xlsx(tmp_path / "a.xlsx", [tables.teacher(n) for n in range(1, 6)])
    code, told = run(path)
    assert (code, told["ok"], told["counts"]) == (0, True, ALL | {"created": 5})
    assert told["errors"] == []
    code, told = run(path)
    assert (code, told["counts"]) == (0, ALL | {"unchanged": 5})
    assert Teacher.objects.count() == 5
    assert AuditEvent.objects.filter(act="core.import.write").count() == 1


def test_what_is_saved(run, tmp_path):
    row = tables.teacher(8, "坑西小学", 姓名="欧阳　娜娜", 手机="１３９００００００８８")
    run(tables.xlsx(tmp_path / "a.xlsx", [row]))
    saved = Teacher.objects.get()
    assert (saved.name, saved.staff_number, saved.gender, saved.phone) == (
        "欧阳娜娜", "00008", "MALE", "13900000088",
    )  # fmt: skip
    assert saved.id_number == row["身份证号"]
    assert saved.born_on == datetime.date(1970, 1, 9)
    assert saved.hired_on == datetime.date(2010, 8, 15)
    assert saved.position_since == datetime.date(2019, 9, 1)
    work = Employment.objects.get()
    names = {it.school_id: it.name for it in work.unit.facts.all() | work.employer.facts.all()}
    assert (names[work.unit_id], names[work.employer_id]) == ("坑西小学", "实验小学")
    assert work.period.lower == datetime.date(2024, 9, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM directory_teacher")
        assert row["身份证号"] not in str(cursor.fetchall())


FAULTS = [
    ("身份证号", {"身份证号": 331126198503090000.0}, "末几位已丢失，请把这一列设为文本格式后重填"),
    ("身份证号", {"身份证号": "3.31126E+17"}, "末几位已丢失"),
    ("身份证号", {"身份证号": "331126198503090011"}, "校验码不对"),
    ("身份证号", {"身份证号": "33112619850309001"}, "现有 17 位"),
    ("身份证号", {"身份证号": "331126198513090017"}, "不是可能的出生日期"),
    ("出生日期", {"出生日期": "1985-03-10"}, "与身份证号第 7 至 14 位不一致"),
    ("出生日期", {"出生日期": "1985年13月1日"}, "不是日期"),
    ("性别", {"性别": "女"}, "身份证号表明是“男”"),
    ("性别", {"性别": "不详"}, "请填：男、女"),
    ("手机", {"手机": "1390000"}, "11 位数字"),
    ("学段", {"学段": "小学部"}, "请填：幼儿园、小学"),
    ("入职时间", {"入职时间": "2034-09-01"}, "在今天之后"),
    ("学校", {"学校": "实验小学校"}, "最接近的是“实验小学”"),
    ("学校", {"学校": ""}, "没有填写"),
    ("工号", {"工号": None}, "没有填写"),
    ("姓名", {"姓名": "#N/A"}, "公式出错"),
    ("姓名", {"姓名": "甲" * 51}, "最多 50 个字"),
]


@pytest.mark.parametrize(("column", "cells", "sentence"), FAULTS)
def test_one_fault_is_told_at_its_cell_and_nothing_is_saved(run, tmp_path, column, cells, sentence):
    good = tables.teacher(1)
    born = datetime.date(1985, 3, 9)
    row = tables.teacher(2, 身份证号=tables.id_number(7, born=born), 出生日期="1985.3.9") | cells
    path = tables.xlsx(
        tmp_path / "a.xlsx", [good, row], above=["教师名册", "填报单位：实验小学", "2024"]
    )
    code, told = run(path)
    assert (code, told["ok"], told["counts"]) == (1, False, ALL)
    assert [(it["row"], it["column"], it["sheet"]) for it in told["errors"]] == [
        (6, column, "Sheet1")
    ]
    assert sentence in told["errors"][0]["message"]
    assert not Teacher.objects.exists()


def test_all_faults_of_a_file_come_at_once(run, tmp_path):
    rows = [tables.teacher(2) | cells for _, cells, _ in FAULTS[:12]]
    _, told = run(tables.xlsx(tmp_path / "a.xlsx", rows))
    assert {it["row"] for it in told["errors"]} == set(range(2, 14))


def test_an_id_number_twice_is_told_without_saying_it(run, tmp_path):
    first = tables.teacher(2)
    run(tables.xlsx(tmp_path / "a.xlsx", [first]))
    rows = [
        tables.teacher(4, 身份证号=first["身份证号"], 出生日期="", 性别=""),
        tables.teacher(6),
        tables.teacher(8, 身份证号=tables.teacher(6)["身份证号"], 出生日期="", 性别=""),
    ]
    code, told = run(tables.xlsx(tmp_path / "b.xlsx", rows))
    assert code == 1
    assert [(it["row"], it["message"]) for it in told["errors"]] == [
        (2, "身份证号已登记在工号 00002 名下，请核对工号。"),
        (4, "身份证号与第 3 行（工号 00006）相同，请核对是谁的。"),
    ]
    assert first["身份证号"] not in str(told)


def test_a_changed_school_ends_the_employment_on_the_import_day(run, tmp_path):
    run(tables.xlsx(tmp_path / "a.xlsx", [tables.teacher(1)]))
    code, told = run(tables.xlsx(tmp_path / "b.xlsx", [tables.teacher(1, "举水乡小")]))
    assert (code, told["counts"]) == (0, ALL | {"updated": 1})
    old, new = Employment.objects.order_by("period")
    assert last_day(old.period) == datetime.date(2024, 10, 14)
    assert (new.period.lower, new.period.upper) == (datetime.date(2024, 10, 15), None)
    code, told = run(tables.xlsx(tmp_path / "c.xlsx", [tables.teacher(1, "坑西小学")]))
    assert Employment.objects.count() == 2  # of the same day: corrected, not split


def test_blank_cells_leave_what_is_on_file(run, tmp_path):
    run(tables.xlsx(tmp_path / "a.xlsx", [tables.teacher(1)]))
    short = {name: tables.teacher(1)[name] for name in ("学校", "工号", "姓名")}
    code, told = run(tables.csv_file(tmp_path / "b.csv", [short | {"学科": ""}]))
    assert (code, told["counts"]) == (0, ALL | {"unchanged": 1})
    assert Teacher.objects.get().subject == "语文"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_usual_encodings(run, tmp_path, encoding):
    rows = [tables.teacher(1, 姓名="赵㛃"), tables.teacher(2, 手机="12")]
    code, told = run(tables.csv_file(tmp_path / "名册.csv", rows, encoding=encoding))
    assert code == 1
    assert [(it["sheet"], it["row"], it["column"]) for it in told["errors"]] == [("", 3, "手机")]
    run(tables.csv_file(tmp_path / "名册.csv", rows[:1], encoding=encoding))
    assert Teacher.objects.get().name == "赵㛃"


def test_dry_run_saves_nothing(run, tmp_path):
    code, told = run(tables.xlsx(tmp_path / "a.xlsx", [tables.teacher(1)]), "--dry-run")
    assert (code, told["dry_run"], told["counts"]) == (0, True, ALL | {"created": 1})
    assert not Teacher.objects.exists()


def test_unknown_district_missing_file_and_wrong_usage(run, capsys, tmp_path):
    code, told = run(tmp_path / "没有.xlsx")
    assert (code, "找不到文件" in told["errors"][0]["message"]) == (1, True)
    code, told = tables.command(capsys, "import_teachers", "a.xlsx", "--district", "999999")
    assert (code, "没有行政区 999999" in told["errors"][0]["message"]) == (1, True)


@pytest.mark.parametrize("many", [1, 300])
def test_as_many_queries_for_many_as_for_one(run, tmp_path, many):
    new = tables.xlsx(tmp_path / "a.xlsx", [tables.teacher(n) for n in range(many)])
    changed = [tables.teacher(n, "举水乡小", 学科="数学") for n in range(many)]
    changed = tables.xlsx(tmp_path / "b.xlsx", changed)
    for path, queries in ((new, 12), (changed, 12)):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert run(path)[0] == 0
        assert len(seen) == queries, "\n".join(it["sql"][:100] for it in seen)
