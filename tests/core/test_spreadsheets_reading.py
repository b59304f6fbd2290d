"""Workbooks as the usual programs write them come back as a person sees them."""

import datetime
import shutil
import subprocess
import sys
import zipfile
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from core.spreadsheets import reading
from core.spreadsheets.reading import Cell, read_workbook


def texts(sheet):
    return [[cell.text for cell in row] for row in sheet.rows]


def test_positions_match_excel_when_leading_rows_and_columns_are_blank(tmp_path):
    book = openpyxl.Workbook()
    book.active["B3"] = "学校"
    book.save(tmp_path / "a.xlsx")
    sheet = read_workbook(tmp_path / "a.xlsx").sheets[0]
    assert texts(sheet) == [[], [], ["", "学校"]]


def test_values_of_each_kind(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["文 字 ", 92.5, 1003, True, datetime.date(2024, 9, 1), None, "是"])
    book.active.append([datetime.datetime.fromisoformat("2024-09-01T08:30"), "=1/0", "２"])
    book.save(tmp_path / "a.xlsx")
    first, second = read_workbook(tmp_path / "a.xlsx").sheets[0].rows
    assert [cell.value for cell in first] == [
        "文 字 ",
        Decimal("92.5"),
        Decimal(1003),
        True,
        datetime.date(2024, 9, 1),
        None,
        "是",
    ]
    assert [cell.text for cell in first] == [
        "文 字",
        "92.5",
        "1003",
        "TRUE",
        "2024-09-01",
        "",
        "是",
    ]
    assert [cell.text for cell in second] == ["2024-09-01 08:30:00", "", "２"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (90.09999999999999, "90.1"),
        ((78.4 + 81.2) / 2, "79.8"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (-0.5, "-0.5"),
        (330702199001011234, "330702199001011000"),
        (100, "100"),
    ],
)
def test_a_number_is_the_decimal_that_excel_shows(tmp_path, number, text):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    book.add_worksheet().write_number(0, 0, number)
    book.close()
    cell = read_workbook(tmp_path / "a.xlsx").sheets[0].rows[0][0]
    assert cell.text == text
    assert cell.value == Decimal(text)


@settings(max_examples=10, deadline=None)
@given(
    numbers=st.lists(
        st.decimals(min_value=-(10**9), max_value=10**9, places=4), min_size=1, max_size=200
    )
)
@pytest.mark.parametrize("writer", ["xlsxwriter", "openpyxl", "xlwt"])
def test_numbers_of_four_decimals_come_back_equal(tmp_path_factory, writer, numbers):
    path = tmp_path_factory.mktemp("numbers") / "a.xlsx"
    if writer == "xlsxwriter":
        book = xlsxwriter.Workbook(path)
        book.add_worksheet().write_column(0, 0, map(float, numbers))
        book.close()
    elif writer == "openpyxl":
        book = openpyxl.Workbook()
        for number in numbers:
            book.active.append([float(number)])
        book.save(path)
    else:
        book = xlwt.Workbook()
        sheet = book.add_sheet("a")
        for row, number in enumerate(numbers):
            sheet.write(row, 0, float(number))
        book.save(str(path))
    rows = read_workbook(path).sheets[0].rows
    assert [row[0].value for row in rows] == numbers
    shutil.rmtree(path.parent)


