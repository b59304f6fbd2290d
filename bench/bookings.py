"""Bookings: over HTTP beside the bare insert, and races for one slot (``bench.booking_races``).

``BOOKINGS_SECONDS`` (10) is how long each rate is measured.

The rate: eight clients with a session each POST the booking form of the product, served as a trial
serves it, so that sign-in, CSRF, guard, insert and audit are all in it; the bare insert is the same
statement on eight connections of its own. The clients are one small loop in a process of its own,
and the processor time of web server, PostgreSQL and clients is told for each booking, since they
share the machine.
"""

import datetime
import itertools
import json
import multiprocessing
import os
import re
import selectors
import socket
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

import django


django.setup()

from django.core.management import call_command
from django.db import connection

from bench import booking_races
from bench.booking_races import at, together
from bench.serving import served, signed_in
from core import clock
from directory.actions import accounts, bells, districts, schools
from directory.enums import Role
from directory.models import User
from directory.selectors import calendar, people
from resources.actions import facilities, insertion
from resources.availability import Opened
from resources.enums import BookingState
from resources.models import Booking, Facility


SECONDS = float(os.environ.get("BOOKINGS_SECONDS", "10"))
CLIENTS, LEAST_RATE, MOST_P95_MS = 8, 250, 60
WARMING = 2  # seconds of the same before the rate is measured
CORE_SECOND = os.sysconf("SC_CLK_TCK")
BOOKED = re.compile(rb"HTTP/1.1 302 .*\r\nlocation: /bookings/\d+/\r", re.I | re.S).match
T = datetime.time


def main() -> dict:
    school, people_ = prepared()
    days = open_days(school)
    rate = over_http(school, people_, days)
    bare = bare_inserts(school, people_, days)
    races = booking_races.run(people_, school, days, rooms)
    return {
        "http": rate,
        "bare": bare,
        "least_per_second": LEAST_RATE,
        "most_p95_ms": MOST_P95_MS,
        **races,
        "ok": rate["per_second"] >= LEAST_RATE
        and rate["p95_ms"] <= MOST_P95_MS
        and not rate["wrong"]
        and races["ok"],
    }


def prepared():
    """A school with lesson times, and as many teachers of it as there are racers."""
    call_command("seed_workdays", verbosity=0, stdout=sys.stderr)
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
    for number in range(max(booking_races.RACERS)):
        user, _ = accounts.open_account(
            username=f"booker{number}", name="某人", password=None, now=now
        )
        accounts.give_post(user=user, role=Role.TEACHER, school=school, first_day=first, now=now)
        users.append(User.objects.get(pk=user.pk))
    return school, [people.actor_for(user, today)[0] for user in users]


def open_days(school) -> list[datetime.date]:
    """The days of the year ahead that are no holidays."""
    first = clock.today() + datetime.timedelta(days=1)
    last = first + datetime.timedelta(days=360)
    off = calendar.holidays_of([school.district_id], first, last)[school.district_id].off
    return [day for n in range(361) if (day := first + datetime.timedelta(days=n)) not in off]


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


def over_http(school, actors, days) -> dict:
    """Bookings a second by eight clients, each in a room of its own, five minutes by five."""
    own = rooms(school, CLIENTS, "测速")
    cookies = [signed_in(actor.user_id) for actor in actors[:CLIENTS]]
    with served() as (port, web), multiprocessing.Pool(1) as pool:
        begun = time.monotonic() + WARMING
        asked = [
            requests(room.pk, school.pk, cookie, days)
            for room, cookie in zip(own, cookies, strict=True)
        ]
        telling = pool.apply_async(posted, (port, asked, begun, begun + SECONDS))
        used = [processor_time(begun, web), processor_time(begun + SECONDS, web)]
        times, wrong, clients_used = telling.get()
    held = Booking.objects.filter(facility__in=own, state=BookingState.ACTIVE).count()
    web_used, database_used = (later - earlier for earlier, later in zip(*used, strict=True))
    each = {"web": web_used, "postgresql": database_used, "clients": clients_used}
    times.sort()
    return {
        "bookings": held,
        "per_second": round(len(times) / SECONDS, 1),
        "p95_ms": round(at(times, 0.95) * 1000, 1),
        "median_ms": round(statistics.median(times) * 1000, 1),
        "wrong": wrong,
        "processor_ms_each": {
            name: round(seconds / len(times) * 1000, 2) for name, seconds in each.items()
        },
    }


