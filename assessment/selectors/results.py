"""The results that an actor sees, and the one row that page, workbook and API show (X-13, X-32)."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet

from assessment.derivation import round_half_up
from assessment.enums import Freed, ResultState, SchemeState, ShownTo
from assessment.models import Result, Scheme
from assessment.selectors import derivations
from assessment.selectors.derivations import Derivation
from core.actor import Actor
from groups.enums import GroupType
from groups.selectors.partners import partners_on


ROLES = {"core": "核心校", "member": "成员校", "none": "未入集团"}
_BY_ROLE = {
    "core": Q(is_core=True),
    "member": Q(is_core=False) & ~Q(group_types=[]),
    "none": Q(group_types=[]),
}
STATES = {"final": "已有最终得分", "freed": "适用免捆绑"}
BY_PLACE = (
    "pool__position", F("final_rank").asc(nulls_last=True),
    F("own_rank").asc(nulls_last=True), "school_name", "pk",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class ResultRow:
    """Every figure that is shown of a school. Not ``in_full``: name, final score and rank alone."""

    result_id: int
    scheme_id: int
    school_id: int
    name: str
    pool_id: int
    pool: str
    in_full: bool
    status: ResultState
    final: Decimal | None
    final_rank: int | None
    provisional: bool
    is_core: bool = False
    group_types: tuple[str, ...] = ()
    unit_core: str = ""  # of a campus: the core with which it is assessed
    campuses: tuple[str, ...] = ()
    unit_score: Decimal | None = None  # where campuses weigh in
    own: Decimal | None = None
    own_rank: int | None = None
    member_mean: Decimal | None = None
    bundled: Decimal | None = None
    freed: Freed = Freed.NONE
    points: Decimal | None = None
    rise: int | None = None
    waits_for: tuple[str, ...] = ()
    derivation: Derivation | None = None

    @property
    def own_word(self) -> str:
        """What stands for the own score where there is none."""
        if self.own is not None or not self.in_full or self.status == ResultState.OUT:
            return "—"
        return "未出分" if self.name in self.waits_for else "不单独评分"

    @property
    def final_word(self) -> str:
        return "不参加" if self.status == ResultState.OUT else "未计算"

    @property
    def state_word(self) -> str:
        """As the workbook says it: 已定, 暂定, 等待, 不参加."""
        if self.status != ResultState.FINAL:
            return "等待" if self.status == ResultState.WAITING else "不参加"
        return "暂定" if self.provisional else "已定"

    @property
    def freed_word(self) -> str:
        provisional = self.freed == Freed.HOLDS and self.provisional
        return f"{self.freed.label}（暂定）" if provisional else self.freed.label

    @property
    def rise_shown(self) -> str:
        return "—" if self.rise is None else signed_whole(self.rise)

    @property
    def types_word(self) -> str:
        return "、".join(GroupType(it).label for it in GroupType if it in self.group_types)

    @property
    def role_word(self) -> str:
        if self.is_core:
            return f"{self.types_word}核心校"
        if self.unit_core:
            return "校区"
        return f"{self.types_word}成员校" if self.group_types else "未入集团"


def signed_whole(value: int) -> str:
    """Places risen; a fall carries a minus sign."""
    return str(value) if value >= 0 else f"\N{MINUS SIGN}{-value}"


@dataclasses.dataclass(frozen=True)
class PoolCount:
    pool_id: int | str
    name: str
    count: int
    final: int
    provisional: bool


def results_visible_to(actor: Actor, scheme: Scheme) -> QuerySet[Result]:
    """Results of a version, each with ``in_full`` (X-32).

    Bureau and leadership: all. A school, once published: its own and those of the schools that
    are in its groups on the cut-off day in full; the rest of the pools where the bureau has so
    decided, and then name, final score and rank alone. Nobody else sees any.
    """
    return results_visible_among(actor, [scheme])


def results_visible_among(actor: Actor, schemes: Sequence[Scheme]) -> QuerySet[Result]:
    """As ``results_visible_to``, of several versions."""
    return _visible(actor, schemes).filter(scheme__in=schemes)


def all_results_visible_to(actor: Actor) -> QuerySet[Result]:
    """As ``results_visible_to``, of every version that the actor sees."""
    return _visible(actor, list(published_for_schools(actor)))


def _visible(actor: Actor, schemes: Sequence[Scheme]) -> QuerySet[Result]:
    in_full = Q(scheme__district__in=actor.district_ids)
    held = [it for it in schemes if _is_own_county(actor, it)]
    known = partners_on(actor.school_ids, {it.cut_off_on for it in held})
    for it in held:
        in_full |= Q(scheme=it, school__in=actor.school_ids | known[it.cut_off_on])
    rows = Result.objects.filter(
        in_full | Q(scheme__in=held, scheme__publication__shown_to=ShownTo.POOL)
    )
    return rows.annotate(in_full=ExpressionWrapper(in_full, output_field=BooleanField()))


def published_for_schools(actor: Actor) -> QuerySet[Scheme]:
    """The published versions of a school's county."""
    rows = Scheme.objects.filter(state=SchemeState.PUBLISHED, district=actor.home_district_id)
    return rows.order_by("pk") if actor.school_ids else rows.none()


