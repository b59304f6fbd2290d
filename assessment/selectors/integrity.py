"""Rules 7–10 of ``domain.md`` over the stored assessments, found again for ``check_integrity``."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from assessment.derivation import round_half_up
from assessment.entries import Entry
from assessment.enums import ResultState, SchemeState
from assessment.models import Publication, Result, Scheme
from assessment.selectors import inputs, snapshots
from assessment.selectors.inputs import Inputs
from assessment.selectors.judged import STATES, steps_json
from core.selectors.integrity import Violation, found
from directory.guards import closings


SCHEME, RESULT, PAPER = "assessment_scheme", "assessment_result", "assessment_publication"
PARTS = {
    "scheme": "方案", "pools": "类别", "indicators": "指标", "entrants": "参评学校和得分",
    "results": "结果", "format": "格式", "frozen": "成员关系和规则",
}  # fmt: skip
MOST_NAMED = 5

OVER_POSSIBLE = """
SELECT score.id, indicator.name, indicator.possible FROM assessment_score score
  JOIN assessment_indicator indicator ON indicator.id = score.indicator_id
 WHERE score.points > indicator.possible ORDER BY score.id
"""
ELSEWHERE = """
SELECT score.id FROM assessment_score score
  JOIN assessment_indicator indicator ON indicator.id = score.indicator_id
  JOIN assessment_entrant entrant ON entrant.id = score.entrant_id
 WHERE entrant.scheme_id <> indicator.scheme_id ORDER BY score.id
"""
HALF_PUBLISHED = """
SELECT scheme.id FROM assessment_scheme scheme
  LEFT JOIN assessment_publication paper ON paper.scheme_id = scheme.id
 WHERE (scheme.state = 'PUBLISHED') <> (paper.id IS NOT NULL) ORDER BY scheme.id
