"""Every write to filings: rule 6, one action a move.

Each locks the filing, then asks the guard, writes, appends to the history that users read and
records the audit event. ``seen`` is the state that the clicker saw and ``last`` the last line of
history: when somebody was quicker, Denied says who did what.
"""

import datetime
from typing import NotRequired, TypedDict, Unpack

from django.core.files.base import File
from django.db import transaction

from core.actions import audit, files
from core.actor import Actor
from core.errors import Denied, refusals_told
from directory.enums import Role
from filings.enums import MOVES_WITH_REASON, FilingKind, FilingState, Move
from filings.guards import filings as may
from filings.guards import scans
from filings.models import Filing, FilingMove
from filings.rules import Hat, moves_from
from filings.selectors.deputyships import label_of
from filings.selectors.filings import last_move_of, next_number, next_version


GUARD = "filings.filing"


class Click(TypedDict):
    """What every move takes."""

    filing_id: int
    actor: Actor
    now: datetime.datetime
    on: datetime.date
    seen: NotRequired[FilingState | None]
    last: NotRequired[int | None]


@transaction.atomic
def start(
    *,
    kind: FilingKind,
    district_id: int,
    school_id: int,
    group_id: int | None = None,
    school_year: int,
    title: str,
    validator: Role | str,
    approver: Role | str,
    due_on: datetime.date | None,
    actor: Actor | None,
    now: datetime.datetime,
) -> Filing:
    """A draft of the school; the owner of the kind lets its row point to it.

    ``validator`` is "" where the kind has none. Raises Denied for anybody but the school; the
    command line (no actor) may for any.
    """
    may.check_start(actor=actor, school_id=school_id)
    if not title.strip():
        raise Denied("请填写标题。")
    filing = Filing.objects.create(
        kind=kind, district_id=district_id, school_id=school_id, group_id=group_id,
        school_year=school_year, title=title.strip(), validator=validator, approver=approver,
        due_on=due_on, **_made_by(actor, now),
    )  # fmt: skip
    _record("start", filing, actor, now)
    return filing


def submit(**click: Unpack[Click]) -> Filing:
    """DRAFT → SUBMITTED, or VALIDATED where the kind has no validator; a number the first time."""
    return _move(Move.SUBMIT, **click)


def validate(*, note: str = "", **click: Unpack[Click]) -> Filing:
    """SUBMITTED → VALIDATED."""
    return _move(Move.VALIDATE, said=note, **click)


def approve(*, recorded: bool = False, note: str = "", **click: Unpack[Click]) -> Filing:
    """VALIDATED → APPROVED, or RECORDED; the version in force until now is superseded."""
    return _move(Move.RECORD if recorded else Move.APPROVE, said=note, **click)


def step_back(*, reason: str, **click: Unpack[Click]) -> Filing:
    """VALIDATED → SUBMITTED, SUBMITTED → DRAFT; nothing typed is lost (X-8)."""
    return _move(Move.STEP_BACK, said=reason, **click)


def to_draft(*, reason: str, **click: Unpack[Click]) -> Filing:
    """Back to the school from any state that waits for the bureau."""
    return _move(Move.TO_DRAFT, said=reason, **click)


def reject(*, reason: str, **click: Unpack[Click]) -> Filing:
    """The end of this version. One that was in force before it stays so."""
    return _move(Move.REJECT, said=reason, **click)


def withdraw(*, reason: str, **click: Unpack[Click]) -> Filing:
    """The school takes it back while nobody has validated it."""
    return _move(Move.WITHDRAW, said=reason, **click)


@refusals_told()
@transaction.atomic
def reopen(
    *,
    filing_id: int,
    reason: str,
    actor: Actor,
    now: datetime.datetime,
    on: datetime.date,
    seen: FilingState | None = None,
    last: int | None = None,
) -> Filing:
    """A new version as a draft, which the owner fills with the old one's content (X-8).

    The old one stays in force until the new one is approved. Raises Denied while there is a new
    version that was not rejected.
    """
    old = _locked(filing_id)
    _check_seen(old, seen, last)
    hat = may.check_reopen(actor=actor, filing=old, on=on)
    if not reason.strip():
        raise Denied("重开须写明理由。")
    newer = old.successors.exclude(state=FilingState.REJECTED).first()
    if newer:
        raise Denied(f"这份报送已重开过，请在第 {newer.version} 版上继续。")
    filing = Filing.objects.create(
        kind=old.kind, district_id=old.district_id, school_id=old.school_id,
        group_id=old.group_id, school_year=old.school_year, title=old.title,
        validator=old.validator, approver=old.approver, version=next_version(old), previous=old,
        **_made_by(actor, now),
    )  # fmt: skip
    _write_down(
        old, Move.REOPEN, old.state, hat=hat, actor=actor, now=now, on=on, reason=reason.strip()
    )
    return filing