def requests(room: int, school: int, cookie: str, days) -> list[bytes]:
    """What a client sends, one after the other, on one connection."""
    token, found = "b" * 32, []
    most = int((WARMING + SECONDS) * 1000)  # no client is quicker than that
    for day, starts, ends in itertools.islice(spans(days), most):
        body = urlencode({
            "csrfmiddlewaretoken": token, "school": school, "day": day, "starts": starts,
            "ends": ends, "purpose": "测速",
        })  # fmt: skip
        head = (
            f"POST /facilities/{room}/book/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Cookie: {cookie}; csrftoken={token}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        found.append((head + body).encode())
    return found


def posted(port: int, asked: list[list[bytes]], begun: float, until: float):
    """Seconds that each POST took, how many did not book, and processor time since ``begun``."""
    waiting, times, wrong, used = selectors.DefaultSelector(), [], [], None
    for client in asked:
        wire = socket.create_connection(("127.0.0.1", port))
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        left = iter(client)
        wire.sendall(next(left))
        waiting.register(wire, selectors.EVENT_READ, [left, time.monotonic(), b""])
    while True:
        for key, _ in waiting.select(timeout=30):
            left, start, held = key.data
            held += key.fileobj.recv(65536)
            if not whole(held):
                key.data[2] = held
                continue
            now = time.monotonic()
            if now >= begun:
                used = time.process_time() if used is None else used
                times.append(now - start)
                if not BOOKED(held):
                    wrong.append(held)
            if now >= until:
                if wrong:
                    sys.stderr.write(f"{wrong[0][:500]!r}\n")
                return times, len(wrong), time.process_time() - used
            key.data[1:] = time.monotonic(), b""
            key.fileobj.sendall(next(left))


def whole(held: bytes) -> bool:
    head, ends, body = held.partition(b"\r\n\r\n")
    if not ends:
        return False
    return len(body) >= int(head.lower().partition(b"content-length:")[2].split(b"\r", 1)[0])


def processor_time(moment: float, web: int) -> tuple[float, float]:
    """Seconds used until that moment by the web server with its workers, and by PostgreSQL."""
    time.sleep(max(moment - time.monotonic(), 0))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        database = [pid for (pid,) in cursor.fetchall()]
    workers = Path(f"/proc/{web}/task/{web}/children").read_text().split()
    return sum(map(used_by, [web, *workers])), sum(map(used_by, database))


def used_by(pid) -> float:
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # ended
        return 0
    return (int(told[11]) + int(told[12])) / CORE_SECOND


def spans(days):
    """Five minutes after five minutes."""
    for day in days:
        for begin in range(0, 23 * 60 + 55, 5):
            end = begin + 5
            yield (
                day,
                f"{begin // 60:02}:{begin % 60:02}",
                f"{end // 60:02}:{end % 60:02}",
            )


def bare_inserts(school, actors, days) -> dict:
    """The same statement, nothing around it, on eight connections."""
    own = rooms(school, CLIENTS, "净写")
    counts, taken = [0] * CLIENTS, [[] for _ in range(CLIENTS)]
    now, until = clock.now(), time.monotonic() + SECONDS

    def run(place: int):
        wanted = insertion.Wanted(own[place], school.pk, "净写", None, BookingState.ACTIVE)
        zone = datetime.UTC
        try:
            for day, starts, ends in spans(days):
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


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(), ensure_ascii=False))
