"""The 2:8 bundled score: from own scores and groups to final scores, ranks and derivations.

Pure (``domain.md`` "Scoring"; B1-9, B1-10, B3-10): values in, values out, no model, no clock.
Scores come as exact decimals, are reckoned as fractions and rounded half-up to 2 places once, at
the end; ranks compare rounded values. Nothing missing counts as zero: what rests on a missing
score is not computed and names the schools it waits for.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from assessment import bundling
from assessment.derivation import (
    Derivation,
    Step,
    exact,
    exact_rounded,
    round_half_up,
    shown,
)
from assessment.entries import DEFAULT_CLAUSE, ENTERED, Entry, Place, Policy, Project
from assessment.ranking import OwnRanks, ranks
from groups.enums import GroupType, MembershipRole


FINAL, WAITING, OUT = "final", "waiting", "out"
POINTS, LAST = "项目加分", "最终得分（四舍五入到两位小数）"
NOBODY: frozenset[str] = frozenset()


class Result(NamedTuple):
    """What the year says of one school. ``final`` is None while it waits or when it is out.

    ``shares`` are the exact parts that the final score is made of before rounding, by school
    (a core's own, each member's) and 项目加分; they add up to it. ``is_core`` is that of any group.
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
    shares: tuple[tuple[str, Fraction | Decimal], ...] = ()
    is_core: bool = False


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

    As ``judge_each`` says.
    """
    judged = judge_each(
        entries, places, projects, policy, taken_out=taken_out, last_pool_sizes=last_pool_sizes
    )
    return {it.school: it for it in judged}


def judge_each(
    entries: Iterable[Entry],
    places: Iterable[Place],
    projects: Iterable[Project],
    policy: Policy,
    *,
    taken_out: Mapping[str, str] | None = None,
    last_pool_sizes: Mapping[str, int] | None = None,
) -> Iterator[Result]:
    """The result of each school in the order of ``entries``, one after the other.

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


class _Unit(NamedTuple):
    """The score of a school or 融合型 unit, or the schools it waits for."""

    score: Fraction | None
    waits: frozenset[str]
    steps: tuple[Step, ...] = ()


class _Verdict(NamedTuple):
    """The final score of a unit, or the schools it waits for."""

    final: Fraction | Decimal | None
    rounded: Decimal | None
    waits: frozenset[str]
    steps: tuple[Step, ...] = ()
    shares: tuple[tuple[str, Fraction | Decimal], ...] = ()
    exempted: tuple[str, ...] = ()


