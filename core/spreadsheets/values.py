"""One cell into one value; what is not surely that value is refused with a sentence.

The sentences say what the cell holds and what is accepted; the caller adds sheet, row and column.
"""

import datetime
import re
import unicodedata
from decimal import Decimal

from core.spreadsheets.reading import INVISIBLE, Cell


EXCEL_DAY_ZERO = datetime.date(1899, 12, 30)
FIRST_DAY, LAST_DAY = datetime.date(1990, 1, 1), datetime.date(2100, 12, 31)
NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
LONGEST_NUMBER = 40
DATE = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?)", re.ASCII)
MIDNIGHT = re.compile(r"\s0{1,2}:00(?::00)?$")
ERRORS = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!|GETTING_DATA)")
DATE_FORM = "请写成 2024-09-01 的形式"
LONGEST_SHOWN = 20


class BadValue(Exception):
    """A cell that does not hold what is wanted; the text is a sentence for the person."""


def to_text(cell: Cell) -> str:
    """The text of any cell as a person sees it, trimmed; blank is "". An error is refused."""
    _refuse_broken(cell)
    return cell.text


def to_decimal(cell: Cell) -> Decimal:
    """The number in a cell, also when written as text or in full-width digits.

    Raises ``BadValue`` for a blank cell too: ask ``cell.blank`` first where blank means something.
    """
    return _number(cell, "数字，请只填数字，例如 92.5")


def to_int(cell: Cell) -> int:
    """The whole number in a cell; 12.0 is 12, 12.5 raises ``BadValue``, and so does a blank."""
    wanted = "整数，请只填整数，例如 12"
    number = _number(cell, wanted)
    if number != number.to_integral_value():
        raise BadValue(f"{_shown(cell)}不是{wanted}。")
    return int(number)


def _number(cell: Cell, wanted: str) -> Decimal:
    _refuse_broken(cell)
    if isinstance(cell.value, Decimal):
        return cell.value
    text = _narrow(cell.text)
    if not isinstance(cell.value, str) or len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        raise BadValue(f"{_shown(cell)}不是{wanted}。")
    return Decimal(text.replace(",", ""))


def to_date(cell: Cell, *, first: datetime.date = FIRST_DAY) -> datetime.date:
    """The day in a cell: a date cell, an Excel serial, or text such as 2024.9.1 or 2024年9月1日.

    Days before ``first`` (1990) or after 2100 raise ``BadValue``: they are typing errors or other
    numbers. Birth dates begin earlier.
    """
    _refuse_broken(cell)
    if isinstance(cell.value, datetime.datetime):
        day = cell.value.date()
    elif isinstance(cell.value, datetime.date):
        day = cell.value
    else:
        text = "".join(MIDNIGHT.sub("", _narrow(cell.text)).split())
        day = _serial(text) or _written(text)
    if day is None:
        raise BadValue(f"{_shown(cell)}不是日期，{DATE_FORM}。")
    if not first <= day <= LAST_DAY:
        years = f"{first.year} 年至 {LAST_DAY.year} 年"
        raise BadValue(f"{_shown(cell)}不在 {years}之间，请核对年份，{DATE_FORM}。")
    return day


def _serial(text: str) -> datetime.date | None:
    """Excel's count of days; five digits, so that 2024 or 202409 are never taken for one."""
    if re.fullmatch(r"[1-7]\d{4}", text, re.ASCII):
        return EXCEL_DAY_ZERO + datetime.timedelta(days=int(text))
    return None


def _written(text: str) -> datetime.date | None:
    if not (found := DATE.fullmatch(text)):
        return None
    year, _, *parts = found.groups()
    month, day = (int(part) for part in parts if part)
    try:
        return datetime.date(int(year), month, day)
    except ValueError:
        return None


def _narrow(text: str) -> str:
    """Full-width characters made half-width, invisible and surrounding blanks removed."""
    return unicodedata.normalize("NFKC", text).translate(INVISIBLE).replace("。", ".").strip()


def _refuse_broken(cell: Cell) -> None:
    """A formula without a result and an error are no values at all."""
    if cell.formula and cell.value is None:
        raise BadValue(
            "这是公式，但没有保存计算结果，请用 Excel 或 WPS 打开后保存一次，或直接填写结果。"
        )
    if isinstance(cell.value, str) and ERRORS.fullmatch(cell.value):
        raise BadValue(f"公式出错（{cell.value}），请改正公式或直接填写结果。")


def _shown(cell: Cell) -> str:
    text = cell.text
    if not text:
        return "空单元格"
    return f"“{text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + '…'}”"
