"""Rosters in bulk, from an imported table. The caller holds the transaction and the event."""

import functools
from collections.abc import Sequence

from django.db.models import Max

from core.actions.undoing import fault
from core.actor import Actor
from core.enums import RowState
from core.school_years import school_year_of
from core.spreadsheets.importing import Importer, Line, Occasion, Stands, Undone
from directory.enums import Permission
from directory.selectors import schools
from exchange.actions import lines as roster_lines
from exchange.actions import rosters
from exchange.actions.lines import Wanted
from exchange.models import Roster, RosterLine
from exchange.spreadsheets import rosters as sheet
from filings.enums import FilingState


KIND = "roster"
KEPT = ("sending_id", "receiving_id", "teacher_id", "kind", "subject", "duty", "way")


def write(lines: Sequence[Line], occasion: Occasion, roster: Roster | None = None) -> None:
    """Append new lines and change those on file; without ``roster`` to each school's own draft.

    A sending school without a draft of the year gets one. Leaves ``before``.
    """
    year = roster.filing.school_year if roster else school_year_of(occasion.start)
    by_school: dict[int, Roster] = {}
    for line in lines:
        school_id = roster.filing.school_id if roster else line.plan.sending_id
        if line.state == RowState.CHANGED:
            target = line.plan.line.roster
        elif school_id in by_school:
            target = by_school[school_id]
        else:
            target = by_school[school_id] = roster or _own(school_id, year, occasion)
        _write(line, target, occasion)


def _own(school_id: int, year: int, occasion: Occasion) -> Roster:
    return rosters.draft_of(school_id, year) or rosters.start(
        district_id=occasion.district_id, school_id=school_id, school_year=year, actor=None,
        now=occasion.now, on=occasion.on,
    )  # fmt: skip


def _write(line: Line, roster: Roster, occasion: Occasion) -> None:
    said, plan = line.values, line.plan
    row = plan.line
    line.before = {"old": _packed(row)} if row else {}
    if row is None:
        last = roster.lines.aggregate(last=Max("position"))["last"] or 0
        row = RosterLine(roster=roster, position=last + 1)
    wanted = Wanted(
        sending_id=plan.sending_id, receiving_id=plan.receiving_id, teacher_id=plan.teacher_id,
        kind=said["类别"], way=said["申请方式"], first_day=said["开始日期"],
        last_day=said["结束日期"], subject=said.get("学科") or "", duty=said.get("拟任职务") or "",
    )  # fmt: skip
    own_units = schools.units_below(roster.filing.school_id, occasion.on)
    roster_lines.save(
        roster_lines.filled(row, wanted, own_units=own_units, actor=None, now=occasion.now)
    )
    line.object_id = row.pk
    line.before["new"] = _packed(row)


def undo(rows: Sequence[Undone], occasion: Occasion) -> None:
    """Take written lines back. Raises Stands when the roster was filed or a line changed since."""
    held = {
        it.pk: it
        for it in RosterLine.objects.filter(pk__in=[row.line.object_id for row in rows])
        .select_related("roster__filing")
        .order_by("pk")
    }
    stands = [found for row in rows if (found := _stands(row.line, held))]
    if stands:
        raise Stands(stands)
    for row in rows:
        line = held[row.line.object_id]
        if row.created:
            line.delete()
            continue
        old = row.line.before["old"]
        for name in KEPT:
            setattr(line, name, old[name])
        line.period = type(line.period)(*old["period"], "[)")
        line.save()


def _stands(line: Line, held: dict[int, RosterLine]):
    row = held.get(line.object_id)
    if row is None:
        return fault(line, "这一行已从花名册中删除。")
    if row.roster.filing.state != FilingState.DRAFT:
        return fault(line, "花名册已报送，请先撤回报送或等退回起草。")
    if _packed(row) != line.before["new"]:
        return fault(line, "这一行在导入后又改过，请单独更正。")
    return None


def _packed(row: RosterLine) -> dict:
    return {name: getattr(row, name) for name in KEPT} | {
        "period": [row.period.lower.isoformat(), row.period.upper.isoformat()]
    }


IMPORTER = Importer(
    kind=KIND,
    label="交流轮岗花名册",
    permission=Permission.PREPARE_FILINGS,
    columns=sheet.COLUMNS,
    check=sheet.check,
    write=write,
    undo=undo,
)


def importer_for(roster: Roster) -> Importer:
    """The table of one roster, for the posts of the school that files it."""
    return Importer(
        kind=f"{KIND}:{roster.filing_id}",
        label=roster.filing.title,
        permission=Permission.PREPARE_FILINGS,
        columns=sheet.COLUMNS,
        check=functools.partial(sheet.check, roster=roster),
        write=functools.partial(write, roster=roster),
        undo=undo,
        school_id=roster.filing.school_id,
        closed=(
            ""
            if roster.filing.state == FilingState.DRAFT
            else "花名册已报送，不能导入；请先撤回，或等退回起草。"
        ),
    )


def importers_of(actor: Actor) -> dict[str, Importer]:
    """The rosters of the actor's schools, filed ones too, for pages of batches. One query."""
    if not actor.may(Permission.PREPARE_FILINGS):
        return {}
    rows = Roster.objects.filter(filing__school__in=actor.school_ids).select_related("filing")
    found = [importer_for(row) for row in rows.order_by("pk")]
    return {it.kind: it for it in found}


def importer_of(kind: str) -> Importer | None:
    """The importer of a batch's kind, for jobs; None when it is no roster's or that is gone."""
    rows = Roster.objects.filter(filing=filing_of(kind)).select_related("filing")
    row = rows.first()
    return row and importer_for(row)


def filing_of(kind: str) -> int | None:
    """The filing whose roster a batch's kind names."""
    word, _, number = kind.partition(":")
    return int(number) if word == KIND and number.isdecimal() else None
