"""Files as schools send them, for imports. Every person and every number is made up."""

import csv
import datetime
import io
import json

import openpyxl
from django.core.management import call_command
from stdnum.cn import ric


TEACHERS = [
    "学校", "工号", "姓名", "性别", "出生日期", "身份证号", "手机", "学段", "学科", "职称", "职务",
    "任现职时间", "骨干层次", "学历", "入职时间",
]  # fmt: skip


def id_number(serial: int, *, born=datetime.date(1985, 3, 9), male=True, area="331126") -> str:
    """A number of a made-up person with a right check digit."""
    order = (2 * serial + (1 if male else 0)) % 1000
    stem = f"{area}{born:%Y%m%d}{order:03}"
    return stem + ric.calc_check_digit(stem + "0")


def teacher(number: int, school="实验小学", **cells) -> dict:
    """One row of a table of teachers, right unless ``cells`` say otherwise."""
    born = datetime.date(1970 + number // 400 % 30, 1 + number // 28 % 12, 1 + number % 28)
    male = number % 2 == 0
    row = {
        "学校": school,
        "工号": f"{number:05}",
        "姓名": "赵钱孙李周吴郑王"[number % 8] + "甲乙丙丁戊己庚辛"[number // 8 % 8],
        "性别": "男" if male else "女",
        "出生日期": born.isoformat(),
        "身份证号": id_number(number // 2, born=born, male=male),
        "手机": f"139{number:08}",
        "学段": "小学",
        "学科": "语文",
        "职称": "一级教师",
        "职务": "",
        "任现职时间": "2019年9月1日",
        "骨干层次": "",
        "学历": "本科",
        "入职时间": "2010.8.15",
    }
    return row | cells


def xlsx(path, rows, *, above=(), below=(), sheet="Sheet1", columns=None):
    """A workbook with title rows above the header and notes below the data."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    columns = columns or list(rows[0])
    for line in above:
        page.append([line])
    page.append(columns)
    for row in rows:
        page.append([row.get(column) for column in columns])
    for line in below:
        page.append([line])
    book.save(path)
    return path


def csv_file(path, rows, *, encoding="utf-8"):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def command(capsys, name, *arguments) -> tuple[int, dict]:
    """(exit code, the one JSON object on standard output)."""
    capsys.readouterr()
    code = 0
    try:
        call_command(name, *map(str, arguments), "--json")
    except SystemExit as ended:
        code = ended.code
    return code, json.loads(capsys.readouterr().out)
