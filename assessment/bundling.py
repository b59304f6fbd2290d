"""One unit's or core's sum, in the order of ``domain.md``: unit, bundle, exemption, points. Pure.

Every function returns exact fractions and adds its steps to the derivation it is given.
"""

import functools
import operator
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from assessment.derivation import Derivation, both, plain, shown
from assessment.entries import DEFAULT_CAP, DEFAULT_CLAUSE, Entry, Policy, Project
from assessment.ranking import OwnRanks


Shares = dict[str, Fraction]
OWN = "本校得分"
WANTED = {"all": "全部成员校", "any": "任一成员校", "each": "逐校"}


def unit_score(entries: Sequence[Entry], policy: Policy, steps: Derivation) -> Fraction:
    """The score with which a 融合型 unit enters every formula (B3-10).

    ``entries`` holds the core first, then its campuses, none of them missing a score they should
    have; the mean of all that are scored is weighted by pupils.
    """
    scored = [entry for entry in entries if entry.score is not None]
    if len(scored) == 1:
        score = Fraction(scored[0].score)
        told = entered(scored[0])
        steps.add("本单位得分（校区不单独评分）", told, score, policy.unit_clause)
        return score
    pupils = sum(entry.pupils for entry in scored)
    score = sum(Fraction(entry.score) * entry.pupils for entry in scored) / pupils
    terms = "+".join(f"{shown(entry.score)}×{entry.pupils}" for entry in scored)
    steps.add("本单位得分（按学生数加权）", f"({terms})/{pupils}", score, policy.unit_clause)
    return score


def entered(entry: Entry) -> str:
    """How the own score came about: as it was entered, or as the sum over the indicators."""
    return summed(entry.summed) if entry.summed else shown(entry.score)


@functools.cache
def summed(count: int) -> str:
    return f"Σ 得分÷满分×权重（{count} 项）"


def bundle(
    core: str,
    own: Fraction,
    scores: Mapping[str, Fraction],
    left: Sequence[str],
    policy: Policy,
    steps: Derivation,
) -> tuple[Shares, Fraction]:
    """The core's share and each member's: own weight, the rest split evenly (B1-9 五、4).

    Returns them with their sum. ``left`` names members taken out of this year's assessment, whose
    share goes to the others.
    """
    count, clause = len(scores), policy.weight_clause
    weight, each, own_weight, rest = _weights(policy.own_weight, count)
    note = f"（{'、'.join(left)}退出本年考核，不计）" if left else ""
    told = [shown(score) for score in scores.values()]
    together, terms = _sum(scores.values()), "+".join(told)
    mean = terms if count == 1 else f"({terms})/{count}"
    steps.add(f"成员校平均{note}", mean, together / count, clause)
    shares = {core: weight * own}
    term, value = both(shares[core])
    steps.put("核心校份额", f"{own_weight}×{shown(own)}", value, clause)
    parts, split = [term], f"÷{count}" if count > 1 else ""
    for (school, score), term in zip(scores.items(), told, strict=True):
        shares[school] = each * score
        part, value = both(shares[school])
        parts.append(part)
        steps.put(f"成员校份额 {school}", f"{rest}×{term}{split}", value, clause)
    bundled = shares[core] + each * together
    steps.add("捆绑得分", "+".join(parts), bundled, clause)
    return shares, bundled


@functools.lru_cache(maxsize=100)
def _weights(own: Decimal, count: int) -> tuple[Fraction, Fraction, str, str]:
    """The core's weight, that of each of so many members, and both weights as they are shown."""
    weight = Fraction(own)
    return weight, (1 - weight) / count, plain(weight), plain(1 - weight)


def exempt(
    core: str,
    own: Fraction,
    scores: Mapping[str, Fraction],
    shares: Shares,
    bundled: Fraction,
    ranks: OwnRanks,
    policy: Policy,
    steps: Derivation,
) -> tuple[Shares, Fraction, list[str]]:
    """Shares and their sum after the exemption, and on whose rise it rests (B1-10 五、4).

    It is a right, so it never lowers a score: with "all" or "any" the core's own score stands
    where it is better than the bundle, with "each" it stands in the share of a risen member.
    """
    risen = [s for s in scores if (rise := ranks.rise(s)) is not None and rise >= policy.places]
    holds = len(risen) == len(scores) if policy.exemption == "all" else bool(risen)
    label = f"豁免核对（{WANTED[policy.exemption]}进位 ≥ {policy.places}）"
    told = "，".join(ranks.rise_of(school) for school in scores)
    if not holds:
        steps.add(label, f"{told}；不成立", bundled, policy.exemption_clause)
        return shares, bundled, []
    if policy.exemption == "each":
        part = (1 - Fraction(policy.own_weight)) / len(scores)
        shares = {**shares, **{school: part * max(scores[school], own) for school in risen}}
        rule = f"{'、'.join(risen)}按 max(成员校得分, 核心校得分) 计：{sum_of(shares)}"
        total = _sum(shares.values())
        steps.add(label, f"{told}；{rule}", total, policy.exemption_clause)
        return shares, total, risen
    better = max(bundled, own)
    verdict = f"成立，max({shown(bundled)}, {shown(own)})"
    steps.add(label, f"{told}；{verdict}", better, policy.exemption_clause)
    return ({core: own} if own > bundled else shares), better, risen


def add_points(
    projects: Sequence[Project], score: Fraction, policy: Policy, steps: Derivation
) -> Fraction:
    """Reviewed project points, at most the cap (B3-10); returns the points that count."""
    named = sorted(projects, key=lambda project: (project.name, project.points))
    capped = policy.project_cap is not None
    cap = policy.project_cap if capped else DEFAULT_CAP
    points = min(sum(Fraction(project.points) for project in named), Fraction(cap))
    terms = "+".join(shown(project.points) for project in named)
    steps.add(
        f"项目加分（{'、'.join(project.name for project in named)}），上限 {shown(cap)}",
        f"min({terms}, {shown(cap)})",
        points,
        policy.cap_clause if capped else DEFAULT_CLAUSE,
    )
    steps.add(
        "加分后得分", f"{shown(score)}+{shown(points)}", score + points, policy.project_clause
    )
    return points


def sum_of(shares: Shares) -> str:
    return "+".join(shown(share) for share in shares.values())


def _sum(values: Iterable[Fraction]) -> Fraction:
    """Without the 0 that ``sum`` begins with, which costs as much as another value."""
    return functools.reduce(operator.add, values)
