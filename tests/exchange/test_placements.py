"""Each side's own part of a placement (X-1), and what the database does not let through."""

import datetime

import pytest
from django.db import IntegrityError

from core.errors import Denied
from core.models import AuditEvent
from directory.models import Grant
from directory.selectors import teachers
from exchange.actions import placements
from exchange.models import Placement, PlacementMove
from exchange.selectors.placements import placements_on, placements_visible_to
from tests.exchange import scenes
from tests.exchange.scenes import FIRST, NOW, ON
from tests.factories import exchange as placed


DAY = datetime.date(2024, 9, 2)


@pytest.fixture
def scene(db):
    return scenes.build()


@pytest.fixture
def placement(scene):
    scenes.approved(scene, scene.a)
    return Placement.objects.get()


def test_x1_the_host_confirms_arrival_and_nobody_else(scene, placement):
    for actor in (scene.principal, scene.hr, scene.head, scene.lone):
        with pytest.raises(Denied, match="由接收学校的校长或经办确认"):
            placements.arrive(placement_id=placement.pk, day=DAY, actor=actor, now=NOW)
    placements.arrive(placement_id=placement.pk, day=DAY, actor=scene.host_clerk, now=NOW)
    placement.refresh_from_db()
    assert (placement.state, placement.arrived_on) == ("ON_POST", DAY)
    told = list(PlacementMove.objects.values_list("old", "new", "by_name"))
    assert told == [("", "APPROVED", "某人"), ("APPROVED", "ON_POST", "某人")]
    with pytest.raises(Denied, match="现为“在岗”"):
        placements.arrive(placement_id=placement.pk, day=DAY, actor=scene.host, now=NOW)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [(ON + datetime.timedelta(1), "不能晚于今天"), (FIRST - datetime.timedelta(1), "期间")],
)
def test_a14_arrival_is_on_a_day_of_the_period_that_has_come(scene, placement, day, sentence):
    with pytest.raises(Denied, match=sentence):
        placements.arrive(placement_id=placement.pk, day=day, actor=scene.host, now=NOW)


def test_x1_the_sending_school_withdraws_until_the_teacher_has_arrived(scene, placement):
    asked = {"placement_id": placement.pk, "reason": "家庭原因", "now": NOW, "on": ON}
    for actor in (scene.clerk, scene.host, scene.hr):
        with pytest.raises(Denied, match="由派出学校的校长办理"):
            placements.withdraw(actor=actor, **asked)
    with pytest.raises(Denied, match="请写明理由"):
        placements.withdraw(actor=scene.principal, **asked | {"reason": " "})
    placements.withdraw(actor=scene.principal, **asked)
    placement.refresh_from_db()
    assert (placement.state, placement.ended_reason) == ("WITHDRAWN", "家庭原因")
    assert Grant.objects.get().period.upper == ON + datetime.timedelta(1)
    later = scenes.again(scene.host)
    assert later.granted_teacher_ids == {scene.a.pk}  # until the end of the day


def test_x1_after_arrival_only_the_bureau_ends_it(scene, placement):
    placements.arrive(placement_id=placement.pk, day=DAY, actor=scene.host, now=NOW)
    with pytest.raises(Denied, match="不能撤回；需要提前结束的，请联系教育局人事股"):
        placements.withdraw(
            placement_id=placement.pk, reason="缺人", actor=scene.principal, now=NOW, on=ON
        )
    asked = {"placement_id": placement.pk, "day": ON, "reason": "身体原因", "now": NOW}
    for actor in (scene.principal, scene.host, scene.education):
        with pytest.raises(Denied, match="由教育局人事股或局领导办理"):
            placements.end_early(actor=actor, **asked)
    with pytest.raises(Denied, match="最后一天应在"):
        placements.end_early(actor=scene.hr, **asked | {"day": datetime.date(2027, 8, 31)})
    placements.end_early(actor=scene.hr, **asked)
    placement.refresh_from_db()
    assert (placement.state, placement.period.upper) == ("TERMINATED", ON + datetime.timedelta(1))
    # The time after it is free for another placement.
    placed.placement(scene.a, scene.core, scene.second, first_day=ON + datetime.timedelta(1))


def test_x1_subject_and_duty_at_the_host_are_the_hosts(scene, placement):
    said = {"placement_id": placement.pk, "subject": "语文", "duty": "副校长", "now": NOW}
    for actor in (scene.principal, scene.hr):
        with pytest.raises(Denied, match="由接收学校登记"):
            placements.set_duty(actor=actor, **said)
    placements.set_duty(actor=scene.host, **said)
    placement.refresh_from_db()
    assert (placement.subject, placement.duty) == ("语文", "副校长")


def test_rule_4_in_the_database(scene):
    placed.placement(scene.a, scene.core, scene.member)
    with pytest.raises(IntegrityError, match="one_full_time_at_a_time"):
        placed.placement(scene.a, scene.core, scene.second, state="APPROVED")


def test_who_sees_which_placements(scene, placement):
    mine = placed.placement(scene.d, scene.member, scene.alone)
    seen = {
        name: set(placements_visible_to(getattr(scene, name)).values_list("pk", flat=True))
        for name in ("principal", "host", "lone", "hr", "head")
    }
    both = {placement.pk, mine.pk}
    assert seen == {
        "principal": {placement.pk}, "host": both, "lone": {mine.pk}, "hr": both, "head": both,
    }  # fmt: skip


SHOWN = [  # state, arrived, last day, on what day, shown as
    ("APPROVED", None, "2025-08-31", "2024-09-05", "APPROVED"),
    ("ON_POST", "2024-09-02", "2025-08-31", "2024-09-01", "APPROVED"),
    ("ON_POST", "2024-09-02", "2025-08-31", "2025-08-31", "ON_POST"),
    ("ON_POST", "2024-09-02", "2025-08-31", "2025-09-01", "COMPLETED"),
    ("TERMINATED", "2024-09-02", "2024-12-31", "2024-12-31", "ON_POST"),
    ("TERMINATED", "2024-09-02", "2024-12-31", "2025-01-01", "TERMINATED"),
    ("WITHDRAWN", None, "2025-08-31", "2024-09-05", "WITHDRAWN"),
]


@pytest.mark.parametrize(("state", "arrived", "last", "on", "shown"), SHOWN)
def test_rule_3_a_placement_as_it_is_on_a_day(scene, state, arrived, last, on, shown):
    read = datetime.date.fromisoformat
    placed.placement(
        scene.a, scene.core, scene.member, last_day=read(last), state=state,
        arrived_on=arrived and read(arrived),
    )  # fmt: skip
    assert [it.shown for it in placements_on(scene.hr, read(on))] == [shown]


def test_the_grant_follows_the_placement(scene, placement):
    grant = Grant.objects.get()
    assert (grant.unit_id, grant.teacher_id) == (scene.member.pk, scene.a.pk)
    assert grant.period == placement.period
    assert teachers.teachers_visible_to(scenes.again(scene.host)).filter(pk=scene.a.pk).exists()
    told = AuditEvent.objects.get(act="directory.grant.give")
    assert told.object_label == "接收学校 教师甲 派驻任教"
