"""The score sheet of a version in the browser: its columns, and what each row would change.

The same sheet as ``assessment.spreadsheets.scores`` reads for the command, but groups are those on
file and points are by indicator.
"""

import dataclasses
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from assessment.guards import points as figures
from assessment.models import Entrant, Indicator, Pool, Scheme, Score
from assessment.selectors import roles, seeding
from core.enums import RowState
from core.spreadsheets import cells
from core.spreadsheets.importing import Column, Line
from core.spreadsheets.layout import key
from core.spreadsheets.reading import Cell
from core.spreadsheets.values import BadValue, to_decimal, to_int
from directory.selectors import headcounts
from directory.selectors.names import SchoolsOnFile


SCHOOL, POOL, PUPILS, LAST_RANK, SCORE = "学校", "类别", "学生数", "上年名次", "得分"
NOT_APART = "不单独评分"
FACTS = {POOL: "pool_id", PUPILS: "pupils", LAST_RANK: "last_rank"}
ABOUT_SCHOOL = f"在册学校的名称；不单独评分的校区，指标列写“{NOT_APART}”"
PASSED = {
    "集团": "集团关系以在册为准，这张工作表已略过；关系有误的，请在“学校与集团”中更正。",
    "项目": "项目加分在“项目加分”页录入，这张工作表已略过。",
}


@dataclasses.dataclass(frozen=True)
class Basis:
    """What the columns are made of, as it was when the file was taken up."""

    scheme: Scheme
    pools: tuple[Pool, ...]
    indicators: tuple[Indicator, ...]

    @classmethod
    def of(cls, scheme: Scheme) -> "Basis":
        """From a version whose pools and indicators are prefetched, or by two queries."""
        pools = sorted(scheme.pools.all(), key=lambda it: it.position)
        indicators = sorted(scheme.indicators.all(), key=lambda it: (it.position, it.pk))
        return cls(scheme, tuple(pools), tuple(indicators))

    @property
    def columns_key(self) -> list:
        """Two bases read a file alike when this is equal."""
        return [
            [(it.pk, it.name) for it in self.pools],
            [(it.pk, it.name, it.pool_id, it.possible) for it in self.indicators],
        ]

    def wanted(self, pool_id: int | None) -> set[int]:
        return {it.pk for it in self.indicators if it.pool_id in {None, pool_id}}

    def column_of(self, indicator: Indicator, line: Line) -> str:
        """The header of its points: the name, or 得分 where it is the only indicator."""
        only = len(self.indicators) == 1 and indicator.name not in line.cells
        return SCORE if only and SCORE in line.cells else indicator.name


@dataclasses.dataclass
class Plan:
    """What a row would do. ``fields`` of the entrant; ``scores`` by indicator, None takes away."""

    school_id: int
    entrant: Entrant | None
    fields: dict[str, Any]
    scores: dict[int, Decimal | None]
    held: dict[int, Decimal]


def columns(basis: Basis) -> tuple[Column, ...]:
    words = {pool.name: pool.pk for pool in basis.pools}
    points = [Column(it.name, _points(it), note=_note(it, basis)) for it in basis.indicators]
    only = basis.indicators[0] if len(basis.indicators) == 1 else None
    if only and key(only.name) != SCORE:
        points.append(Column(SCORE, _points(only), note=f"同“{only.name}”，填一列即可"))
    return (
        Column(SCHOOL, cells.name(100), needed=True, note=ABOUT_SCHOOL, width=28),
        Column(POOL, cells.word(words), needed=True, words=tuple(words), width=12),
        *points,
        Column(PUPILS, cells.count, note="融合型集团按学生数加权时用", width=10),
        Column(LAST_RANK, _rank, note="本校得分在本类别中的上年名次；没有请留空", width=10),
    )


def _note(indicator: Indicator, basis: Basis) -> str:
    pool = next((it.name for it in basis.pools if it.pk == indicator.pool_id), "")
    only = f"，只用于{pool}" if pool else ""
    possible, weight = figures.plain(indicator.possible), figures.plain(indicator.weight)
    return f"满分 {possible}，权重 {weight}{only}；未出分请留空"


def _points(indicator: Indicator) -> Callable[[Cell], Decimal | str]:
    def read(cell: Cell) -> Decimal | str:
        if key(cell.text) == NOT_APART:
            return NOT_APART
        value = to_decimal(cell)
        if fault := figures.fault_of_score(value, indicator.possible):
            raise BadValue(fault)
        return value

    return read


def _rank(cell: Cell) -> int:
    rank = to_int(cell)
    if rank < 1:
        raise BadValue("上年名次应为 1 以上的整数；没有上年名次请留空。")
    return rank


def check(lines: Sequence[Line], basis: Basis) -> None:
    """Compare the rows with each other and with the version; a blank cell leaves what is there.

    A constant number of queries. The caller holds the version.
    """
    scheme = basis.scheme
    schools = SchoolsOnFile.on(scheme.district_id, scheme.cut_off_on)
    entrants = {it.school_id: it for it in Entrant.objects.filter(scheme=scheme).order_by("pk")}
    held: dict[int, dict[int, Decimal]] = {}
    scores = Score.objects.filter(entrant__scheme=scheme).order_by("pk")
    for entrant_id, indicator_id, value in scores.values_list(
        "entrant_id", "indicator_id", "points"
    ):
        held.setdefault(entrant_id, {})[indicator_id] = value
    known = roles.roles_on(scheme.district_id, scheme.cut_off_on)
    first: dict[int, int] = {}
    for line in lines:
        row = _school(line, schools, first)
        if row is None:
            continue
        entrant = entrants.get(row.school_id)
        scored = held.get(entrant.pk, {}) if entrant else {}
        line.plan = Plan(row.school_id, entrant, {}, {}, scored)
        line.object_id = entrant.pk if entrant else None
        _plan_points(line, basis, known.get(row.school_id, roles.NONE))
        _plan_facts(line, basis)
    _complete([line for line in lines if line.plan and not line.plan.entrant], basis)
    for line in lines:
        if line.right:
            _judge(line, basis)


