"""What a booking asks of the database: bookings are made many at once."""

import itertools

import pytest
from django.contrib.auth import get_user_model  # noqa: TID251 - signs the test's people in
from django.urls import reverse

from directory.enums import Role
from resources.enums import Sharing
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
