"""What a version's results are reckoned from: own scores, places, projects, last year, figures."""

import dataclasses
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from django.db import connection
from django.db.models import Count

from assessment import figures, scoring, structure
from assessment.derivation import plain, told
from assessment.entries import Entry, Place, Policy, Project
from assessment.models import Entrant, Indicator, Pool, Result, Scheme
from assessment.models import Project as ProjectRow
from assessment.selectors.schemes import in_force
from core.errors import Denied
from directory.selectors import schools
from groups.enums import GroupType, MembershipRole
from groups.selectors import scoring as places
from policies import selectors as policies


FULL = 100  # the weights of a pool together; points and weight of an indicator that is the score
LONGEST = 300  # of the reasons together, as the version keeps them
BOUND = frozenset({GroupType.INTEGRATED, GroupType.CO_BUILT})  # a score rests on these places
NAMESAKE = "（同名）"

# Own scores of all entrants, exact: Σ points × weight ÷ possible with the fractions brought to one
# denominator, so that whole numbers are multiplied and nothing is rounded; and how many of the
# pool's indicators are scored. By entrant, so that no other version's scores are looked at.
OWN_SCORES = """
WITH factor (indicator_id, pool_id, times) AS MATERIALIZED (
    SELECT * FROM unnest(%(indicators)s::bigint[], %(pools)s::bigint[], %(times)s::numeric[])
)
SELECT entrant.id, entrant.school_id, entrant.pool_id, entrant.apart, entrant.pupils,
       entrant.last_rank, entrant.out_reason, own.n, own.total
  FROM assessment_entrant entrant
 CROSS JOIN LATERAL (
       SELECT count(*) AS n, sum(score.points * factor.times) * 1000000 AS total
         FROM assessment_score score JOIN factor ON factor.indicator_id = score.indicator_id
        WHERE score.entrant_id = entrant.id
          AND (factor.pool_id IS NULL OR factor.pool_id = entrant.pool_id)
 ) own
 WHERE entrant.scheme_id = %(scheme)s
 ORDER BY entrant.id
"""


@dataclasses.dataclass(frozen=True)
class Inputs:
    """Everything ``scoring.judge`` takes; ``faults`` says what in the data keeps it from it.

    Schools go by their names on the cut-off day. ``policy`` is None where no rule states the
    weights; ``unstated`` says so.
    """

    entries: Sequence[Entry]
    places: Sequence[Place]
    projects: Sequence[Project]
    policy: Policy | None
    taken_out: Mapping[str, str]
    last_pool_sizes: Mapping[str, int] | None
    school_ids: dict[str, int]  # of the entrants
    pool_ids: dict[str, int]
    faults: tuple[str, ...] = ()
    unstated: str = ""

    @property
    def blocked(self) -> str:
        """Why nothing can be reckoned, as the version keeps it; empty when it can."""
        told = "".join(self.faults[:2] if self.faults else [self.unstated])
        more = f"另有 {len(self.faults) - 2} 处。" if len(self.faults) > 2 else ""
        return f"{told[: LONGEST - len(more)]}{more}"

    def judge(self, policy: Policy | None = None) -> dict[str, scoring.Result]:
        """Results by school's name, by the figures in force or by others. Raises Denied."""
        return {it.school: it for it in self.judge_each(policy)}

    def judge_each(self, policy: Policy | None = None) -> Iterator[scoring.Result]:
        """The same one after the other, for whom is writing them away meanwhile."""
        if self.faults or not (policy or self.policy):
            raise Denied(self.blocked)
        return scoring.judge_each(
            self.entries,
            self.places,
            self.projects,
            policy or self.policy,
            taken_out=self.taken_out,
            last_pool_sizes=self.last_pool_sizes,
        )


