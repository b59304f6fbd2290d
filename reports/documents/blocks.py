"""What a paper is made of, as plain JSON: chapters of headings, sentences, tables and charts.

Cells hold what is printed: whole numbers as they are, decimals as text, a missing figure as a
word. ``kind`` of a column says how the cells look and how a workbook takes them.
"""

import datetime
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from django.utils import timezone


Kind = Literal["text", "integer", "number2", "exact"]
Block = dict[str, Any]
Cell = str | int
MINUS = "\N{MINUS SIGN}"


def chapter(
    title: str,
    blocks: Sequence[Block],
    *,
    own_page: bool = True,
    numbered: bool = True,
    wide: bool = False,
) -> dict:
    """``own_page``: it begins a page; the others run on behind the one before.

    ``wide``: it lies across its pages.
    """
    return {
        "title": title,
        "blocks": list(blocks),
        "own_page": own_page,
        "numbered": numbered,
        "wide": wide,
    }


def heading(text: str, *, listed: bool = True) -> Block:
    """``listed`` on the contents page; headings by the dozen are not."""
    return {"is": "heading", "text": text, "listed": listed}


def said(text: str, *, kept: bool = False) -> Block:
    """``kept`` on the page of what follows, as a heading is."""
    return {"is": "text", "text": text, "kept": kept}


def chart(title: str, options: dict) -> Block:
    """A chart stands before the table of its figures."""
    return {"is": "chart", "title": title, "options": options}


def column(label: str, width: int = 0, kind: Kind = "text") -> dict:
    """``width`` in characters, of those that ``paper.css`` has; 0 takes what is left.

    Lines of a ``label`` stand below each other in print, behind each other in a workbook.
    """
    return {"label": label, "width": width, "kind": kind}


def table(
    title: str,
    columns: Sequence[dict],
    rows: Sequence[Sequence[Cell]],
    *,
    sheet: str = "",
    note: str = "",
) -> Block:
    """``sheet`` is its name in the workbook."""
    return {
        "is": "table",
        "title": title,
        "sheet": sheet or title,
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "note": note,
    }


def captioned(chapters: Sequence[dict]) -> list[dict]:
    """With the number of every table and chart in its caption: 表3　小学考核结果."""
    counts = {"table": 0, "chart": 0}
    for held in chapters:
        for block in held["blocks"]:
            if block["is"] in counts:
                counts[block["is"]] += 1
                word = {"table": "表", "chart": "图"}[block["is"]]
                block["caption"] = f"{word}{counts[block['is']]}　{block['title']}"
    return list(chapters)


def two(value: Decimal | None, missing: str) -> str:
    """A score as it is printed, or the word that says why there is none."""
    return missing if value is None else f"{value:.2f}"


def exact(value: Decimal | None, missing: str) -> str:
    """A score before it is rounded, with every place that it has and two at least."""
    if value is None:
        return missing
    text = f"{value.normalize():f}"
    return text if len(text.partition(".")[2]) > 2 else f"{value:.2f}"


def whole(value: int | None, missing: str) -> Cell:
    return missing if value is None else value


def signed(value: Decimal, missing: str = "") -> str:
    """With its sign, as a gain is written; a zero has none."""
    if value is None:
        return missing
    if not value:
        return "0.00"
    return f"+{value:.2f}" if value > 0 else f"{MINUS}{-value:.2f}"


def share(part: int, all_of: int) -> str:
    """21 of 24 → 87.5%; without decimals where it is whole."""
    value = (Decimal(100 * part) / all_of).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{value:f}%".replace(".0%", "%")


def day(date: datetime.date) -> str:
    """As it stands in a sentence."""
    return f"{date.year}年{date.month}月{date.day}日"


def day_of(instant: datetime.datetime) -> str:
    """The day of an instant, in the product's time zone."""
    return day(timezone.localtime(instant).date())


def listed(names: Sequence[str], unit: str = "所", most: int = 30) -> str:
    """Names in a sentence; of a long list the first, and how many there are."""
    text = "、".join(names[:most])
    return f"{text}等{len(names)}{unit}" if len(names) > most else text
