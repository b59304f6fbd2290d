"""Headers, limits and settings that stand before every page. Told in docs/adr/0017."""

import os
import subprocess
import sys

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver
from redis.exceptions import ConnectionError as NoServer

from config import limits
from config.cache import Cache
from directory.enums import Role
from directory.models import User
from tests.architecture.test_house import ROOT
from tests.architecture.test_url_walk import addresses
from tests.factories import county as made


PRODUCTION = {
    "BEHIND_TLS": "1", "DEBUG": "0", "SECRET_KEY": "k" * 32 + "abcdefghijklmnopqrstuvwxyz012345",
    "FIELD_KEY": "f" * 64, "INDEX_KEY": "i" * 64, "ALLOWED_HOSTS": "tongxing.example.gov.cn",
}  # fmt: skip


def test_check_deploy_is_clean_under_production_settings():
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], cwd=ROOT,
        env=os.environ | PRODUCTION, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_production_sends_hsts_and_secure_cookies_and_leads_to_https():
    ask = (
        "import django; django.setup(); from django.test import Client;"
        "host = {'HTTP_HOST': 'tongxing.example.gov.cn'};"
        "plain = Client(**host).get('/sign-in/');"
        "alive = Client(**host).get('/healthz');"
        "tls = Client(**host, HTTP_X_FORWARDED_PROTO='https').get('/healthz');"
        "print(plain.status_code, plain['Location'], alive.status_code);"
        "print(tls['Strict-Transport-Security']);"
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ask], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | PRODUCTION | {"DJANGO_SETTINGS_MODULE": "config.settings"}, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "301 https://tongxing.example.gov.cn/sign-in/ 200",
        "max-age=31536000",
        "True True",
    ], done.stderr


@pytest.mark.parametrize("address", ["/sign-in/", "/healthz", "/no-such-page/", "/api/v1/schools/"])
def test_headers_of_every_answer(client, db, address):
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    for directive in ("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'",
                      "base-uri 'none'", "form-action 'self'"):  # fmt: skip
        assert directive in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


# ---- rates


def test_every_limit_names_an_address():
    assert set(limits.LIMITS) <= {name for name, *_ in addresses(get_resolver().url_patterns)}


def ask(client, name):
    """One request of each kind that is limited."""
    asked = {
        "sign-in": lambda: client.post("/sign-in/", {}),
        "activate": lambda: client.post("/activate/", {}),
        "token": lambda: client.post("/api/v1/token/", {}, content_type="application/json"),
        "verify": lambda: client.get("/verify/"),
        "search": lambda: client.get("/search/?q=1"),
        "upload": lambda: client.post("/imports/new/schools/", {}),
        "account": lambda: client.post("/account/password/", {}),
    }
    return asked[name]()


@pytest.mark.parametrize("limit", set(limits.LIMITS.values()), ids=lambda limit: limit.name)
def test_more_than_the_limit_is_429_with_retry_after_for_that_one_only(db, monkeypatch, limit):
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000 * 60 + 20.0)
    few = limits.Limit(limit.name, 2, limit.methods)
    names = {name: few for name, held in limits.LIMITS.items() if held is limit}
    monkeypatch.setattr(limits, "LIMITS", limits.LIMITS | names)
    county = made.district()
    first, second = Client(), Client(REMOTE_ADDR="10.0.0.9")
    if limit.name in {"search", "upload", "account"}:
        for client, username in ((first, "one"), (second, "two")):
            actor = made.actor(Role.BUREAU_EDUCATION, at=county, username=username)
            client.force_login(User.objects.get(pk=actor.user_id))
    assert all(ask(first, limit.name).status_code < 429 for _ in range(2))
    answer = ask(first, limit.name)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "40"
    assert "请 40 秒后再试" in answer.content.decode()
    assert ask(second, limit.name).status_code < 429
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_001 * 60 + 0.0)
    assert ask(first, limit.name).status_code < 429


def test_problem_of_the_api_is_a_problem(db, monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", {"api-token": limits.Limit("token", 0)})
    answer = ask(Client(), "token")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 429


def test_counting_is_the_server_s_and_its_absence_stops_nobody(monkeypatch):
    """On the Valkey of this run, then on none."""
    shared = Cache(os.environ["REDIS_URL"], {"KEY_PREFIX": f"test-{os.getpid()}"})
    shared.add("n", 0, 5)
    assert [shared.incr("n"), shared.incr("n"), shared.add("n", 0, 5)] == [1, 2, False]
    gone = Cache("redis://127.0.0.1:1/0", {})
    assert [gone.add("n", 0, 5), gone.incr("n"), gone.get("n", "x")] == [True, 1, "x"]
    with pytest.raises(NoServer):
        gone.set("n", 1)
    assert cache.get("n") is None
