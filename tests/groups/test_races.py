"""Two clerks at the same instant: one succeeds, the other is told the constraint's sentence."""

import threading

import pytest
from django.db import IntegrityError, connection

from core.errors import MEANWHILE, Denied, refusals_told, sentence_of
from core.models import Job
from core.periods import period
from directory.enums import SchoolKind
from groups.actions import groups, memberships
from groups.models import Membership
from tests.factories import county as made
from tests.groups import scenes


def at_once(*acts):
    """Run the acts on connections of their own, started together; what each gave or raised."""
    gate, told = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
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


@pytest.fixture
def scene(transactional_db):
    return scenes.two_groups_of_one_core()


def joining(scene, group):
    return lambda: memberships.join(
        group_id=group.pk, school_id=scene.free.pk, first_day=made.DAY, actor=scene.clerk,
        now=made.NOW,
    )  # fmt: skip


def sentences(told):
    return ["".join(getattr(it, "messages", [str(it)])) for it in told if isinstance(it, Exception)]


def test_two_clerks_let_the_same_school_join_at_the_same_instant(scene):
    told = at_once(joining(scene, scene.co_built), joining(scene, scene.co_built))
    assert sentences(told) == ["该学校在这段时间已在本集团中。"]
    assert Membership.objects.filter(school=scene.free).count() == 1


def test_two_clerks_found_groups_of_the_same_name_at_the_same_instant(scene):
    def founding(core):
        return lambda: scenes.found(scene.county, core, [scene.free], "同名集团", made.DAY)

    told = at_once(founding(scene.other_core), founding(scene.village))
    assert len(sentences(told)) == 1
    assert sentences(told)[0] in {"本行政区在这段时间已有同名集团。", MEANWHILE}


def test_one_campus_in_two_integrated_groups_founded_at_the_same_instant(scene):
    campus = made.school(
        scene.county, "城东校区", kind=SchoolKind.CAMPUS, parent_id=scene.other_core.pk
    )

    def founding(name):
        return lambda: scenes.found(
            scene.county, scene.other_core, [campus], name, made.DAY, "INTEGRATED"
        )

    told = at_once(founding("甲教共体"), founding("乙教共体"))
    assert len(sentences(told)) == 1
    assert sentences(told)[0] in {"一所学校同一时间只能参加一个融合型集团。", MEANWHILE}
    assert Membership.objects.filter(school=campus).count() == 1


@pytest.mark.django_db
def test_what_only_the_database_sees_is_told_by_the_constraint(monkeypatch):
    """``full_clean`` passes for both racers; the loser is refused by the constraint at save."""
    scene = scenes.two_groups_of_one_core()
    monkeypatch.setattr(Membership, "full_clean", lambda self: None)
    with pytest.raises(Denied, match=r"^该学校在这段时间已在本集团中。$"):
        memberships.join(
            group_id=scene.co_built.pk, school_id=scene.village.pk, first_day=made.DAY,
            actor=scene.clerk, now=made.NOW,
        )  # fmt: skip
    with pytest.raises(Denied, match=r"^一所学校同一时间只能参加一个融合型集团。$"):
        groups.found(
            district_id=scene.county.pk, name="乙教共体", type="INTEGRATED",
            core_id=scene.core.pk, member_ids=[scene.campus.pk], first_day=made.DAY,
            actor=scene.clerk, now=made.NOW,
        )  # fmt: skip
    assert Membership.objects.filter(school=scene.campus).count() == 1


@pytest.mark.django_db
def test_a_constraint_without_a_sentence_passes_through():
    def twice():
        for _ in range(2):
            Job.objects.create(kind="x", key="same", created_at=made.NOW)

    with pytest.raises(IntegrityError) as caught:
        twice()
    if sentence_of(caught.value) is None:
        with pytest.raises(IntegrityError), refusals_told():
            raise caught.value


@pytest.mark.django_db
def test_the_sentence_of_a_check_constraint_is_found():
    scene = scenes.two_groups_of_one_core()
    with pytest.raises(Denied, match="成员须是一所学校或一个片区"), refusals_told():
        Membership.objects.create(
            group=scene.co_built, type="CO_BUILT", role="MEMBER", period=period(made.DAY),
            created_at=made.NOW,
        )  # fmt: skip