def _school(line: Line, schools: SchoolsOnFile, first: dict[int, int]):
    """The school on file that the row is about, once."""
    name = line.values.get(SCHOOL)
    row = schools.by_name.get(key(name)) if name else None
    if name and row is None:
        line.fault(SCHOOL, schools.unknown(name))
    elif row and row.school_id in first:
        line.fault(SCHOOL, f"“{name}”在第 {first[row.school_id]} 行已经有了，请只留一行。")
        return None
    elif row:
        first[row.school_id] = line.number
    return row


def _plan_points(line: Line, basis: Basis, school: roles.Roles) -> None:
    plan = line.plan
    pool_id = line.values.get(POOL) or (plan.entrant and plan.entrant.pool_id)
    wanted = basis.wanted(pool_id) if pool_id else {it.pk for it in basis.indicators}
    marked = []
    for it in basis.indicators:
        column = basis.column_of(it, line)
        value = line.values.get(column)
        if value == NOT_APART:
            marked.append(column)
        elif value is not None and it.pk not in wanted:
            line.fault(column, f"“{it.name}”不用于这个类别，请把这一格留空。")
        elif value is not None:
            plan.scores[it.pk] = value
    if marked and plan.scores:
        line.fault(
            marked[0],
            f"同一所学校不能有的指标写“{NOT_APART}”、有的填得分，请统一。",
        )
    elif marked and not school.campus:
        name = line.values[SCHOOL]
        line.fault(
            marked[0],
            f"只有融合型集团的校区可以写“{NOT_APART}”，请填写“{name}”的得分，未出分请留空。",
        )
    elif marked:
        plan.fields["apart"] = False
        plan.scores = dict.fromkeys(plan.held)
    elif plan.scores:
        plan.fields["apart"] = True


def _plan_facts(line: Line, basis: Basis) -> None:
    plan = line.plan
    plan.fields |= {
        field: line.values[name]
        for name, field in FACTS.items()
        if line.values.get(name) is not None
    }
    if plan.entrant is None:
        return
    left = plan.held.keys() - basis.wanted(plan.fields.get("pool_id", plan.entrant.pool_id))
    if left and plan.fields.get("apart", plan.entrant.apart):
        names = "、".join(it.name for it in basis.indicators if it.pk in left)
        line.fault(POOL, f"已有“{names}”的得分，这个指标不用于所填类别；请先清空这项得分。")
    rank, before = plan.fields.get("last_rank"), plan.entrant.last_rank
    if rank and before and rank != before and not plan.entrant.last_rank_given:
        line.warn(LAST_RANK, f"上年发布的名次是 {before}，将按表中的 {rank} 计，并标为补录。")


def _complete(lines: Sequence[Line], basis: Basis) -> None:
    """New entrants: pupils and last year's rank that the sheet leaves blank, as on file."""
    if not lines:
        return
    scheme, pools = basis.scheme, {pool.pk: pool.name for pool in basis.pools}
    pupils = headcounts.pupils_in(scheme.school_year, [it.plan.school_id for it in lines])
    ranks = seeding.last_ranks(scheme)
    for line in lines:
        plan = line.plan
        plan.fields["last_rank_given"] = "last_rank" in plan.fields
        plan.fields.setdefault("pupils", pupils.get(plan.school_id))
        asked = (plan.school_id, pools.get(plan.fields.get("pool_id")))
        plan.fields.setdefault("last_rank", ranks.get(asked))


def _judge(line: Line, basis: Basis) -> None:
    """New, changed or unchanged, and what a changed cell replaces."""
    plan, entrant = line.plan, line.plan.entrant
    if entrant is None:
        line.state = RowState.NEW
        return
    plan.fields = {it: v for it, v in plan.fields.items() if getattr(entrant, it) != v}
    plan.scores = {pk: v for pk, v in plan.scores.items() if plan.held.get(pk) != v}
    first_time = bool(plan.scores) and entrant.apart and not plan.held
    pools = {pool.pk: pool.name for pool in basis.pools}
    for name, field in FACTS.items():
        before = getattr(entrant, field)
        if field in plan.fields and not (first_time and before is None):
            line.old[name] = pools[before] if field == "pool_id" else _text(before)
    for it in () if first_time else basis.indicators:
        column = basis.column_of(it, line)
        if it.pk in plan.scores or ("apart" in plan.fields and line.values.get(column)):
            line.old[column] = _text(plan.held.get(it.pk)) if entrant.apart else NOT_APART
    if "last_rank" in plan.fields:
        plan.fields["last_rank_given"] = True
    if first_time:
        line.state = RowState.NEW
    else:
        line.state = RowState.CHANGED if plan.fields or plan.scores else RowState.UNCHANGED


def _text(value: Decimal | int | None) -> str:
    if value is None:
        return ""
    return figures.plain(value) if isinstance(value, Decimal) else str(value)
