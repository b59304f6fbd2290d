"""May this be done to a filing? ``check_*`` raises Denied with a sentence (rule 6).

Where a move is allowed, ``check_*`` gives the post in which it is made: the actor's own, or one
that they stand in for on that day.
"""

import datetime
from functools import partial

from core.actor import Actor
from core.errors import Denied
from directory.enums import Permission
from filings.enums import FilingState, Move, Turn
from filings.models import Filing
from filings.rules import Hat, check_move, check_school, role_of
from filings.selectors.deputyships import hats_of


def check(move: Move, *, actor: Actor, filing: Filing, on: datetime.date) -> Hat:
    return check_move(move, filing=filing, hats=hats_of(actor, on), user_id=actor.user_id)


def can(move: Move, *, actor: Actor, filing: Filing, on: datetime.date) -> bool:
    try:
        check(move, actor=actor, filing=filing, on=on)
    except Denied:
        return False
    return True


check_submit, can_submit = partial(check, Move.SUBMIT), partial(can, Move.SUBMIT)
check_validate, can_validate = partial(check, Move.VALIDATE), partial(can, Move.VALIDATE)
check_approve, can_approve = partial(check, Move.APPROVE), partial(can, Move.APPROVE)
check_record, can_record = partial(check, Move.RECORD), partial(can, Move.RECORD)
check_step_back, can_step_back = partial(check, Move.STEP_BACK), partial(can, Move.STEP_BACK)
check_to_draft, can_to_draft = partial(check, Move.TO_DRAFT), partial(can, Move.TO_DRAFT)
check_reject, can_reject = partial(check, Move.REJECT), partial(can, Move.REJECT)
check_withdraw, can_withdraw = partial(check, Move.WITHDRAW), partial(can, Move.WITHDRAW)
check_reopen, can_reopen = partial(check, Move.REOPEN), partial(can, Move.REOPEN)


def check_start(*, actor: Actor | None, school_id: int) -> None:
    """A school prepares its own filings; the command line may prepare anybody's."""
    if actor is None:
        return
    if not actor.may(Permission.PREPARE_FILINGS):
        raise Denied("报送材料由学校填报，请由校长或学校经办办理。")
    if school_id not in actor.school_ids:
        raise Denied("只能为本校填报。")


def check_edit(*, actor: Actor, filing: Filing, on: datetime.date) -> None:
    """The school writes while it is a draft, and nobody afterwards."""
    if filing.state != FilingState.DRAFT:
        raise Denied(f"这份报送现在是“{filing.get_state_display()}”，不能修改；先撤回或等退回。")
    check_school(filing, hats_of(actor, on), Permission.PREPARE_FILINGS, "修改")


def can_edit(*, actor: Actor, filing: Filing, on: datetime.date) -> bool:
    try:
        check_edit(actor=actor, filing=filing, on=on)
    except Denied:
        return False
    return True


def check_attach(*, actor: Actor, filing: Filing, on: datetime.date) -> None:
    """The sealed sheet comes back from the school, or from the section and the head (X-27)."""
    if filing.state == FilingState.DRAFT:
        raise Denied("报送后才有编号，请先报送，再打印盖章、上传扫描件。")
    hats = hats_of(actor, on)
    roles = {role_of(filing, turn) for turn in (Turn.VALIDATOR, Turn.APPROVER)}
    if any(hat.role in roles and hat.district_id == filing.district_id for hat in hats):
        return
    check_school(filing, hats, Permission.PREPARE_FILINGS, "上传扫描件")


def can_attach(*, actor: Actor, filing: Filing, on: datetime.date) -> bool:
    try:
        check_attach(actor=actor, filing=filing, on=on)
    except Denied:
        return False
    return True
