"""The figures of papers and dashboard, each from the selector that feeds its page (X-13)."""

import dataclasses
import datetime
from collections import Counter
from collections.abc import Mapping

from django.db.models import F

from assessment.enums import Freed, ResultState, SchemeState
from assessment.selectors import results, standing
from assessment.selectors.results import ResultRow
from assessment.selectors.schemes import schemes_visible_to
from assessment.value_added import ValueAdded, value_added
from core.actor import Actor
from core.school_years import school_year_label
from directory.enums import SchoolKind
from directory.selectors import schools
from filings.enums import ObjectionState
from filings.selectors.objections import objections_on
from groups.enums import GroupType, MembershipRole
from groups.selectors import coverage, groups, members
from reports.enums import ReportKind


@dataclasses.dataclass(frozen=True)
class GroupLine:
    """A group as the list of groups tells it."""

    group_id: int
    name: str
    type: str
    district_id: int
    district: str
    core: str
    members: tuple[str, ...]
    since: datetime.date

    @property
    def type_label(self) -> str:
        return GroupType(self.type).label


@dataclasses.dataclass(frozen=True)
class Unit:
    """A 办学单位 on the day; ``outside`` when no part of it is in a group."""

    school_id: int
    name: str
    kind: str
    outside: bool


@dataclasses.dataclass(frozen=True)
class Overview:
    """Groups, schools and coverage on a day."""

    on: datetime.date
    groups: tuple[GroupLine, ...]
    units: tuple[Unit, ...]

    @property
    def by_type(self) -> list[tuple[GroupType, int]]:
        """Every type that there is, in the order of the documents."""
        counts = Counter(group.type for group in self.groups)
        return [(it, counts[it]) for it in GroupType if counts[it]]

    @property
    def by_kind(self) -> list[tuple[SchoolKind, int, int]]:
        """(kind, units, of these outside) of every kind that there is."""
        counts = Counter(unit.kind for unit in self.units)
        outside = Counter(unit.kind for unit in self.outside)
        return [(it, counts[it], outside[it]) for it in SchoolKind if counts[it]]

    @property
    def outside(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.outside)

    @property
    def covered(self) -> int:
        return len(self.units) - len(self.outside)


def overview(actor: Actor, on: datetime.date) -> Overview:
    """As ``group-list`` and ``group-outside`` show that day. Six queries."""
    listed = groups.groups_listed_for(actor, on).filter(period__contains=on)
    rows = list(
        listed.order_by(groups.TYPE_RANK, "sort_key", "pk").values_list(
            "group_id", "name", "type", "district_id", "district__name", "since", named=True
        )
    )
    places = members.places_listed([row.group_id for row in rows], on)
    outside = coverage.ids_outside(actor, on)
    units = schools.schools_visible_to(actor, on).order_by("sort_key", "pk")
    return Overview(
        on=on,
        groups=tuple(_line(row, places.get(row.group_id, ()), on) for row in rows),
        units=tuple(
            Unit(school_id, name, kind, school_id in outside)
            for school_id, name, kind in units.values_list("school_id", "name", "kind")
        ),
    )


def _line(row, places, on: datetime.date) -> GroupLine:
    held = [place for place in places if place.stands_on(on)]
    cores = [place.name for place in held if place.role == MembershipRole.CORE]
    return GroupLine(
        group_id=row.group_id,
        name=row.name,
        type=row.type,
        district_id=row.district_id,
        district=row.district__name,
        core="、".join(cores),
        members=tuple(place.shown for place in held if place.role == MembershipRole.MEMBER),
        since=row.since,
    )


@dataclasses.dataclass(frozen=True)
class YearResults:
    """What a school year's assessment says. Without a published version there are no rows.

    ``version`` is the published one in force; ``open_state`` the state of one that is not.
    """

    school_year: int
    version: object | None = None
    publication: object | None = None
    rows: tuple[ResultRow, ...] = ()
    open_state: SchemeState | None = None

    @property
    def label(self) -> str:
        return school_year_label(self.school_year)

    @property
    def is_published(self) -> bool:
        return self.version is not None

    @property
    def pools(self) -> list[str]:
        """In the order of the version."""
        return list(dict.fromkeys(row.pool for row in self.rows))

    def of_pool(self, pool: str) -> list[ResultRow]:
        return [row for row in self.rows if row.pool == pool]

    def in_state(self, state: ResultState) -> list[ResultRow]:
        return [row for row in self.rows if row.status == state]

    @property
    def cores(self) -> list[ResultRow]:
        return [row for row in self.rows if row.is_core]

    @property
    def freed(self) -> list[ResultRow]:
        """Cores that the exemption frees (B1-10)."""
        return [row for row in self.cores if row.freed == Freed.HOLDS]


