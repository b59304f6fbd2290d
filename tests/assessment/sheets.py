"""Score sheets as a county would make them, and the command that judges them, for tests."""

import io
import json
from pathlib import Path

import openpyxl
from django.core.management import call_command


SCHOOL_HEAD = ["学校", "类别", "得分", "学生数", "上年名次"]
GROUP_HEAD = ["集团", "类型", "学校", "角色"]
PROJECT_HEAD = ["学校", "项目", "加分"]


def write_sheet(path, schools, groups, projects=None):
    """A workbook with the three sheets; rows without their heads."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, head, rows in (
        ("学校", SCHOOL_HEAD, schools),
        ("集团", GROUP_HEAD, groups),
        ("项目", PROJECT_HEAD, projects),
    ):
        if rows is not None:
            sheet = book.create_sheet(name)
            for row in [head, *rows]:
                sheet.append(row)
    book.save(path)
    return path


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
