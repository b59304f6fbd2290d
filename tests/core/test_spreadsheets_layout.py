"""Tables are found in sheets as schools send them."""

import datetime
from decimal import Decimal

import openpyxl
import pytest

from core.spreadsheets.layout import find_table, key
from core.spreadsheets.reading import Cell, Sheet, read_workbook
from core.spreadsheets.values import to_date, to_int


SCORES = ["学校", "类别", "得分"]
EXTRA = ["学生数", "上年名次"]


def sheet(*rows):
    """Rows of bare values; a Cell may stand for itself."""
    return Sheet("学校", [[cell(value) for value in row] for row in rows])


def cell(value):
    if isinstance(value, Cell):
        return value
    return Cell(Decimal(value) if isinstance(value, int) else value)


def found(table):
    return [
        (row.number, {name: cell.text for name, cell in row.cells.items()}) for row in table.rows
    ]


def schools(table):
    return [row["学校"].text for row in table.rows]


@pytest.mark.parametrize(
    "text", ["学校名称", " 学 校\n名 称", "学校　名称", "\ufeff学校\u200b名称\t"]
)
def test_key_ignores_blanks(text):
    assert key(text) == "学校名称"


def test_key_ignores_width_and_case():
    assert key("B１（X）") == key("b1(x)")


def test_a_plain_table():
    table = find_table(sheet(SCORES, ["实验小学", "小学", Decimal("92.5")]), required=SCORES)
    assert (table.header_row, table.missing, table.repeated, table.skipped) == (1, [], [], [])
    assert found(table) == [(2, {"学校": "实验小学", "类别": "小学", "得分": "92.5"})]


def test_titles_above_order_blanks_marks_and_further_columns():
    table = find_table(
        sheet(
            ["2023学年学校得分表", Cell("2023学年学校得分表", across=True)],
            ["填报单位：庆元县教育局"],
            [],
            ["序号", "得 分（必填）", "备注", "类\n别：", "*学　校", "学生数（人）"],
            [1, Decimal("92.5"), "无", "小学", "实验小学", 1850],
        ),
        required=SCORES,
        optional=EXTRA,
    )
    assert (table.header_row, table.missing) == (4, [])
    assert found(table) == [
        (5, {"得分": "92.5", "类别": "小学", "学校": "实验小学", "学生数": "1850"})
    ]
    assert table.rows[0]["上年名次"].blank


def test_missing_columns_are_named_in_the_order_asked():
    table = find_table(sheet(["学校名称", "类别"], ["实验小学", "小学"]), required=SCORES)
    assert (table.header_row, table.missing) == (1, ["学校", "得分"])


@pytest.mark.parametrize("rows", [[], [[]], [["一", "二"], ["三"]]])
def test_no_header_at_all(rows):
    table = find_table(sheet(*rows), required=SCORES, optional=EXTRA)
    assert (table.header_row, table.missing, table.rows) == (None, SCORES, [])


def test_a_header_below_the_thirtieth_row_is_not_searched():
    assert find_table(sheet(*[["注"]] * 29, SCORES), required=SCORES).header_row == 30
    assert find_table(sheet(*[["注"]] * 30, SCORES), required=SCORES).header_row is None


def test_a_column_that_stands_twice_is_told():
    table = find_table(
        sheet([*SCORES, "得　分"], ["实验小学", "小学", Decimal(1), Decimal(2)]), required=SCORES
    )
    assert table.repeated == ["得分"]
    assert table.rows[0]["得分"].value == 1


def test_a_header_merged_to_the_right_stands_once():
    table = find_table(
        sheet(["学校", Cell("学校", across=True), "类别", "得分"], ["实验小学", "", "小学", 1]),
        required=SCORES,
    )
    assert table.repeated == []


def test_a_header_of_two_rows():
    below = [Cell("学校", below=True), Cell("类别", below=True)]
    grouped = sheet(
        ["学校", "类别", "成绩", Cell("成绩", across=True)],
        [*below, "得分", "上年名次"],
        ["实验小学", "小学", 1, 2],
    )
    table = find_table(grouped, required=SCORES, optional=EXTRA)
    assert (table.header_row, schools(table)) == (2, ["实验小学"])

    with_units = sheet(SCORES, [*below, "（分）"], ["实验小学", "小学", 1])
    table = find_table(with_units, required=SCORES)
    assert (table.header_row, schools(table)) == (1, ["实验小学"])


@pytest.mark.parametrize(
    "footer",
    [
        ["校长签字：", None, None],
        ["填报人：张三", None, None],
        ["填 表 人：", "张三", None],
        ["审核人：", None, "日期：2024年8月20日"],
        ["注：得分为百分制。", None, None],
        ["备注：", None, None],
        ["说明：1.本表一式两份", None, None],
        ["（盖章）", None, None],
        ["制表单位：实验小学", "填报日期：2024年8月20日", "联系电话：0578-6120000"],
        [None, None, None, "经办人："],
        ["合计", None, Decimal("177")],
        ["合 计：", None, Decimal("177")],
        ["平均分", None, Decimal("88.5")],
        ["最高分", "小学", Decimal("92.5")],
    ],
)
def test_lines_below_the_data_are_skipped_and_told(footer):
    table = find_table(sheet(SCORES, ["实验小学", "小学", 1], [], footer), required=SCORES)
    assert schools(table) == ["实验小学"]
    assert [number for number, _ in table.skipped] == [4]