def read(scheme: Scheme) -> Inputs:
    """The inputs of a version as they stand now. A constant number of queries."""
    pools = dict(Pool.objects.filter(scheme=scheme).order_by("position").values_list("pk", "name"))
    indicators = list(Indicator.objects.filter(scheme=scheme).order_by("position", "pk"))
    own = Entrant.objects.filter(scheme=scheme).order_by().values_list("school_id", flat=True)
    held = places.places_on(scheme.district_id, scheme.cut_off_on)
    keys = _keys(scheme, own, held)
    rows, entries = _entries(scheme, keys, pools, indicators)
    taken_out = {keys[row[1]]: row[6] for row in rows if row[6]}
    listed = _places(held, keys)
    projects = _projects(scheme, keys)
    policy, unstated = _policy(scheme)
    faults = [
        *_faults_of_weights({pools[pk] for pk in {row[2] for row in rows}}, pools, indicators),
        *(breach.message for breach in structure.breaches(listed)),
        *_faults_of_places(listed, {entry.school for entry in entries}),
        *_faults_of_entries(entries, taken_out, listed),
        *_faults_of_projects(projects, listed),
    ]
    return Inputs(
        entries=entries,
        places=listed,
        projects=projects,
        policy=policy,
        taken_out=taken_out,
        last_pool_sizes=_last_pool_sizes(scheme),
        school_ids={keys[row[1]]: row[1] for row in rows},
        pool_ids={name: pk for pk, name in pools.items()},
        faults=tuple(faults) if rows else ("还没有参评学校，请先在“参评学校”页加入。",),
        unstated=unstated,
    )


def as_published(
    scheme: Scheme,
    *,
    names: Mapping[int, str],
    listed: Sequence[Place],
    policy: Policy,
    last_pool_sizes: Mapping[str, int] | None,
) -> Inputs:
    """The stored inputs of a published version with what was frozen beside them. Five queries."""
    pools = dict(Pool.objects.filter(scheme=scheme).order_by("position").values_list("pk", "name"))
    indicators = list(Indicator.objects.filter(scheme=scheme).order_by("position", "pk"))
    rows, entries = _entries(scheme, names, pools, indicators)
    return Inputs(
        entries=entries,
        places=listed,
        projects=_projects(scheme, names),
        policy=policy,
        taken_out={names[row[1]]: row[6] for row in rows if row[6]},
        last_pool_sizes=last_pool_sizes,
        school_ids={names[row[1]]: row[1] for row in rows},
        pool_ids={name: pk for pk, name in pools.items()},
    )


def _own_scores(scheme: Scheme, indicators: Sequence[Indicator]) -> Iterator[tuple]:
    """The rows of ``OWN_SCORES`` while PostgreSQL goes on adding up; no other query meanwhile."""
    whole = _denominator(indicators)
    asked = {
        "scheme": scheme.pk,
        "indicators": [it.pk for it in indicators],
        "pools": [it.pool_id for it in indicators],
        "times": [Decimal(int(_share(it) * whole)) for it in indicators],
    }
    with connection.wrap_database_errors, connection.cursor() as cursor:
        yield from cursor.stream(OWN_SCORES, asked, size=1000)


def _share(indicator: Indicator) -> Fraction:
    """What a point of the indicator adds to the score."""
    return Fraction(indicator.weight) / Fraction(indicator.possible)


def _denominator(indicators: Sequence[Indicator]) -> int:
    return math.lcm(*(_share(it).denominator for it in indicators))


def _keys(scheme: Scheme, own: Iterable[int], held: Sequence[places.PlaceOn]) -> dict[int, str]:
    """A name for every school concerned, no two alike; of a school elsewhere only its name."""
    keys = schools.names_in(scheme.district_id, scheme.cut_off_on)  # no two alike on one day
    elsewhere = {*own, *(place.school_id for place in held)} - keys.keys()
    names = schools.names_on(scheme.cut_off_on, elsewhere)
    return keys | _unlike({pk: names[pk] for pk in sorted(elsewhere)}, keys.values())


def _unlike(names: Mapping[int, str], others: Iterable[str] = ()) -> dict[int, str]:
    taken, found = set(others), {}
    for pk, name in names.items():
        key = name
        while key in taken:
            key += NAMESAKE
        taken.add(key)
        found[pk] = key
    return found


def _places(held: Sequence[places.PlaceOn], keys: Mapping[int, str]) -> list[Place]:
    own_first = sorted(held, key=lambda place: not place.is_own)
    groups = _unlike({place.group_id: place.group for place in own_first})
    return [
        Place(groups[place.group_id], place.type, keys[place.school_id], place.role)
        for place in held
    ]