"""


def violations() -> Iterator[Violation]:
    """Every version of every district, one after another; a constant number of queries each."""
    yield from found(8, SCHEME, HALF_PUBLISHED, "状态和发布记录不一致：已发布的版本须有快照。")
    yield from found(10, "assessment_score", OVER_POSSIBLE, "“{}”的得分超过满分 {}。")
    yield from found(10, "assessment_score", ELSEWHERE, "得分的学校和指标属于不同的版本。")
    papers = {it.scheme_id: it for it in Publication.objects.order_by("pk")}
    for scheme in Scheme.objects.order_by("district_id", "school_year", "version"):
        paper = papers.get(scheme.pk)
        if paper:
            yield from _published(scheme, paper)
        elif scheme.state != SchemeState.PUBLISHED and not scheme.blocked:
            yield from _under_way(scheme)


def _published(scheme: Scheme, paper: Publication) -> Iterator[Violation]:
    if snapshots.checksum(paper.snapshot) != paper.checksum:
        yield Violation(8, PAPER, paper.pk, f"{scheme}的快照与校验码不符，快照或校验码被改动过。")
    try:
        told = json.loads(paper.snapshot)
        frozen = told["frozen"]
        places, policy = snapshots.places_of(frozen), snapshots.policy_of(frozen)
    except (ValueError, KeyError, TypeError):
        yield Violation(8, PAPER, paper.pk, f"{scheme}的快照不能读出，无法与库中数据核对。")
        return
    now = json.loads(snapshots.canonical(snapshots.whole(scheme, frozen)))
    for part in sorted(now.keys() | told.keys()):
        if now.get(part) != told.get(part):
            where = _where(now.get(part), told.get(part))
            message = (
                f"{scheme}的{PARTS.get(part, part)}与发布时的快照不一致{where}，发布后被改动过。"
            )
            yield Violation(8, SCHEME, scheme.pk, message)
    yield from _closed(scheme, places)
    results = list(Result.objects.filter(scheme=scheme).select_related("pool").order_by("pk"))
    names = {it.school_id: it.school_name for it in results}
    try:
        read = inputs.as_published(
            scheme, names=names, listed=places, policy=policy,
            last_pool_sizes=frozen["last_pool_sizes"],
        )  # fmt: skip
        judged = read.judge()
    except (KeyError, ZeroDivisionError):
        message = f"{scheme}的参评学校、得分或成员关系不完整，不能重新计算。"
        yield Violation(10, SCHEME, scheme.pk, message)
        return
    for it in results:
        yield from _rejudged(scheme, it, judged.get(it.school_name))
    yield from _missing(scheme, read, results)


def _where(now: Any, told: Any) -> str:
    """The schools or names whose rows differ, where both are lists of rows."""
    if not isinstance(now, list) or not isinstance(told, list):
        return ""
    rows = [row for row in now if row not in told] + [row for row in told if row not in now]
    names = dict.fromkeys(
        str(row.get("school_name") or row.get("name") or f"学校 {row.get('school_id')}")
        for row in rows
    )
    return f"（{'、'.join(list(names)[:MOST_NAMED])}）" if names else ""


def _closed(scheme: Scheme, places: Sequence) -> Iterator[Violation]:
    """The version in force keeps its days closed, and the memberships are as they were."""
    later = Scheme.objects.filter(
        district=scheme.district_id, school_year=scheme.school_year, version__gt=scheme.version
    )
    if later.exists():
        return
    if closings.closing_on(scheme.district_id, scheme.cut_off_on) is None:
        yield Violation(
            7, SCHEME, scheme.pk, f"{scheme}已发布，{scheme.cut_off_on} 及以前却没有锁定。"
        )
    if sorted(inputs.read(scheme).places, key=str) != sorted(places, key=str):
        message = f"{scheme.cut_off_on} 的集团成员关系与{scheme}发布时不同，锁定后被改动过。"
        yield Violation(7, SCHEME, scheme.pk, message)


def _rejudged(scheme: Scheme, stored: Result, judged) -> Iterator[Violation]:
    if judged is None:
        yield Violation(
            10, RESULT, stored.pk, f"{scheme}有“{stored.school_name}”的结果而无此参评学校。"
        )
        return
    pairs = {
        "状态": (stored.status, STATES[judged.status]),
        "本校得分": (stored.own, judged.own),
        "本校名次": (stored.own_rank, judged.own_rank),
        "进位": (stored.rise, judged.rise),
        "最终得分": (stored.final, judged.final),
        "最终名次": (stored.final_rank, judged.final_rank),
        "暂定": (stored.provisional, judged.provisional),
        "核心校": (stored.is_core, judged.is_core),
        "集团类型": (stored.group_types, list(judged.group_types)),
        "等待": (stored.waits_for, list(judged.waits_for)),
        "计算过程": (stored.steps, json.loads(steps_json(judged))),
    }
    wrong = [label for label, (held, right) in pairs.items() if held != right]
    if wrong:
        told = "、".join(
            f"{label}（存 {pairs[label][0]}，应为 {pairs[label][1]}）"
            if label in {"本校得分", "本校名次", "最终得分", "最终名次"}
            else label
            for label in wrong
        )
        message = f"{scheme}“{stored.school_name}”按库中数据重新计算，{told}不一致。"
        yield Violation(10, RESULT, stored.pk, message)


def _under_way(scheme: Scheme) -> Iterator[Violation]:
    """Of a version that is not published, which memberships may still move: its own scores."""
    read = inputs.read(scheme)
    results = list(Result.objects.filter(scheme=scheme).select_related("pool").order_by("pk"))
    yield from _missing(scheme, read, results)
    own = _by_id(read)
    for it in results:
        entry = own.get(it.school_id)
        right = entry.score if entry and it.status != ResultState.OUT else None
        if it.own is not None and right is not None and it.own != round_half_up(right):
            message = (
                f"{scheme}“{it.school_name}”的本校得分存 {it.own}，应为 {round_half_up(right)}。"
            )
            yield Violation(10, RESULT, it.pk, message)


def _missing(scheme: Scheme, read: Inputs, results: Sequence[Result]) -> Iterator[Violation]:
    """Rule 9: what is missing is missing, waits, and never counts as zero."""
    own = _by_id(read)
    for school_id in sorted(own.keys() - {it.school_id for it in results}):
        message = f"{scheme}没有“{own[school_id].school}”的结果。"
        yield Violation(9, SCHEME, scheme.pk, message)
    for it in results:
        entry = own.get(it.school_id)
        waits = bool(entry) and entry.apart and entry.score is None
        if it.status == ResultState.OUT or entry is None:
            continue
        if entry.score is None and it.own is not None:
            message = f"{scheme}“{it.school_name}”的得分不全，却有本校得分 {it.own}。"
            yield Violation(9, RESULT, it.pk, message)
        if waits and it.status == ResultState.FINAL:
            message = f"{scheme}“{it.school_name}”的得分不全，却有最终得分 {it.final}。"
            yield Violation(9, RESULT, it.pk, message)
        if scheme.state == SchemeState.PUBLISHED and it.status == ResultState.WAITING:
            message = f"{scheme}已发布，“{it.school_name}”却还在等待出分。"
            yield Violation(9, RESULT, it.pk, message)


def _by_id(read: Inputs) -> dict[int, Entry]:
    return {read.school_ids[it.school]: it for it in read.entries}
