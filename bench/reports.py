"""The yearly reports of the demo county and its eleven groups, made while people use the product.

As the product runs them: the worker with two processes, the web server, both of them real. Pages
are asked one after the other with a pause between, first while nothing else runs, then until the
last report is there.
"""

import contextlib
import http.client
import json
import os
import statistics
import sys
import threading
import time
from itertools import cycle
from pathlib import Path

import django


django.setup()

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from assessment.selectors.schemes import schemes_visible_to
from config.trial import address
from config.trial.process import Child, stop
from config.trial.serve import WEB_OPTIONS
from core import clock
from core.enums import JobState
from core.models import Job
from core.school_years import school_year_of
from directory.models import User
from directory.selectors import acting, districts, people
from groups.selectors import groups
from reports.actions import builds
from reports.models import Report
from reports.periods import of_group, yearly


MOST_SECONDS, MOST_SLOWER, MOST_MIB = 60, 1.5, 400
WORKERS, ROUNDS = 2, 3
IDLE_SECONDS, PAUSE = 15, 0.05  # of asking while idle, and between two pages
LOOK = 0.2  # seconds between two looks at the memory
COUNTY = "331126"


def main() -> dict:
    call_command("demo", stdout=sys.stderr)
    listener = address.bind("127.0.0.1", 0)
    number = listener.fileno()
    celery = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", WORKERS]
    gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{number}"]
    children = [
        started("worker", [*map(str, celery), "--loglevel", "WARNING"], {}),
        started("web", [*gunicorn, *WEB_OPTIONS], {"DB_POOL": "8"}, keep_open=(number,)),
    ]
    try:
        return measured(listener.getsockname()[1], children[0].pid)
    finally:
        stop(children, patience=3)


def started(name: str, command: list[str], extra: dict, **options) -> Child:
    log = settings.VAR_DIR / "log" / f"{name}.log"
    child = Child(name, command, log=log, env=os.environ | extra, cwd=settings.BASE_DIR, **options)
    child.start()
    return child


def measured(port: int, worker: int) -> dict:
    county = districts.by_code(COUNTY)
    year = school_year_of(clock.today()) - 1
    subjects = subjects_of(county, year)
    visitor = Visitor(port, pages_of(year))
    wait(lambda: visitor.ready() and len(children_of(worker)) == WORKERS)
    visitor.ask(5)  # what is loaded once is loaded
    rounds, peaks = [], []
    for _ in range(ROUNDS):
        idle = visitor.ask(IDLE_SECONDS)
        seconds, busy, peak, laid = one_round(subjects, visitor, worker)
        rounds.append((seconds, idle, busy))
        peaks.append((peak, laid))
    slower = {"median": slowed(rounds, 50), "p95": slowed(rounds, 95)}
    seconds = [it for it, *_ in rounds]
    peak = max(it for it, _ in peaks)
    return {
        "reports": len(subjects),
        "pages": sum(Report.objects.values_list("pages", flat=True)),
        "workers": WORKERS,
        "rounds": ROUNDS,
        "seconds": [round(it, 1) for it in seconds],
        "most_seconds": MOST_SECONDS,
        "page_ms_idle": told(rounds, 1),
        "page_ms_busy": told(rounds, 2),
        "slower": slower,
        "most_slower": MOST_SLOWER,
        "peak_mib_of_a_worker_with_its_layout": round(peak),
        "peak_mib_of_a_layout_process": round(max(it for _, it in peaks)),
        "most_mib": MOST_MIB,
        "ok": max(seconds) <= MOST_SECONDS
        and max(slower.values()) <= MOST_SLOWER
        and peak <= MOST_MIB,
    }


def subjects_of(county, year: int) -> list:
    last_day = yearly(county.pk, year).last_day
    seen = groups.groups_visible_to(acting.bureau_itself(county.pk, last_day), last_day)
    ids = seen.filter(district_id=county.pk).order_by("sort_key").values_list("group_id", flat=True)
    return [yearly(county.pk, year), *(of_group(county.pk, year, it) for it in ids)]


