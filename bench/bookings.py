"""Bookings: over HTTP beside the bare insert, and races for one slot.

``BOOKINGS_ROUNDS`` (10000) sets the racing rounds, shared by 2, 8 and 16 clients and by one slot,
overlapping ranges and crossing series; ``BOOKINGS_SECONDS`` (10) how long each rate is measured.

The rate: eight clients with a session each POST the booking form of the product, served by gunicorn
as in production, so that sign-in, guard, insert and audit are all in it; the bare insert is the
same statement on eight connections of its own. The races call the actions in threads.
"""

import contextlib
import datetime
import http.client
import itertools
import json
import multiprocessing
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from urllib.parse import urlencode

import django


django.setup()

from django.db import connection
from django.test import Client

from core import clock
from core.errors import MEANWHILE, Denied
from directory.actions import accounts, bells, districts, schools
from directory.enums import Role
from directory.models import User
from directory.selectors import people
from resources.actions import bookings, facilities, insertion, series
from resources.actions.bookings import Asked
from resources.availability import Opened
from resources.enums import BookingState
from resources.models import Booking, Facility


ROUNDS = int(os.environ.get("BOOKINGS_ROUNDS", "10000"))
SECONDS = float(os.environ.get("BOOKINGS_SECONDS", "10"))
CLIENTS, RACERS = 8, (2, 8, 16)
LEAST_RATE, MOST_P95_MS, MOST_P99_MS = 250, 60, 300
T = datetime.time
SERIES_DAYS = 4


def main() -> dict:
    school, people_ = prepared()
    rate = over_http(school, people_)
    bare = bare_inserts(school, people_)
    races = {
        f"{kind} {clients}": raced(kind, clients, people_, school)
        for kind in KINDS
        for clients in RACERS
    }
    return {
        "http": rate,
        "bare": bare,
        "least_per_second": LEAST_RATE,
        "most_p95_ms": MOST_P95_MS,
        "races": races,
        "most_p99_ms": MOST_P99_MS,
        "ok": rate["per_second"] >= LEAST_RATE
        and rate["p95_ms"] <= MOST_P95_MS
        and not rate["wrong"]
        and all(it["wrong"] == 0 and it["p99_ms"] <= MOST_P99_MS for it in races.values()),
    }


def prepared():
    """A school with lesson times, and as many teachers of it as there are racers."""
    now, today = clock.now(), clock.today()
    county, _ = districts.add(code="990950", name="预约县", now=now)
    first = today - datetime.timedelta(days=30)
    school = schools.enter(
        district=county, facts={"name": "预约小学"}, first_day=first, actor=None, now=now
    )
    bells.set_bells(
        school_id=school.pk, name="作息", first_day=first,
        lessons=[("", T(8 + n), T(8 + n, 40)) for n in range(8)], actor=None, now=now,
    )  # fmt: skip
    users = []
    for number in range(max(RACERS)):
        user, _ = accounts.open_account(
            username=f"booker{number}", name="某人", password=None, now=now
        )
        accounts.give_post(user=user, role=Role.TEACHER, school=school, first_day=first, now=now)
        users.append(User.objects.get(pk=user.pk))
    return school, [people.actor_for(user, today)[0] for user in users]


def rooms(school, count: int, word: str) -> list[Facility]:
    now = clock.now()
    facts = {
        "kind": "HALL", "place": "", "capacity": None, "sharing": "GROUP", "needs_approval": False,
    }  # fmt: skip
    openings = [Opened(day, starts=T(0), ends=T(23, 59)) for day in range(1, 8)]
    return [
        facilities.add(
            school_id=school.pk, facts={"name": f"{word}{number}", **facts}, openings=openings,
            actor=None, now=now,
        )
        for number in range(count)
    ]  # fmt: skip


# The rate.


