"""Changes of a whole group that stands: another core, another type."""

import datetime

from django.db import transaction

from core.actor import Actor
from core.errors import Denied, refusals_told
from groups import guards
from groups.actions import groups, memberships
from groups.enums import GroupType, MembershipRole
from groups.models import EducationGroup, Membership


@refusals_told()
@transaction.atomic
def replace_core(
    *,
    group_id: int,
    school_id: int,
    first_day: datetime.date,
    old_core_stays: bool,
    reason: str,
    actor: Actor,
    now: datetime.datetime,
) -> Membership:
    """Put another school in the core's place from that day on; the old one stays or leaves.

    The new core may be a member until then; that membership ends the day before. Every member
    must fit the new core (rule 2). Raises Denied otherwise, or when a later change is entered.
    """
    group = EducationGroup.objects.select_for_update(of=("self",)).get(pk=group_id)
    guards.check_manage(actor=actor, district_id=group.district_id)
    facts = guards.check_open(group, first_day)
    if not reason.strip():
        raise Denied("请填写更换核心校的原因。")
    guards.check_days_open(day=first_day, district_id=group.district_id, group_ids=[group.pk])
    guards.check_nothing_later(group, first_day)
    places = list(Membership.objects.on(first_day).filter(group=group).order_by("role", "pk"))
    old = next(place for place in places if place.role == MembershipRole.CORE)
    if old.school_id == school_id:
        raise Denied("这所学校已是核心校，请选择另一所。")
    guards.check_core_fits(
        group_type=facts.type, core_id=school_id, district_id=group.district_id, on=first_day
    )
    stay = {place.school_id for place in places if place.school_id} - {school_id}
    guards.check_members_fit(
        group_type=facts.type, core_id=school_id, district_id=group.district_id, on=first_day,
        school_ids=sorted(stay if old_core_stays else stay - {old.school_id}),
    )  # fmt: skip
    until = first_day - datetime.timedelta(days=1)
    for place in places:
        if place is old or place.school_id == school_id:
            memberships.end(membership=place, last_day=until, reason=reason)
    common = {
        "group": group, "type": facts.type, "first_day": first_day, "now": now, "reason": reason,
    }  # fmt: skip
    new = memberships.place(role=MembershipRole.CORE, school_id=school_id, **common)
    if old_core_stays:
        memberships.place(role=MembershipRole.MEMBER, school_id=old.school_id, **common)
    guards.check_whole(group.pk)
    details = {"from": str(first_day), "core": school_id, "old_core": old.school_id}
    groups.record("groups.group.replace_core", facts, actor, now, details)
    return new


@refusals_told()
@transaction.atomic
def change_type(
    *,
    group_id: int,
    type: str,  # noqa: A002 - the field's own word
    first_day: datetime.date,
    reason: str,
    actor: Actor,
    now: datetime.datetime,
    name: str = "",
) -> None:
    """Make the group one of another type from that day on, under another name if one is given.

    All memberships and facts end the day before and begin anew; an end that was already entered
    for a member stays. Every member must fit the new type (rule 2). Raises Denied otherwise, or
    when a later change is entered.
    """
    group = EducationGroup.objects.select_for_update(of=("self",)).get(pk=group_id)
    guards.check_manage(actor=actor, district_id=group.district_id)
    facts = guards.check_open(group, first_day)
    if not reason.strip():
        raise Denied("请填写改变类型的原因。")
    if facts.type == type:
        raise Denied(f"集团已是{facts.get_type_display()}，请选择另一种类型。")
    guards.check_days_open(day=first_day, district_id=group.district_id, group_ids=[group.pk])
    guards.check_nothing_later(group, first_day)
    places = list(Membership.objects.on(first_day).filter(group=group).order_by("role", "pk"))
    _check_fit(group, GroupType(type), places, first_day)
    until = first_day - datetime.timedelta(days=1)
    groups.close(facts=facts, after=first_day, reason=reason)
    new = groups.state(
        group=group, name=name or facts.name, type=type, mode=facts.mode, first_day=first_day,
        reason=reason, now=now,
    )  # fmt: skip
    ends = [place.period.upper for place in places]
    for place in places:
        memberships.end(membership=place, last_day=until, reason=reason)
    for place, upper in zip(places, ends, strict=True):
        memberships.place(
            group=group, type=type, role=place.role, school_id=place.school_id,
            cluster_id=place.cluster_id, first_day=first_day, now=now, reason=reason,
            last_day=upper and upper - datetime.timedelta(days=1),
        )  # fmt: skip
    guards.check_whole(group.pk)
    details = {"from": str(first_day), "type": type, "old_type": facts.type}
    groups.record("groups.group.change_type", new, actor, now, details)


def _check_fit(group, type_: GroupType, places: list[Membership], on: datetime.date) -> None:
    core = next(place for place in places if place.role == MembershipRole.CORE)
    common = {"group_type": type_, "district_id": group.district_id, "on": on}
    guards.check_core_fits(core_id=core.school_id, **common)
    members = [place for place in places if place is not core]
    guards.check_members_fit(
        core_id=core.school_id,
        school_ids=[place.school_id for place in members if place.school_id],
        **common,
    )
    for place in members:
        if place.cluster_id:
            guards.check_cluster_fits(cluster_id=place.cluster_id, **common)
