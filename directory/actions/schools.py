import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.periods import period
from core.words import search_text, sort_key
from directory.guards import closings
from directory.guards import schools as guards
from directory.models import District, School, SchoolFacts


CHANGEABLE = ("name", "code", "kind", "stage", "parent_id", "area_unit_id", "area_class")


@refusals_told()
@transaction.atomic
def enter(
    *,
    district: District,
    facts: dict,
    first_day: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
    source: str = "",
) -> School:
    """Enter a school with its facts (keys of ``CHANGEABLE``) from that day on.

    Raises ValidationError when the database's rules on names, codes and parents forbid it, Denied
    when the actor may not, the parent does not fit, or a race found what the first question missed.
    """
    _lock_tree(district.pk, facts)
    guards.check_manage(actor=actor, district_id=district.pk)
    closings.check_open(district.pk, first_day)
    guards.check_parent(parent_id=facts.get("parent_id"), district_id=district.pk, on=first_day)
    school = School.objects.create(district=district, created_at=now)
    row = _facts(school, district, facts, period(first_day), now, source)
    row.full_clean()
    row.save()
    details = {"from": str(first_day), "reason": source}
    record("directory.school.enter", row, actor, now, details)
    return school


@refusals_told()
@transaction.atomic
def change(
    *,
    school_id: int,
    facts: dict,
    first_day: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
    source: str = "",
) -> SchoolFacts:
    """Change what a school is from that day on; what it was before stays on record (E-3).

    Facts that start on the same day are corrected in place; nothing changes when all are alike.
    Raises Denied when the school has no facts on that day or a later change is already entered.
    """
    held = _lock(school_id, facts, first_day, actor)
    if held.period.upper is not None:
        raise Denied(f"该学校在 {held.period.upper} 起已有变更，请先处理那一次变更。")
    changed = {key: value for key, value in facts.items() if getattr(held, key) != value}
    if not changed:
        return held
    closings.check_open(held.district_id, first_day)
    old = {key: getattr(held, key) for key in CHANGEABLE}
    if held.period.lower == first_day:
        row = held
        _apply(row, changed)
    else:
        SchoolFacts.objects.filter(pk=held.pk).update(
            period=DateRange(held.period.lower, first_day, "[)")
        )
        row = _facts(held.school, held.district, old | changed, period(first_day), now, source)
    row.full_clean()
    row.save()
    details = {"from": str(first_day), "fields": sorted(changed), "reason": source}
    record("directory.school.change", row, actor, now, details)
    return row


@refusals_told()
@transaction.atomic
def correct(
    *,
    school_id: int,
    facts: dict,
    on: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
    source: str = "",
) -> SchoolFacts:
    """Mend what was entered wrongly in the facts of that day, for the whole time they hold.

    The wrong value is kept in the audit log only. Raises as ``change`` does.
    """
    row = _lock(school_id, facts, on, actor)
    wrong = {key: getattr(row, key) for key in facts if getattr(row, key) != facts[key]}
    if not wrong:
        return row
    closings.check_open(row.district_id, row.period.lower)
    _apply(row, {key: facts[key] for key in wrong})
    row.full_clean()
    row.save()
    details = {"from": str(row.period.lower), "fields": sorted(wrong), "reason": source}
    record("directory.school.correct", row, actor, now, details | {"wrong": wrong})
    return row


def record(act: str, row: SchoolFacts, actor, now, details) -> None:
    """The audit event of an act on a school, named as its facts name it."""
    audit.record(
        act=act, actor=actor, now=now, object_type="school", object_id=row.school_id,
        object_label=row.name, district_id=row.district_id, school_id=row.school_id,
        details=details,
    )  # fmt: skip


def _lock(school_id: int, facts: dict, on: datetime.date, actor: Actor | None) -> SchoolFacts:
    """Lock the school (and the tree, where the parent is told), ask the guards, give its facts."""
    school = School.objects.get(pk=school_id)
    _lock_tree(school.district_id, facts)
    School.objects.select_for_update(of=("self",)).get(pk=school_id)
    guards.check_manage(actor=actor, district_id=school.district_id)
    held = SchoolFacts.objects.on(on).filter(school_id=school_id).first()
    if held is None:
        raise Denied("该学校在这一天还没有或不再有信息，请核对日期。")
    guards.check_parent(
        parent_id=facts.get("parent_id"), district_id=school.district_id, on=on,
        school_id=school_id,
    )  # fmt: skip
    return held


def _lock_tree(district_id: int, facts: dict) -> None:
    if facts.get("parent_id"):
        District.objects.select_for_update(no_key=True).get(pk=district_id)


def _facts(school, district, facts, in_period, now, source) -> SchoolFacts:
    row = SchoolFacts(
        school=school, district=district, period=in_period, created_at=now, source=source
    )
    _apply(row, facts)
    return row


def _apply(row: SchoolFacts, facts: dict) -> None:
    for key, value in facts.items():
        if key not in CHANGEABLE:
            raise KeyError(key)
        setattr(row, key, value)
    row.search, row.sort_key = search_text(row.name), sort_key(row.name)
