"""The deadline evening: a county's teachers sign in within a quarter of an hour, read and write.

Each signs in, reads six pages and writes one log, from a process of its own and a connection for
each request, as a proxy would pass them on. Beside them a worker makes one report and takes in one
roster. The server is started as ``script/container web`` starts it. ``EVENING_TEACHERS`` (4000)
and ``EVENING_SECONDS`` (900) make it smaller.
"""

import asyncio
import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path


TEACHERS = int(os.environ.get("EVENING_TEACHERS", "4000"))
SECONDS = int(os.environ.get("EVENING_SECONDS", "900"))
MOST_PAGE_MS, MOST_SIGN_IN_MS = 500, 1500
PASSWORD = "evening-Teacher-2026"  # noqa: S105 - of throw-away accounts
FAILED, CONNECT = 599, 10  # status of a request that got no answer; seconds
ROWS = 2000  # of the roster that is taken in
WEB = (  # as in production, with its defaults
    *("--worker-class", "gthread", "--workers", os.environ.get("WEB_CONCURRENCY", "4")),
    *("--threads", "4", "--no-control-socket"),
)
BASE = Path(__file__).resolve().parents[1]


# The readers: no Django here, so that they cost little beside the server they measure.


async def asked(port, path, cookies, form=None):
    """(status, seconds, address it leads to) of one request; cookies are kept."""
    body = urllib.parse.urlencode(form, doseq=True) if form else ""
    lines = [
        f"{'POST' if form else 'GET'} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}",
        "Connection: close", "Accept: text/html",
        f"Cookie: {'; '.join(f'{name}={value}' for name, value in cookies.items())}",
    ]  # fmt: skip
    if form:
        lines += [f"Content-Length: {len(body)}"]
        lines += ["Content-Type: application/x-www-form-urlencoded"]
    start = time.monotonic()
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), CONNECT)
        writer.write("\r\n".join([*lines, "", body]).encode())
        head, _, _ = (await asyncio.wait_for(reader.read(-1), 60)).partition(b"\r\n\r\n")
        taken = time.monotonic() - start
        writer.close()
    except (OSError, TimeoutError) as error:
        return FAILED, time.monotonic() - start, repr(error)
    first, *headers = head.decode("latin-1").split("\r\n")
    leads = ""
    for name, _, value in (line.partition(": ") for line in headers):
        if name.lower() == "set-cookie":
            key, _, told = value.partition(";")[0].partition("=")
            cookies[key] = told.strip('"')
        elif name.lower() == "location":
            leads = value
    return int(first.split()[1]), taken, leads


async def evening(port, name, placement, day, starts, pause, told):
    """One teacher's evening; what went otherwise than it should is told."""
    cookies, draw = {}, random.Random(name)  # noqa: S311 - pauses, no secrets

    async def step(kind, path, form=None, wanted=200):
        if form is not None:
            form["csrfmiddlewaretoken"] = cookies.get("csrftoken", "")
        status, taken, leads = await asked(port, path, cookies, form)
        told.append((kind, status, taken))
        if status != wanted:
            sys.stderr.write(f"{name} {kind} {path}: {status} {leads}\n")
        await asyncio.sleep(draw.expovariate(1 / pause))
        return leads if status == wanted and leads else path

    await asyncio.sleep(starts)
    await step("page", "/sign-in/")
    await step("sign-in", "/sign-in/", {"login": name, "password": PASSWORD}, 302)
    await step("page", "/")
    await step("page", "/logs/")
    write = f"/logs/{placement}/{day}/"
    await step("page", write)
    log = {"kinds": ["LESSON_GIVEN"], "lessons_given": "2", "text": f"上了两节课，{name}"}
    after = await step("log", write, log, 302)
    await step("page", after)
    await step("page", "/bookings/")


async def county(plan) -> dict:
    draw, told = random.Random(1), []  # noqa: S311
    pause = max(min(plan["seconds"] / 60, 10), 0.2)
    await asyncio.gather(*(
        evening(
            plan["port"], name, placement, plan["day"], draw.uniform(0, plan["seconds"]), pause,
            told,
        )
        for name, placement in plan["teachers"]
    ))  # fmt: skip
    figures = {}
    for kind in ("page", "sign-in", "log"):
        times = sorted(taken for name, _, taken in told if name == kind)
        figures[kind] = {
            "asked": len(times),
            **{f"p{share}_ms": ms(times, share) for share in (50, 95, 99)},
            "slowest_ms": ms(times, 100),
        }
    statuses = [status for *_, status, _ in told]
    figures["statuses"] = {str(it): statuses.count(it) for it in sorted(set(statuses))}
    figures["client_cpu_seconds"] = round(time.process_time(), 1)
    return figures


def ms(times, share) -> float:
    return round(times[min(len(times) * share // 100, len(times) - 1)] * 1000, 1)


# The county and its server.


def main() -> dict:
    import django  # noqa: PLC0415 - the readers' process does without

    django.setup()
    from bench import evening_county  # noqa: PLC0415 - needs Django, as the next
    from bench.serving import served  # noqa: PLC0415 - as above

    today, teachers, work = evening_county.seed(TEACHERS, PASSWORD)
    with served(*WEB, pool=os.environ.get("DB_POOL", "8")) as (port, _), worker():
        begun = time.monotonic()
        plan = {
            "port": port, "day": str(today), "seconds": SECONDS, "teachers": teachers,
        }  # fmt: skip
        readers = subprocess.Popen(
            [sys.executable, "-m", "bench.evening", "readers"], cwd=BASE,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        readers.stdin.write(json.dumps(plan).encode())
        readers.stdin.close()
        beside = evening_county.beside(work, ROWS, lambda: readers.poll() is None, SECONDS)
        figures = json.loads(readers.stdout.read())
        readers.wait()
        figures["seconds"] = round(time.monotonic() - begun, 1)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = spent.ru_utime + spent.ru_stime
    wrong = sum(count for it, count in figures["statuses"].items() if it not in {"200", "302"})
    figures |= {
        "teachers": len(teachers),
        "logs": evening_county.logs(today),
        "beside": beside,
        "servers_cpu_seconds": round(cpu - figures["client_cpu_seconds"], 1),
        "cores": os.cpu_count(),
        "wrong": wrong,
    }
    return figures | {
        "ok": wrong == 0
        and figures["logs"] == len(teachers)
        and figures["page"]["p95_ms"] < MOST_PAGE_MS
        and figures["sign-in"]["p95_ms"] < MOST_SIGN_IN_MS
        and set(beside.values()) == {"DONE"},
    }


@contextlib.contextmanager
def worker():
    command = ["celery", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "ERROR"]
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=BASE, stdout=sys.stderr)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


if __name__ == "__main__":
    told = asyncio.run(county(json.load(sys.stdin))) if sys.argv[1:] == ["readers"] else main()
    sys.stdout.write(json.dumps(told, ensure_ascii=False))
