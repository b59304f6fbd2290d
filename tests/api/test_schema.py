import io

import pytest
import yaml
from django.core.management import call_command

from directory.models import User
from tests.factories import county as made


OF_A_DAY = ("districts", "schools", "groups", "memberships", "placements", "teachers")
LISTS = (
    *OF_A_DAY, "bookings", "facilities", "filings", "log-entries", "reports", "results", "schemes",
    "scores",
)  # fmt: skip


@pytest.fixture(scope="module")
def schema():
    out = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    return yaml.safe_load(out.getvalue())


def test_the_schema_is_valid_and_names_every_list(schema):
    assert schema["openapi"].startswith("3.")
    assert set(schema["paths"]) == {
        "/api/v1/token/",
        *(f"/api/v1/{name}/{tail}" for name in LISTS for tail in ("", "{id}/")),
    }


@pytest.mark.parametrize("name", LISTS)
def test_pages_filters_order_and_day_are_documented(schema, name):
    told = {it["name"]: it for it in schema["paths"][f"/api/v1/{name}/"]["get"]["parameters"]}
    assert {"page", "page_size", "ordering"} < set(told)
    assert ("on" in told) == (name in OF_A_DAY)
    assert len(told) > 5
    assert told["ordering"]["schema"]["enum"]


def test_the_schema_is_served_to_who_is_signed_in(client, db):
    clerk = made.clerk_of(made.district())
    client.force_login(User.objects.get(pk=clerk.user_id))
    answer = client.get("/api/v1/schema/")
    assert answer.status_code == 200
    assert "openapi" in answer.content.decode()[:20]
