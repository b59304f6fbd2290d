"""The schools of a district as the rows of an imported table name them."""

import datetime
import difflib
from collections.abc import Iterable

from django.db.backends.postgresql.psycopg_any import DateRange

from core.spreadsheets.layout import key
from directory.enums import SchoolKind
from directory.models import SchoolFacts


class SchoolsOnFile:
    """Found by name, width and spaces aside, or by code; as they are on a day."""

    def __init__(self, rows: Iterable[SchoolFacts]):
        """``rows``: one a school."""
        self.by_id = {row.school_id: row for row in rows}
        self.by_name = {key(row.name): row for row in self.by_id.values()}
        self.by_code = {row.code: row for row in self.by_id.values() if row.code}
        self.nearest: dict[str, str] = {}

    @classmethod
    def on(cls, district_id: int, day: datetime.date) -> "SchoolsOnFile":
        rows = SchoolFacts.objects.on(day).filter(district_id=district_id)
        return cls(rows.select_related("area_unit").order_by("pk"))

    @classmethod
    def from_day(cls, district_id: int, day: datetime.date) -> "SchoolsOnFile":
        """As they are on that day; schools that begin later as they begin."""
        rows = SchoolFacts.objects.filter(
            district_id=district_id, period__overlap=DateRange(day, None, "[)")
        )
        first: dict[int, SchoolFacts] = {}
        for row in rows.order_by("period"):
            first.setdefault(row.school_id, row)
        return cls(first.values())

    def employer_of(self, row: SchoolFacts) -> int:
        """The legal person above the unit, or the highest unit known."""
        seen = {row.school_id}
        while row.kind != SchoolKind.LEGAL_PERSON and row.parent_id in self.by_id:
            if row.parent_id in seen:
                break
            seen.add(row.parent_id)
            row = self.by_id[row.parent_id]
        return row.school_id

    def unknown(self, name: str) -> str:
        """The sentence for a name that is not on file, with the likeliest one that is."""
        if name not in self.nearest:
            names = [row.name for row in self.by_id.values()]
            close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
            hint = f"（最接近的是“{close[0]}”）" if close else ""
            self.nearest[name] = f"在册学校中没有“{name}”，请核对名称{hint}或先导入学校。"
        return self.nearest[name]
