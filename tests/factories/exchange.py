"""Teachers and placements that tests start from. Every person is made up."""

import datetime

from core.periods import period
from core.words import search_text, sort_key
from directory.models import Employment, Teacher
from exchange.enums import FULL_TIME, PlacementKind, PlacementState, Way
from exchange.models import Placement
from tests.factories.county import DAY, NOW


YEAR_END = datetime.date(2025, 8, 31)


def teacher(school, staff_number="1001", name="教师甲", *, user=None, since=DAY, **facts):
    """A teacher who works at the school; ``facts`` are further fields."""
    person = Teacher.objects.create(
        district_id=school.district_id, staff_number=staff_number, name=name, user=user,
        search=search_text(name, person=True), sort_key=sort_key(name, person=True),
        created_at=NOW, **facts,
    )  # fmt: skip
    Employment.objects.create(teacher=person, employer=school, unit=school, period=period(since))
    return person


def placement(
    teacher, sending, receiving, first_day=DAY, last_day=YEAR_END, state="ON_POST", **facts
):
    """A placement in that state, with what the state asks for."""
    kind = PlacementKind(facts.pop("kind", "POSTING"))
    arrived = state in {
        PlacementState.ON_POST, PlacementState.COMPLETED, PlacementState.TERMINATED
    }  # fmt: skip
    ended = state in {PlacementState.TERMINATED, PlacementState.WITHDRAWN}
    given = {
        "district_id": sending.district_id, "kind": kind, "full_time": kind in FULL_TIME,
        "way": Way.ARRANGED, "arrived_on": first_day if arrived else None,
        "ended_reason": "工作需要" if ended else "", "created_at": NOW,
    }  # fmt: skip
    return Placement.objects.create(
        teacher=teacher, sending=sending, receiving=receiving, period=period(first_day, last_day),
        state=state, **(given | facts),
    )  # fmt: skip
