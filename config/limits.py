"""How often one person, or one address where nobody is signed in, may ask for what is costly.

A counter a minute in the cache, for all processes together. Guessing at passwords and codes is
another matter: ``directory.lockout`` counts failures, in the database.
"""

import dataclasses
import time

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


WINDOW = 60  # seconds


@dataclasses.dataclass(frozen=True)
class Limit:
    """``most`` requests a minute for all the pages of the same ``name`` together."""

    name: str
    most: int
    methods: tuple[str, ...] = ("GET", "HEAD", "POST")


POST = ("POST",)
# A whole county may stand behind one address: the sum of its morning is 270 sign-ins a minute.
SIGN_IN = Limit("sign-in", 600, POST)
ACTIVATE = Limit("activate", 120, POST)
TOKEN = Limit("token", 60, POST)
VERIFY = Limit("verify", 60)
SEARCH = Limit("search", 120)
UPLOAD = Limit("upload", 60, POST)
ACCOUNT = Limit("account", 30, POST)
LIMITS = {
    "account_login": SIGN_IN,
    "mfa_authenticate": SIGN_IN,
    "account-activate": ACTIVATE,
    "api-token": TOKEN,
    "report-verify": VERIFY,
    "report-verify-number": VERIFY,
    "search": SEARCH,
    "search-box": SEARCH,
    "import-new": UPLOAD,
    "scheme-upload": UPLOAD,
    "roster-upload": UPLOAD,
    "filing-scan": UPLOAD,
    "log-write": UPLOAD,
    "log-photo-add": UPLOAD,
    "own-password": ACCOUNT,
    "own-second-factor": ACCOUNT,
    "own-codes": ACCOUNT,
    "own-second-factor-off": ACCOUNT,
}


class RateLimits:
    """Answers 429 with ``Retry-After`` once a limit is reached; nothing else is done then."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        limit = LIMITS.get(request.resolver_match.url_name)
        if limit is None or request.method not in limit.methods:
            return None
        minute, wait = divmod(int(time.time()), WINDOW)
        key = f"limit:{limit.name}:{_who(request)}:{minute}"
        cache.add(key, 0, WINDOW * 2)
        return None if cache.incr(key) <= limit.most else refused(request, WINDOW - wait)


def refused(request: HttpRequest, seconds: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        problem = {
            "type": "about:blank", "title": "请求过多", "status": 429,
            "detail": f"请求太频繁，请 {seconds} 秒后再试。",
        }  # fmt: skip
        answer = JsonResponse(problem, status=429, json_dumps_params={"ensure_ascii": False})
        answer["Content-Type"] = "application/problem+json"
    else:
        answer = render(request, "429.html", {"seconds": seconds}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def _who(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user-{user.pk}"
    return f"address-{request.META.get('REMOTE_ADDR')}"
