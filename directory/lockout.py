"""How guessing is bounded without anybody being able to lock out somebody else.

Failures are counted by account and address. A browser in which the account was signed in before
is known by a signed cookie and counted apart, so that what others do at the same account, or at
the same address, never stops it. Whoever has guessed at one account from many addresses leaves
strangers two tries instead of five; an address that fails at many accounts pauses for strangers.
"""

import secrets

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.core import signing
from django.db.models import Sum

from core.crypto import blind_index


# Failures at one account from everywhere, within AXES_COOLOFF_TIME, after which strangers get
# TRIES_UNDER_ATTACK instead of AXES_FAILURE_LIMIT.
ACCOUNT_FAILURES = 30
TRIES_UNDER_ATTACK = 2

COOKIE = "device"
COOKIE_AGE = 180 * 24 * 60 * 60
ACCOUNTS_OF_A_DEVICE = 8  # a shared computer; the oldest is forgotten


class Handler(AxesDatabaseHandler):
    """The database's counting, with the two bounds that are for strangers only."""

    def is_locked(self, request, credentials=None) -> bool:
        failures = self.get_failures(request, credentials)
        if failures >= settings.AXES_FAILURE_LIMIT:
            return True
        if known(request, name_of(request, credentials)):
            return False
        if failures >= tries(request, credentials):
            return True
        there = _failed_since(request, ip_address=request.axes_ip_address)
        request.axes_whole_address = there >= settings.ADDRESS_FAILURES
        return request.axes_whole_address


def tries(request, credentials) -> int:
    """How many wrong passwords this browser has for the account before it must wait."""
    name = name_of(request, credentials)
    if not known(request, name) and _failed_since(request, username=name) >= ACCOUNT_FAILURES:
        return TRIES_UNDER_ATTACK
    return settings.AXES_FAILURE_LIMIT


def counted_as(request, credentials) -> str:
    """``AXES_USERNAME_CALLABLE``: the account, in a browser that knows it together with that."""
    name = name_of(request, credentials)
    device = known(request, name)
    return f"{name} {device}" if device else name


def forget(request, username: str) -> None:
    """The failures at an account no longer count: its owner has just set the password anew."""
    name = username.casefold()
    AxesProxyHandler.reset_attempts(username=name)
    AxesProxyHandler.reset_attempts(username=counted_as(request, {"login": name}))


def name_of(request, credentials) -> str:
    given = credentials or {}
    return (given.get("login") or given.get("username") or request.POST.get("login", "")).casefold()


def known(request, name: str) -> str:
    """What marks this browser, if that account was signed in with it before; else empty."""
    told = _cookie(request)
    return told["device"] if _mark(name) in told["accounts"] else ""


def remember(request, response, username: str) -> None:
    """From now on this browser is known to the account."""
    told, mark = _cookie(request), _mark(username.casefold())
    others = [it for it in told["accounts"] if it != mark]
    told["accounts"] = [mark, *others][:ACCOUNTS_OF_A_DEVICE]
    response.set_cookie(
        COOKIE, signing.dumps(told, salt=COOKIE), max_age=COOKIE_AGE, httponly=True,
        secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
    )  # fmt: skip


def _cookie(request) -> dict:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=COOKIE_AGE)
    except signing.BadSignature:
        return {"device": secrets.token_hex(8), "accounts": []}


def _mark(name: str) -> str:
    return blind_index(f"device of {name}")[:24]


def _failed_since(request, **which) -> int:
    rows = AccessAttempt.objects.filter(attempt_time__gt=get_cool_off_threshold(request), **which)
    return rows.aggregate(n=Sum("failures_since_start"))["n"] or 0