def over_http(school, actors) -> dict:
    """Bookings a second by eight clients, each in a room of its own, quarter after quarter."""
    own = rooms(school, CLIENTS, "测速")
    cookies = [signed_in(actor) for actor in actors[:CLIENTS]]
    with served() as port:
        until = time.monotonic() + SECONDS + 1
        with multiprocessing.Pool(CLIENTS) as pool:
            asked = [
                (port, room.pk, school.pk, cookie, until)
                for room, cookie in zip(own, cookies, strict=True)
            ]
            told = pool.starmap(posted, asked)
    taken = sorted(seconds for times, _ in told for seconds in times)
    held = Booking.objects.filter(facility__in=own, state=BookingState.ACTIVE).count()
    return {
        "bookings": held,
        "per_second": round(len(taken) / SECONDS, 1),
        "p95_ms": round(at(taken, 0.95) * 1000, 1),
        "median_ms": round(statistics.median(taken) * 1000, 1),
        "wrong": sum(wrong for _, wrong in told),
    }


def posted(port: int, room: int, school: int, cookie: str, until: float):
    """How long each POST took after a second's warming up, and how many did not book."""
    http_ = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    token = "b" * 32
    headers = {
        "Cookie": f"{cookie}; csrftoken={token}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    times, wrong, begun = [], 0, until - SECONDS
    for day, starts, ends in spans():
        body = urlencode({
            "csrfmiddlewaretoken": token, "school": school, "day": day, "starts": starts,
            "ends": ends, "purpose": "测速",
        })  # fmt: skip
        start = time.monotonic()
        if start >= until:
            break
        http_.request("POST", f"/facilities/{room}/book/", body, headers)
        answer = http_.getresponse()
        answer.read()
        if start >= begun:
            times.append(time.monotonic() - start)
            wrong += answer.status != 302
    return times, wrong


def spans():
    """Five minutes after five minutes, from tomorrow on."""
    first = clock.today() + datetime.timedelta(days=1)
    for day in range(360):
        for quarter in range(287):
            begin, end = quarter * 5, quarter * 5 + 5
            yield (
                first + datetime.timedelta(days=day),
                f"{begin // 60:02}:{begin % 60:02}",
                f"{end // 60:02}:{end % 60:02}",
            )


def signed_in(actor) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return "; ".join(f"{key}={it.value}" for key, it in client.cookies.items())


@contextlib.contextmanager
def served():
    """The product by gunicorn, two workers with threads as the trial starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}",
        "--workers", "2", "--worker-class", "gthread", "--threads", "8", "--log-level", "error",
    ]  # fmt: skip
    process = subprocess.Popen(command, env={**os.environ, "DB_POOL": "8"})
    try:
        deadline = time.monotonic() + 60
        while True:
            if ready(port):
                break
            if time.monotonic() > deadline:
                raise TimeoutError("gunicorn")
            time.sleep(0.1)
        for _ in range(20):  # both workers load what is loaded at the first request
            ready(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def ready(port: int) -> bool:
    """Whether a worker answers; the socket is open before the product is loaded."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        asked.request("GET", "/readyz")
        return asked.getresponse().status == 200
    return False


def bare_inserts(school, actors) -> dict:
    """The same statement, nothing around it, on eight connections."""
    own = rooms(school, CLIENTS, "净写")
    counts, taken = [0] * CLIENTS, [[] for _ in range(CLIENTS)]
    now, until = clock.now(), time.monotonic() + SECONDS

    def run(place: int):
        wanted = insertion.Wanted(own[place], school.pk, "净写", None, BookingState.ACTIVE)
        zone = datetime.UTC
        try:
            for day, starts, ends in spans():
                start = time.monotonic()
                if start >= until:
                    return
                begin, end = (
                    datetime.datetime.combine(day, T.fromisoformat(it), zone)
                    for it in (starts, ends)
                )
                insertion.insert(wanted, [(day, begin, end)], actor=actors[place], now=now)
                taken[place].append(time.monotonic() - start)
                counts[place] += 1
        finally:
            connection.close()

    together([lambda place=place: run(place) for place in range(CLIENTS)])
    times = sorted(itertools.chain(*taken))
    return {
        "per_second": round(sum(counts) / SECONDS, 1),
        "p95_ms": round(at(times, 0.95) * 1000, 1),
    }


# The races.


def one_slot(room, actor, school, day, place):
    return bookings.book(
        facility_id=room.pk, school_id=school.pk, day=day,
        asked=Asked(first_lesson=3, last_lesson=3), purpose="抢约", heads=None, actor=actor,
        now=clock.now(),
    )  # fmt: skip


def overlapping(room, actor, school, day, place):
    return bookings.book(
        facility_id=room.pk, school_id=school.pk, day=day,
        asked=Asked(starts=T(10, place), ends=T(10, 41 + place)), purpose="抢约", heads=None,
        actor=actor, now=clock.now(),
    )  # fmt: skip


def crossing(room, actor, school, day, place):
    days = [day + datetime.timedelta(weeks=n) for n in range(SERIES_DAYS)]
    return series.book(
        facility_id=room.pk, school_id=school.pk, weekday=day.isoweekday(),
        asked=Asked(starts=T(10, place), ends=T(10, 41 + place)), first_day=day, last_day=days[-1],
        days=days if place % 2 else days[::-1], purpose="抢约", heads=None, actor=actor,
        now=clock.now(),
    )  # fmt: skip


KINDS = {"one slot": one_slot, "overlapping ranges": overlapping, "crossing series": crossing}


def raced(kind: str, clients: int, actors, school) -> dict:
    """Rounds of so many at once: each day may have one winner, all others a sentence."""
    act, rounds = KINDS[kind], max(ROUNDS // (len(KINDS) * len(RACERS)), 1)
    days, wrong, taken = (SERIES_DAYS if act is crossing else 1), [0], []
    lock, gate = threading.Lock(), threading.Barrier(clients)
    first = clock.today() + datetime.timedelta(days=1)
    own = rooms(school, -(-rounds // 300), f"{kind}{clients}-")

    def run(place: int):
        mine, faults = [], 0
        try:
            for number in range(rounds):
                room, day = own[number // 300], first + datetime.timedelta(days=number % 300)
                if act is crossing:  # four weeks of one weekday in turn, none shared by two rounds
                    weeks, weekday = divmod(number % 300, 7)
                    day = first + datetime.timedelta(days=weekday, weeks=weeks)
                gate.wait(timeout=120)
                start = time.monotonic()
                try:
                    act(room, actors[place], school, day, place)
                except Denied as refused:
                    faults += str(refused) == MEANWHILE
                except Exception as error:  # noqa: BLE001 - counted, and told
                    faults += 1
                    sys.stderr.write(f"{kind} {clients}: {error!r}\n")
                mine.append(time.monotonic() - start)
                gate.wait(timeout=120)
                if act is crossing and place == 0:
                    faults += settled(room, day, days)
                gate.wait(timeout=120)
        finally:
            connection.close()
            with lock:
                taken.extend(mine)
                wrong[0] += faults

    together([lambda place=place: run(place) for place in range(clients)])
    held = Booking.objects.filter(facility__in=own, state=BookingState.ACTIVE).count()
    if act is not crossing:
        wrong[0] += abs(held - rounds)
    taken.sort()
    return {
        "rounds": rounds,
        "wrong": wrong[0],
        "p99_ms": round(at(taken, 0.99) * 1000, 1),
        "slowest_ms": round(taken[-1] * 1000, 1),
    }


def settled(room, day, days: int) -> int:
    """How many dates of the round do not have exactly one booking; then it is cleared away."""
    dates = [day + datetime.timedelta(weeks=n) for n in range(days)]
    rows = Booking.objects.filter(facility=room, state=BookingState.ACTIVE, day__in=dates)
    held = list(rows.values_list("day", flat=True))
    rows.delete()
    return sum(held.count(it) != 1 for it in dates)


def together(acts) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def at(times: list[float], share: float) -> float:
    return times[min(int(len(times) * share), len(times) - 1)]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(), ensure_ascii=False))
