"""One cell into one value; what is not surely that value is refused with a sentence."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spreadsheets.reading import Cell
from core.spreadsheets.values import BadValue, to_date, to_decimal, to_int, to_text


MOMENT = datetime.datetime.fromisoformat("2024-09-01T08:30")
DAY = datetime.date(2024, 9, 1)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (Decimal("92.5"), "92.5"),
        ("92.5", "92.5"),
        (" 92.50　", "92.50"),
        ("９２．５", "92.5"),
        ("92。5", "92.5"),
        ("1,234.5", "1234.5"),
        ("１，２３４", "1234"),
        ("-0.5", "-0.5"),
        ("－３", "-3"),
        ("\ufeff100\u200b", "100"),
        ("007", "7"),
    ],
)
def test_numbers_as_people_write_them(value, number):
    assert to_decimal(Cell(value)) == Decimal(number)


@pytest.mark.parametrize(
    "value",
    [
        "92.5分",
        "abc",
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "1e5",
        "12,34",
        "1,2345",
        "9 2",
        "92.",
        ".5",
        "--5",
        "0x10",
        "九十",
        "٣",
        "1" * 5000,
        "",
        "　",
        None,
        True,
        False,
        DAY,
        MOMENT,
    ],
)
@pytest.mark.parametrize("convert", [to_decimal, to_int])
def test_what_is_no_number_is_refused(convert, value):
    with pytest.raises(BadValue, match=r"不是(?:数字|整数).*例如.*。$"):
        convert(Cell(value))


def test_sentences_name_the_value_and_the_cure():
    with pytest.raises(BadValue) as told:
        to_decimal(Cell("92.5分"))
    assert str(told.value) == "“92.5分”不是数字，请只填数字，例如 92.5。"
    with pytest.raises(BadValue) as told:
        to_int(Cell("92.5分"))
    assert str(told.value) == "“92.5分”不是整数，请只填整数，例如 12。"
    with pytest.raises(BadValue) as told:
        to_decimal(Cell(None))
    assert str(told.value).startswith("空单元格不是数字")
    with pytest.raises(BadValue) as told:
        to_text(Cell("#N/A", formula=True))
    assert str(told.value) == "公式出错（#N/A），请改正公式或直接填写结果。"
    with pytest.raises(BadValue) as told:
        to_date(Cell("某" * 300))
    assert len(str(told.value)) < 80


@pytest.mark.parametrize("convert", [to_decimal, to_int, to_text, to_date])
def test_a_formula_without_a_result_and_an_error_are_no_values(convert):
    with pytest.raises(BadValue, match="没有保存计算结果"):
        convert(Cell(None, formula=True))
    with pytest.raises(BadValue, match="公式出错"):
        convert(Cell("#DIV/0!"))


@pytest.mark.parametrize(("value", "number"), [(Decimal("12.00"), 12), ("1,850", 1850), ("３", 3)])
def test_whole_numbers(value, number):
    assert to_int(Cell(value)) == number


def test_halves_are_no_whole_numbers():
    with pytest.raises(BadValue, match=r"“12\.5”不是整数"):
        to_int(Cell(Decimal("12.5")))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" 教师丁 ", "教师丁"),
        (Decimal("1003"), "1003"),
        (Decimal("1003.50"), "1003.5"),
        (Decimal("100"), "100"),
        (DAY, "2024-09-01"),
        (None, ""),
        ("\ufeff\u200b　", ""),
    ],
)
def test_text_is_what_a_person_sees(value, text):
    assert to_text(Cell(value)) == text


@pytest.mark.parametrize(
    "value",
    [
        DAY,
        MOMENT,
        "2024.9.1",
        "2024年9月1日",
        "2024年09月01",
        "2024/9/1",
        "2024-09-01",
        " ２０２４．９．１　",
        "2024 年 9 月 1 日",
        "2024-09-01 00:00:00",
        Decimal(45536),
        "45536",
    ],
)
def test_days_as_people_write_them(value):
    assert to_date(Cell(value)) == DAY


@pytest.mark.parametrize(
    "value",
    [
        "2024.9",
        "2024-9/1",
        "9/1/2024",
        "20240901",
        "2024年",
        "2024.13.1",
        "2024.2.30",
        "明天",
        "",
        None,
        True,
        Decimal("45536.5"),
        Decimal(2024),
        Decimal(-1),
        "1989-12-31",
        "2101-01-01",
        Decimal(32873),
        datetime.date(1900, 1, 1),
    ],
)
def test_other_days_are_refused_with_the_accepted_form(value):
    with pytest.raises(BadValue, match=r"请写成 2024-09-01 的形式。$"):
        to_date(Cell(value))


@given(st.dates(min_value=datetime.date(1990, 1, 1), max_value=datetime.date(2100, 12, 31)))
def test_every_form_of_a_day_is_the_same_day(day):
    serial = (day - datetime.date(1899, 12, 30)).days
    forms = [day, Decimal(serial), f"{day.year}.{day.month}.{day.day}", day.isoformat()]
    forms += [f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}"]
    assert {to_date(Cell(form)) for form in forms} == {day}


@given(st.text(max_size=12) | st.decimals() | st.booleans() | st.none())
def test_any_cell_is_a_value_or_a_sentence(value):
    for convert in (to_decimal, to_int, to_date, to_text):
        try:
            convert(Cell(value if not isinstance(value, Decimal) else str(value)))
        except BadValue as told:
            sentence = str(told)
            assert sentence.endswith("。")
