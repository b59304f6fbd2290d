"""A hostile harness for every test. It runs by ``script/test``, which starts the servers.

Warnings are errors and there is no network but loopback (pyproject.toml). Besides: rows of a
query without an order come in any order (``tests.shuffled``), and a page that is only read
writes nothing.
"""

import functools
import os
import re

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from xdist.scheduler import LoadGroupScheduling


settings.DATABASES["default"]["ENGINE"] = "tests.shuffled"
del connections["default"]  # loading the models made one; the next is made by our engine
# Counts of rate limits are of one test, and of one process.
settings.CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}

# A slow machine is no failure: what a test finds does not depend on how long it took.
hypothesis.settings.register_profile(
    "shared_machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("shared_machine")

ONE_AFTER_ANOTHER = ("tests/trial/", "tests/browser/")  # start whole trials, costly to repeat
WRITE = re.compile(
    r"\b(?:INSERT INTO|(?<!FOR )(?<!FOR NO KEY )UPDATE|DELETE FROM|TRUNCATE|COPY)\s+\"?(\w+)",
    re.IGNORECASE,
)
WRITTEN_BY_READING = re.compile(r"directory_session|axes_\w+")  # the session, and failed sign-ins
WRITTEN_BY_DOWNLOADS = re.compile(r"core_auditevent")  # the access log of files and feeds


def pytest_configure():
    needed = ("DATABASE_URL", "REDIS_URL", "TONGXING_VAR")
    if missing := [name for name in needed if not os.environ.get(name)]:
        raise pytest.UsageError(f"没有设置 {'、'.join(missing)}；请用 script/test 运行测试。")


class Scheduling(LoadGroupScheduling):
    """Tests go to whichever worker is free, but those of ``ONE_AFTER_ANOTHER`` to one worker.

    By folder, since the mark ``xdist_group`` has no effect from pytest 9.2 on: node ids are no
    longer strings that a plugin may rewrite.
    """

    def _split_scope(self, nodeid):
        return next((it for it in ONE_AFTER_ANOTHER if nodeid.startswith(it)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


class ReadingClient(Client):
    """Django's test client, whose GET and HEAD fail the test when they write to the database."""

    def generic(self, method, path, *args, **kwargs):
        if method not in {"GET", "HEAD"}:
            return super().generic(method, path, *args, **kwargs)
        downloads = path.startswith(("/files/", "/feeds/"))
        with connection.execute_wrapper(functools.partial(_refuse_writes, downloads)):
            return super().generic(method, path, *args, **kwargs)


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


@pytest.fixture
def client():
    return ReadingClient()


def _refuse_writes(downloads, execute, sql, params, many, context):
    for table in WRITE.findall(str(sql)):
        allowed = WRITTEN_BY_READING.fullmatch(table) or (
            downloads and WRITTEN_BY_DOWNLOADS.fullmatch(table)
        )
        assert allowed, f"a GET request wrote: {sql}"
    return execute(sql, params, many, context)
