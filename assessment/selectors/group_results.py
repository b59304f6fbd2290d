"""What published assessments say of the schools of one group."""

import dataclasses
from decimal import Decimal

from assessment.enums import SchemeState
from assessment.models import Result, Scheme
from assessment.selectors import results
from assessment.selectors.results import ResultRow
from assessment.selectors.schemes import schemes_visible_to
from core.actor import Actor
from groups.selectors.partners import schools_of


YEARS = 5


@dataclasses.dataclass(frozen=True)
class YearCell:
    """A school in one year: its final score and place; both None where it was not judged."""

    final: Decimal | None = None
    rank: int | None = None


@dataclasses.dataclass(frozen=True)
class Trend:
    """A school over the years, in the order of ``GroupResults.years``."""

    name: str
    is_core: bool
    cells: tuple[YearCell, ...]


@dataclasses.dataclass(frozen=True)
class GroupResults:
    """``scheme`` is the latest published version in force, None before there is one."""

    scheme: Scheme | None
    rows: list[ResultRow]
    years: list[Scheme]
    trends: list[Trend]

    @property
    def cores(self) -> list[ResultRow]:
        return [row for row in self.rows if row.derivation and row.derivation.is_bundle]


def of_group(actor: Actor, *, group_id: int, district_id: int) -> GroupResults:
    """For a reader who sees the group: the results that they see of its schools (X-32).

    The schools are those of the latest assessment's cut-off day.
    """
    published = schemes_visible_to(actor).filter(
        district=district_id, state=SchemeState.PUBLISHED, superseded=False
    )
    years = list(published.order_by("-school_year")[:YEARS])
    if not years:
        return GroupResults(None, [], [], [])
    latest = years[0]
    held = schools_of(group_id, latest.cut_off_on)
    visible = results.results_visible_among(actor, years).filter(in_full=True, school__in=held)
    found = list(visible.select_related("pool").order_by("-is_core", *results.BY_PLACE))
    of_latest = [it for it in found if it.scheme_id == latest.pk]
    return GroupResults(
        scheme=latest,
        rows=results.rows_of(of_latest),
        years=years[::-1],
        trends=_trends(found, years[::-1]),
    )


def _trends(found: list[Result], years: list[Scheme]) -> list[Trend]:
    by_school: dict[int, dict[int, Result]] = {}
    for it in found:
        by_school.setdefault(it.school_id, {})[it.scheme_id] = it
    trends = []
    for of_year in by_school.values():
        told = [of_year.get(it.pk) for it in years]
        last = next(it for it in reversed(told) if it)
        cells = tuple(YearCell(it.final, it.final_rank) if it else YearCell() for it in told)
        trends.append(Trend(last.school_name, last.is_core, cells))
    return trends
