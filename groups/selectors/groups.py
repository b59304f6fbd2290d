"""Which groups an actor sees, and what they are on a day."""

import dataclasses
import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Greatest, JSONObject, StrIndex

from core.actor import Actor
from groups.enums import GroupState, GroupType, MembershipRole
from groups.models import GroupFacts, Membership


# Of facts annotated with ``day``; put together once, since that costs more than to run them.
TYPE_RANK = StrIndex(Value(" ".join(GroupType)), F("type"))  # as a county names the types
SINCE = Subquery(  # the day a group was founded
    GroupFacts.objects.filter(group=OuterRef("group_id"))
    .order_by("period")
    .values("period__startswith")[:1]
)
SIZE = Subquery(  # members that day; none is null
    Membership.objects.filter(
        group=OuterRef("group_id"), period__contains=OuterRef("day"), role=MembershipRole.MEMBER
    )
    .order_by()
    .values("group")
    .annotate(n=Count("pk"))
    .values("n")
)


def groups_visible_to(actor: Actor, on: datetime.date | None = None) -> QuerySet[GroupFacts]:
    """Groups in force on a day; ``group_id`` is the lasting id.

    Those of the actor's districts, those with a school of such a district (a group that crosses
    districts is seen by each), those of the own schools, and granted ones.
    """
    on = on or actor.on
    return GroupFacts.objects.on(on).filter(_in_scope(actor, on))


def groups_listed_for(actor: Actor, on: datetime.date) -> QuerySet[GroupFacts]:
    """Visible groups in force on a day, and those that are founded only later.

    With ``day`` (the day to show a group on) and ``since`` (founded on); ``ahead`` to filter by.
    """
    day = Greatest(F("period__startswith"), Value(on), output_field=DateField())
    to_come = Q(period__startswith__gt=on, since=F("period__startswith"))
    ahead = ExpressionWrapper(Q(period__startswith__gt=on), output_field=BooleanField())
    rows = GroupFacts.objects.annotate(day=day, since=SINCE).alias(ahead=ahead)
    return rows.filter(Q(period__contains=on) | to_come, _in_scope(actor, OuterRef("day")))


@dataclasses.dataclass(frozen=True)
class Phase:
    """What a group was called, and of which type it was, for a time ``[first_day, end)``."""

    name: str
    type: str
    first_day: datetime.date
    end: datetime.date | None
    reason: str
    ended_reason: str

    @property
    def type_label(self) -> str:
        return GroupType(self.type).label


@dataclasses.dataclass(frozen=True)
class GroupOn:
    """A group as its page shows it on ``day``: the asked day while it stands, else its nearest."""

    facts: GroupFacts
    state: GroupState
    day: datetime.date
    size: int
    changes_on: datetime.date | None  # the first day after it on which something else holds
    phases: tuple[Phase, ...]  # its whole life, the oldest first

    @property
    def group_id(self) -> int:
        return self.facts.group_id

    @property
    def since(self) -> datetime.date:
        return self.phases[0].first_day

    @property
    def until(self) -> datetime.date | None:
        """The last day, once a dissolution is entered."""
        end = self.phases[-1].end
        return end and end - datetime.timedelta(days=1)


def group_on(actor: Actor, group_id: int, on: datetime.date | None = None) -> GroupOn | None:
    """A visible group, also before it is founded and after it is dissolved; None when not visible.

    It is judged on the day it is shown on: who was concerned at its end still sees the end. One
    query.
    """
    on = on or actor.on
    near = Case(
        When(period__contains=on, then=Value(0)),
        When(period__startswith__gt=on, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    ascending = Case(When(period__startswith__gt=on, then=F("period__startswith")))
    life = GroupFacts.objects.filter(group=OuterRef("group_id")).order_by("period")
    before_the_end = ExpressionWrapper(
        F("period__endswith") - Value(1, output_field=IntegerField()), output_field=DateField()
    )
    day = Case(
        When(period__contains=on, then=Value(on)),
        When(period__startswith__gt=on, then=F("period__startswith")),
        default=before_the_end,
        output_field=DateField(),
    )
    facts = (
        GroupFacts.objects.filter(group=group_id)
        .annotate(day=day)
        .annotate(
            size=SIZE,
            near=near,
            begins=_next(on, "period__startswith"),
            ends=_next(on, "period__endswith"),
            life=ArraySubquery(
                life.values(
                    json=JSONObject(
                        name="name",
                        type="type",
                        first_day="period__startswith",
                        end="period__endswith",
                        reason="reason",
                        ended_reason="ended_reason",
                    )
                )
            ),
        )
        .filter(_in_scope(actor, OuterRef("day")))
        .order_by("near", ascending.asc(nulls_last=True), F("period").desc())
        .first()
    )
    if facts is None:
        return None
    state = [GroupState.ACTIVE, GroupState.FUTURE, GroupState.ENDED][facts.near]
    phases = tuple(_phase(**row) for row in facts.life)
    changes_on = min((day for day in (facts.begins, facts.ends) if day), default=None)
    return GroupOn(facts, state, facts.day, facts.size or 0, changes_on, phases)


def _next(on: datetime.date, bound: str) -> Subquery:
    later = Membership.objects.filter(group=OuterRef("group_id"), **{f"{bound}__gt": on})
    return Subquery(later.order_by(bound).values(bound)[:1])


def _phase(*, first_day: str, end: str | None, **said) -> Phase:
    read = datetime.date.fromisoformat
    return Phase(first_day=read(first_day), end=read(end) if end else None, **said)


def _in_scope(actor: Actor, on) -> Q:
    """Whether facts are within the actor's scope on a day (a date or a column)."""
    seen = Q(district_id__in=actor.district_ids)
    if actor.granted_group_ids:
        seen |= Q(group_id__in=actor.granted_group_ids)
    # Only what may hold: these joins are dear, and to put them together as well.
    concerned = Q()
    if actor.district_ids:
        concerned |= Q(school__district_id__in=actor.district_ids)
        concerned |= Q(cluster__district_id__in=actor.district_ids)
    if actor.school_ids:
        inside = {"cluster__places__period__contains": on}
        concerned |= Q(school_id__in=actor.school_ids)
        concerned |= Q(cluster__places__school_id__in=actor.school_ids, **inside)
    if not concerned:
        return seen
    here = Membership.objects.filter(concerned, group=OuterRef("group_id"), period__contains=on)
    return seen | Exists(here)
