"""The 2:8 bundled score: from own scores and groups to final scores, ranks and derivations.

Pure (``domain.md`` "Scoring"; B1-9, B1-10, B3-10): values in, values out, no model, no clock.
Scores come as exact decimals, are reckoned as fractions and rounded half-up to 2 places once, at
the end; ranks compare rounded values. Nothing missing counts as zero: what rests on a missing
score is not computed and names the schools it waits for.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from assessment import bundling
from assessment.derivation import Derivation, Step, round_half_up, shown
from assessment.entries import DEFAULT_CLAUSE, Entry, Place, Policy, Project
from assessment.ranking import OwnRanks, ranks
from groups.enums import GroupType, MembershipRole


FINAL, WAITING, OUT = "final", "waiting", "out"
POINTS = "项目加分"


@dataclasses.dataclass(frozen=True)
class Result:
    """What the year says of one school. ``final`` is None while it waits or when it is out.

    ``shares`` are the exact parts that the final score is made of before rounding, by school
    (a core's own, each member's) and 项目加分; they add up to it.
    """

    school: str
    pool: str
    status: str
    own: Decimal | None = None
    own_rank: int | None = None
    rise: int | None = None
    final: Decimal | None = None
    final_rank: int | None = None
    provisional: bool = False
    group_types: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    waits_for: tuple[str, ...] = ()
    shares: tuple[tuple[str, Fraction], ...] = ()


def judge(
    entries: Iterable[Entry],
    places: Iterable[Place],
    projects: Iterable[Project],
    policy: Policy,
    *,
    taken_out: Mapping[str, str] | None = None,
    last_pool_sizes: Mapping[str, int] | None = None,
) -> dict[str, Result]:
    """Results by school, in the order of ``entries``.

    ``taken_out`` maps schools that the bureau takes out of this year's assessment to the reason:
    they count as if they were not there, and a unit without its core is out with it.
    ``last_pool_sizes`` (schools ranked last year, by pool) is only shown; without it the schools
    that name a last rank are counted. The input must obey rule 1 of ``domain.md``, and every
    scored school of a 融合型 unit with a scored campus needs pupils > 0.
    """
    year = _Year(
        list(entries), list(places), list(projects), policy, taken_out or {}, last_pool_sizes
    )
    return year.results()


@dataclasses.dataclass(frozen=True)
class _Unit:
    """The score of a school or 融合型 unit, or the schools it waits for."""

    score: Fraction | None
    waits: frozenset[str]
    steps: tuple[Step, ...]


@dataclasses.dataclass(frozen=True)
class _Verdict:
    """The final score of a unit, or the schools it waits for."""

    final: Fraction | None
    waits: frozenset[str]
    steps: tuple[Step, ...] = ()
    shares: tuple[tuple[str, Fraction], ...] = ()
    exempted: tuple[str, ...] = ()


class _Year:
    """One year's assessment while it is reckoned."""

    def __init__(self, entries, places, projects, policy, taken_out, last_pool_sizes):
        self.all_entries, self.policy = entries, policy
        self.types: dict[str, set[str]] = {}
        self.unit_core: dict[str, str] = {}  # school of a 融合型 group → its core
        self.campuses: dict[str, set[str]] = {}  # core → campuses
        self.members: dict[str, set[str]] = {}  # core → members of all its 共建型 groups
        self._read(places)
        self.projects: dict[str, list[Project]] = {}
        for project in projects:
            self.projects.setdefault(project.school, []).append(project)
        self.out = {
            entry.school: taken_out.get(entry.school) or taken_out[self._core_of(entry.school)]
            for entry in entries
            if entry.school in taken_out or self._core_of(entry.school) in taken_out
        }
        self.entries = {e.school: e for e in entries if e.school not in self.out}
        self.own_ranks = OwnRanks.of(self.entries, last_pool_sizes)
        self.units = {core: self._reckon_unit(core) for core in map(self._core_of, self.entries)}

    def _read(self, places: list[Place]) -> None:
        core_of_group = {p.group: p.school for p in places if p.role == MembershipRole.CORE}
        for place in places:
            core = core_of_group[place.group]
            self.types.setdefault(place.school, set()).add(place.type)
            if place.type == GroupType.INTEGRATED:
                self.unit_core[place.school] = core
            if place.role == MembershipRole.MEMBER:
                sets = {GroupType.INTEGRATED: self.campuses, GroupType.CO_BUILT: self.members}
                if place.type in sets:
                    sets[place.type].setdefault(core, set()).add(place.school)

    def _core_of(self, school: str) -> str:
        """The core of the school's unit; a school outside any 融合型 group is its own."""
        return self.unit_core.get(school, school)

    def _reckon_unit(self, core: str) -> _Unit:
        schools = [core, *sorted(self.campuses.get(core, set()) & self.entries.keys())]
        entries = [self.entries[school] for school in schools]
        waits = frozenset(e.school for e in entries if e.apart and e.score is None)
        steps = Derivation()
        score = None
        if not waits:
            score = bundling.unit_score(entries, self.policy, steps, is_unit=core in self.campuses)
        return _Unit(score, waits, steps.steps)

    def _judge_core(self, core: str) -> _Verdict:
        """Bundle, then exemption, then points; or the schools that the core waits for."""
        own, policy, listed = self.units[core], self.policy, sorted(self.members.get(core, ()))
        units = {s: self.units[self._core_of(s)] for s in listed if s not in self.out}
        waits = own.waits.union(*(unit.waits for unit in units.values()))
        if waits:
            return _Verdict(None, waits)
        steps = Derivation(own.steps)
        shares, exempted = {core: own.score}, []
        if units:
            scores = {school: unit.score for school, unit in units.items()}
            left = [school for school in listed if school in self.out]
            shares = bundling.bundle(core, own.score, scores, left, policy, steps)
            if policy.exemption != "none":
                shares, exempted = bundling.exempt(
                    core, own.score, scores, shares, self.own_ranks, policy, steps
                )
        elif listed:
            steps.add(
                "成员校全部退出本年考核，按本校得分", shown(own.score), own.score, DEFAULT_CLAUSE
            )
        if core in self.projects:
            score = sum(shares.values())
            shares[POINTS] = bundling.add_points(self.projects[core], score, policy, steps)
        final = sum(shares.values())
        steps.add(
            "最终得分（四舍五入到两位小数）", shown(final), round_half_up(final), DEFAULT_CLAUSE
        )
        return _Verdict(final, frozenset(), steps.steps, tuple(shares.items()), tuple(exempted))

    def results(self) -> dict[str, Result]:
        verdicts = {core: self._judge_core(core) for core in self.units}
        verdict_of = {school: verdicts[self._core_of(school)] for school in self.entries}
        final_ranks = ranks(
            (self.entries[school].pool, school, round_half_up(verdict.final))
            for school, verdict in verdict_of.items()
            if verdict.final is not None
        )
        provisional = self._provisional_pools(verdict_of)
        return {
            entry.school: self._left_out(entry)
            if entry.school in self.out
            else self._result(entry, verdict_of[entry.school], final_ranks, provisional)
            for entry in self.all_entries
        }

    def _provisional_pools(self, verdict_of: dict[str, _Verdict]) -> set[str]:
        """Pools whose ranks a missing score could still move.

        A pool in which a school waits, and one with a score that rests on an exemption whose
        ranks come from such a pool.
        """
        pool = {school: entry.pool for school, entry in self.entries.items()}
        waiting = {pool[school] for school, verdict in verdict_of.items() if verdict.waits}
        return waiting | {
            pool[school]
            for school, verdict in verdict_of.items()
            if any(pool[member] in waiting for member in verdict.exempted)
        }

    def _result(self, entry: Entry, verdict: _Verdict, final_ranks, provisional) -> Result:
        final = None if verdict.final is None else round_half_up(verdict.final)
        steps, core = verdict.steps, self._core_of(entry.school)
        if core != entry.school and final is not None:
            taken = Derivation()
            taken.add(f"校区取{core}单位的最终得分", shown(final), final, self.policy.unit_clause)
            steps = taken.steps
        return Result(
            school=entry.school,
            pool=entry.pool,
            status=WAITING if verdict.waits else FINAL,
            own=None if entry.score is None else round_half_up(entry.score),
            own_rank=self.own_ranks.now.get(entry.school),
            rise=self.own_ranks.rise(entry.school),
            final=final,
            final_rank=final_ranks.get(entry.school),
            provisional=entry.pool in provisional,
            group_types=tuple(sorted(self.types.get(entry.school, ()))),
            steps=steps,
            waits_for=tuple(sorted(verdict.waits)),
            shares=verdict.shares,
        )

    def _left_out(self, entry: Entry) -> Result:
        return Result(
            school=entry.school,
            pool=entry.pool,
            status=OUT,
            group_types=tuple(sorted(self.types.get(entry.school, ()))),
            steps=(Step("不参加本年考核", self.out[entry.school], None, DEFAULT_CLAUSE),),
        )
