"""``bundled_scores`` refuses with place and cure, all faults of a sheet in one run."""

import openpyxl
import pytest

from tests.assessment.sheets import (
    GROUP_HEAD,
    PAIR,
    SCHOOL_HEAD,
    UNIT,
    judged,
    messages,
    write_sheet,
)


GOOD = [["核心", "小学", 90, 100], ["成员", "小学", 80, 50], ["校区", "小学", 70, 50]]
REFUSED = {
    "unknown role": (
        GOOD,
        [*PAIR, ["甲集团", "共建型", "校区", "分校"]],
        None,
        ("集团", 4, "角色"),
    ),
    "unknown type": (GOOD, [["甲集团", "混合型", "核心", "核心校"]], None, ("集团", 2, "类型")),
    "group school not in 学校": (
        GOOD,
        [*PAIR, ["甲集团", "共建型", "无名", "成员校"]],
        None,
        ("集团", 4, "学校"),
    ),
    "project school not in 学校": (GOOD, PAIR, [["无名", "研训", 1]], ("项目", 2, "学校")),
    "school twice": ([*GOOD, ["核 心", "小学", 91]], PAIR, None, ("学校", 5, "学校")),
    "two cores": (GOOD, [*PAIR, ["甲集团", "共建型", "校区", "龙头校"]], None, ("集团", 4, "角色")),
    "no core": (GOOD, [["甲集团", "共建型", "成员", "成员校"]], None, ("集团", 2, "角色")),
    "no member": (GOOD, [["甲集团", "共建型", "核心", "核心校"]], None, ("集团", 2, "角色")),
    "school twice in a group": (GOOD, [*PAIR, PAIR[1]], None, ("集团", 4, "学校")),
    "school in two units": (
        GOOD,
        [*UNIT, ["融合二", "融合型", "成员", "核心校"], ["融合二", "融合型", "校区", "校区"]],
        None,
        ("集团", 5, "学校"),
    ),
    "campus as core of another": (
        GOOD,
        [*UNIT, ["乙", "共建型", "校区", "核心校"], ["乙", "共建型", "成员", "成员校"]],
        None,
        ("集团", 4, "角色"),
    ),
    "own campus as member": (
        GOOD,
        [*UNIT, *PAIR, ["甲集团", "共建型", "校区", "受援校"]],
        None,
        ("集团", 6, "学校"),
    ),
    "score over 100": ([["核心", "小学", 100.01], *GOOD[1:]], PAIR, None, ("学校", 2, "得分")),
    "score below 0": ([["核心", "小学", -1], *GOOD[1:]], PAIR, None, ("学校", 2, "得分")),
    "score not a number": ([["核心", "小学", "九十"], *GOOD[1:]], PAIR, None, ("学校", 2, "得分")),
    "score a boolean": ([["核心", "小学", True], *GOOD[1:]], PAIR, None, ("学校", 2, "得分")),
    "pupils missing": ([["核心", "小学", 90], *GOOD[1:]], UNIT, None, ("学校", 2, "学生数")),
    "pupils zero": ([["核心", "小学", 90, 0], *GOOD[1:]], UNIT, None, ("学校", 2, "学生数")),
    "pupils not whole": ([["核心", "小学", 90, 1.5], *GOOD[1:]], UNIT, None, ("学校", 2, "学生数")),
    "not scored apart": (
        [["核心", "小学", 90], ["成员", "小学", "不单独评分"], *GOOD[2:]],
        PAIR,
        None,
        ("学校", 3, "得分"),
    ),
    "points negative": (GOOD, PAIR, [["核心", "研训", -1]], ("项目", 2, "加分")),
    "points for another": (GOOD, PAIR, [["核心", "研训", 1]], ("项目", 2, "学校")),
    "pool missing": ([["核心", None, 90], *GOOD[1:]], PAIR, None, ("学校", 2, "类别")),
    "last rank zero": (
        [["核心", "小学", 90, 1, 0], *GOOD[1:]],
        PAIR,
        None,
        ("学校", 2, "上年名次"),
    ),
    "two types in a group": (
        GOOD,
        [PAIR[0], ["甲集团", "协作型", "成员", "成员校"]],
        None,
        ("集团", 3, "类型"),
    ),
    "formula in a name": (
        [*GOOD, ['="核"&"心"', "小学", 90]],
        PAIR,
        None,
        ("学校", 5, "学校"),
    ),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_place_and_cure(case, tmp_path):
    school_rows, groups, projects, place = case
    code, report = judged(write_sheet(tmp_path / "得分.xlsx", school_rows, groups, projects))
    assert code == 1
    assert report["ok"] is False
    assert report["schools"] == []
    assert set(report["counts"].values()) == {0}
    assert [tuple(e[k] for k in ("sheet", "row", "column")) for e in report["errors"]] == [place]
    assert report["errors"][0]["message"].endswith("。")


@pytest.mark.parametrize("column", ["学校", "类别", "得分"])
def test_column_missing(column, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "学校"
    book.active.append([name for name in SCHOOL_HEAD if name != column])
    book.active.append(["核心", "小学", 90])
    book.create_sheet("集团").append(GROUP_HEAD)
    book.save(tmp_path / "得分.xlsx")
    code, report = judged(tmp_path / "得分.xlsx")
    assert code == 1
    assert messages(report) == [
        ("学校", None, column, "", f"缺少“{column}”列，请补上这一列的表头。")
    ]


def test_all_faults_come_in_one_run(tmp_path):
    path = write_sheet(
        tmp_path / "得分.xlsx",
        [["核心", "小学", 190], ["成员", "小学", "abc"], ["成员", "小学", 3]],
        [*PAIR, ["乙", "什么型", "无名", "头头"]],
        [["核心", "研训", -3]],
    )
    report = judged(path)[1]
    assert [(e["sheet"], e["row"], e["column"]) for e in report["errors"]] == [
        ("学校", 2, "得分"),
        ("学校", 3, "得分"),
        ("学校", 4, "学校"),
        ("集团", 4, "类型"),
        ("集团", 4, "角色"),
        ("集团", 4, "学校"),
        ("项目", 2, "加分"),
    ]


def test_a_sheet_missing_is_said_with_those_that_are_there(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "成绩"
    book.active["A1"] = "学校"
    book.save(tmp_path / "得分.xlsx")
    code, report = judged(tmp_path / "得分.xlsx")
    assert code == 1
    assert [e["message"] for e in report["errors"]] == [
        "缺少工作表“学校”（文件中有：成绩）。",
        "缺少工作表“集团”（文件中有：成绩）。",
    ]


def test_a_group_with_an_unreadable_row_is_not_said_to_lack_its_core(tmp_path):
    rows = [["核心", "小学", 90], ["成员", "小学", 80]]
    groups = [["甲集团", "共建型", "核心", "校长校"], ["甲集团", "共建型", "成员", "成员校"]]
    report = judged(write_sheet(tmp_path / "得分.xlsx", rows, groups))[1]
    assert [(e["row"], e["column"]) for e in report["errors"]] == [(2, "角色")]
