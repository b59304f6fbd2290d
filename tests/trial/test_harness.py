"""The harness itself: a guard that never fires guards nothing."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from tests.conftest import ReadingClient


def writing_view(request):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_content_type WHERE id = 0")
    return HttpResponse()


def locking_view(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM django_content_type FOR UPDATE")
    return HttpResponse()


urlpatterns = [path("write", writing_view), path("lock", locking_view)]
open_pages = override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])


@open_pages
def test_page_that_writes_while_read_fails_its_test(db, client):
    assert isinstance(client, ReadingClient)
    with pytest.raises(AssertionError, match="a GET request wrote: DELETE FROM"):
        client.get("/write")
    assert client.get("/lock").status_code == 200
    assert client.post("/write").status_code == 200


def test_rows_without_an_order_come_in_any_order(db):
    unordered = Permission.objects.order_by()
    assert unordered.count() > 20
    orders = {tuple(unordered.values_list("id", flat=True)) for _ in range(5)}
    assert len(orders) > 1
    ordered = unordered.order_by("id").values_list("id", flat=True)
    assert list(ordered) == sorted(ordered)


def test_health_pages_in_one_process(db, client):
    assert client.get("/healthz").content == b"ok\n"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "broker": "ok"})
    assert client.post("/readyz").status_code == 405


def test_readyz_counts_a_broker_that_does_not_answer_as_down(db, client, settings):
    settings.REDIS_URL = "unix:///nowhere.sock"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": "ok", "broker": "down"})