def pages_of(year: int) -> list[str]:
    """The clerk's workbench, a group, the results of the year."""
    today = clock.today()
    actor, _ = people.actor_for(User.objects.get(username="bureau"), today)
    group = groups.groups_visible_to(actor, today).order_by("sort_key").first()
    scheme = schemes_visible_to(actor).filter(school_year=year).latest("pk")
    return ["/", f"/groups/{group.group_id}/", f"/assessment/{scheme.pk}/"]


class Visitor:
    """Somebody of the bureau who opens one page after the other."""

    def __init__(self, port: int, pages: list[str]):
        self.port, self.pages = port, cycle(pages)
        client = Client()
        client.force_login(User.objects.get(username="bureau"))
        [(name, morsel)] = client.cookies.items()
        self.headers = {"Cookie": f"{name}={morsel.value}"}

    def ready(self) -> bool:
        with contextlib.suppress(OSError):
            return self.open("/readyz") == 200
        return False

    def open(self, page: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", page, headers=self.headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def ask(self, seconds: float = 3600, until=lambda: False) -> list[float]:
        """Milliseconds of every page."""
        taken, end = [], time.monotonic() + seconds
        while time.monotonic() < end and not until():
            page = next(self.pages)
            begun = time.perf_counter()
            status = self.open(page)
            taken.append((time.perf_counter() - begun) * 1000)
            if status != 200:
                raise RuntimeError(f"{page} {status}")
            time.sleep(PAUSE)
        return taken


def one_round(subjects: list, visitor: Visitor, worker: int) -> tuple:
    """Seconds until all are kept, page times meanwhile, peak MiB of a worker and of a layout."""
    memory = Memory(worker)
    ended = threading.Event()
    pages: list[float] = []
    asking = threading.Thread(target=lambda: pages.extend(visitor.ask(until=ended.is_set)))
    today, begun = clock.today(), time.perf_counter()
    asking.start()
    try:
        ids = [
            builds.ask(subject=it, actor=None, now=clock.now(), today=today)[0].pk
            for it in subjects
        ]
        held = Job.objects.filter(pk__in=ids)
        while held.exclude(state=JobState.DONE).exists():
            if failed := held.filter(state=JobState.FAILED).first():
                raise RuntimeError(failed.message)
            memory.look()
            time.sleep(LOOK)
        seconds = time.perf_counter() - begun
    finally:
        ended.set()
        asking.join()
    return seconds, pages, memory.worker, memory.layout


class Memory:
    """The most that a worker's process held together with the layout processes that it started."""

    def __init__(self, main: int):
        self.main, self.worker, self.layout = main, 0.0, 0.0

    def look(self) -> None:
        for pid in children_of(self.main):
            layouts = [mib(it) for it in children_of(pid)]
            self.worker = max(self.worker, mib(pid) + sum(layouts))
            self.layout = max([self.layout, *layouts])


def children_of(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [
            int(it)
            for thread in Path(f"/proc/{pid}/task").iterdir()
            for it in (thread / "children").read_text().split()
        ]
    return []


def mib(pid: int) -> float:
    """Memory that a process holds, its part of what it shares with others (Linux)."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return int(rollup.partition("\nPss:")[2].split()[0]) / 1024
    return 0.0


def told(rounds: list, place: int) -> dict:
    taken = [it for held in rounds for it in held[place]]
    return {
        "pages": len(taken),
        "median": round(quantile(taken, 50)),
        "p95": round(quantile(taken, 95)),
    }


def slowed(rounds: list, part: int) -> float:
    """Page times meanwhile as a multiple of the idle ones, the median of the rounds."""
    times = (quantile(busy, part) / quantile(idle, part) for _, idle, busy in rounds)
    return round(statistics.median(times), 2)


def quantile(taken: list[float], part: int) -> float:
    return statistics.quantiles(taken, n=100)[part - 1]


def wait(question, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not question():
        if time.monotonic() > end:
            raise RuntimeError("the servers did not come up")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(), ensure_ascii=False))
