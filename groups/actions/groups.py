import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.periods import period
from core.words import search_text, sort_key
from groups import guards
from groups.actions import memberships
from groups.enums import MembershipRole
from groups.models import EducationGroup, GroupFacts, Membership


@refusals_told()
@transaction.atomic
def found(
    *,
    district_id: int,
    name: str,
    type: str,  # noqa: A002 - the field's own word
    core_id: int,
    member_ids: Sequence[int],
    first_day: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
    cluster_ids: Sequence[int] = (),
    mode: str = "",
    reason: str = "",
) -> EducationGroup:
    """Found a group with its core and at least one member (school or cluster) from that day on.

    Raises Denied or ValidationError when rules 1–2 forbid it; nothing is saved then.
    """
    guards.check_manage(actor=actor, district_id=district_id)
    if not member_ids and not cluster_ids:
        raise Denied("集团至少要有一所成员校，请选择成员校。")
    guards.check_days_open(
        day=first_day, district_id=district_id, school_ids=member_ids, cluster_ids=cluster_ids
    )
    guards.check_core_fits(group_type=type, core_id=core_id, district_id=district_id, on=first_day)
    guards.check_members_fit(
        group_type=type, core_id=core_id, school_ids=member_ids, district_id=district_id,
        on=first_day,
    )  # fmt: skip
    for cluster_id in cluster_ids:
        guards.check_cluster_fits(
            group_type=type, cluster_id=cluster_id, district_id=district_id, on=first_day
        )
    group = EducationGroup.objects.create(district_id=district_id, created_at=now)
    facts = state(
        group=group, name=name, type=type, mode=mode, first_day=first_day, reason=reason, now=now
    )
    common = {"group": group, "type": type, "first_day": first_day, "now": now}
    memberships.place(role=MembershipRole.CORE, school_id=core_id, **common)
    for school_id in member_ids:
        memberships.place(role=MembershipRole.MEMBER, school_id=school_id, **common)
    for cluster_id in cluster_ids:
        memberships.place(role=MembershipRole.MEMBER, cluster_id=cluster_id, **common)
    guards.check_whole(group.pk)
    record("groups.group.found", facts, actor, now, {"from": str(first_day)})
    return group


@refusals_told()
@transaction.atomic
def dissolve(
    *,
    group_id: int,
    last_day: datetime.date,
    reason: str,
    actor: Actor,
    now: datetime.datetime,
) -> None:
    """End a group and all its memberships with that day; nothing is deleted (rule 3).

    Raises Denied without a reason, when the group is not in force on that day, or when something
    of it begins only later.
    """
    group = EducationGroup.objects.select_for_update(of=("self",)).get(pk=group_id)
    guards.check_manage(actor=actor, district_id=group.district_id)
    facts = guards.check_in_force(group, last_day)
    if not reason.strip():
        raise Denied("请填写解散原因。")
    after = last_day + datetime.timedelta(days=1)
    guards.check_days_open(day=after, district_id=group.district_id, group_ids=[group.pk])
    guards.check_nothing_later(group, after)
    close(facts=facts, after=after, reason=reason)
    for membership in Membership.objects.on(last_day).filter(group=group).order_by("pk"):
        memberships.end(membership=membership, last_day=last_day, reason=reason)
    guards.check_whole(group.pk)
    record("groups.group.dissolve", facts, actor, now, {"last_day": str(last_day)})


def state(
    *,
    group: EducationGroup,
    name: str,
    type: str,  # noqa: A002 - the field's own word
    mode: str,
    first_day: datetime.date,
    reason: str,
    now: datetime.datetime,
) -> GroupFacts:
    """Write what a group is from that day on, under the caller's lock; asks no guard."""
    facts = GroupFacts(
        group=group, district_id=group.district_id, period=period(first_day), name=name, type=type,
        mode=mode, search=search_text(name), sort_key=sort_key(name), reason=reason, created_at=now,
    )  # fmt: skip
    facts.full_clean()
    facts.save()
    return facts


def close(*, facts: GroupFacts, after: datetime.date, reason: str) -> None:
    """Let a group's facts end before that day, under the caller's lock; asks no guard."""
    facts.period = DateRange(facts.period.lower, after, "[)")
    facts.ended_reason = reason
    facts.full_clean()
    facts.save(update_fields=["period", "ended_reason"])


def record(act: str, facts: GroupFacts, actor, now, details) -> None:
    """The audit event of an act on the whole group."""
    audit.record(
        act=act, actor=actor, now=now, object_type="group", object_id=facts.group_id,
        object_label=facts.name, district_id=facts.district_id, details=details,
    )  # fmt: skip
