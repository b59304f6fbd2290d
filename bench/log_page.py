"""Bytes over the wire of a teacher's log page in a phone's browser: first visit and later one.

As Chromium counts them, heads and all, everything that the page fetches; on a workday of the demo
county, served by the product's own web server with its compressed files.
"""

import json
import os
import shutil
import sys


os.environ["TONGXING_NOW"] = "2026-11-18T16:00:00+08:00"  # a Wednesday of the term

import django


django.setup()

from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import sync_playwright

from bench.serving import served, signed_in
from core import clock
from directory.models import User
from exchange.models import Placement


MOST_FIRST, MOST_AFTER = 60 * 1024, 10 * 1024
PHONE = {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic",
         "--disable-background-networking", "--disable-component-update"]  # fmt: skip


def main() -> dict:
    call_command("demo", stdout=sys.stderr)
    teacher, today = User.objects.get(username="teacher"), clock.today()
    placement = Placement.objects.get(teacher__user=teacher, period__contains=today)
    address = reverse("log-write", args=[placement.pk, today])
    cookies = dict(it.split("=", 1) for it in signed_in(teacher.pk).split("; "))
    with served() as (port, _):
        visits = seen(f"http://127.0.0.1:{port}", address, cookies)
    first, after = (sum(visit.values()) for visit in visits)
    return {
        "first_bytes": first,
        "first": dict(sorted(visits[0].items(), key=lambda it: -it[1])),
        "after_bytes": after,
        "most_first_bytes": MOST_FIRST,
        "most_after_bytes": MOST_AFTER,
        "ok": first <= MOST_FIRST and after <= MOST_AFTER,
    }


def seen(base: str, address: str, cookies: dict) -> list[dict[str, int]]:
    """For each of two visits, bytes by what was fetched."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        context = browser.new_context(viewport=PHONE, base_url=base)
        context.add_cookies([
            {"name": name, "value": value, "url": base} for name, value in cookies.items()
        ])  # fmt: skip
        visits = [visit(context, address) for _ in range(2)]
        browser.close()
    return visits


def visit(context, address: str) -> dict[str, int]:
    page, asked, found = context.new_page(), {}, {}
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")

    def loaded(told):
        name = asked[told["requestId"]]
        found[name] = found.get(name, 0) + int(told["encodedDataLength"])

    wire.on(
        "Network.requestWillBeSent",
        lambda it: asked.update({it["requestId"]: it["request"]["url"]}),
    )
    wire.on("Network.loadingFinished", loaded)
    answer = page.goto(address, wait_until="networkidle")
    if answer.status != 200 or page.locator("form textarea").count() == 0:
        raise RuntimeError(f"{answer.status} {page.url}")
    page.close()
    return {name.split("/", 3)[3]: size for name, size in found.items() if size}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(), ensure_ascii=False))
