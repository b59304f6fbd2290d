"""The pattern of every list: filter, search, sort, count, pages, export; its state in the address.

A list subclasses ``ListView``, names its columns and filters (``core.tables``) and answers three
questions: which rows may this actor see (``visible``), what does a row need besides
(``present``, for the rows of one page at once: a constant number of queries), and what is the
place called (``title`` …). Its template extends ``lists/list.html`` and writes plain table rows:
a component for each row would cost more than the query.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views import View

from core import clock
from core.actions import exports
from core.errors import Denied
from core.spreadsheets.writing import SheetOut
from core.tables import Column, Filter
from core.words import simplified


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_EXPORTED = 50_000


@dataclasses.dataclass(frozen=True)
class Head:
    """A head cell: ``way`` is ascending, descending or empty; ``address`` sorts by it."""

    title: str
    css: str
    address: str
    way: str


@dataclasses.dataclass(frozen=True)
class Choice:
    """A filter as the bar draws it."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


class Pages(Paginator):
    """A first page that holds the whole list is counted as it is read, without a query more."""

    def get_page(self, number) -> Page:
        if number not in {None, "", "1"}:
            return super().get_page(number)
        found = list(self.object_list[: self.per_page + 1])
        if len(found) <= self.per_page:
            self.count = len(found)
        return self._get_page(found[: self.per_page], 1, self)


class ListView(View):
    """GET draws one page of the list, POST exports all that the address asks for."""

    template_name: ClassVar[str]
    title: ClassVar[str]
    counter: ClassVar[str] = "条"  # 所, 人 …: what stands behind the count
    columns: ClassVar[Sequence[Column]]
    filters: ClassVar[Sequence[Filter]] = ()
    searched: ClassVar[Sequence[str]] = ("search__contains",)  # lookups that the word may match
    search_label: ClassVar[str] = "名称、拼音或首字母"
    first_sort: ClassVar[str]  # name of a column, with - before it: downwards
    per_page: ClassVar[int] = 50
    export_act: ClassVar[str] = ""  # the audit act; without it the list can not be exported

    # What a list answers.

    def visible(self) -> QuerySet:
        """The rows that the actor may see on ``request.day``, from a selector."""
        raise NotImplementedError

    def present(self, rows: list) -> list:
        """The rows as the template and the workbook read them."""
        return rows

    def extra(self) -> dict[str, Any]:
        """What the template needs besides."""
        return {}

    # The pattern.

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.actor is None:
            raise PermissionDenied
        chosen = self._choices()
        rows = self._sorted(self._narrowed(chosen))
        page = Pages(rows, self.per_page).get_page(request.GET.get("page"))
        return render(request, self.template_name, self._context(page, chosen) | self.extra())

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.actor is None or not self.export_act:
            raise PermissionDenied
        chosen = self._choices()
        rows = self.present(list(self._sorted(self._narrowed(chosen))[:MOST_EXPORTED]))
        columns = [column for column in self.columns if column.value]
        asked = {"on": str(request.day), "q": request.GET.get("q", "")[:100]}
        asked |= {it.name: it.chosen for it in chosen if it.chosen}
        try:
            content = exports.export(
                sheet=SheetOut(
                    name=self.title,
                    columns=[column.out() for column in columns],
                    rows=[[column.value(row) for column in columns] for row in rows],
                    header=f"{self.title}（截至 {request.day}）",
                    landscape=True,
                ),
                act=self.export_act,
                asked={key: value for key, value in asked.items() if value},
                actor=request.actor,
                now=clock.now(),
            )
        except Denied as denied:
            raise PermissionDenied(str(denied)) from denied
        return _attachment(content, f"{self.title}-{request.day:%Y%m%d}.xlsx")

    def _choices(self) -> list[Choice]:
        drawn = []
        for it in self.filters:
            options = list(it.choices(self.request))
            value = self.request.GET.get(it.name, "")
            known = value if value in {option for option, _ in options} else ""
            drawn.append(Choice(it.name, it.label, options, known))
        return drawn

    def _narrowed(self, chosen: list[Choice]) -> QuerySet:
        rows = self.visible()
        for it, choice in zip(self.filters, chosen, strict=True):
            if choice.chosen:
                rows = it.narrow(rows, choice.chosen)
        if word := simplified(self.request.GET.get("q", "")[:100].replace("\x00", "")):
            matches = Q()
            for lookup in self.searched:
                matches |= Q((lookup, word))
            rows = rows.filter(matches)
        return rows

    def _sort(self) -> tuple[Column, bool]:
        """The column to sort by and whether downwards."""
        by_name = {column.name: column for column in self.columns if column.sort}
        for asked in (self.request.GET.get("sort", ""), self.first_sort):
            if column := by_name.get(asked.removeprefix("-")):
                return column, asked.startswith("-")
        raise LookupError(self.first_sort)

    def _sorted(self, rows: QuerySet) -> QuerySet:
        column, down = self._sort()
        return rows.order_by(*column.ordering(down=down), "pk")

    def _address(self, **changed: str) -> str:
        """This list with other parameters, the empty ones left out; sorting starts at page one."""
        query = self.request.GET.copy()
        query.pop("page", None)
        for key, value in changed.items():
            query[key] = value
        for key in [key for key, value in query.items() if value == ""]:
            del query[key]
        return f"?{query.urlencode()}" if query else self.request.path

    def _heads(self) -> list[Head]:
        sorted_by, down = self._sort()
        heads = []
        for column in self.columns:
            if not column.screen:
                continue
            here = column is sorted_by
            name = f"-{column.name}" if here and not down else column.name
            way = ("descending" if down else "ascending") if here else ""
            address = self._address(sort=name) if column.sort else ""
            heads.append(Head(column.title, column.css, address, way))
        return heads

    def _context(self, page: Page, chosen: list[Choice]) -> dict[str, Any]:
        request = self.request
        word = request.GET.get("q", "")[:100]
        kept = {"sort": request.GET.get("sort", ""), "on": request.GET.get("on", "")}
        return {
            "rows": self.present(list(page.object_list)),
            "list": {
                "title": self.title,
                "counter": self.counter,
                "heads": self._heads(),
                "choices": [choice for choice in chosen if choice.options],
                "word": word,
                "search_label": self.search_label,
                "kept": {key: value for key, value in kept.items() if value},
                "narrowed": bool(word or any(it.chosen for it in chosen)),
                "cleared": self._address(q="", **{it.name: "" for it in self.filters}),
                "count": page.paginator.count,
                "page": page,
                "before": self._address_of(page.number - 1) if page.has_previous() else "",
                "after": self._address_of(page.number + 1) if page.has_next() else "",
                "exportable": bool(self.export_act) and request.actor.may("EXPORT"),
                "address": request.get_full_path(),
                "on": f"?on={request.as_of}" if request.as_of else "",
            },
        }

    def _address_of(self, number: int) -> str:
        query = self.request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"


def _attachment(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )
