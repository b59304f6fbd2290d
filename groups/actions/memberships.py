import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.periods import period
from groups import guards
from groups.enums import MembershipRole
from groups.models import EducationGroup, Membership


@refusals_told()
@transaction.atomic
def join(
    *,
    group_id: int,
    first_day: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
    school_id: int | None = None,
    cluster_id: int | None = None,
    reason: str = "",
) -> Membership:
    """Let a school or a cluster join a group as member from that day on.

    Raises Denied (rule 2, or the group is not in force) or ValidationError (rule 1, held by the
    database's constraints; when a race finds one, it is Denied with the same sentence).
    """
    group = EducationGroup.objects.select_for_update(of=("self",)).get(pk=group_id)
    guards.check_manage(actor=actor, district_id=group.district_id)
    facts = guards.check_open(group, first_day)
    guards.check_days_open(
        day=first_day, district_id=group.district_id, group_ids=[group.pk],
        school_ids=[school_id] if school_id else [], cluster_ids=[cluster_id] if cluster_id else [],
    )  # fmt: skip
    if school_id is not None:
        core = Membership.objects.on(first_day).get(group=group, role=MembershipRole.CORE)
        guards.check_members_fit(
            group_type=facts.type, core_id=core.school_id, school_ids=[school_id],
            district_id=group.district_id, on=first_day,
        )  # fmt: skip
    if cluster_id is not None:
        guards.check_cluster_fits(
            group_type=facts.type, cluster_id=cluster_id, district_id=group.district_id,
            on=first_day,
        )  # fmt: skip
    membership = place(
        group=group, type=facts.type, role=MembershipRole.MEMBER, school_id=school_id,
        cluster_id=cluster_id, first_day=first_day, now=now, reason=reason,
    )  # fmt: skip
    guards.check_whole(group.pk)
    _record("groups.membership.join", membership, facts.name, actor, now, {"from": str(first_day)})
    return membership


@refusals_told()
@transaction.atomic
def leave(
    *,
    membership_id: int,
    last_day: datetime.date,
    reason: str,
    actor: Actor,
    now: datetime.datetime,
) -> None:
    """End a membership with that day; it stays on record. Raises Denied where rule 1 forbids it."""
    group_id = Membership.objects.values_list("group_id", flat=True).get(pk=membership_id)
    group = EducationGroup.objects.select_for_update(of=("self",)).get(pk=group_id)
    membership = Membership.objects.get(pk=membership_id)
    guards.check_manage(actor=actor, district_id=group.district_id)
    if membership.period.upper is not None:
        raise Denied("该成员已有退出日期，不能再次退出。")
    if not reason.strip():
        raise Denied("请填写退出原因。")
    facts = guards.check_in_force(group, last_day)
    guards.check_days_open(
        day=last_day + datetime.timedelta(days=1), district_id=group.district_id,
        group_ids=[group.pk],
    )  # fmt: skip
    guards.check_may_leave(membership=membership, last_day=last_day)
    end(membership=membership, last_day=last_day, reason=reason)
    guards.check_whole(group.pk)
    details = {"last_day": str(last_day)}
    _record("groups.membership.leave", membership, facts.name, actor, now, details)


def place(
    *,
    group: EducationGroup,
    type: str,  # noqa: A002 - the field's own word
    role: str,
    first_day: datetime.date,
    now: datetime.datetime,
    school_id: int | None = None,
    cluster_id: int | None = None,
    reason: str = "",
    last_day: datetime.date | None = None,
) -> Membership:
    """Write one membership under the caller's lock and transaction; asks no guard."""
    membership = Membership(
        group=group, type=type, role=role, school_id=school_id, cluster_id=cluster_id,
        period=period(first_day, last_day), reason=reason, created_at=now,
    )  # fmt: skip
    membership.full_clean()
    membership.save()
    return membership


def end(*, membership: Membership, last_day: datetime.date, reason: str) -> None:
    """Close one membership under the caller's lock and transaction; asks no guard."""
    after = last_day + datetime.timedelta(days=1)
    membership.period = DateRange(membership.period.lower, after, "[)")
    membership.ended_reason = reason
    membership.full_clean()
    membership.save(update_fields=["period", "ended_reason"])


def _record(act: str, membership: Membership, group_name: str, actor, now, details) -> None:
    audit.record(
        act=act, actor=actor, now=now, object_type="membership", object_id=membership.pk,
        object_label=group_name, district_id=membership.group.district_id,
        school_id=membership.school_id,
        details=details | {"group": membership.group_id},
    )  # fmt: skip
