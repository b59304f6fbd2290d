"""Result workbooks: text stays text, pages print well, files are whole or not there."""

import zipfile
from decimal import Decimal

import openpyxl
import pytest

from core.spreadsheets import writing
from core.spreadsheets.reading import read_workbook
from core.spreadsheets.writing import ColumnOut, SheetOut, Unwritable, write_workbook


COLUMNS = [
    ColumnOut("学校", 18),
    ColumnOut("算式", 20, "wrap"),
    ColumnOut("得分", 10, "number2"),
    ColumnOut("名次", 8, "integer"),
]


def result(rows, **options):
    return SheetOut("结果", COLUMNS, rows, **options)


def opened(path, rows, **options):
    write_workbook(path, [result(rows, **options)])
    return openpyxl.load_workbook(path)["结果"]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "http://a.b/c", "mailto:a@b.c", "00123", "{=1}", "TRUE"],
)
def test_text_stays_text(tmp_path, text):
    cell = opened(tmp_path / "a.xlsx", [[text, text, text, text]])["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    row = read_workbook(tmp_path / "a.xlsx").sheets[0].rows[1]
    assert [(cell.value, cell.formula) for cell in row] == [(text, False)] * 4


def test_what_looks_like_a_formula_stays_text_after_editing(tmp_path):
    page = opened(tmp_path / "a.xlsx", [["=1+1", "普通", None, None]])
    assert (page["A2"].quotePrefix, page["B2"].quotePrefix) == (True, False)


def test_row_one_holds_the_titles_and_values_keep_their_kind(tmp_path):
    page = opened(
        tmp_path / "a.xlsx",
        [["实验小学", "(78.40+81.20)/2", Decimal("79.8"), 3], ["坑西小学", None, None, None]],
        header="庆元县",
        footer="第一次",
    )
    assert [cell.value for cell in page[1]] == ["学校", "算式", "得分", "名次"]
    assert [cell.value for cell in page[2]] == ["实验小学", "(78.40+81.20)/2", 79.8, 3]
    assert [cell.value for cell in page[3]] == ["坑西小学", None, None, None]
    assert (page["C2"].number_format, page["D2"].number_format) == ("0.00", "0")
    assert page["C2"].alignment.horizontal == "right"
    assert page["C3"].border.left.style == "thin"
    assert page["A1"].font.b
    assert page.max_row == 3


def test_characters_that_a_workbook_cannot_hold_are_removed(tmp_path):
    text = "实\x00验\x0b小\x1f学\ud800\uffff\n二"
    page = opened(tmp_path / "a.xlsx", [[text, text, text, text]], header=text, footer=text)
    assert page["A2"].value == "实验小学\n二"


def test_very_long_text_is_cut_not_lost(tmp_path):
    page = opened(tmp_path / "a.xlsx", [["长" * 40_000, "长" * 40_000, None, None]])
    assert len(page["A2"].value) == 32_767
    assert page.row_dimensions[2].height > 400


def test_numbers_that_are_none_become_text(tmp_path):
    page = opened(tmp_path / "a.xlsx", [[None, True, Decimal("NaN"), float("inf")]])
    assert [cell.value for cell in page[2]] == [None, "是", "NaN", "inf"]


def test_pages_are_set_up_for_printing(tmp_path):
    page = opened(
        tmp_path / "a.xlsx",
        [["实验小学", "", 1, 1]],
        header="2023学年 A&B",
        footer="2 号文件",
        landscape=True,
    )
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.page_setup.fitToHeight == 0
    assert page.print_title_rows == "$1:$1"
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref is None
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode().replace("&amp;", "&")
    assert '<oddHeader>&C&14&"宋体,加粗"2023学年 A&&B</oddHeader>' in text
    assert '&L&9&"宋体,常规"2 号文件&R&9&"宋体,常规"第 &P 页 共 &N 页</oddFooter>' in text


def test_long_page_headers_are_cut_rather_than_lost(tmp_path):
    page = opened(tmp_path / "a.xlsx", [], header="&" * 300, footer="长" * 300)
    assert page.oddHeader.center.text
    assert page.oddFooter.right.text


def test_rows_are_as_high_as_their_wrapped_text(tmp_path):
    page = opened(
        tmp_path / "a.xlsx",
        [["一", "短", None, None], ["二", "长" * 36, None, None], ["三", "a\nb\nc", None, None]],
    )
    low, high, three = (page.row_dimensions[number].height for number in (2, 3, 4))
    assert low < three < high


def test_names_of_sheets_are_made_fit(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [SheetOut("计算/过程[" + "长" * 40, COLUMNS, [])])
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["计算_过程_" + "长" * 25]


def test_rows_of_another_length_are_a_fault_of_the_program(tmp_path):
    with pytest.raises(ValueError, match="zip"):
        write_workbook(tmp_path / "a.xlsx", [result([["只有一格"]])])
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_keeps_the_file_that_was_there(tmp_path, monkeypatch):
    (tmp_path / "a.xlsx").write_bytes(b"before")

    def full(file, sheets):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "_write", full)
    with pytest.raises(Unwritable, match="请检查磁盘空间是否已满"):
        write_workbook(tmp_path / "a.xlsx", [])
    assert [(it.name, it.read_bytes()) for it in tmp_path.iterdir()] == [("a.xlsx", b"before")]


def test_a_second_write_replaces_the_first(tmp_path):
    opened(tmp_path / "a.xlsx", [["一", "", 1, 1]])
    page = opened(tmp_path / "a.xlsx", [["二", "", 1, 1]])
    assert page["A2"].value == "二"
    assert [it.name for it in tmp_path.iterdir()] == ["a.xlsx"]


def test_places_that_cannot_be_written(tmp_path, monkeypatch):
    with pytest.raises(Unwritable, match=r"文件夹“.*没有”不存在，请先建立该文件夹。"):
        write_workbook(tmp_path / "没有" / "a.xlsx", [])
    with pytest.raises(Unwritable, match=r"请以 \.xlsx 结尾"):
        write_workbook(tmp_path / "a.xls", [])
    (tmp_path / "b.xlsx").mkdir()
    with pytest.raises(Unwritable, match="是已有的文件夹"):
        write_workbook(tmp_path / "b.xlsx", [])

    def closed(file, sheets):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(writing, "_write", closed)
    with pytest.raises(Unwritable, match=r"没有写入文件夹“.*”的权限，请换一个文件夹。"):
        write_workbook(tmp_path / "c.xlsx", [])
