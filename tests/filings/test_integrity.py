"""Rule 6 asked again over stored data that somebody changed behind the actions' back."""

import pytest

from filings.enums import FilingState, Move
from filings.models import Filing, FilingMove
from filings.selectors.integrity import violations
from tests.filings.scenes import Scene


@pytest.fixture
def scene(db):
    return Scene()


def found():
    return [(it.rule, it.table, it.message.partition("”")[2]) for it in violations()]


@pytest.mark.parametrize("state", FilingState)
@pytest.mark.parametrize("validator", [{}, {"validator": ""}])
def test_what_the_actions_write_breaks_nothing(scene, state, validator):
    if state != FilingState.SUBMITTED or not validator:
        scene.filed(state, **validator)
    assert found() == []


def test_a_state_that_no_move_led_to(scene):
    filing = scene.filed()
    Filing.objects.filter(pk=filing.pk).update(state=FilingState.APPROVED)
    assert found() == [(6, "filings_filing", "的状态与办理记录的最后一条不一致。")]


def test_a_step_that_no_table_knows(scene):
    filing = scene.filed(FilingState.VALIDATED)
    FilingMove.objects.filter(filing=filing, move=Move.VALIDATE).update(move=Move.APPROVE)
    assert found() == [(6, "filings_filingmove", "的办理记录前后不接，或有不允许的一步。")]


@pytest.mark.parametrize(("decided", "before"), [
    (Move.VALIDATE, Move.SUBMIT), (Move.APPROVE, Move.SUBMIT), (Move.APPROVE, Move.VALIDATE),
])  # fmt: skip
def test_decided_by_the_same_hand(scene, decided, before):
    filing = scene.filed(FilingState.APPROVED)
    hand = FilingMove.objects.get(filing=filing, move=before).by_id
    FilingMove.objects.filter(filing=filing, move=decided).update(by_id=hand)
    assert found() == [(6, "filings_filingmove", "由报送或初核的本人初核、审批。")]


def test_two_versions_in_force(scene):
    old = scene.filed(FilingState.SUPERSEDED)
    FilingMove.objects.filter(filing=old, move=Move.SUPERSEDE).delete()
    Filing.objects.filter(pk=old.pk).update(state=FilingState.APPROVED)
    assert found() == [(6, "filings_filing", "的新版本已生效，旧版本仍未被替代。")]
