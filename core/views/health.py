"""Two pages for machines: does the process live, and can it serve."""

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


SECONDS = 2  # a service that takes longer to answer counts as down


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process lives; asks no service."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database and broker answer, else 503 and which of them does not.

    Tells no versions and no addresses.
    """
    answers = {"database": database_answers(), "broker": broker_answers()}
    state = {name: "ok" if answered else "down" for name, answered in answers.items()}
    return JsonResponse(state, status=200 if all(answers.values()) else 503)


def database_answers() -> bool:
    """Ask over a connection of its own: the pool would keep a probe waiting for a dead server."""
    database = connections["default"]
    address = database.get_connection_params() | {
        "connect_timeout": SECONDS,
        "options": f"-c statement_timeout={SECONDS * 1000}",
        "autocommit": True,
    }
    try:
        with database.Database.connect(**address) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except database.Database.Error:
        return False


def broker_answers() -> bool:
    options = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS, "retry": None}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **options) as broker:
            return bool(broker.ping())
    except redis.RedisError:
        return False