def _is_own_county(actor: Actor, scheme: Scheme) -> bool:
    published = scheme.state == SchemeState.PUBLISHED
    return published and bool(actor.school_ids) and scheme.district_id == actor.home_district_id


def pool_counts(rows: QuerySet[Result]) -> list[PoolCount]:
    """The pools of these rows with counts. One query."""
    counted = rows.order_by("pool__position").values_list("pool_id", "pool__name")
    counted = counted.annotate(n=Count("pk"), judged=Count("final"), waits=BoolOr("provisional"))
    return [PoolCount(*counts) for counts in counted]


def of_role(rows: QuerySet[Result], role: str) -> QuerySet[Result]:
    """``core``, ``member`` or ``none``; rows that are not seen in full have no role to ask for."""
    return rows.filter(_BY_ROLE[role], in_full=True)


def in_state(rows: QuerySet[Result], state: str) -> QuerySet[Result]:
    """``final`` or ``freed``, as ``ResultRow`` tells it (B1-10). Two queries at most."""
    if state == "final":
        return rows.filter(status=ResultState.FINAL)
    cores = rows_of(of_role(rows, "core").select_related("pool"))
    return rows.filter(pk__in=[it.result_id for it in cores if it.freed == Freed.HOLDS])


def in_order(rows: QuerySet[Result]) -> QuerySet[Result]:
    """As they are ranked: by pool, the unranked last."""
    return rows.order_by(*BY_PLACE)


def rows_of(found: Iterable[Result]) -> list[ResultRow]:
    """The rows as they are shown. One query at most, for the campuses of these cores."""
    found = list(found)
    campuses = _campuses([it for it in found if it.is_core and it.in_full])
    rows = [_row(it, campuses.get((it.scheme_id, it.school_name), ())) for it in found]
    checked = {row.scheme_id for row in rows if row.derivation and row.derivation.check}
    return [_waiting(row) if row.scheme_id in checked else row for row in rows]


def _row(result: Result, campuses: Sequence[str]) -> ResultRow:
    shared = {
        "result_id": result.pk,
        "scheme_id": result.scheme_id,
        "school_id": result.school_id,
        "name": result.school_name,
        "pool_id": result.pool_id,
        "pool": result.pool.name,
        "in_full": result.in_full,
        "status": ResultState(result.status),
        "final": result.final,
        "final_rank": result.final_rank,
        "provisional": result.provisional,
    }
    if not result.in_full:
        return ResultRow(**shared)
    read = derivations.read(result.steps, result.school_name)
    return ResultRow(
        **shared,
        is_core=result.is_core,
        group_types=tuple(result.group_types),
        unit_core=read.unit_core,
        campuses=tuple(campuses),
        unit_score=_shown(read.own) if read.weighted else None,
        own=result.own,
        own_rank=result.own_rank,
        member_mean=_shown(read.member_mean),
        bundled=_shown(read.bundled),
        freed=read.freed,
        points=_shown(read.points_line and read.points_line.value),
        rise=result.rise,
        waits_for=tuple(result.waits_for),
        derivation=read,
    )


def _shown(value: Decimal | None) -> Decimal | None:
    """As it is shown everywhere: half-up to 2 places, of the exact value."""
    return None if value is None else round_half_up(value)


def _waiting(row: ResultRow) -> ResultRow:
    """A bundled core that waits has an exemption still to be judged."""
    waits = row.status == ResultState.WAITING and row.is_core
    if waits and GroupType.CO_BUILT in row.group_types:
        return dataclasses.replace(row, freed=Freed.WAITS)
    return row


def _campuses(cores: Sequence[Result]) -> dict[tuple[int, str], list[str]]:
    """Campuses by version and the core whose final score they took."""
    units = {core.scheme_id for core in cores if GroupType.INTEGRATED in core.group_types}
    if not units:
        return {}
    rows = (
        Result.objects.filter(
            scheme__in=units, is_core=False, group_types__contains=[GroupType.INTEGRATED]
        )
        .order_by("school_name")
        .values_list("scheme_id", "school_name", "steps")
    )
    campuses: dict[tuple[int, str], list[str]] = defaultdict(list)
    for scheme_id, name, steps in rows:
        if core := derivations.read(steps).unit_core:
            campuses[scheme_id, core].append(name)
    return campuses
