"""Many groups at once, for a county that is entered whole: one event a call, no event a group.

The callers give groups that keep to rules 1–2; the database's constraints hold all the same.
"""

import datetime
from collections.abc import Sequence

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.periods import period
from core.words import search_text, sort_key
from groups import guards
from groups.enums import MembershipRole
from groups.models import EducationGroup, GroupFacts, Membership


@transaction.atomic
def found_many(
    *,
    district_id: int,
    groups: Sequence[tuple[str, str, int, Sequence[int]]],
    first_day: datetime.date,
    now: datetime.datetime,
    actor: Actor | None = None,
) -> int:
    """Found (name, type, core's school id, members' school ids) from that day on."""
    guards.check_manage(actor=actor, district_id=district_id)
    guards.check_days_open(day=first_day, district_id=district_id)
    made = EducationGroup.objects.bulk_create(
        EducationGroup(district_id=district_id, created_at=now) for _ in groups
    )
    lasting = period(first_day)
    GroupFacts.objects.bulk_create(
        GroupFacts(
            group=group, district_id=district_id, period=lasting, name=name, type=type_,
            search=search_text(name), sort_key=sort_key(name), created_at=now,
        )
        for group, (name, type_, _, _) in zip(made, groups, strict=True)
    )  # fmt: skip
    Membership.objects.bulk_create(
        Membership(
            group=group, type=type_, school_id=school_id, period=lasting, created_at=now,
            role=MembershipRole.CORE if school_id == core_id else MembershipRole.MEMBER,
        )
        for group, (_, type_, core_id, member_ids) in zip(made, groups, strict=True)
        for school_id in (core_id, *member_ids)
    )  # fmt: skip
    audit.record(
        act="groups.group.found_many", actor=actor, now=now, object_type="district",
        object_id=district_id, district_id=district_id, details={"count": len(made)},
    )  # fmt: skip
    return len(made)
