"""The score sheet of a version as an imported table. The caller holds transaction and event."""

import functools
import re
from collections.abc import Sequence

from django.db.models import Prefetch

from assessment.actions import reckonings, schemes, scores
from assessment.enums import SchemeState
from assessment.guards import schemes as may
from assessment.models import Entrant, Indicator, Pool, Project, Scheme, Score
from assessment.selectors.schemes import schemes_visible_to
from assessment.spreadsheets import entries as sheet
from assessment.spreadsheets.entries import Basis
from core.actions.copying import copy_in
from core.actions.undoing import fault, label_of
from core.actor import Actor
from core.errors import Denied
from core.spreadsheets.importing import Fault, Importer, Line, Occasion, Stands, Undone
from directory.enums import Permission


KIND = re.compile(r"scores-(\d{1,9})", re.ASCII)
SAVED = ["pool", "apart", "pupils", "last_rank", "last_rank_given"]
FIELDS = [it.replace("pool", "pool_id") for it in SAVED]
STALE = "方案的类别或指标在上传后有变化，请按新的指标核对表格后重新上传。"


def kind_of(scheme_id: int) -> str:
    return f"scores-{scheme_id}"


def scheme_of(kind: str) -> int | None:
    """The version whose scores a kind of table holds; None for other kinds."""
    found = KIND.fullmatch(kind)
    return int(found[1]) if found else None


def importer_for(scheme: Scheme) -> Importer:
    """The table of that version; ``closed`` while the version is not a draft."""
    basis = Basis.of(scheme)
    state = SchemeState(scheme.state)
    closed = "" if state == SchemeState.DRAFT else f"“{scheme}”{state.label}，得分已锁定。"
    return Importer(
        kind=kind_of(scheme.pk),
        label=f"{scheme.year_label}得分",
        permission=Permission.MANAGE_ASSESSMENT,
        columns=sheet.columns(basis),
        check=functools.partial(_check, basis),
        write=functools.partial(_write, basis),
        undo=functools.partial(_undo, basis),
        passed=sheet.PASSED,
        closed=closed,
    )


def importer_of(kind: str) -> Importer | None:
    """For jobs, which know only the kind; None when there is no such version (any more)."""
    scheme = _prefetched(Scheme.objects.filter(pk=scheme_of(kind))).first()
    return importer_for(scheme) if scheme else None


def importers_of(actor: Actor) -> dict[str, Importer]:
    """The tables of every version of the actor's districts, for who may enter scores.

    Without the permission no query; three with it.
    """
    if not actor.may(Permission.MANAGE_ASSESSMENT):
        return {}
    mine = schemes_visible_to(actor).filter(district__in=actor.district_ids)
    return {
        it.kind: it for it in map(importer_for, _prefetched(mine).order_by("-school_year", "pk"))
    }


def _prefetched(rows):
    pools = Prefetch("pools", Pool.objects.order_by("position", "pk"))
    indicators = Prefetch("indicators", Indicator.objects.order_by("position", "pk"))
    return rows.prefetch_related(pools, indicators)


def _held(basis: Basis, occasion: Occasion) -> Basis:
    """The version under its lock, still as the columns were made of it. Raises Denied."""
    scheme = schemes.lock(basis.scheme.pk)
    may.check_editable(scheme)
    fresh = Basis.of(scheme)
    if scheme.district_id != occasion.district_id or fresh.columns_key != basis.columns_key:
        raise Denied(STALE)
    return fresh


def _check(basis: Basis, lines: list[Line], occasion: Occasion) -> None:
    """Under the lock, so that what is written is what was compared."""
    sheet.check(lines, _held(basis, occasion))


def _write(basis: Basis, lines: Sequence[Line], occasion: Occasion) -> None:
    """Enter new schools and scores, change what differs, reckon once; leaves ``before``."""
    scheme = schemes.lock(basis.scheme.pk)
    new = [line for line in lines if line.plan.entrant is None]
    copied = [Entrant(scheme=scheme, school_id=it.plan.school_id, **it.plan.fields) for it in new]
    copy_in(copied)
    changed = []
    for line, made in zip(new, copied, strict=True):
        line.object_id = made.pk
        line.before = {"made": True, "fields": {f: [None, getattr(made, f)] for f in FIELDS}}
    for line in lines:
        plan = line.plan
        if plan.entrant:
            pairs = {f: [getattr(plan.entrant, f), value] for f, value in plan.fields.items()}
            line.before = {"made": False, "fields": pairs}
            if pairs:
                changed.append(_filled(plan.entrant, plan.fields))
        line.before["scores"] = {
            str(pk): [_told(plan.held.get(pk)), _told(value)] for pk, value in plan.scores.items()
        }
    _save(changed)
    _enter(lines)
    reckonings.reckon(scheme=scheme, now=occasion.now)


