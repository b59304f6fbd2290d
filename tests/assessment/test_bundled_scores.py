"""``bundled_scores`` as another program calls it: the contract of operations.md."""

import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
import xlwt
from django.core.management import call_command

from tests.assessment.sheets import GROUP_HEAD, SCHOOL_HEAD, write_sheet


ROOT = Path(__file__).resolve().parents[2]
QINGYUAN = ROOT / "tests" / "data" / "scores-qingyuan-2023.xlsx"
B3_B1 = "b3-qingyuan,b1-bundled"


def judged(path, *options, pack="b1-bundled"):
    """(exit code, the JSON object) of one call."""
    out = io.StringIO()
    try:
        call_command(
            "bundled_scores",
            str(path),
            f"--pack={pack}",
            "--json",
            *options,
            stdout=out,
            stderr=io.StringIO(),
        )
        code = 0
    except SystemExit as stopped:
        code = stopped.code
    return code, json.loads(out.getvalue())


def schools(report):
    return {school["school"]: school for school in report["schools"]}


def messages(report):
    return [(e["sheet"], e["row"], e["column"], e["value"], e["message"]) for e in report["errors"]]


PAIR = [["甲集团", "共建型", "核心", "核心校"], ["甲集团", "共建型", "成员", "成员校"]]
UNIT = [["融合", "融合型", "核心", "核心校"], ["融合", "融合型", "校区", "成员校"]]


# ---- the county's own sheet


def test_b1_9_b3_10_qingyuan_sheet_gives_the_known_finals():
    code, report = judged(QINGYUAN, pack=B3_B1)
    assert code == 0
    assert report["ok"] is True
    assert report["errors"] == []
    found = schools(report)
    assert {
        name: found[name]["final"]
        for name in (
            "实验小学",
            "坑西小学",
            "城东小学",
            "实验二小",
            "江滨小学",
            "菊隆中学",
            "五都小学",
        )
    } == {
        "实验小学": "89.01",
        "坑西小学": "89.01",
        "城东小学": "85.76",
        "实验二小": "86.17",
        "江滨小学": "85.65",
        "菊隆中学": "83.90",
        "五都小学": None,
    }
    assert found["五都小学"]["waits_for"] == ["隆宫乡小"]
    assert found["隆宫乡小"]["waits_for"] == ["隆宫乡小"]
    assert found["五都小学"]["status"] == "waiting"
    assert {s["provisional"] for s in report["schools"] if s["pool"] == "小学"} == {True}
    assert {s["provisional"] for s in report["schools"] if s["pool"] == "初中"} == {False}
    assert found["实验小学"]["group_types"] == ["CO_BUILT", "INTEGRATED"]
    assert list(found)[:3] == ["实验小学", "坑西小学", "城东小学"]
    assert found["实验小学"]["derivation"][0] == {
        "step": "本单位得分（按学生数加权） (92.50×1850+84.20×310)/2160",
        "value": "91.308796",
        "clause": "B3-10 六、（一）5",
    }
    assert {
        "step": "成员校平均 (78.40+81.20)/2",
        "value": "79.8",
        "clause": "B1-9 五、4",
    } in found["实验小学"]["derivation"]


def test_every_final_score_cites_a_clause_for_each_step():
    report = judged(QINGYUAN, pack=B3_B1)[1]
    for school in report["schools"]:
        assert (school["status"] == "final") == bool(school["derivation"])
        assert all(step["clause"] and step["step"] for step in school["derivation"])


def test_b2_6_pack_without_weights_computes_nothing():
    code, report = judged(QINGYUAN, pack="b3-qingyuan")
    assert code == 1
    assert "所采用方案未规定权重" in report["errors"][0]["message"]
    assert report["schools"] == []
    code, report = judged(QINGYUAN, "--own-weight=0.7", pack="b3-qingyuan")
    assert code == 0
    steps = schools(report)["菊隆中学"]["derivation"]
    assert ("核心校份额 0.7×85.55", "命令行参数") in [(s["step"], s["clause"]) for s in steps]


def test_options_override_the_packs(tmp_path):
    rows = [["核心", "小学", 92.5, None, 1], ["成员", "小学", 78.4, None, 4]]
    path = write_sheet(tmp_path / "得分.xlsx", rows, PAIR)
    final = lambda *options: schools(judged(path, *options)[1])["核心"]["final"]  # noqa: E731
    assert final() == "89.68"
    assert final("--exemption-places=2") == "92.50"
    assert final("--exemption=none", "--exemption-places=2") == "89.68"
    assert final("--own-weight=1") == "92.50"


def test_project_points_and_their_cap(tmp_path):
    groups = [["协作", "协作型", "核心", "核心校"], ["协作", "协作型", "成员", "成员校"]]
    path = write_sheet(
        tmp_path / "得分.xlsx",
        [["核心", "小学", 90], ["成员", "小学", 80]],
        groups,
        [["核心", "研训", 3], ["核心", "课堂", 4.5]],
    )
    step = schools(judged(path, pack=B3_B1)[1])["核心"]["derivation"][1]
    assert (step["value"], step["clause"]) == ("5", "系统默认")
    assert schools(judged(path, pack=B3_B1)[1])["核心"]["final"] == "95.00"
    assert schools(judged(path, "--project-cap=7")[1])["核心"]["final"] == "97.00"


