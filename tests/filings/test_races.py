"""Two clicks at the same instant on real connections: one succeeds, the other is told."""

import pytest

from core.models import AuditEvent
from directory.enums import Role
from filings.enums import FilingState, Move
from filings.models import Filing, FilingMove
from filings.selectors import integrity
from tests.filings.scenes import Scene
from tests.groups.test_races import at_once, sentences


@pytest.fixture
def scene(transactional_db):
    return Scene()


@pytest.mark.parametrize("back", [Move.STEP_BACK, Move.TO_DRAFT, Move.REJECT])
def test_rule_6_approval_and_return_clicked_together(scene, back):
    filing = scene.filed(FilingState.VALIDATED)
    second = scene.actor(Role.BUREAU_HEAD, username="second")
    seen = FilingState.VALIDATED
    told = at_once(
        lambda: scene.move(Move.APPROVE, filing, seen=seen),
        lambda: scene.move(back, filing, second, seen=seen),
    )
    (sentence,) = sentences(told)
    assert sentence.startswith("这份报送已被某人")
    assert sentence.endswith("请刷新页面后再办理。")
    filing.refresh_from_db()
    (line,) = FilingMove.objects.filter(filing=filing).order_by("pk")[2:]
    assert (line.old, line.new) == (FilingState.VALIDATED, filing.state)
    assert line.move in {Move.APPROVE, back}
    assert AuditEvent.objects.filter(act__startswith="filings.filing.").count() == 4
    assert list(integrity.violations()) == []


def test_two_validators_at_the_same_instant(scene):
    filing = scene.filed()
    second = scene.actor(Role.BUREAU_PERSONNEL, username="second")
    told = at_once(
        lambda: scene.move(Move.VALIDATE, filing),
        lambda: scene.move(Move.VALIDATE, filing, second),
    )
    (sentence,) = sentences(told)
    assert sentence == "这份报送现在是“待审批”，不能初核通过，请刷新页面后再看。"
    assert FilingMove.objects.filter(move=Move.VALIDATE).count() == 1


def test_the_second_click(scene):
    filing = scene.start()
    told = at_once(*[lambda: scene.move(Move.SUBMIT, filing)] * 3)
    assert len(sentences(told)) == 2
    assert FilingMove.objects.count() == 1


def test_validated_while_the_school_takes_it_back(scene):
    filing = scene.filed()
    told = at_once(
        lambda: scene.move(Move.VALIDATE, filing), lambda: scene.move(Move.WITHDRAW, filing)
    )
    assert len(sentences(told)) == 1
    assert list(integrity.violations()) == []


def test_filings_handed_in_together_get_numbers_without_gap(scene):
    drafts = [scene.start(title=f"第 {number} 份") for number in range(6)]
    told = at_once(*[lambda it=it: scene.move(Move.SUBMIT, it) for it in drafts])
    assert sentences(told) == []
    numbers = Filing.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"331126-2024-HMC-{number:04}" for number in range(1, 7)]


def test_one_filing_is_reopened_once(scene):
    filing = scene.filed(FilingState.APPROVED)
    told = at_once(*[lambda: scene.move(Move.REOPEN, filing)] * 2)
    assert sentences(told) == ["这份报送已重开过，请在第 2 版上继续。"]
    assert Filing.objects.filter(previous=filing).count() == 1
