"""A teacher file with ten kinds of fault: told by cell, mended from the marked copy, undone."""

import re

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from tests.browser import importing
from tests.browser.moves import sign_in
from tests.factories.tables import TEACHERS, teacher


pytestmark = pytest.mark.xdist_group("browser")

HEADER_ROW = 4
FIRST = 90001  # staff numbers that no teacher of the demo county has


def right(number):
    return teacher(FIRST + number, 姓名=f"试{'甲乙丙丁戊己庚辛壬癸子丑'[number]}")


def other_digit(text):
    """The number with another check digit."""
    return text[:-1] + ("1" if text[-1] != "1" else "2")


def other_gender(text):
    return "女" if text == "男" else "男"


# (column, the wrong value, or what makes it of the right one; what is said; the cure).
FAULTS = [
    ("身份证号", 440582198503091234.0, "末几位已丢失", "设为文本格式"),
    ("身份证号", other_digit, "末位校验码不对", "请对照证件重填"),
    ("出生日期", "1999-12-31", "与身份证号第 7 至 14 位不一致", "请对照证件改正其中一处"),
    ("性别", other_gender, "身份证号表明是“", "请对照证件改正其中一处"),
    ("学校", "试行没有的小学", "在册学校中没有“试行没有的小学”", "先导入学校"),
    ("学段", "大学", "“大学”不在可填的词中", "请填：幼儿园、小学"),
    ("姓名", None, "“姓名”没有填写", "请补填"),
    ("工号", str(FIRST), f"工号与第 {HEADER_ROW + 1} 行重复", "请只留一行"),
    ("手机", "1390000000", "手机应为 1 开头的 11 位数字", "请核对后重填"),
    ("入职时间", "2010.13.45", "“2010.13.45”不是日期", "请写成 2024-09-01 的形式"),
]


def rows():
    """Two right rows, then one for each fault: (the row as sent, as it should be)."""
    made = [(right(0), right(0)), (right(1), right(1))]
    for number, (column, wrong, *_) in enumerate(FAULTS, start=2):
        good = right(number)
        made.append((good | {column: wrong(good[column]) if callable(wrong) else wrong}, good))
    return made


def as_sent(path):
    """A roster as a school sends it: title, a note, the header in row 4, a signature below."""
    book = Workbook()
    page = book.active
    page.title = "名册"
    page.append(["示例县教师花名册（试行）"])
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(TEACHERS))
    page.append(["填报单位：示例学校"])
    page.append([])
    page.append(TEACHERS)
    for sent, _ in rows():
        page.append([sent[column] for column in TEACHERS])
    page.append(["填表人（签字）：", None, None, "负责人（盖章）："])
    book.save(path)
    return path


def test_x12_ten_faults_are_told_by_cell_mended_in_the_marked_copy_and_undone(visit, tmp_path):
    page = visit()
    sign_in(page, "bureau_hr")
    importing.upload(page, "教师", as_sent(tmp_path / "教师花名册.xlsx"))
    assert importing.counts(page) == (2, 0, 0, 10)
    told = page.locator(".imp-t .sayer")
    for place, (column, _, wrong, cure) in enumerate(FAULTS):
        row = HEADER_ROW + 3 + place
        at = f"{chr(ord('A') + TEACHERS.index(column))}{row}"
        said = told.filter(has=page.get_by_text(at, exact=True))
        expect(said).to_have_count(1)
        expect(said).to_contain_text(wrong)
        expect(said).to_contain_text(cure)
    expect(told).to_have_count(len(FAULTS))
    for number in (right(0)["身份证号"], right(3)["身份证号"], right(0)["手机"]):
        assert number not in page.content()

    with page.expect_download() as download:
        page.get_by_role("button", name="下载错误标注").click()
    marked = tmp_path / "已改正.xlsx"
    download.value.save_as(marked)
    mend(marked)

    importing.upload(page, "教师", marked)
    assert importing.counts(page) == (12, 0, 0, 0)
    batch = importing.write(page, 12)
    assert importing.listed(page, "/teachers/", "90") == 12
    page.get_by_role("link", name="试丑").click()
    expect(page.locator("h1")).to_have_text("试丑")
    expect(page.locator(".personal")).to_contain_text(re.compile(r"(\*[^*]*){9}"))

    importing.upload(page, "教师", marked)  # the same file twice changes nothing
    assert importing.counts(page) == (0, 0, 12, 0)
    importing.undo(page, batch)
    assert importing.listed(page, "/teachers/", "90") == 0


def mend(path):
    """The clerk mends each red cell of the marked copy and leaves the marks where they are."""
    book = load_workbook(path)
    page = book["名册"]
    assert [cell.value for cell in page[HEADER_ROW]] == [*TEACHERS, "错误说明"]
    for place, (column, *_) in enumerate(FAULTS):
        number, good = HEADER_ROW + 3 + place, rows()[place + 2][1]
        cell = page.cell(number, TEACHERS.index(column) + 1)
        assert cell.fill.fgColor.rgb.endswith("F8CBC6"), cell.coordinate
        assert column in page.cell(number, len(TEACHERS) + 1).value
        cell.value, cell.number_format = good[column], "@"
    assert page.cell(HEADER_ROW + 1, 1).fill.fill_type is None  # a right row is not marked
    book.save(path)