class _Year:
    """One year's assessment while it is reckoned."""

    def __init__(self, entries, places, projects, policy, taken_out, last_pool_sizes):
        self.all_entries, self.policy = entries, policy
        self.types: dict[str, set[str]] = {}
        self.unit_core: dict[str, str] = {}  # school of a 融合型 group → its core
        self.cores: set[str] = set()
        self.campuses: dict[str, set[str]] = {}  # core → campuses
        self.members: dict[str, set[str]] = {}  # core → members of all its 共建型 groups
        self._read(places)
        self.projects: dict[str, list[Project]] = {}
        for project in projects:
            self.projects.setdefault(project.school, []).append(project)
        self.out = {
            school: taken_out.get(school) or taken_out[self._core_of(school)]
            for school in (entry.school for entry in entries if taken_out)
            if school in taken_out or self._core_of(school) in taken_out
        }
        self.entries = {e.school: e for e in entries if e.school not in self.out}
        self.own_ranks = OwnRanks.of(self.entries, last_pool_sizes)
        self.units = {
            core: self._reckon_unit(core) for core in self.campuses if core in self.entries
        }

    def _read(self, places: list[Place]) -> None:
        core_of_group = {p.group: p.school for p in places if p.role == MembershipRole.CORE}
        self.cores.update(core_of_group.values())
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

    def _unit_of(self, school: str) -> _Unit:
        """The unit with whose score a school enters every formula; mostly the school alone."""
        if unit := self.units.get(self._core_of(school)):
            return unit
        score = self.entries[school].score
        if score is None:
            return _Unit(None, frozenset([school]))
        return _Unit(score if isinstance(score, Fraction) else Fraction(score), NOBODY)

    def _reckon_unit(self, core: str) -> _Unit:
        schools = [core, *sorted(self.campuses[core] & self.entries.keys())]
        entries = [self.entries[school] for school in schools]
        waits = frozenset(e.school for e in entries if e.apart and e.score is None)
        if waits:
            return _Unit(None, waits)
        steps = Derivation()
        score = bundling.unit_score(entries, self.policy, steps)
        return _Unit(score, NOBODY, steps.steps)

    def _judge_core(self, core: str) -> _Verdict:
        """Bundle, then exemption, then points; or the schools that the core waits for."""
        own, policy, listed = self._unit_of(core), self.policy, sorted(self.members.get(core, ()))
        units = {s: self._unit_of(s) for s in listed if s not in self.out}
        waits = own.waits.union(*(unit.waits for unit in units.values()))
        if waits:
            return _Verdict(None, None, waits)
        steps = Derivation(own.steps or [_own_step(self.entries[core])])
        shares, final, exempted = {core: own.score}, own.score, []
        if units:
            scores = {school: unit.score for school, unit in units.items()}
            left = [school for school in listed if school in self.out]
            shares, final = bundling.bundle(core, own.score, scores, left, policy, steps)
            if policy.exemption != "none":
                shares, final, exempted = bundling.exempt(
                    core, own.score, scores, shares, final, self.own_ranks, policy, steps
                )
        elif listed:
            steps.add(
                "成员校全部退出本年考核，按本校得分", shown(own.score), own.score, DEFAULT_CLAUSE
            )
        if core in self.projects:
            points = bundling.add_points(self.projects[core], final, policy, steps)
            shares, final = {**shares, POINTS: points}, final + points
        rounded = round_half_up(final)
        steps.put(LAST, shown(final), exact_rounded(rounded), DEFAULT_CLAUSE)
        return _Verdict(
            final, rounded, frozenset(), steps.steps, tuple(shares.items()), tuple(exempted)
        )

    def results(self) -> Iterator[Result]:
        leading = self.campuses.keys() | self.members.keys() | self.projects.keys()
        verdicts = {
            core: self._judge_core(core)
            for core in map(self._core_of, leading)
            if core in self.entries
        }
        led = {
            school: verdicts[core]
            for school in self.entries
            if (core := self.unit_core.get(school, school)) in verdicts
        }
        finals = {pool: dict(scores) for pool, scores in self.own_ranks.pools.items()}
        for school, it in led.items():
            pool = finals.setdefault(self.entries[school].pool, {})
            if it.rounded is None:
                pool.pop(school, None)
            else:
                pool[school] = it.rounded
        final_ranks = ranks(finals.values())
        provisional = self._provisional_pools(led)
        for entry in self.all_entries:
            if entry.school in self.out:
                yield self._left_out(entry)
            else:
                verdict = led.get(entry.school) or self._judge_alone(entry)
                final_rank = final_ranks.get(entry.school)
                yield self._result(entry, verdict, final_rank, entry.pool in provisional)

    def _judge_alone(self, entry: Entry) -> _Verdict:
        """As ``_judge_core`` of a school that leads nothing and has no projects: most are such."""
        school, score = entry.school, entry.score
        if score is None:
            return _Verdict(None, None, frozenset([school]))
        final, term, value = self.own_ranks.told[school]
        expression = bundling.summed(entry.summed) if entry.summed else term
        steps = (
            Step(bundling.OWN, expression, value, ENTERED),
            Step(LAST, term, exact_rounded(final), DEFAULT_CLAUSE),
        )
        return _Verdict(score, final, NOBODY, steps, ((school, score),))

    def _provisional_pools(self, led: dict[str, _Verdict]) -> set[str]:
        """Pools whose ranks a missing score could still move.

        A pool in which a school waits, and one with a score that rests on an exemption whose
        ranks come from such a pool.
        """
        alone = (it for it in self.entries.values() if it.score is None and it.school not in led)
        waiting = {entry.pool for entry in alone}
        waiting |= {self.entries[school].pool for school, verdict in led.items() if verdict.waits}
        return waiting | {
            self.entries[school].pool
            for school, verdict in led.items()
            if any(self.entries[member].pool in waiting for member in verdict.exempted)
        }

    def _result(
        self, entry: Entry, verdict: _Verdict, final_rank: int | None, provisional: bool
    ) -> Result:
        school, steps, own = entry.school, verdict.steps, self.own_ranks
        core = self.unit_core.get(school, school)
        if core != school and verdict.final is not None:
            taken = Derivation()
            label, final = f"校区取{core}单位的最终得分", verdict.rounded
            taken.add(label, shown(final), final, self.policy.unit_clause)
            steps = taken.steps
        types, told = self.types.get(school), own.told.get(school)
        return Result(
            school,
            entry.pool,
            WAITING if verdict.waits else FINAL,
            told and told.rounded,
            own.now.get(school),
            own.rise(school),
            verdict.rounded,
            final_rank,
            provisional,
            tuple(sorted(types)) if types else (),
            steps,
            tuple(sorted(verdict.waits)) if verdict.waits else (),
            verdict.shares,
            school in self.cores,
        )

    def _left_out(self, entry: Entry) -> Result:
        return Result(
            school=entry.school,
            pool=entry.pool,
            status=OUT,
            group_types=tuple(sorted(self.types.get(entry.school, ()))),
            steps=(Step("不参加本年考核", self.out[entry.school], None, DEFAULT_CLAUSE),),
            is_core=entry.school in self.cores,
        )


def _own_step(entry: Entry) -> Step:
    return Step(bundling.OWN, bundling.entered(entry), exact(entry.score), ENTERED)
