"""One unit's or core's sum, in the order of ``domain.md``: unit, bundle, exemption, points. Pure.

Every function returns exact fractions and adds its steps to the derivation it is given.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from assessment.derivation import Derivation, plain, shown
from assessment.entries import DEFAULT_CAP, DEFAULT_CLAUSE, ENTERED, Entry, Policy, Project
from assessment.ranking import OwnRanks


Shares = dict[str, Fraction]
WANTED = {"all": "全部成员校", "any": "任一成员校", "each": "逐校"}


def unit_score(
    entries: Sequence[Entry], policy: Policy, steps: Derivation, *, is_unit: bool
) -> Fraction:
    """The score with which a school or 融合型 unit enters every formula (B3-10).

    ``entries`` holds the core first, then its campuses, none of them missing a score they should
    have; the mean of all that are scored is weighted by pupils.
    """
    scored = [entry for entry in entries if entry.score is not None]
    if len(scored) == 1:
        score = Fraction(scored[0].score)
        if not is_unit:
            steps.add("本校得分", shown(score), score, ENTERED)
        else:
            steps.add("本单位得分（校区不单独评分）", shown(score), score, policy.unit_clause)
        return score
    pupils = sum(entry.pupils for entry in scored)
    score = sum(Fraction(entry.score) * entry.pupils for entry in scored) / pupils
    terms = "+".join(f"{shown(entry.score)}×{entry.pupils}" for entry in scored)
    steps.add("本单位得分（按学生数加权）", f"({terms})/{pupils}", score, policy.unit_clause)
    return score


def bundle(
    core: str,
    own: Fraction,
    scores: Mapping[str, Fraction],
    left: Sequence[str],
    policy: Policy,
    steps: Derivation,
) -> Shares:
    """The core's share and each member's: own weight, the rest split evenly (B1-9 五、4).

    ``left`` names members taken out of this year's assessment, whose share goes to the others.
    """
    weight, count = Fraction(policy.own_weight), len(scores)
    note = f"（{'、'.join(left)}退出本年考核，不计）" if left else ""
    terms = "+".join(shown(score) for score in scores.values())
    steps.add(
        f"成员校平均{note}",
        terms if count == 1 else f"({terms})/{count}",
        sum(scores.values()) / count,
        policy.weight_clause,
    )
    shares = {core: weight * own}
    steps.add("核心校份额", f"{plain(weight)}×{shown(own)}", shares[core], policy.weight_clause)
    for school, score in scores.items():
        shares[school] = (1 - weight) / count * score
        split = f"÷{count}" if count > 1 else ""
        steps.add(
            f"成员校份额 {school}",
            f"{plain(1 - weight)}×{shown(score)}{split}",
            shares[school],
            policy.weight_clause,
        )
    steps.add("捆绑得分", sum_of(shares), sum(shares.values()), policy.weight_clause)
    return shares


def exempt(
    core: str,
    own: Fraction,
    scores: Mapping[str, Fraction],
    shares: Shares,
    ranks: OwnRanks,
    policy: Policy,
    steps: Derivation,
) -> tuple[Shares, list[str]]:
    """Shares after the exemption, and the members on whose rise it rests (B1-10 五、4).

    It is a right, so it never lowers a score: with "all" or "any" the core's own score stands
    where it is better than the bundle, with "each" it stands in the share of a risen member.
    """
    risen = [s for s in scores if (rise := ranks.rise(s)) is not None and rise >= policy.places]
    holds = len(risen) == len(scores) if policy.exemption == "all" else bool(risen)
    label = f"豁免核对（{WANTED[policy.exemption]}进位 ≥ {policy.places}）"
    told = "，".join(ranks.told(school) for school in scores)
    bundled = sum(shares.values())
    if not holds:
        steps.add(label, f"{told}；不成立", bundled, policy.exemption_clause)
        return shares, []
    if policy.exemption == "each":
        part = (1 - Fraction(policy.own_weight)) / len(scores)
        shares = {**shares, **{school: part * max(scores[school], own) for school in risen}}
        rule = f"{'、'.join(risen)}按 max(成员校得分, 核心校得分) 计：{sum_of(shares)}"
        steps.add(label, f"{told}；{rule}", sum(shares.values()), policy.exemption_clause)
        return shares, risen
    steps.add(
        label,
        f"{told}；成立，max({shown(bundled)}, {shown(own)})",
        max(bundled, own),
        policy.exemption_clause,
    )
    return ({core: own} if own > bundled else shares), risen


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