@transaction.atomic
def attach_scan(
    *, filing_id: int, content: File, name: str, actor: Actor, now: datetime.datetime
) -> Filing:
    """Take back the sheet with its seals: PDF, JPEG or PNG, told by its content (X-27).

    A later scan takes the place of an earlier one, whose file is kept and named in the audit log.
    """
    filing = _locked(filing_id)
    may.check_attach(actor=actor, filing=filing, on=actor.on)
    content_type = scans.content_type_of(content)
    earlier = filing.scan_id
    filing.scan = files.store(
        content=content, name=name, content_type=content_type, guard=GUARD, owner_id=filing.pk,
        actor=actor, now=now,
    )  # fmt: skip
    filing.save(update_fields=["scan"])
    details = {"file": str(filing.scan_id), "sha256": filing.scan.sha256}
    _record(
        "attach_scan", filing, actor, now, details | ({"earlier": str(earlier)} if earlier else {})
    )
    return filing


@refusals_told()
@transaction.atomic
def _move(
    move: Move,
    *,
    filing_id: int,
    actor: Actor,
    now: datetime.datetime,
    on: datetime.date,
    said: str = "",
    seen: FilingState | None = None,
    last: int | None = None,
) -> Filing:
    filing = _locked(filing_id)
    _check_seen(filing, seen, last)
    hat = may.check(move, actor=actor, filing=filing, on=on)
    if move in MOVES_WITH_REASON and not said.strip():
        raise Denied(f"{move.label}须写明理由。")
    old, filing.state = filing.state, moves_from(filing)[move]
    _mark(filing, move, actor)
    filing.save()
    _write_down(filing, move, old, hat=hat, actor=actor, now=now, on=on, reason=said.strip())
    if move in {Move.APPROVE, Move.RECORD} and filing.previous_id:
        _supersede(filing, hat=hat, actor=actor, now=now, on=on)
    return filing


def _locked(filing_id: int) -> Filing:
    rows = Filing.objects.select_for_update(of=("self",)).select_related("district")
    return rows.get(pk=filing_id)


def _check_seen(filing: Filing, seen: FilingState | None, last: int | None) -> None:
    made = last_move_of(filing)
    if (seen and seen != filing.state) or (last is not None and last != (made.pk if made else 0)):
        done = f"已被{made.by_name}{Move(made.move).label}" if made else "已有变化"
        raise Denied(f"这份报送{done}，现在是“{filing.get_state_display()}”，请刷新页面后再办理。")


def _mark(filing: Filing, move: Move, actor: Actor) -> None:
    """Who filed and who validated last; a way back forgets what it goes back behind."""
    if move == Move.SUBMIT:
        filing.submitted_by_id = actor.user_id
        if not filing.number:
            _hold_district(filing)
            filing.number = next_number(filing)
    elif move == Move.VALIDATE:
        filing.validated_by_id = actor.user_id
    elif filing.state == FilingState.SUBMITTED:
        filing.validated_by_id = None
    elif filing.state == FilingState.DRAFT:
        filing.submitted_by_id = filing.validated_by_id = None


def _hold_district(filing: Filing) -> None:
    """Numbers of a district are given one after another: whoever comes second waits here."""
    rows = Filing.objects.select_related("district").order_by()
    rows.select_for_update(of=("district",), no_key=True).get(pk=filing.pk)


def _supersede(filing: Filing, *, hat: Hat, actor: Actor, now, on) -> None:
    before = _locked(filing.previous_id)
    old, before.state = before.state, moves_from(before)[Move.SUPERSEDE]
    before.save(update_fields=["state"])
    _write_down(before, Move.SUPERSEDE, old, hat=hat, actor=actor, now=now, on=on)


def _write_down(
    filing: Filing, move: Move, old: str, *, hat: Hat, actor: Actor, now, on, reason: str = ""
) -> None:
    """A line of the history that users read, and the audit event."""
    FilingMove.objects.create(
        filing=filing, move=move, old=old, new=filing.state, at=now, by_id=actor.user_id,
        by_name=actor.name, post_id=actor.post_id, post_label=label_of(actor, on),
        deputy_for_label=hat.label if hat.deputy_for else "", deputy_for_name=hat.deputy_for,
        reason=reason,
    )  # fmt: skip
    details = {"old": old, "new": str(filing.state)}
    if reason:
        details["reason"] = reason[:200]
    if hat.deputy_for:
        details["stood_in_for_post"] = hat.post_id
    _record(move.lower(), filing, actor, now, details)


def _made_by(actor: Actor | None, now: datetime.datetime) -> dict:
    return {
        "created_at": now,
        "created_by_id": actor.user_id if actor else None,
        "created_by_post_id": actor.post_id if actor else None,
        "created_by_name": actor.name if actor else "命令行",
    }


def _record(verb: str, filing: Filing, actor: Actor | None, now, details=None) -> None:
    audit.record(
        act=f"filings.filing.{verb}", actor=actor, now=now, object_type="filing",
        object_id=filing.pk, object_label=str(filing), district_id=filing.district_id,
        school_id=filing.school_id, details=details or {},
    )  # fmt: skip
