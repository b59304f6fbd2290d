"""Many at the same instant: exactly one winner each, no deadlock, nothing but sentences (X-6).

``bench/bookings.py`` runs the ten thousand rounds; here are enough to find a fault in the order of
locks.
"""

import datetime
import threading

import pytest
from django.db import connection

from core.errors import MEANWHILE, Denied
from directory.enums import Role
from resources.actions import bookings, facilities, series
from resources.actions.bookings import Asked
from resources.models import Booking
from tests.factories import county as made
from tests.resources import scenes
from tests.resources.scenes import NOW, THIRD, WEDNESDAY, T


ROUNDS = 12
DAYS = [WEDNESDAY + datetime.timedelta(weeks=n) for n in range(4)]


@pytest.fixture
def scene(transactional_db):
    return scenes.shared_room(needs_approval=False)


def at_once(acts):
    """Run the acts on connections of their own, started together; what each gave or raised."""
    gate, told = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            connection.ensure_connection()
            gate.wait(timeout=60)
            told[place] = act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            told[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=it) for it in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return told


def racers(scene, count):
    """As many people of the three schools, by turns."""
    schools = (scene.owner, scene.member, scene.partner)
    return [
        (
            made.actor(Role.TEACHER, at=schools[n % 3], username=f"racer{n}", on=scenes.MONDAY),
            schools[n % 3],
        )
        for n in range(count)
    ]


def booking(scene, actor, school, asked, day):
    return lambda: scenes.book(scene, actor, school, asked, day)


def assert_only_sentences(told):
    refused = [it for it in told if isinstance(it, Exception)]
    assert [it for it in refused if not isinstance(it, Denied)] == []
    assert [it for it in refused if str(it) == MEANWHILE] == []
    return len(refused)


@pytest.mark.parametrize("clients", [2, 8, 16])
def test_x6_one_slot_has_one_winner(scene, clients):
    people = racers(scene, clients)
    for number in range(ROUNDS):
        day = WEDNESDAY + datetime.timedelta(weeks=number)
        told = at_once([booking(scene, *it, THIRD, day) for it in people])
        assert assert_only_sentences(told) == clients - 1, told
        assert Booking.objects.filter(day=day, state="ACTIVE").count() == 1


@pytest.mark.parametrize("clients", [2, 8, 16])
def test_x6_overlapping_ranges_have_one_winner(scene, clients):
    """Every range holds 10:40, so that any two meet, and no two are the same."""
    people = racers(scene, clients)
    for number in range(ROUNDS):
        day = WEDNESDAY + datetime.timedelta(weeks=number)
        asked = [Asked(starts=T(10, n), ends=T(10, 41 + n)) for n in range(clients)]
        told = at_once([booking(scene, *it, at, day) for it, at in zip(people, asked, strict=True)])
        assert assert_only_sentences(told) == clients - 1, told
        assert Booking.objects.filter(day=day, state="ACTIVE").count() == 1


@pytest.mark.parametrize("clients", [2, 8, 16])
def test_x7_crossing_series_take_each_date_once_and_none_waits_in_a_circle(scene, clients):
    people = racers(scene, clients)

    def taking(actor, school, n):
        days = DAYS if n % 2 else DAYS[::-1]
        return lambda: series.book(
            facility_id=scene.room.pk, school_id=school.pk, weekday=3,
            asked=Asked(starts=T(10, n), ends=T(10, 41 + n)), first_day=DAYS[0],
            last_day=DAYS[-1], days=days, purpose="社团", heads=None, actor=actor, now=NOW,
        )  # fmt: skip

    for _ in range(ROUNDS // 2):
        told = at_once([taking(*it, n) for n, it in enumerate(people)])
        assert_only_sentences(told)
        held = Booking.objects.filter(state="ACTIVE").values_list("day", flat=True)
        assert sorted(held) == DAYS
        Booking.objects.all().delete()


def test_x6_two_approvals_of_rivals_at_the_same_instant(scene):
    facilities.change(
        facility_id=scene.room.pk, facts=scenes.FACTS, openings=scenes.WEEK,
        actor=scene.principal, now=NOW,
    )  # fmt: skip
    for number in range(ROUNDS):
        day = WEDNESDAY + datetime.timedelta(weeks=number)
        one = scenes.book(scene, scene.member_clerk, scene.member, day=day)
        other = scenes.book(scene, scene.partner_clerk, scene.partner, day=day)

        def approving(pk, rival):
            return lambda: bookings.approve(
                booking_id=pk, rivals=[rival], actor=scene.principal, now=NOW
            )

        own = booking(scene, scene.teacher, scene.owner, Asked(starts=T(10, 30), ends=T(12)), day)
        told = at_once([approving(one, other), approving(other, one), own])
        assert assert_only_sentences(told) == 2, told
        rows = Booking.objects.filter(day=day)
        assert rows.filter(state="ACTIVE").count() == 1
        assert rows.filter(state="REQUESTED").count() == 0


def test_x6_approving_and_withdrawing_the_room_at_the_same_instant(scene):
    facilities.change(
        facility_id=scene.room.pk, facts=scenes.FACTS, openings=scenes.WEEK,
        actor=scene.principal, now=NOW,
    )  # fmt: skip
    asked = scenes.book(scene, scene.member_clerk, scene.member)
    told = at_once([
        lambda: bookings.approve(booking_id=asked, rivals=[], actor=scene.principal, now=NOW),
        lambda: facilities.withdraw(
            facility_id=scene.room.pk, first_day=WEDNESDAY, reason="改作教室",
            actor=scene.principal, now=NOW,
        ),
    ])  # fmt: skip
    assert assert_only_sentences(told) in {0, 1}
