"""Rows of the HTTP API that no page lists in this shape."""

import datetime
from collections.abc import Collection

from django.db.models import QuerySet

from core.actor import Actor
from groups.models import GroupFacts, Membership
from groups.selectors import groups


def memberships_visible_to(actor: Actor, on: datetime.date) -> QuerySet[Membership]:
    """The places of every group that the actor sees, as they are on a day."""
    seen = groups.groups_visible_to(actor, on).order_by("pk").values("group_id")
    return Membership.objects.on(on).filter(group_id__in=seen).select_related("cluster")


def group_names(on: datetime.date, group_ids: Collection[int]) -> dict[int, str]:
    """Names of visible groups on a day by id."""
    rows = GroupFacts.objects.on(on).filter(group_id__in=group_ids).order_by("pk")
    return dict(rows.values_list("group_id", "name"))
