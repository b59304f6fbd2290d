"""Crowds and services that go away, as readers of the served product see them."""

import collections
import threading
import time

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from psycopg import sql

from core import clock
from core.actions import jobs
from core.models import ImportBatch, Job, StoredFile
from tests.factories import county as made
from tests.factories import tables
from tests.faults import forms, serving
from tests.groups.scenes import found


CLIENTS, CONNECTIONS, EACH = 60, 20, 3
PAGES = ("/", "/schools/", "/groups/", "/api/v1/schools/")
BUSY = "系统暂时忙不过来"
SMALL = 50_000  # bytes of a file on the disk that is full
BACK = 40  # seconds after which the product answers again, nobody helping


@pytest.fixture
def clerk(transactional_db):
    county = made.district()
    schools = [made.school(county, name, stage="PRIMARY") for name in ("实验小学", "举水乡小")]
    found(county, schools[0], schools[1:], "实验小学教育集团", made.DAY)
    return made.clerk_of(county, username="bureau", on=clock.today())


def crowd(web, cookie, each=EACH) -> collections.Counter:
    """Sixty at once, each some pages; how many of which answer."""
    gate, told, lock = threading.Barrier(CLIENTS), collections.Counter(), threading.Lock()

    def one(place):
        gate.wait(60)
        for number in range(each):
            status, headers, text = web.asked(PAGES[(place + number) % len(PAGES)], cookie=cookie)
            if status == 503:
                assert int(headers["Retry-After"]) > 0
                assert BUSY in text
            with lock:
                told[status] += 1

    threads = [threading.Thread(target=one, args=[place]) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sum(told.values()) == CLIENTS * each
    return told


def test_sixty_clients_on_twenty_connections_and_a_database_that_goes_away(clerk):
    cookie = serving.signed_in(clerk)
    name = connection.settings_dict["NAME"]
    with serving.role_of(CONNECTIONS) as (role, password):
        url = serving.database_url(role, password)
        with (
            serving.web(DATABASE_URL=url, DB_POOL=str(CONNECTIONS // 2)) as web,
            serving.outside() as there,
        ):
            limited = sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}")
            shut = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
            assert crowd(web, cookie) == {200: CLIENTS * EACH}
            held = there.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = %s", [role]
            ).fetchone()
            assert held[0] <= CONNECTIONS

            # Others have taken most of the connections: some wait, some are told to come back.
            there.execute(limited.format(sql.Identifier(role), sql.Literal(2)))
            serving.cut_off(role)
            assert set(crowd(web, cookie, each=1)) <= {200, 503}
            there.execute(limited.format(sql.Identifier(role), sql.Literal(CONNECTIONS)))

            # Restarted between two requests: nobody notices, neither one by one nor all at once.
            eventually_well(web, cookie)
            assert crowd(web, cookie, each=1) == {200: CLIENTS}
            serving.cut_off(role)
            told = [web.asked(PAGES[0], cookie=cookie)[0] for _ in range(CONNECTIONS)]
            assert told == [200] * CONNECTIONS
            serving.cut_off(role)
            assert crowd(web, cookie, each=1) == {200: CLIENTS}

            # Away for a while: told, not failed; back without anybody's help.
            there.execute(shut.format(sql.Identifier(name), sql.Literal(False)))
            try:
                serving.cut_off(role)
                for page in PAGES[::3]:
                    status, headers, text = web.asked(page, cookie=cookie)
                    assert (status, BUSY in text) == (503, True), page
                    assert int(headers["Retry-After"]) > 0
                assert "application/problem+json" in headers["Content-Type"]
                assert web.asked("/healthz")[0] == 200
                assert web.asked("/readyz")[0] == 503
            finally:
                there.execute(shut.format(sql.Identifier(name), sql.Literal(True)))
            assert crowd(web, cookie, each=1) == {200: CLIENTS}  # none is told that it is away


def eventually_well(web, cookie) -> None:
    until = time.monotonic() + BACK
    while web.asked("/", cookie=cookie)[0] != 200:
        assert time.monotonic() < until


def test_without_a_broker_and_with_a_full_disk(clerk, tmp_path):
    """A page that queues work says so, and the work is found later; a file that has no room is
    refused with a sentence and leaves nothing."""
    cookie = serving.signed_in(clerk)
    (tmp_path / "files").mkdir()
    with serving.web(
        workers=1, threads=4, largest=SMALL, DATABASE_URL=serving.database_url(), DB_POOL="4",
        REDIS_URL=f"unix://{tmp_path}/gone.sock", STATIC_ROOT=str(settings.STATIC_ROOT),
        TONGXING_VAR=str(tmp_path),
    ) as web:  # fmt: skip
        assert web.asked("/readyz")[0] == 503

        page = "/reports/new/"
        status, headers, _ = web.asked(page, cookie=cookie, data=filled(web, page, cookie))
        assert status == 302
        assert "排队" in web.asked(headers["Location"], cookie=cookie)[2]
        job = Job.objects.get()
        assert job.state == "QUEUED"
        assert jobs.sweep(now=clock.now() + 2 * jobs.LEASE) == [job.pk]

        rows = [tables.teacher(number) for number in range(800)]
        content = tables.csv_file(tmp_path / "名册.csv", rows).read_bytes()
        assert len(content) > SMALL
        page = "/imports/new/teachers/"
        status, _, text = uploaded(web, page, cookie, content)
        assert status < 500, text[:300]
        assert "磁盘" in text or "空间" in text
        assert (ImportBatch.objects.count(), StoredFile.objects.count()) == (0, 0)
        assert [it for it in (tmp_path / "files").rglob("*") if it.is_file()] == []
        status, headers, _ = uploaded(web, page, cookie, content[: SMALL // 2])
        assert status == 302
        assert ImportBatch.objects.count() == 1


def filled(web, page, cookie) -> dict:
    """The form of the page that it posts to itself, filled in, with the page's own token."""
    status, _, text = web.asked(page, cookie=cookie)
    assert status == 200
    [form] = [it for it in forms.forms_on(text, page, "") if it.action == page]
    return next(form.data()) | {"csrfmiddlewaretoken": serving.TOKEN}


def uploaded(web, page, cookie, content: bytes):
    fields = filled(web, page, cookie)
    body = encode_multipart(BOUNDARY, fields | {"file": ContentFile(content, "名册.csv")})
    return web.asked(page, cookie=cookie, data=body, headers={"Content-Type": MULTIPART_CONTENT})
