"""Why a school's figure is what it is: everything that its drawer shows."""

import dataclasses
from decimal import Decimal

from assessment.entries import DEFAULT_CLAUSE, ENTERED
from assessment.enums import Freed
from assessment.models import Indicator, Result, Scheme, Score
from assessment.selectors import results
from assessment.selectors.derivations import Derivation, plain
from assessment.selectors.results import ResultRow
from core.actor import Actor
from policies import selectors as policies
from policies.enums import Theme


MOST_IN_A_LINE = 6


@dataclasses.dataclass(frozen=True)
class Member:
    """A member in the exemption's check, as ranked by its own score."""

    name: str
    school_id: int | None  # None where the reader does not see its derivation
    last_rank: int | None
    own_rank: int | None
    rise: int | None
    risen: bool
    has_own: bool

    @property
    def rise_shown(self) -> str:
        return "—" if self.rise is None else results.signed_whole(self.rise)

    @property
    def word(self) -> str:
        if self.rise is None:
            return "无上年名次" if self.has_own else "不单独评分"
        return "满足" if self.risen else "不足"


@dataclasses.dataclass(frozen=True)
class PointsLine:
    """One indicator behind an own score. ``part`` is its contribution, exact to 6 decimals."""

    name: str
    points: Decimal | None
    possible: Decimal
    weight: Decimal
    part: Decimal | None

    @property
    def points_shown(self) -> str:
        return "" if self.points is None else plain(self.points)

    @property
    def possible_shown(self) -> str:
        return plain(self.possible)

    @property
    def weight_shown(self) -> str:
        return f"{plain(self.weight)}%"


@dataclasses.dataclass(frozen=True)
class Clause:
    """What a derivation rests on, quoted."""

    source: str
    title: str = ""
    citation: str = ""
    document: str = ""
    identity: str = ""


@dataclasses.dataclass(frozen=True)
class Explanation:
    """``derivation`` is that of the unit's core for a campus (``unit``), else the school's own."""

    row: ResultRow
    unit: ResultRow | None
    derivation: Derivation
    members: list[Member]
    linked: dict[str, int]  # names in the derivation that the reader may open
    points: list[PointsLine]
    clauses: list[Clause]

    @property
    def parts(self) -> list[dict]:
        """The lines of the bundle's sum with what may be opened."""
        return [
            {"it": part, "school_id": self.linked.get(part.school), "is_core": number == 0}
            for number, part in enumerate(self.derivation.parts)
        ]

    @property
    def own_formula(self) -> str:
        """The own score in one line; by its indicators where they are few."""
        line = self.derivation.own_line
        summed = line.expression.startswith("Σ") and self.unit is None
        if not summed or len(self.points) > MOST_IN_A_LINE:
            return line.shown
        return " + ".join(
            f"{it.points_shown} ÷ {it.possible_shown} × {plain(it.weight)}" for it in self.points
        )

    @property
    def own_stands(self) -> bool:
        """By the exemption the core's own score stands, since it is the better one."""
        freed, bundled = self.derivation.freed, self.derivation.bundled
        kept = self.derivation.check and self.derivation.check.raised
        return freed == Freed.HOLDS and not kept and self.derivation.own > bundled

    @property
    def goes_on(self) -> bool:
        """Whether exemption or points make the final score differ from the bundle."""
        raised = self.derivation.check and self.derivation.check.raised
        return bool(self.own_stands or raised or self.derivation.points_line)

    @property
    def after_check(self) -> Decimal | None:
        """The score after the exemption, where it changed the bundle."""
        check = self.derivation.check
        return check and check.value

    @property
    def check_told(self) -> str:
        """What the exemption asks for, and what followed."""
        check, risen = self.derivation.check, [it.name for it in self.members if it.risen]
        asked = f"口径“{check.who}”进位 {check.places} 名及以上"
        if check.raised:
            return f"{asked}：{'、'.join(check.raised)}进位，其份额按核心校与该校得分中较高者计。"
        if self.own_stands:
            return f"{asked}：成立，取本校得分。"
        if check.holds:
            return f"{asked}：成立；捆绑得分不低于本校得分，豁免不降分，取捆绑得分。"
        if not risen:
            return f"{asked}：没有成员校达到，取捆绑得分。"
        return f"{asked}：有成员校不足即不适用，取捆绑得分。"


