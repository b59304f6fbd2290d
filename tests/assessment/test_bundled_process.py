"""``bundled_scores`` as a whole process, and the workbook that it writes."""

import json
import os
import subprocess
import sys

import openpyxl
import pytest

from tests.assessment.sheets import B3_B1, PAIR, QINGYUAN, ROOT, judged, write_sheet


GOOD = [["核心", "小学", 90, 100], ["成员", "小学", 80, 50]]


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
    assert " ".join(head) == "学校 类别 本校得分 本校名次 进位 最终得分 最终名次 状态 等待"
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