def _entries(
    scheme: Scheme, keys: Mapping[int, str], pools: Mapping[int, str], indicators
) -> tuple[list[tuple], list[Entry]]:
    """The rows of ``OWN_SCORES`` and what each says, in their order.

    Scores are told here, while the database is at work and this process would wait.
    """
    counts = {pk: sum(it.pool_id in {None, pk} for it in indicators) for pk in pools}
    alike = {it.pool_id for it in indicators if it.possible == it.weight == FULL}
    summed = {pk: 0 if n == 1 and alike & {None, pk} else n for pk, n in counts.items()}
    whole = _denominator(indicators) * 1_000_000
    rows, entries = [], []
    for row in _own_scores(scheme, indicators):
        _, school, pool, apart, pupils, last_rank, _, n, total = row
        scored = apart and n and n == counts[pool]
        score = Fraction(int(total), whole) if scored else None
        rows.append(row)
        entries.append(
            Entry(
                keys[school],
                pools[pool],
                score,
                apart,
                pupils,
                last_rank,
                summed[pool],
                told(score) if scored else None,
            )
        )
    return rows, entries


def _projects(scheme: Scheme, keys: Mapping[int, str]) -> list[Project]:
    rows = ProjectRow.objects.filter(entrant__scheme=scheme).order_by("pk")
    return [
        Project(keys[school], name, points)
        for school, name, points in rows.values_list("entrant__school_id", "name", "points")
    ]


def _last_pool_sizes(scheme: Scheme) -> dict[str, int] | None:
    last = in_force(scheme.district_id, scheme.school_year - 1)
    if last is None:
        return None
    ranked = Result.objects.filter(scheme=last, own_rank__isnull=False).order_by()
    return dict(ranked.values_list("pool__name").annotate(Count("pk")))


def _policy(scheme: Scheme) -> tuple[Policy | None, str]:
    try:
        rules = policies.rules_for(scheme.district_id, scheme.cut_off_on)
        return figures.policy_from(rules), ""
    except Denied as refusal:
        return None, str(refusal)


# ---- what keeps the data from being judged, each a sentence that names place and cure


def _faults_of_weights(
    asked: Collection[str], pools: Mapping[int, str], indicators: Sequence[Indicator]
) -> Iterator[str]:
    for pk, pool in pools.items():
        total = sum(it.weight for it in indicators if it.pool_id in {None, pk})
        if pool in asked and total != FULL:
            yield (
                f"“{pool}”的指标权重合计 {plain(total)}，应为 {FULL}，请在“方案”页改正。"
                if total
                else f"“{pool}”还没有指标，请在“方案”页加上。"
            )


def _faults_of_places(listed: Sequence[Place], entrants: Collection[str]) -> Iterator[str]:
    """Who is scored together is assessed together: no score is left out unseen."""
    concerned = {it.group for it in listed if it.type in BOUND and it.school in entrants}
    for place in listed:
        if place.group in concerned and place.school not in entrants:
            yield (
                f"集团“{place.group}”的“{place.school}”不在参评学校中，请在“参评学校”页加入；"
                "不参加本年考核的，加入后注明原因。"
            )


def _faults_of_entries(
    entries: Sequence[Entry], taken_out: Collection[str], listed: Sequence[Place]
) -> Iterator[str]:
    campuses: dict[str, list[str]] = {}  # by group, the core first
    for place in listed:
        if place.type == GroupType.INTEGRATED:
            campuses.setdefault(place.group, []).append(place.school)
    cores = {it.school for it in listed if it.role == MembershipRole.CORE}
    inner = {school for unit in campuses.values() for school in unit} - cores
    for entry in entries:
        if not entry.apart and entry.school not in inner:
            yield (
                f"“{entry.school}”写了不单独评分，但在成员关系截至日不是融合型集团的校区，"
                "请在“参评学校”页改为单独评分。"
            )
    by_name = {entry.school: entry for entry in entries} if campuses else {}
    for unit in campuses.values():
        members = [by_name[it] for it in unit if it in by_name and it not in taken_out]
        scored = [it for it in members if it.score is not None]
        if len(scored) < 2 or any(it.apart and it.score is None for it in members):
            continue
        for entry in scored:
            if not entry.pupils:
                yield f"“{entry.school}”按学生数加权，但没有学生数，请在“参评学校”页填写。"


def _faults_of_projects(projects: Sequence[Project], listed: Sequence[Place]) -> Iterator[str]:
    lawful = {
        it.school
        for it in listed
        if it.type == GroupType.COLLABORATIVE and it.role == MembershipRole.CORE
    }
    for school in dict.fromkeys(it.school for it in projects):
        if school not in lawful:
            yield (
                f"“{school}”有项目加分，但在成员关系截至日不是协作型集团的核心校，"
                "请在“项目加分”页删去。"
            )
