"""Parts of official papers: ``heading 1 "总则"``, ``table caption columns rows``, ``chart it``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from core import charts


register = template.Library()


@dataclass(frozen=True)
class Column:
    """A column of a printed table. ``width`` in characters; 0 takes what is left."""

    label: str
    width: int = 0
    kind: Literal["text", "number", "name"] = "text"


@register.simple_tag(takes_context=True)
def heading(context, level: int, text: str) -> str:
    """A heading of level 1 to 4 with the next number of the paper's ``headings``."""
    return format_html("<h{0}>{1}{2}</h{0}>", level + 1, context["headings"].next(level), text)


@register.inclusion_tag("pdf/table.html")
def table(caption: str, columns: Sequence[Column], rows: Iterable[Sequence]) -> dict:
    """A table whose head is repeated on every page it runs over."""
    kinds = ["" if column.kind == "text" else column.kind for column in columns]
    cells = (zip(kinds, row, strict=True) for row in rows)
    return {"caption": caption, "columns": columns, "rows": cells}


@register.simple_tag
def chart(options: dict, width: int = 640) -> str:
    """The chart that the screen draws from the same options, as a picture."""
    return mark_safe(charts.svg(options, width=width))  # noqa: S308 - drawn by ECharts, which escapes text