def test_a_total_in_a_further_column_is_skipped():
    table = find_table(
        sheet(["序号", *SCORES], [1, "实验小学", "小学", 1], ["总计", None, None, 1]),
        required=SCORES,
    )
    assert (schools(table), table.skipped) == (["实验小学"], [(3, "总计 1")])


@pytest.mark.parametrize(
    "row",
    [
        ["实验小学", None, None],
        [None, "小学", None],
        [None, None, Decimal(5)],
        ["合计小学", "小学", Decimal(5)],
        ["平均镇小学", None, Decimal(5)],
        ["实验小学", "小学", Decimal(5), "说明：未参评"],
        ["实验小学", None, None, "已盖章"],
        ["庆元县教育局", None, None],
        ["实验小学", "小学", Cell(None, formula=True)],
        [None, None, Cell(None, formula=True)],
        ["学校", "小学", Decimal(5)],
    ],
)
def test_what_may_be_data_is_kept(row):
    table = find_table(sheet([*SCORES, "备注"], row), required=SCORES)
    assert [it.number for it in table.rows] == [2]
    assert table.skipped == []


def test_blank_rows_and_mere_numbering_are_dropped_silently():
    table = find_table(
        sheet(["序号", *SCORES], [], [1, "实验小学", "小学", 1], [2, None, " ", "　"], [3]),
        required=SCORES,
    )
    assert (schools(table), table.skipped) == (["实验小学"], [])


def test_heads_of_printed_pages_in_the_middle():
    head = ["实验小学得分表"]
    table = find_table(
        sheet(head, SCORES, ["甲", "小学", 1], head, ["学 校", "类别", "得分"], ["乙", "小学", 2]),
        required=SCORES,
    )
    assert (schools(table), table.skipped) == (["甲", "乙"], [(4, "实验小学得分表")])


def test_a_value_is_not_copied_into_the_next_column():
    row = ["实验小学", "小学", Decimal(90), Cell(Decimal(90), across=True)]
    table = find_table(sheet([*SCORES, "学生数"], row), required=SCORES, optional=EXTRA)
    assert table.rows[0]["学生数"].blank


def test_rows_that_hold_only_the_rest_of_a_merged_area_are_blank():
    table = find_table(
        sheet(SCORES, ["实验小学", "小学", 1], [Cell("实验小学", below=True)]), required=SCORES
    )
    assert (len(table.rows), table.skipped) == (1, [])


def test_merged_cells_of_a_real_file(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.merge_cells("A1:C1")
    page["A1"] = "教共体成员表"
    page.append(["集团", "学校", "角色"])
    page.append(["实验集团", "实验小学", "核心校"])
    page.append([None, "坑西小学", "成员校"])
    page.merge_cells("A3:A6")
    page.merge_cells("A7:C9")
    page["A7"] = "说明：以上名单以文件为准。"
    book.save(tmp_path / "a.xlsx")
    table = find_table(
        read_workbook(tmp_path / "a.xlsx").sheets[0], required=["集团", "学校", "角色"]
    )
    assert [row["集团"].text for row in table.rows] == ["实验集团", "实验集团"]
    assert table.skipped == [(7, "说明：以上名单以文件为准。")]


def test_the_county_score_sheet():
    book = read_workbook("tests/data/scores-qingyuan-2023.xlsx")
    table = find_table(book.sheet("学校"), required=SCORES, optional=EXTRA)
    assert (table.header_row, table.missing, table.repeated, table.skipped) == (1, [], [], [])
    assert (table.rows[0].number, table.rows[-1].number, len(table.rows)) == (2, 25, 24)
    assert [row["学校"].text for row in table.rows if row["得分"].blank] == ["隆宫乡小"]
    groups = find_table(book.sheet("集团"), required=["集团", "类型", "学校", "角色"])
    assert (groups.missing, len(groups.rows)) == ([], 26)


def test_the_roster_as_received():
    required = ["派出学校", "接收学校", "工号", "姓名", "类别", "学科", "开始日期", "结束日期"]
    page = read_workbook("tests/data/roster-2024-as-received.xlsx").sheets[0]
    table = find_table(page, required=required, optional=["拟任职务", "申请方式"])
    assert (table.header_row, table.missing, table.repeated) == (4, [], [])
    assert table.skipped == [(12, "校长签字: 经办人:")]
    assert [
        (row.number, row["派出学校"].text, to_int(row["工号"]), to_date(row["开始日期"]))
        for row in table.rows
    ] == [
        (number, school, staff, datetime.date(2024, 9, 1))
        for number, school, staff in [
            (5, "实验小学", 1001),
            (6, "实验小学", 1002),
            (7, "实验小学", 1003),
            (8, "举水乡小", 2001),
        ]
    ]
