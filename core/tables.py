"""What a list declares: its columns and its filters. Plain values; ``core.views.lists`` draws them.

One declaration gives the head with its sort links, the sort itself and the columns of the
workbook, so that screen and export can not differ (X-13).
"""

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Expression, F, OrderBy, QuerySet

from core.spreadsheets.writing import ColumnOut, Kind, Value


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a list.

    ``value`` takes a presented row and gives the cell of the workbook; without it the column is on
    screen only. ``sort`` names the fields to order by, or holds an expression that only this order
    needs; without them the head is no link.
    ``css`` goes to the head cell (``num`` for figures, ``opt`` for what a phone leaves out).
    ``screen`` is off for columns that are in the workbook only.
    """

    name: str
    title: str
    value: Callable[[Any], Value] | None = None
    sort: tuple[str | Expression, ...] = ()
    css: str = ""
    width: float = 14
    kind: Kind = "text"
    screen: bool = True

    def ordering(self, *, down: bool) -> list[OrderBy]:
        """Missing values come last whichever way."""
        by = [F(it) if isinstance(it, str) else it for it in self.sort]
        return [OrderBy(it, descending=down, nulls_last=True) for it in by]

    def out(self) -> ColumnOut:
        return ColumnOut(title=self.title, width=self.width, kind=self.kind)


@dataclasses.dataclass(frozen=True)
class Filter:
    """A choice in the filter bar; ``name`` stands in the address.

    ``choices`` gives (value, label) pairs for the request's actor and day; a value that is not
    among them is passed over. ``narrow`` takes the rows and the chosen value.
    """

    name: str
    label: str
    choices: Callable[[Any], Iterable[tuple[str, str]]]
    narrow: Callable[[QuerySet, str], QuerySet]
