"""What the columns of imported tables accept: text, words, codes, ID numbers, phones, days."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal

from stdnum.cn import ric

from core.spreadsheets.layout import key
from core.spreadsheets.reading import INVISIBLE, Cell
from core.spreadsheets.values import BadValue, to_date, to_int, to_text


FIRST_BIRTH = datetime.date(1940, 1, 1)
SAFE_DIGITS = 15  # what a number cell keeps
SCIENTIFIC = re.compile(r"\d+(\.\d+)?[Ee]\+?\d+", re.ASCII)
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
AS_TEXT = "请把这一列设为文本格式后重填"


def text(longest: int) -> Callable[[Cell], str]:
    """Any text of at most so many characters, blanks in a row made one."""

    def read(cell: Cell) -> str:
        value = " ".join(to_text(cell).split())
        if len(value) > longest:
            raise BadValue(f"有 {len(value)} 个字，最多 {longest} 个字，请缩短。")
        return value

    return read


def name(longest: int) -> Callable[[Cell], str]:
    """A name; blanks that only space it out (张　三) are dropped."""
    inner = text(longest)

    def read(cell: Cell) -> str:
        value = inner(cell)
        return "".join(value.split()) if HAN.search(value) else value

    return read


def word(words: Mapping[str, object]) -> Callable[[Cell], object]:
    """One of the listed words, as the code that it stands for."""
    known = {key(label): code for label, code in words.items()}
    listed = "、".join(words)

    def read(cell: Cell) -> object:
        shown = to_text(cell)
        if key(shown) not in known:
            raise BadValue(f"“{shown[:20]}”不在可填的词中，请填：{listed}。")
        return known[key(shown)]

    return read


def digits(length: int) -> Callable[[Cell], str]:
    """A code of exactly so many digits."""

    def read(cell: Cell) -> str:
        value = narrow(to_text(cell))
        if not re.fullmatch(rf"\d{{{length}}}", value, re.ASCII):
            raise BadValue(f"应为 {length} 位数字，请核对后重填。")
        return value

    return read


def count(cell: Cell) -> int:
    """A whole number of people, not negative."""
    value = to_int(cell)
    if not 0 <= value <= 1_000_000:
        raise BadValue(f"“{cell.text[:20]}”不是合理的人数，请核对。")
    return value


def staff_number(cell: Cell) -> str:
    """A number that the bureau gives; text or a number cell, as long as no digit was lost."""
    if _spoilt(cell):
        raise BadValue(f"工号被表格软件变成了数字，末几位已丢失，{AS_TEXT}。")
    value = narrow(to_text(cell))
    if len(value) > 30:
        raise BadValue(f"有 {len(value)} 个字符，最多 30 个，请核对。")
    return value


def id_number(cell: Cell) -> str:
    """An ID number of 18 characters with a right check digit; its value is in no sentence."""
    if _spoilt(cell):
        raise BadValue(f"身份证号被表格软件变成了数字，末几位已丢失，{AS_TEXT} 18 位。")
    value = narrow(to_text(cell)).upper()
    if not re.fullmatch(r"\d{17}[\dX]", value, re.ASCII):
        raise BadValue(f"身份证号应为 18 位（末位可为 X），现有 {len(value)} 位，请核对后重填。")
    try:
        born = born_by(value)
    except ValueError:
        born = None
    if born is None or born < FIRST_BIRTH:
        raise BadValue("身份证号第 7 至 14 位不是可能的出生日期，请对照证件重填。")
    if ric.calc_check_digit(value) != value[-1]:
        raise BadValue("身份证号末位校验码不对，多半有一位写错，请对照证件重填。")
    return value


def born_by(number: str) -> datetime.date:
    """The birth date in an ID number of 18 characters. Raises ValueError for an impossible day."""
    return datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def is_male(number: str) -> bool:
    """The 17th digit is odd for men."""
    return int(number[16]) % 2 == 1


def phone(cell: Cell) -> str:
    """A mobile number of 11 digits; spaces, dashes and +86 do not count."""
    value = re.sub(r"^(?:\+?86)(?=1\d{10}$)|-", "", narrow(to_text(cell)))
    if not re.fullmatch(r"1\d{10}", value, re.ASCII):
        raise BadValue("手机应为 1 开头的 11 位数字，请核对后重填。")
    return value


def birth_date(cell: Cell) -> datetime.date:
    return to_date(cell, first=FIRST_BIRTH)


def day(cell: Cell) -> datetime.date:
    """A day in a working life: from 1960 on."""
    return to_date(cell, first=datetime.date(1960, 1, 1))


def narrow(value: str) -> str:
    """Half-width, without any blank."""
    return "".join(unicodedata.normalize("NFKC", value).translate(INVISIBLE).split())


def _spoilt(cell: Cell) -> bool:
    """A number of more digits than a number cell keeps, or its scientific notation as text."""
    if isinstance(cell.value, Decimal):
        return abs(cell.value) >= Decimal(10) ** SAFE_DIGITS
    return isinstance(cell.value, str) and bool(SCIENTIFIC.fullmatch(narrow(cell.value)))


# ---- masks: what of a personal value is shown


def mask_id_number(value: str) -> str:
    """331126********0000; what is no ID number at all is shown as far as it tells nothing."""
    value = narrow(value)
    if SCIENTIFIC.fullmatch(value) or len(value) < 10:
        return value
    return f"{value[:6]}{'*' * max(len(value) - 10, 4)}{value[-4:] if len(value) > 10 else ''}"


def mask_phone(value: str) -> str:
    value = narrow(value)
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 11 else value


def mask_birth_date(value: str) -> str:
    """1980-**-**; what is no birth date is shown, so that it can be mended."""
    try:
        return f"{birth_date(Cell(value)).year}-**-**"
    except BadValue:
        return value
