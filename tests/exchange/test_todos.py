"""What waits on the workbench, and what check_integrity finds again."""

import datetime

import pytest
from django.db import connection

from core.todos import TodoKind
from exchange.actions import placements
from exchange.models import Placement
from exchange.selectors import integrity
from exchange.selectors.todos import todos_for
from tests.exchange import scenes
from tests.exchange.scenes import FIRST, NOW, ON, YEAR_END
from tests.factories import exchange as placed


@pytest.fixture
def scene(db):
    return scenes.build()


def test_x1_a_line_waits_for_the_sending_principal_only(scene):
    roster = scenes.start(scene)
    scenes.add(
        scene, roster, scene.d, sending_id=scene.member.pk, receiving_id=scene.core.pk,
        kind="SHADOWING", last_day=YEAR_END,
    )  # fmt: skip
    for actor in (scene.principal, scene.host_clerk, scene.hr, scene.lone):
        assert todos_for(actor, ON) == []
    (todo,) = todos_for(scene.host, ON)
    assert (todo.act, todo.count) == ("确认", 1)
    assert todo.detail == "派出 教师丁，待本校确认"


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        (FIRST - datetime.timedelta(1), None),
        (FIRST, TodoKind.WAITING),
        (FIRST + datetime.timedelta(7), TodoKind.WAITING),
        (FIRST + datetime.timedelta(8), TodoKind.WRONG),
    ],
)
def test_a14_arrivals_are_due_within_a_week(scene, on, kind):
    scenes.approved(scene, scene.a)
    found = todos_for(scene.host_clerk, on)
    assert [it.kind for it in found] == ([kind] if kind else [])
    assert [it.due_on for it in found] == ([FIRST + datetime.timedelta(7)] if kind else [])
    assert todos_for(scene.principal, on) == []
    placement = Placement.objects.get()
    placements.arrive(placement_id=placement.pk, day=FIRST, actor=scene.host, now=NOW)
    assert todos_for(scene.host_clerk, on) == []


def test_rule_4_is_found_again_without_its_constraint(scene):
    assert list(integrity.violations()) == []
    first = placed.placement(scene.a, scene.core, scene.member)
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE exchange_placement"
            " DROP CONSTRAINT exchange_placement_one_full_time_at_a_time"
        )
    placed.placement(scene.a, scene.core, scene.second)
    found = list(integrity.violations())
    assert [(it.rule, it.table, it.id) for it in found] == [(4, "exchange_placement", first.pk)]
    assert "教师甲在同一时间有两项全职交流" in found[0].message


def test_rule_4_an_approved_line_without_its_placement_is_found(scene):
    roster = scenes.approved(scene, scene.a)
    assert list(integrity.violations()) == []
    roster.lines.update(placement=None)
    assert [it.table for it in integrity.violations()] == ["exchange_rosterline"]


def test_the_host_who_cannot_see_its_teacher_is_found(scene):
    scenes.approved(scene, scene.a)
    placement = Placement.objects.get()
    placements.arrive(placement_id=placement.pk, day=FIRST, actor=scene.host, now=NOW)
    assert list(integrity.violations()) == []
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM directory_grant")
    assert ["看不到" in it.message for it in integrity.violations()] == [True]


def test_a_whole_county_of_placements_breaks_nothing(scene):
    scenes.approved(scene, scene.a, scene.b)
    placement = Placement.objects.get(teacher=scene.b)
    placements.withdraw(
        placement_id=placement.pk, reason="家庭原因", actor=scene.principal, now=NOW, on=ON
    )
    assert list(integrity.violations()) == []