def year_results(actor: Actor, district_id: int, school_year: int) -> YearResults:
    """The published version in force, row by row as its page shows it. At most five queries."""
    versions = schemes_visible_to(actor).filter(district=district_id, school_year=school_year)
    held = list(versions.order_by("-version"))
    published = [it for it in held if it.state == SchemeState.PUBLISHED]
    open_state = next((SchemeState(it.state) for it in held if it not in published), None)
    if not published:
        return YearResults(school_year, open_state=open_state)
    version = published[0]
    found = results.in_order(results.results_visible_to(actor, version)).select_related("pool")
    return YearResults(
        school_year,
        version=version,
        publication=standing.publication_of(version),
        rows=tuple(results.rows_of(found)),
        open_state=open_state,
    )


def latest_year(actor: Actor, district_id: int, up_to: int) -> int | None:
    """The last school year up to that one whose results are published. One query."""
    rows = schemes_visible_to(actor).filter(
        district=district_id, state=SchemeState.PUBLISHED, school_year__lte=up_to
    )
    return rows.order_by("-school_year").values_list("school_year", flat=True).first()


def added_by_pool(now: YearResults, last: YearResults) -> dict[str, list[ValueAdded]]:
    """Value added (B3-12) of every pool of both years, the best first; by this year's names."""
    found = {}
    for pool in now.pools:
        before = _own(last.of_pool(pool))
        names = {row.school_id: row.name for row in now.of_pool(pool)}
        known = {names[school_id]: own for school_id, own in before.items() if school_id in names}
        this_year = {names[pk]: own for pk, own in _own(now.of_pool(pool)).items()}
        added = value_added(known, this_year).values()
        if added:
            found[pool] = sorted(added, key=_best_first)
    return found


def _own(rows: list[ResultRow]) -> Mapping[int, object]:
    return {row.school_id: row.own for row in rows if row.own is not None}


def _best_first(it: ValueAdded) -> tuple:
    return it.added is None, -(it.added if it.added is not None else it.gain), it.school


def undecided(
    actor: Actor, district_id: int, on: datetime.date, school_year: int | None = None
) -> int:
    """Objections that nobody had decided at the end of a day; to one year's results, or to all.

    One query.
    """
    rows = objections_on(actor, on).filter(notice__district_id=district_id)
    if school_year is not None:
        versions = schemes_visible_to(actor).filter(district=district_id, school_year=school_year)
        rows = rows.filter(notice__in=versions.values("publication__notice"))
    return rows.filter(shown=ObjectionState.OPEN).count()


def version_told(actor: Actor, report):
    """The version of the results behind a paper's figures; None where none or several are.

    Of a yearly paper the one published last when it was made; of one that counts the objections of
    all years, of the year that all undecided ones are about. One query.
    """
    if report.kind == ReportKind.GROUP:
        return None  # its figures count some of a version's schools
    versions = schemes_visible_to(actor).filter(district=report.district_id)
    if report.kind == ReportKind.YEARLY:
        versions = versions.filter(
            school_year=report.school_year, publication__published_at__lte=report.made_at
        )
    else:
        waiting = objections_on(actor, report.as_of).filter(shown=ObjectionState.OPEN)
        versions = versions.filter(publication__notice__in=waiting.order_by().values("notice"))
    held = list(versions.order_by("-publication__published_at"))
    return held[0] if len({it.school_year for it in held}) == 1 else None


@dataclasses.dataclass(frozen=True)
class Figure:
    """One figure of the strip; ``value`` is a word where there is no figure."""

    key: str
    label: str
    value: int | str
    unit: str
    note: str


def headline(seen: Overview, year: YearResults, open_objections: int) -> list[Figure]:
    """The figures that come first, on the dashboard and in the paper."""
    types = "、".join(f"{it.label}{count}个" for it, count in seen.by_type)
    final = len(year.in_state(ResultState.FINAL))
    out = len(year.in_state(ResultState.OUT))
    left_out = f"，{out}所不参加" if out else ""
    unpublished = None if year.is_published else "未发布"
    return [
        Figure("groups", "教育集团", len(seen.groups), "个", types or "还没有登记集团"),
        Figure("covered", "集团覆盖学校", seen.covered, "所", f"共{len(seen.units)}所办学单位"),
        Figure("outside", "未入集团学校", len(seen.outside), "所", "自身和上下级都不在集团中"),
        Figure("scored", "有最终得分的学校", unpublished or final, "所", f"{year.label}{left_out}"),
        Figure("freed", "适用免捆绑的核心校", unpublished or len(year.freed), "所", year.label),
        Figure("undecided", "待处理异议", open_objections, "条", year.label),
    ]


def published_between(
    actor: Actor, district_id: int, first_day: datetime.date, last_day: datetime.date
) -> list[tuple]:
    """(version, instant) of every publication of those days, the oldest first. One query."""
    rows = schemes_visible_to(actor).filter(
        district=district_id, publication__published_at__date__range=(first_day, last_day)
    )
    rows = rows.order_by("publication__published_at").annotate(
        told_at=F("publication__published_at")
    )
    return [(row, row.told_at) for row in rows]
