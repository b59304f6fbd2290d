"""Two at the same instant: one succeeds, the other reads a sentence with names."""

import datetime

import pytest

from exchange.actions import lines, placements, rosters
from exchange.models import Placement, RosterLine
from filings.actions import filings
from tests.exchange import scenes
from tests.exchange.scenes import NOW, ON, YEAR_END, move
from tests.groups.test_races import at_once, sentences


@pytest.fixture
def scene(transactional_db):
    return scenes.build()


def test_rule_4_a_teacher_placed_by_two_heads_at_the_same_instant(scene):
    first = scenes.filed(scene, scene.a)
    second = scenes.start(scene, year=2025)
    scenes.add(scene, second, scene.a, receiving_id=scene.second.pk, last_day=YEAR_END)
    rosters.submit(roster_id=second.pk, filing_id=second.filing_id, **move(scene.principal))
    filings.validate(filing_id=second.filing_id, **move(scene.hr))
    told = at_once(
        lambda: rosters.approve(roster_id=first.pk, filing_id=first.filing_id, **move(scene.head)),
        lambda: rosters.approve(
            roster_id=second.pk, filing_id=second.filing_id, **move(scene.head2)
        ),
    )
    assert Placement.objects.count() == 1
    (said,) = sentences(told)
    where = Placement.objects.get().receiving_id == scene.member.pk
    assert f"教师甲 2024-09-01 至 {'2027' if where else '2025'}-08-31 已由实验小学派往" in said
    states = {it.filing.state for it in (first, second) if not it.filing.refresh_from_db()}
    assert states == {"APPROVED", "VALIDATED"}
    assert RosterLine.objects.filter(state="APPROVED").count() == 1


def test_two_heads_approve_one_roster_at_the_same_instant(scene):
    roster = scenes.filed(scene, scene.a)
    acts = [
        lambda actor=actor: rosters.approve(
            roster_id=roster.pk, filing_id=roster.filing_id, seen="VALIDATED", **move(actor)
        )
        for actor in (scene.head, scene.head2)
    ]
    told = at_once(*acts)
    assert len(sentences(told)) == 1
    assert "已被某人批准" in sentences(told)[0]
    assert Placement.objects.count() == 1


def test_refusing_a_line_while_the_whole_is_approved(scene):
    roster = scenes.filed(scene, scene.a, scene.b)
    line = roster.lines.last()
    told = at_once(
        lambda: rosters.approve(
            roster_id=roster.pk, filing_id=roster.filing_id, **move(scene.head)
        ),
        lambda: lines.refuse(line_id=line.pk, reason="缺编", actor=scene.head2, now=NOW, on=ON),
    )
    refused = RosterLine.objects.filter(state="REFUSED").count()
    assert Placement.objects.count() == 2 - refused
    assert len(sentences(told)) == 1 - refused


def test_arrival_confirmed_while_the_sender_withdraws(scene):
    scenes.approved(scene, scene.a)
    placement = Placement.objects.get()
    told = at_once(
        lambda: placements.arrive(
            placement_id=placement.pk, day=datetime.date(2024, 9, 2), actor=scene.host, now=NOW
        ),
        lambda: placements.withdraw(
            placement_id=placement.pk, reason="家庭原因", actor=scene.principal, now=NOW, on=ON
        ),
    )
    assert len(sentences(told)) == 1
    placement.refresh_from_db()
    assert placement.state in {"ON_POST", "WITHDRAWN"}
    assert placement.moves.count() == 2
