"""Sign-ins a second per core: POSTs of the sign-in form with the right password (Argon2)."""

import json
import sys
import time

import django


django.setup()

from django.test import Client, override_settings

from core import clock
from directory.actions import accounts, districts
from directory.enums import Role


ACCOUNTS, LEAST = 40, 6
PASSWORD = "bench-Password1"  # noqa: S105 - of throw-away accounts


def main() -> dict:
    now, today = clock.now(), clock.today()
    county, _ = districts.add(code="990900", name="规模县", now=now)
    for number in range(ACCOUNTS):
        user, _ = accounts.open_account(
            username=f"bench{number}", name="某人", password=PASSWORD, now=now
        )
        accounts.give_post(
            user=user, role=Role.LEADERSHIP, district=county, first_day=today, now=now
        )
    sign_in(0)  # what is loaded at the first request is nobody's sign-in
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(ACCOUNTS):
        sign_in(number)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    rate = ACCOUNTS / cpu  # a core's seconds, whatever else the machine does
    return {
        "sign_ins": ACCOUNTS,
        "per_core_second": round(rate, 1),
        "per_second_one_thread": round(ACCOUNTS / wall, 1),
        "least": LEAST,
        "ok": rate >= LEAST,
    }


def sign_in(number: int) -> None:
    answer = Client().post("/sign-in/", {"login": f"bench{number}", "password": PASSWORD})
    if answer.status_code != 302:
        raise RuntimeError(answer.status_code)


if __name__ == "__main__":
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        sys.stdout.write(json.dumps(main()))