def explain(actor: Actor, scheme: Scheme, school_id: int) -> Explanation | None:
    """None for a school whose derivation the actor does not see (X-32)."""
    visible = results.results_visible_to(actor, scheme).filter(in_full=True)
    visible = visible.select_related("pool")
    found = visible.filter(school=school_id).first()
    if found is None:
        return None
    row = results.rows_of([found])[0]
    unit = None
    if row.unit_core:
        core = visible.filter(school_name=row.unit_core).first()
        unit = core and results.rows_of([core])[0]
    told = (unit or row).derivation
    named = _named(visible, told)
    return Explanation(
        row=row,
        unit=unit,
        derivation=told,
        members=_members(scheme, told, named),
        linked=named,
        points=points_of(scheme, found),
        clauses=clauses_of(scheme, told),
    )


def _named(visible, told: Derivation) -> dict[str, int]:
    names = [part.school for part in told.parts]
    if not names:
        return {}
    rows = visible.filter(school_name__in=names).order_by()
    return dict(rows.values_list("school_name", "school_id"))


def _members(scheme: Scheme, told: Derivation, linked: dict[str, int]) -> list[Member]:
    """The figures are those that the check was made of; names are in the derivation anyway."""
    if told.check is None:
        return []
    ranks = {
        name: (own_rank, rise, own is not None)
        for name, own_rank, rise, own in Result.objects.filter(
            scheme=scheme, school_name__in=told.members
        )
        .order_by()
        .values_list("school_name", "own_rank", "rise", "own")
    }
    members = []
    for name in told.members:
        own_rank, rise, has_own = ranks.get(name, (None, None, False))
        last_rank = None if rise is None else own_rank + rise
        risen = rise is not None and rise >= told.check.places
        members.append(Member(name, linked.get(name), last_rank, own_rank, rise, risen, has_own))
    return members


def points_of(scheme: Scheme, result: Result) -> list[PointsLine]:
    """The points behind the own score, by indicator; those missing are in the list. Two queries."""
    scored = dict(
        Score.objects.filter(entrant__scheme=scheme, entrant__school=result.school_id)
        .order_by()
        .values_list("indicator_id", "points")
    )
    indicators = Indicator.objects.filter(scheme=scheme).order_by("position", "pk")
    return [
        PointsLine(
            name=it.name,
            points=scored.get(it.pk),
            possible=it.possible,
            weight=it.weight,
            part=scored[it.pk] * it.weight / it.possible if it.pk in scored else None,
        )
        for it in indicators
        if it.pool_id in {None, result.pool_id}
    ]


def clauses_of(scheme: Scheme, told: Derivation) -> list[Clause]:
    """The cited rules as in force on the cut-off day, quoted; one that has gone, by its name."""
    rules = policies.rules_for(scheme.district_id, scheme.cut_off_on)
    stated = [it for it in rules.all() if it.rule.about == Theme.SCORING]
    quoted = []
    for source in told.clauses:
        found = [it for it in stated if it.source == source]
        quoted += [
            Clause(
                source=source,
                title=it.rule.title,
                citation=it.rule.citation if it.pack else it.reason,
                document=it.pack.title if it.pack else "",
                identity=it.identity,
            )
            for it in found
        ]
        if not found and source not in {ENTERED, DEFAULT_CLAUSE}:
            quoted.append(Clause(source))
    if told.points_line and told.points_line.clause == DEFAULT_CLAUSE:
        quoted.append(Clause(DEFAULT_CLAUSE, title="所采用方案未规定加分上限，按 5.00 分计"))
    return quoted
