"""What of the assessments waits for whom, as the workbench tells it."""

import datetime

import pytest

from assessment.actions import publications
from assessment.models import Entrant, Score
from assessment.selectors.todos import todos_for
from core.todos import TodoKind
from directory.enums import Role
from filings.actions import objections
from filings.models import Objection
from tests.assessment import judged as scenes
from tests.factories import county as made


IN_WINDOW = datetime.date(2025, 7, 12)


@pytest.fixture
def scene(db):
    return scenes.judged()


def told(actor, on=IN_WINDOW):
    return [(it.topic, it.title.rpartition("：")[2], it.act) for it in todos_for(actor, on)]


def test_x31_the_clerk_is_told_who_has_not_handed_in_and_when_all_have(scene):
    assert told(scene.clerk) == [("考核", "可以送审", "送审")]
    Score.objects.filter(entrant__school=scene.schools["隆宫乡小"]).delete()
    scene.reckon()
    [todo] = todos_for(scene.clerk, IN_WINDOW)
    assert todo.title.endswith("：1 所没交")
    assert todo.detail == "参评 10 所，还有 1 所没交齐得分"
    assert todo.url == f"/assessment/{scene.scheme.pk}/missing/"


def test_what_keeps_a_year_from_being_reckoned_is_wrong_and_comes_first(scene):
    Entrant.objects.filter(school=scene.schools["举水乡小"]).delete()
    scene.reckon()
    [todo] = todos_for(scene.clerk, IN_WINDOW)
    assert todo.kind == TodoKind.WRONG
    assert "举水乡小" in todo.detail


def test_the_head_is_told_what_was_submitted_and_the_clerk_what_came_back(scene):
    assert told(scene.head) == []
    scene.submit()
    assert told(scene.clerk) == []
    [todo] = todos_for(scene.head, IN_WINDOW)
    assert (todo.act, todo.since) == ("审阅", datetime.date(2025, 7, 1))
    publications.give_back(
        scheme_id=scene.scheme.pk, reason="五都小学得分有误", actor=scene.head, now=scenes.NOW
    )
    [todo] = todos_for(scene.clerk, IN_WINDOW)
    assert todo.detail == "局领导退回：五都小学得分有误"


def test_x15_a_window_an_objection_and_its_decision(scene):
    scene.publish()
    principal = scene.principal("举水乡小")
    [window] = todos_for(principal, IN_WINDOW)
    assert (window.topic, window.due_on, window.kind) == (
        "公示", datetime.date(2025, 7, 16), TodoKind.NEWS,
    )  # fmt: skip
    assert told(principal, datetime.date(2025, 7, 17)) == []
    school = scene.schools["举水乡小"].pk
    objection = objections.file(
        notice_id=scene.scheme.publication.notice_id, school_id=school, about_id=school,
        text="少计两分", actor=principal, now=scenes.NOW, on=IN_WINDOW,
    )  # fmt: skip
    assert ("异议", "2024—2025学年捆绑考核结果公示", "处理") in told(scene.head)
    objections.decide(
        objection_id=objection.pk, upheld=False, reason="核对无误", actor=scene.head,
        now=scenes.NOW,
    )  # fmt: skip
    assert Objection.objects.get().decision == "核对无误"
    assert told(scene.head) == []
    assert ("异议", "2024—2025学年捆绑考核结果公示", "查看") in told(principal)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SCHOOL_CLERK])
def test_who_has_no_part_in_it_has_no_lines(scene, role):
    scene.publish()
    assert todos_for(made.actor(role, at=scene.schools["举水乡小"]), IN_WINDOW) == []
