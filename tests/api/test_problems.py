"""Errors are RFC 9457 problem details that name the field."""

import pytest

from directory.models import User
from tests.factories import county as made


@pytest.fixture
def signed_in(client, db):
    clerk = made.clerk_of(made.district())
    client.force_login(User.objects.get(pk=clerk.user_id))
    return client


def problem(answer, status):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["type"] == "about:blank"
    assert told["title"]
    return told


@pytest.mark.parametrize(
    "name", ["districts", "schools", "groups", "memberships", "teachers", "schema"]
)
def test_a_stranger_is_told_how_to_sign_in(client, db, name):
    answer = client.get(f"/api/v1/{name}/")
    assert problem(answer, 401)["title"] == "需要登录"
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("ordering=salary", "ordering"),
        ("on=yesterday", "on"),
        ("kind=CASTLE", "kind"),
        ("parent=x", "parent"),
        ("q=" + "长" * 51, "q"),
    ],
)
def test_a_faulty_parameter_is_named(signed_in, query, parameter):
    told = problem(signed_in.get(f"/api/v1/schools/?{query}"), 400)
    assert [fault["parameter"] for fault in told["errors"]] == [parameter]
    assert told["errors"][0]["detail"]


@pytest.mark.parametrize("address", ["schools/9999999999999999999999/", "schools/1/", "nowhere/"])
def test_what_is_not_there_is_a_problem_too(signed_in, address):
    problem(signed_in.get(f"/api/v1/{address}"), 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_is_read_only(client, db, method):
    clerk = made.clerk_of(made.district())
    client.force_login(User.objects.get(pk=clerk.user_id))
    problem(getattr(client, method)("/api/v1/schools/"), 405)
