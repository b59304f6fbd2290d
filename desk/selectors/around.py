"""What goes on around somebody, beside the to-dos of the workbench: by what the post may see."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from core.actor import Actor
from core.school_years import school_year_of
from directory.enums import WHOLE_DISTRICT_ROLES, Permission
from exchange.selectors import hosting, logs
from reports.selectors import figures, reports
from reports.selectors.figures import Figure
from resources.enums import LIVE, BookingState, Standing
from resources.selectors import bookings
from resources.selectors.facilities import facilities_visible_to
from resources.selectors.weeks import monday_of


WEEK = datetime.timedelta(days=7)
MOST = 6  # lines of a panel; the whole list is one link away
PAPERS = 3
# Of the dashboard's, and the lists that count the same.
FIGURES = {"groups": ("group-list", "?state=ACTIVE"), "covered": ("group-covered", "")}


@dataclasses.dataclass(frozen=True)
class Use:
    """A booking as a line: when, where, who."""

    booking: Any
    school: str
    clock: str
    is_today: bool
    standing: Standing


@dataclasses.dataclass(frozen=True)
class Around:
    """Panels of the workbench. None is one that the post has nothing to do with."""

    guests: Sequence[hosting.Guest] | None = None
    rooms: Sequence[Use] | None = None
    week: Sequence[logs.Day] | None = None
    booked: Sequence[Use] | None = None
    figures: Sequence[tuple[Figure, str]] | None = None
    papers: Sequence | None = None
    monday: datetime.date | None = None

    @property
    def silent(self) -> int:
        return sum(it.is_silent for it in self.guests or ())

    @property
    def rooms_today(self) -> int:
        return sum(it.is_today for it in self.rooms or ())


def around(actor: Actor, on: datetime.date, now: datetime.datetime) -> Around:
    """A host's teachers and rooms, a teacher's week, a county's figures.

    A constant number of queries for each panel.
    """
    monday = monday_of(on)
    if actor.role in WHOLE_DISTRICT_ROLES:
        return Around(
            figures=_figures(actor, on, monday), papers=reports.newest(actor, PAPERS), monday=monday
        )
    if actor.may(Permission.COMMENT_LOG):
        rooms = _rooms(actor, on, now)
        return Around(guests=hosting.guests_of(actor, on), rooms=rooms, monday=monday)
    if actor.may(Permission.KEEP_LOG):
        week = logs.week_of(actor, monday, on)
        return Around(
            week=week if any(it.placement for it in week) else None,
            booked=_booked(actor, on, now),
            monday=monday,
        )
    return Around()


def _rooms(actor: Actor, on: datetime.date, now: datetime.datetime) -> list[Use] | None:
    """Who uses the own rooms today and in the next days; None for a school without rooms."""
    own = facilities_visible_to(actor, on).filter(school__in=actor.school_ids)
    ids = list(own.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return None
    rows = bookings.bookings_visible_to(actor).filter(
        facility__in=ids, day__range=(on, on + WEEK), state=BookingState.ACTIVE
    )
    return _uses(list(rows.order_by("period", "pk")[:MOST]), on, now)


def _booked(actor: Actor, on: datetime.date, now: datetime.datetime) -> list[Use]:
    rows = bookings.own_bookings(actor).filter(day__gte=on, state__in=LIVE)
    return _uses(list(rows.order_by("period", "pk")[:MOST]), on, now)


def _uses(rows: list, on: datetime.date, now: datetime.datetime) -> list[Use]:
    names = bookings.school_names(rows, on)
    return [
        Use(
            it,
            school=names.get(it.school_id, ""),
            clock="{:%H:%M}—{:%H:%M}".format(*bookings.local_span(it.period)),
            is_today=it.day == on,
            standing=bookings.standing_of(it, now),
        )
        for it in rows
    ]


def _address(name: str, query: str) -> str:
    return reverse(name) + query


def _figures(actor: Actor, on: datetime.date, monday: datetime.date) -> list[tuple[Figure, str]]:
    """As the dashboard tells them (X-13), with who is on post and the rooms of this week."""
    no_results = figures.YearResults(school_year_of(on))
    told = figures.headline(figures.overview(actor, on), no_results, 0)
    on_post, awaited = hosting.on_post(actor, on)
    used = bookings.bookings_visible_to(actor).filter(
        day__gte=monday, day__lt=monday + WEEK, state=BookingState.ACTIVE
    )
    return [
        *((it, _address(*FIGURES[it.key])) for it in told if it.key in FIGURES),
        (
            Figure("on_post", "在岗交流教师", on_post, "人次", f"待到岗{awaited}人次"),
            reverse("placement-list") + "?state=ON_POST",
        ),
        (
            Figure("rooms", "本周场地使用", used.count(), "次", "已确认的预约，含以后几天"),
            reverse("facility-wall"),
        ),
    ]
