"""Races for one slot, for overlapping ranges and for crossing series; a part of ``bench.bookings``.

``BOOKINGS_ROUNDS`` (10000) rounds are shared by the three kinds with 2, 8 and 16 clients each. A
round lets its clients go at once on a time that no other round uses, by the actions, in threads.
``BOOKINGS_MINUTES`` (20) bounds them all: what is not run by then is told, and is a broken promise.
"""

import datetime
import os
import sys
import threading
import time

from django.db import connection

from core import clock
from core.errors import MEANWHILE, Denied
from resources.actions import bookings, series
from resources.actions.bookings import Asked
from resources.enums import BookingState
from resources.models import Booking
from resources.selectors.bookings import local_span


ROUNDS = int(os.environ.get("BOOKINGS_ROUNDS", "10000"))
MINUTES = float(os.environ.get("BOOKINGS_MINUTES", "20"))
RACERS, MOST_P99_MS = (2, 8, 16), 300
SERIES_DAYS = 4
HOURS = range(6, 22)  # in which a round has an hour of its own
LESSONS = range(1, 9)
T = datetime.time
WEEK = datetime.timedelta(weeks=1)


def one_slot(room, actor, school, slot, place):
    day, lesson = slot
    return bookings.book(
        facility_id=room.pk, school_id=school.pk, day=day,
        asked=Asked(first_lesson=lesson, last_lesson=lesson), purpose="抢约", heads=None,
        actor=actor, now=clock.now(),
    )  # fmt: skip


def overlapping(room, actor, school, slot, place):
    day, hour = slot
    return bookings.book(
        facility_id=room.pk, school_id=school.pk, day=day, asked=meeting(hour, place),
        purpose="抢约", heads=None, actor=actor, now=clock.now(),
    )  # fmt: skip


def crossing(room, actor, school, slot, place):
    """Some ask for their dates forwards, others backwards."""
    day, hour = slot
    days = [day + n * WEEK for n in range(SERIES_DAYS)]
    return series.book(
        facility_id=room.pk, school_id=school.pk, weekday=day.isoweekday(),
        asked=meeting(hour, place), first_day=day, last_day=days[-1],
        days=days if place % 2 else days[::-1], purpose="抢约", heads=None, actor=actor,
        now=clock.now(),
    )  # fmt: skip


def meeting(hour: int, place: int) -> Asked:
    """Within an hour; whatever two of sixteen places ask for overlaps."""
    return Asked(starts=T(hour, place), ends=T(hour, 41 + place))


def slots_of(act, days) -> list[tuple[datetime.date, int]]:
    """(day, lesson or hour) of each round in one room, day after day."""
    if act is not crossing:
        return [(day, at) for at in (LESSONS if act is one_slot else HOURS) for day in days]
    known, firsts = set(days), []
    for weeks in range(0, 52, SERIES_DAYS):
        for weekday in range(7):
            first = days[0] + weeks * WEEK + datetime.timedelta(days=weekday)
            if {first + n * WEEK for n in range(SERIES_DAYS)} <= known:
                firsts.append(first)
    return [(first, hour) for hour in HOURS for first in firsts]


KINDS = {"one slot": one_slot, "overlapping ranges": overlapping, "crossing series": crossing}


def run(actors, school, days, rooms) -> dict:
    """``rooms(school, count, word)`` makes rooms; ``days`` are those on which they are open."""
    until = time.monotonic() + MINUTES * 60
    rounds = max(ROUNDS // (len(KINDS) * len(RACERS)), 1)
    races = {
        f"{kind} {clients}": raced(kind, clients, rounds, actors, school, days, rooms, until)
        for kind in KINDS
        for clients in RACERS
    }
    return {
        "races": races,
        "most_p99_ms": MOST_P99_MS,
        "ok": all(
            it["wrong"] == 0 and it["rounds"] == rounds and it["p99_ms"] <= MOST_P99_MS
            for it in races.values()
        ),
    }


def raced(kind, clients, most, actors, school, days, rooms, until) -> dict:
    """Rounds of so many at once: each date may have one winner, all others a sentence."""
    act = KINDS[kind]
    slots = slots_of(act, days)
    own = rooms(school, -(-most // len(slots)), f"{kind}{clients}-")
    plan = [(room, slot) for room in own for slot in slots][:most]
    done, now_on, wrong, taken = 0, None, [], []

    def next_round():
        nonlocal done, now_on
        done += now_on is not None
        now_on = plan[done] if done < len(plan) and time.monotonic() < until else None
        if done % 100 == 0 or now_on is None:
            sys.stderr.write(f"{kind}, {clients} clients: {done} of {most} rounds\n")

    gate = threading.Barrier(clients, action=next_round)

    def race(place: int):
        try:
            connection.ensure_connection()
            while gate.wait(timeout=120) >= 0 and now_on:
                room, slot = now_on
                start = time.monotonic()
                try:
                    act(room, actors[place], school, slot, place)
                except Denied as refused:
                    if str(refused) == MEANWHILE:
                        wrong.append(refused)
                except Exception as error:  # noqa: BLE001 - counted, and told
                    wrong.append(error)
                    sys.stderr.write(f"{kind} {clients}: {error!r}\n")
                taken.append(time.monotonic() - start)
        finally:
            connection.close()

    together([lambda place=place: race(place) for place in range(clients)])
    taken.sort()
    return {
        "rounds": done,
        "wrong": len(wrong) + not_once(act, own, plan[:done]),
        "p99_ms": round(at(taken, 0.99) * 1000, 1),
        "slowest_ms": round(taken[-1] * 1000, 1),
    }


def not_once(act, own, plan) -> int:
    """How many dates of the rounds do not have exactly one booking."""
    rows = Booking.objects.filter(facility__in=own, state=BookingState.ACTIVE)
    held = list(rows.values_list("facility", "day", "period", "first_lesson"))
    found: dict[tuple, int] = {}
    for room, day, period, lesson in held:
        at_ = lesson or local_span(period)[0].hour
        found[room, day, at_] = found.get((room, day, at_), 0) + 1
    dates = [
        (room.pk, day + n * WEEK, at_)
        for room, (day, at_) in plan
        for n in range(SERIES_DAYS if act is crossing else 1)
    ]
    return sum(found.get(it, 0) != 1 for it in dates)


def together(acts) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def at(times: list[float], share: float) -> float:
    return times[min(int(len(times) * share), len(times) - 1)]