def test_a_formula_is_known_with_its_stored_value_and_without(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    first, second = book.add_worksheet("甲&乙"), book.add_worksheet("丙")
    first.write_formula("B2", "=A1*2", None, 79.8)
    first.write_formula("B3", '="小"&"学"', None, "小学")
    second.write("B2", 1)
    book.close()
    first, second = read_workbook(tmp_path / "a.xlsx").sheets
    assert first.rows[1][1] == Cell(Decimal("79.8"), formula=True)
    assert first.rows[2][1] == Cell("小学", formula=True)
    assert second.rows[1][1] == Cell(Decimal(1))

    book = openpyxl.Workbook()
    book.active["C4"] = "=SUM(A1:A3)"
    book.save(tmp_path / "b.xlsx")
    sheet = read_workbook(tmp_path / "b.xlsx").sheets[0]
    assert sheet.rows[3][2] == Cell(None, formula=True)
    assert not sheet.rows[3][2].blank


def test_a_formula_in_a_sheet_with_prefixed_tags_is_known(tmp_path):
    book = openpyxl.Workbook()
    book.active["A2"] = "=1+1"
    book.save(tmp_path / "plain.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "plain.xlsx") as plain,
        zipfile.ZipFile(tmp_path / "prefixed.xlsx", "w") as prefixed,
    ):
        for name in plain.namelist():
            text = plain.read(name)
            if name.startswith("xl/worksheets/"):
                text = text.replace(b"</", b"\0").replace(b"<", b"<x:").replace(b"\0", b"</x:")
                text = text.replace(b"xmlns=", b"xmlns:x=")
            prefixed.writestr(name, text)
    sheet = read_workbook(tmp_path / "prefixed.xlsx").sheets[0]
    assert sheet.rows[1][0] == Cell(None, formula=True)


def test_error_cells_hold_their_text_in_both_formats(tmp_path):
    book = openpyxl.Workbook()
    book.active["B1"], book.active["B2"] = "#N/A", "#REF!"
    book.save(tmp_path / "a.xlsx")
    assert texts(read_workbook(tmp_path / "a.xlsx").sheets[0]) == [["", "#N/A"], ["", "#REF!"]]

    book = xlsxwriter.Workbook(tmp_path / "b.xlsx")
    book.add_worksheet().write_formula("A1", "=1/0", None, "#DIV/0!")
    book.close()
    cell = read_workbook(tmp_path / "b.xlsx").sheets[0].rows[0][0]
    assert cell == Cell("#DIV/0!", formula=True)

    book = xlwt.Workbook()
    sheet = book.add_sheet("旧")
    sheet.row(1).set_cell_error(2, 0x2A)
    sheet.write(2, 2, xlwt.Formula("1+1"))
    book.save(str(tmp_path / "c.xls"))
    rows = read_workbook(tmp_path / "c.xls").sheets[0].rows
    assert (rows[1][2].value, rows[2][2].formula) == ("#N/A", True)


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_merged_areas_are_filled_and_copies_are_marked(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        book.active["A2"], book.active["D4"] = "实验小学", "末"
        book.active.merge_cells("A2:B4")
        book.save(path)
    else:
        book = xlwt.Workbook()
        sheet = book.add_sheet("旧")
        sheet.write_merge(1, 3, 0, 1, "实验小学")
        sheet.write(3, 3, "末")
        book.save(str(path))
    sheet = read_workbook(path).sheets[0]
    assert texts(sheet)[1:] == [["实验小学"] * 2, ["实验小学"] * 2, ["实验小学"] * 2 + ["", "末"]]
    marks = [[(cell.across, cell.below) for cell in row[:2]] for row in sheet.rows[1:3]]
    assert marks == [[(False, False), (True, False)], [(False, True), (True, True)]]


def test_hidden_sheets_are_read_and_chart_sheets_left_out(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    book.add_worksheet("学校").write("A1", "一")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=学校!$A$1:$A$2"})
    book.add_chartsheet("图").set_chart(chart)
    hidden = book.add_worksheet("集团")
    hidden.write("A1", "二")
    hidden.hide()
    book.add_worksheet("空")
    book.close()
    book = read_workbook(tmp_path / "a.xlsx")
    assert [sheet.name for sheet in book.sheets] == ["学校", "集团", "空"]
    assert book.sheet(" 集　团").rows == [[Cell("二")]]
    assert book.sheet("空").rows == []
    assert book.sheet("图") is None


def test_the_old_format_gives_the_same(tmp_path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("学校")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for place, value in enumerate(["实验小学", 92.5, 1850, True]):
        sheet.write(1, place, value)
    sheet.write(1, 4, datetime.date(2024, 9, 1), day)
    book.save(str(tmp_path / "scores.xls"))
    rows = read_workbook(tmp_path / "scores.xls").sheets[0].rows
    assert [cell.value for cell in rows[1]] == [
        "实验小学",
        Decimal("92.5"),
        Decimal(1850),
        True,
        datetime.date(2024, 9, 1),
    ]


@pytest.mark.parametrize(
    "name", ["scores.xls", "scores", "学校 得分(1).xlsx", "-x.xlsx", "{0}.xlsx"]
)
def test_content_decides_whatever_the_name(tmp_path, monkeypatch, name):
    shutil.copy("tests/data/scores-qingyuan-2023.xlsx", tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert [sheet.name for sheet in read_workbook(name).sheets] == ["学校", "集团"]


def test_twenty_thousand_rows_of_fifteen_columns_are_read(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx", {"constant_memory": True})
    sheet = book.add_worksheet("教师")
    for row in range(20_000):
        sheet.write_row(row, 0, [f"庆元县第{row}小学"] * 5 + [row + 0.5] * 10)
    book.close()
    rows = read_workbook(tmp_path / "a.xlsx").sheets[0].rows
    assert (len(rows), {len(row) for row in rows}) == (20_000, {15})
    assert rows[-1][14].value == Decimal("19999.5")


def test_pictures_in_a_workbook_do_no_harm(tmp_path):
    shutil.copy("tests/data/scores-qingyuan-2023.xlsx", tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx", "a") as archive:
        archive.writestr("xl/media/icon.svg", "<!DOCTYPE svg><svg/>")
        archive.writestr("xl/media/photo.jpeg", bytes(range(256)) * 4000)
    assert len(read_workbook(tmp_path / "a.xlsx").sheets) == 2


def test_a_reader_that_cannot_start_is_no_fault_of_the_file(monkeypatch):
    monkeypatch.setattr(reading, "START", "raise SystemExit('no parser')")
    with pytest.raises(RuntimeError, match="no parser"):
        read_workbook("tests/data/scores-qingyuan-2023.xlsx")


def test_the_package_needs_no_django():
    code = (
        "import sys; from core.spreadsheets import layout, reading, values, writing;"
        "sys.exit('django' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
