import datetime
from collections.abc import Sequence

from django.db import transaction

from core import words
from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.periods import period
from resources import guards
from resources.availability import Opened
from resources.models import Blackout, Facility, Opening


CHANGEABLE = ("name", "kind", "place", "capacity", "sharing", "needs_approval")


@refusals_told()
@transaction.atomic
def add(
    *,
    school_id: int,
    facts: dict,
    openings: Sequence[Opened],
    actor: Actor | None,
    now: datetime.datetime,
) -> Facility:
    """Enter a facility of a school with its opening hours; without an actor, the command line."""
    _check(actor, school_id)
    facility = Facility(
        school_id=school_id, created_at=now, **{name: facts[name] for name in CHANGEABLE}
    )
    _save(facility)
    _open(facility, openings)
    _record("add", facility, actor, now)
    return facility


@refusals_told()
@transaction.atomic
def change(
    *,
    facility_id: int,
    facts: dict,
    openings: Sequence[Opened],
    actor: Actor,
    now: datetime.datetime,
) -> Facility:
    """Change what a facility is and when it is open; bookings that stand are left alone."""
    facility = _locked(facility_id)
    _check(actor, facility.school_id)
    changed = [name for name in CHANGEABLE if getattr(facility, name) != facts[name]]
    for name in changed:
        setattr(facility, name, facts[name])
    _save(facility)
    Opening.objects.filter(facility=facility).delete()
    _open(facility, openings)
    _record("change", facility, actor, now, fields=changed)
    return facility


@refusals_told()
@transaction.atomic
def withdraw(
    *, facility_id: int, first_day: datetime.date, reason: str, actor: Actor, now: datetime.datetime
) -> Facility:
    """Take a facility out of use from a day on.

    Bookings and approvals from that day on are refused; active bookings stay, for the owner to
    cancel each with a reason.
    """
    facility = _locked(facility_id)
    _check(actor, facility.school_id)
    if not reason.strip():
        raise Denied("停用场地请写明原因。")
    if (facility.withdrawn_from, facility.withdrawn_reason) == (first_day, reason.strip()):
        return facility  # clicked twice
    facility.withdrawn_from, facility.withdrawn_reason = first_day, reason.strip()
    facility.save(update_fields=["withdrawn_from", "withdrawn_reason"])
    _record(
        "withdraw", facility, actor, now, reason=facility.withdrawn_reason,
        **{"from": str(first_day)},
    )  # fmt: skip
    return facility


@refusals_told()
@transaction.atomic
def put_back(*, facility_id: int, actor: Actor, now: datetime.datetime) -> Facility:
    """Take the withdrawal back."""
    facility = _locked(facility_id)
    _check(actor, facility.school_id)
    if facility.withdrawn_from is None:
        raise Denied("这个场地没有停用。")
    facility.withdrawn_from, facility.withdrawn_reason = None, ""
    facility.save(update_fields=["withdrawn_from", "withdrawn_reason"])
    _record("put_back", facility, actor, now)
    return facility


@refusals_told()
@transaction.atomic
def black_out(
    *,
    facility_id: int,
    first_day: datetime.date,
    last_day: datetime.date,
    reason: str,
    actor: Actor | None,
    now: datetime.datetime,
) -> Blackout:
    """Close a facility for some days; active bookings on them stay until cancelled."""
    facility = _locked(facility_id)
    _check(actor, facility.school_id)
    if last_day < first_day:
        raise Denied("结束日期不能早于开始日期。")
    row = Blackout(facility=facility, period=period(first_day, last_day), reason=reason)
    row.full_clean()
    row.save()
    _record("black_out", facility, actor, now, reason=reason, **{"from": str(first_day)})
    return row


@refusals_told()
@transaction.atomic
def lift(*, facility_id: int, blackout_id: int, actor: Actor, now: datetime.datetime) -> None:
    """Take a blackout away again; one that is gone is done."""
    facility = _locked(facility_id)
    _check(actor, facility.school_id)
    row = Blackout.objects.filter(pk=blackout_id, facility=facility).first()
    if row is not None:
        row.delete()
        _record("lift", facility, actor, now, **{"from": str(row.period.lower)})


def _check(actor: Actor | None, school_id: int) -> None:
    if actor is not None:
        guards.check_manage(actor=actor, school_id=school_id)


def _locked(facility_id: int) -> Facility:
    rows = Facility.objects.select_for_update(of=("self",)).select_related("school")
    return rows.get(pk=facility_id)


def _save(facility: Facility) -> None:
    facility.search = words.search_text(facility.name)
    facility.sort_key = words.sort_key(facility.name)
    facility.full_clean()
    facility.save()


def _open(facility: Facility, openings: Sequence[Opened]) -> None:
    if not openings:
        raise Denied("请至少填写一天的开放时间。")
    Opening.objects.bulk_create(
        Opening(
            facility=facility,
            weekday=it.weekday,
            first_lesson=it.first_lesson,
            last_lesson=it.last_lesson,
            starts_at=it.starts,
            ends_at=it.ends,
        )
        for it in openings
    )


def _record(verb: str, facility: Facility, actor, now, **details) -> None:
    audit.record(
        act=f"resources.facility.{verb}", actor=actor, now=now, object_type="facility",
        object_id=facility.pk, object_label=facility.name,
        district_id=facility.district_id, school_id=facility.school_id, details=details,
    )  # fmt: skip