def _enter(lines: Sequence[Line]) -> None:
    fresh, replaced, emptied = [], [], []
    for line in lines:
        for pk, value in line.plan.scores.items():
            row = Score(entrant_id=line.object_id, indicator_id=pk, points=value)
            if value is None:
                emptied.append(line.object_id)
            else:
                (replaced if pk in line.plan.held else fresh).append(row)
    copy_in(fresh)
    scores.store(replaced)
    Score.objects.filter(entrant__in=emptied).delete()  # 不单独评分: all of theirs


def _undo(basis: Basis, rows: Sequence[Undone], occasion: Occasion) -> None:
    """Take the batch's scores, facts and schools back and reckon once.

    Raises Stands for what was changed since, Denied when the version is no longer a draft.
    """
    scheme = schemes.lock(basis.scheme.pk)
    may.check_editable(scheme)
    ids = [row.line.object_id for row in rows]
    entrants = {it.pk: it for it in Entrant.objects.filter(pk__in=ids).order_by("pk")}
    there = list(Score.objects.filter(entrant__in=ids).order_by("pk"))
    held: dict[int, dict[str, str]] = {pk: {} for pk in entrants}
    for it in there:
        held[it.entrant_id][str(it.indicator_id)] = _told(it.points)
    names = dict(Indicator.objects.filter(scheme=scheme).order_by("pk").values_list("pk", "name"))
    projects = Project.objects.filter(entrant__in=ids).order_by("pk")
    with_projects = set(projects.values_list("entrant_id", flat=True))
    stands = [
        found for row in rows if (found := _stands(row.line, entrants, held, names, with_projects))
    ]
    if stands:
        raise Stands(stands)
    made = [row.line.object_id for row in rows if row.line.before["made"]]
    kept = [row.line for row in rows if not row.line.before["made"]]
    back = [
        _filled(entrants[it.object_id], {f: old for f, (old, _) in it.before["fields"].items()})
        for it in kept
        if it.before["fields"]
    ]
    _save(back)
    old = {
        (it.object_id, int(pk)): points
        for it in kept
        for pk, (points, _) in it.before["scores"].items()
    }
    scores.store(
        [
            Score(entrant_id=entrant_id, indicator_id=pk, points=points)
            for (entrant_id, pk), points in old.items()
            if points is not None
        ]
    )
    gone = [it.pk for it in there if old.get((it.entrant_id, it.indicator_id), "") is None]
    Score.objects.filter(pk__in=gone).delete()
    Entrant.objects.filter(pk__in=made).delete()
    reckonings.reckon(scheme=scheme, now=occasion.now)


def _stands(line: Line, entrants, held, names, with_projects) -> Fault | None:
    """The sentence for what keeps one row from being taken back."""
    entrant = entrants.get(line.object_id)
    if entrant is None:
        return fault(line, "这所学校已移出参评名单。")
    for name, (_, value) in line.before["fields"].items():
        if getattr(entrant, name) != value:
            label = label_of(Entrant, name.removesuffix("_id"))
            return fault(line, f"这所学校的“{label}”在导入后又改过，请单独更正。")
    now = held[entrant.pk]
    pairs = line.before["scores"]
    for pk, (_, value) in pairs.items():
        if now.get(pk) != value:
            name = names.get(int(pk), "已删除的指标")
            return fault(line, f"这所学校的“{name}”在导入后又改过，请单独更正。")
    if line.before["made"] and (now.keys() - pairs.keys() or entrant.pk in with_projects):
        return fault(line, "这所学校在导入后又录入了得分或项目，请单独更正。")
    return None


def _filled(entrant: Entrant, fields: dict) -> Entrant:
    for name, value in fields.items():
        setattr(entrant, name, value)
    return entrant


def _save(rows: Sequence[Entrant]) -> None:
    """Rows that are there, in one statement: ``bulk_update`` takes longer than all the rest."""
    Entrant.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=SAVED
    )


def _told(points) -> str | None:
    """A score for JSON: one text for equal numbers, None where there is none."""
    return None if points is None else f"{points:.6f}"
