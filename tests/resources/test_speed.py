"""What a booking asks of the database: bookings are made many at once."""

import datetime
import itertools

import pytest
from django.contrib.auth import get_user_model  # noqa: TID251 - signs the test's people in
from django.db import connection
from django.urls import reverse

from core.errors import Denied
from directory.enums import Role
from resources.enums import BookingState, Sharing
from resources.models import Booking, Facility
from resources.selectors.facilities import facilities_visible_to, facility_visible_to, one
from tests.factories import county as made
from tests.resources import scenes
from tests.resources.scenes import MONDAY, NOW, WEDNESDAY, T, book


pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", NOW.isoformat())
    return scenes.shared_room(needs_approval=False)


@pytest.fixture
def signed_in(scene, client):
    """``signed_in(actor, school)`` gives what posts the form for a day."""

    def signed_in(actor, school):
        client.force_login(get_user_model().objects.get(pk=actor.user_id))
        told = {"school": school.pk, "first_lesson": 3, "purpose": "同步课堂"}
        address = reverse("booking-new", args=[scene.room.pk])
        return lambda day: client.post(address, told | {"day": day}).status_code

    return signed_in


def test_x6_a_single_facility_is_seen_by_whom_the_list_shows_it(scene):
    for school, sharing in itertools.product((scene.owner, scene.outside), Sharing.values):
        scenes.room(school, name=f"教室{sharing}", sharing=sharing)
    county, elsewhere = made.clerk_of(scene.county), made.district("331124", "松阳县")
    actors = (
        scene.principal, scene.teacher, scene.member_clerk, scene.member_teacher,
        scene.partner_clerk, scene.outside_clerk, county, made.clerk_of(elsewhere),
        made.actor(Role.EVALUATOR, at=scene.county, on=MONDAY),
        made.actor(Role.TEACHER, at=made.school(elsewhere, "实验小学"), username="far", on=MONDAY),
    )  # fmt: skip
    every = sorted(Facility.objects.values_list("pk", flat=True))
    for actor in actors:
        listed = sorted(it.pk for it in facilities_visible_to(actor))
        assert [pk for pk in every if facility_visible_to(actor, pk)] == listed
    assert one(0) is None
    assert one(scene.room.pk).district_id == scene.county.pk


@pytest.mark.parametrize("others", [1, 3])
def test_a17_a_booking_asks_the_same_of_any_room(
    scene, signed_in, others, django_assert_num_queries
):
    for number in range(others):
        at = scenes.Asked(starts=T(9, 10 * number), ends=T(9, 10 * number + 10))
        book(scene, scene.teacher, scene.owner, at)
    post = signed_in(scene.teacher, scene.owner)
    with django_assert_num_queries(OWNER):
        assert post(WEDNESDAY) == BOOKED
    with django_assert_num_queries(LOSER):
        assert post(WEDNESDAY) == REFUSED
    post = signed_in(scene.member_clerk, scene.member)
    with django_assert_num_queries(PARTNER):
        assert post(THURSDAY) == BOOKED
    assert Booking.objects.count() == others + 2


BOOKED, REFUSED = 302, 200
THURSDAY = WEDNESDAY.replace(day=17)
OWNER = 13  # with the savepoint and its release, which are BEGIN and COMMIT outside of tests
PARTNER = OWNER + 1  # who is in a group with whom that day
LOSER = 22


READ = """
SELECT seq_tup_read + idx_tup_fetch
  FROM pg_stat_xact_user_tables
 WHERE relname = 'resources_booking'
"""


def test_a17_what_was_ever_booked_of_the_room_is_not_read(scene):
    def rows_read():
        with connection.cursor() as cursor:
            cursor.execute(READ)
            return cursor.fetchone()[0]

    Booking.objects.bulk_create(
        Booking(
            facility=scene.room, school=scene.owner, user_id=scene.principal.user_id,
            user_name="", purpose="以前", state=BookingState.ACTIVE, created_at=NOW,
            day=MONDAY - ago, period=(NOW - ago, NOW - ago + datetime.timedelta(hours=1)),
        )
        for ago in (datetime.timedelta(days=number) for number in range(1, 500))
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # it has few rows yet
    before = rows_read()
    book(scene, scene.member_clerk, scene.member, day=WEDNESDAY)  # whatever is known of the table
    assert rows_read() - before < 10
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE resources_booking")
    before = rows_read()
    with pytest.raises(Denied, match="已由"):
        book(scene, scene.principal, scene.owner, day=WEDNESDAY)
    assert rows_read() - before < 10