def test_shuffled_rows_columns_and_sheets_give_the_same_results(tmp_path):
    source = openpyxl.load_workbook(QINGYUAN)
    shuffled = openpyxl.Workbook()
    shuffled.remove(shuffled.active)
    chance = random.Random(7)  # noqa: S311 - not a secret
    for name in ("集团", "学校"):
        head, *rows = [list(row) for row in source[name].values]
        order = chance.sample(range(len(head)), len(head))
        chance.shuffle(rows)
        sheet = shuffled.create_sheet(f" {name} ")
        sheet.append(["县教育局汇总表"])
        sheet.append([None])
        sheet.append([" ".join(head[i]) + "\n" for i in order] + ["备注"])
        for row in rows:
            sheet.append([row[i] for i in order])
        sheet.append([None])
        sheet.append(["填表人：", None, "审核人："])
    shuffled.save(tmp_path / "乱序.xlsx")
    assert schools(judged(tmp_path / "乱序.xlsx", pack=B3_B1)[1]) == schools(
        judged(QINGYUAN, pack=B3_B1)[1]
    )


def test_old_xls_reads_the_same(tmp_path):
    source, book = openpyxl.load_workbook(QINGYUAN), xlwt.Workbook()
    for name in ("学校", "集团"):
        sheet = book.add_sheet(name)
        for r, row in enumerate(source[name].values):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r, c, value)
    book.save(str(tmp_path / "得分.xls"))
    assert judged(tmp_path / "得分.xls", pack=B3_B1) == judged(QINGYUAN, pack=B3_B1)


def test_full_width_digits_and_score_written_as_text(tmp_path):
    rows = [["核心", "小学", "９２．５０", "１８５０", None], [" 成 员 ", "小学", "78.4 "]]
    found = schools(judged(write_sheet(tmp_path / "得分.xlsx", rows, PAIR))[1])
    assert (found["核心"]["own"], found["核心"]["final"]) == ("92.50", "89.68")


# ---- refusals: each case is schools, groups, projects and the places that must be named

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


# ---- as a whole process


def command(*arguments, **environment):
    """The command in a process of its own, without database, broker, keys or ``var/``."""
    env = {k: os.environ[k] for k in ("PATH", "HOME", "LANG") if k in os.environ}
    env["TONGXING_VAR"] = "/nonexistent"
    return subprocess.run(
        [sys.executable, "manage.py", "bundled_scores", *arguments],
        cwd=ROOT,
        env=env | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_needs_no_database_broker_or_var():
    done = command(str(QINGYUAN), "--pack", B3_B1, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"] is True
    assert "实验小学" in done.stderr


def test_without_json_a_table_is_printed():
    done = command(str(QINGYUAN), "--pack", B3_B1)
    assert done.returncode == 0
    line = next(line for line in done.stdout.splitlines() if line.startswith("五都小学"))
    assert line.split() == ["五都小学", "82.05", "7", "—", "—", "等待（隆宫乡小）"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["x.xlsx"],
        ["x.xlsx", "--pack=zz"],
        ["x.xlsx", "--pack=b1-bundled", "--own-weight=0"],
        ["x.xlsx", "--pack=b1-bundled", "--own-weight=1.1"],
        ["x.xlsx", "--pack=b1-bundled", "--own-weight=NaN"],
        ["x.xlsx", "--pack=b1-bundled", "--exemption=most"],
        ["x.xlsx", "--pack=b1-bundled", "--exemption-places=0"],
        ["x.xlsx", "--pack=b1-bundled", "--project-cap=-1"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2(arguments):
    done = command(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""


@pytest.mark.parametrize("name", ["不存在.xlsx", "图片.xlsx", "表.et"])
def test_not_a_spreadsheet_is_one_sentence(name, tmp_path):
    if name != "不存在.xlsx":
        (tmp_path / name).write_bytes(b"\xff\xd8\xff\xe0 JFIF" * 50)
    done = command(str(tmp_path / name), "--pack=b1-bundled", "--json")
    assert done.returncode == 1
    assert len(json.loads(done.stdout)["errors"]) == 1
    assert "Traceback" not in done.stderr
    assert ("请另存为 .xlsx" in done.stderr) == (name == "表.et")


# ---- the workbook for the clerk


def test_result_workbook_has_the_promised_sheets_and_columns(tmp_path):
    code, _ = judged(QINGYUAN, f"-o{tmp_path / '结果.xlsx'}", pack=B3_B1)
    assert code == 0
    book = openpyxl.load_workbook(tmp_path / "结果.xlsx")
    assert book.sheetnames == ["结果", "计算过程"]
    head, first, *_ = book["结果"].values
    assert head == tuple(
        ["学校", "类别", "本校得分", "本校名次", "进位", "最终得分", "最终名次", "状态", "等待"]
    )
    assert first[:7] == ("实验小学", "小学", 92.5, 1, 0, 89.01, 1)
    waiting = next(row for row in book["结果"].values if row[0] == "五都小学")
    assert waiting[5:] == (None, None, "等待", "隆宫乡小")
    head, first, *_ = book["计算过程"].values
    assert head == ("学校", "步骤", "算式", "数值", "依据")
    assert first == (
        "实验小学",
        "本单位得分（按学生数加权）",
        "(92.50×1850+84.20×310)/2160",
        91.308796,
        "B3-10 六、（一）5",
    )


def test_result_is_not_written_over_the_sheet_or_into_nowhere(tmp_path):
    path = write_sheet(tmp_path / "得分.xlsx", GOOD, PAIR)
    before = path.read_bytes()
    code, report = judged(path, f"-o{path}")
    assert (code, report["schools"]) == (1, [])
    assert path.read_bytes() == before
    code, report = judged(path, f"-o{tmp_path / '无此文件夹' / '结果.xlsx'}")
    assert code == 1
    assert "无此文件夹" in report["errors"][0]["message"]


def test_nothing_is_written_when_the_sheet_is_refused(tmp_path):
    path = write_sheet(tmp_path / "得分.xlsx", [["核心", "小学", 190]], [])
    assert judged(path, f"-o{tmp_path / '结果.xlsx'}")[0] == 1
    assert not (tmp_path / "结果.xlsx").exists()
