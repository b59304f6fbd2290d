"""Rule 6: which move leads where, who makes it, and what it leaves behind."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from core.actions import audit
from core.errors import Denied, sentence_of
from core.models import AuditEvent
from directory.actions import accounts
from directory.enums import Role
from directory.models import User
from directory.selectors import people
from filings import rules
from filings.enums import (
    IN_FORCE,
    MOVES_WITH_REASON,
    FilingKind,
    FilingState,
    Move,
    Turn,
)
from filings.guards import filings as may
from filings.models import Filing, FilingMove
from filings.selectors import integrity
from filings.selectors.filings import acts_of, filings_visible_to, inbox, moves_of
from tests.factories import county as made
from tests.filings.scenes import DAY, NOW, REASON, Scene


D, S, V = FilingState.DRAFT, FilingState.SUBMITTED, FilingState.VALIDATED
A, R, X, O = (  # noqa: E741
    FilingState.APPROVED, FilingState.RECORDED, FilingState.REJECTED, FilingState.SUPERSEDED,
)  # fmt: skip
# Every state, every move: where it leads; what is not here is refused.
SQUARE = {
    (D, Move.SUBMIT): S,
    (S, Move.VALIDATE): V,
    (S, Move.STEP_BACK): D,
    (S, Move.TO_DRAFT): D,
    (S, Move.WITHDRAW): D,
    (V, Move.APPROVE): A,
    (V, Move.RECORD): R,
    (V, Move.STEP_BACK): S,
    (V, Move.TO_DRAFT): D,
    (V, Move.REJECT): X,
    (A, Move.REOPEN): A,
    (R, Move.REOPEN): R,
}
WITHOUT_VALIDATOR = {
    (D, Move.SUBMIT): V,
    (V, Move.APPROVE): A,
    (V, Move.RECORD): R,
    (V, Move.STEP_BACK): D,
    (V, Move.TO_DRAFT): D,
    (V, Move.WITHDRAW): D,
    (V, Move.REJECT): X,
    (A, Move.REOPEN): A,
    (R, Move.REOPEN): R,
}
MOVES = [move for move in Move if move != Move.SUPERSEDE]


@pytest.fixture
def scene(db):
    return Scene()


def test_rule_6_every_state_and_kind_stands_in_every_table():
    assert set(rules.NEXT) == set(rules.NEXT_WITHOUT_VALIDATOR) == set(rules.OWNER)
    assert set(rules.OWNER) == set(FilingState)
    assert set(rules.LETTERS) == set(FilingKind)
    assert {*rules.OFFERED, Move.SUPERSEDE} == set(Move)
    assert all(state.kind and state.icon for state in FilingState)
    ended = {state for state in FilingState if not rules.NEXT[state]}
    assert ended == {X, O}
    assert {state for state, turn in rules.OWNER.items() if turn == Turn.NOBODY} == {A, R, X, O}


def tried(scene, filing):
    """Where each move leads from here, and what those that lead nowhere say; all taken back."""
    led, told = {}, []
    for move in MOVES:
        with transaction.atomic():
            try:
                moved = scene.move(move, Filing.objects.get(pk=filing.pk))
                led[move] = filing.state if move == Move.REOPEN else moved.state
            except Denied as denied:
                told.append(str(denied))
            transaction.set_rollback(True)
    return led, told


@pytest.mark.parametrize("state", FilingState)
def test_rule_6_the_full_square(scene, state):
    filing = scene.filed(state)
    led, told = tried(scene, filing)
    assert led == {move: to for (old, move), to in SQUARE.items() if old == state}
    assert all(f"现在是“{filing.get_state_display()}”，不能" in sentence for sentence in told)


@pytest.mark.parametrize("state", [it for it in FilingState if it != S])
def test_rule_6_a_kind_without_validator_skips_that_state(scene, state):
    led, _ = tried(scene, scene.filed(state, validator=""))
    assert led == {move: to for (old, move), to in WITHOUT_VALIDATOR.items() if old == state}


def test_rule_6_the_way_of_a_filing_keeps_who_in_which_post_when_and_why(scene):
    filing = scene.filed(V)
    filing = scene.move(Move.STEP_BACK, filing)
    filing = scene.move(Move.VALIDATE, filing, note="已补齐。")
    filing = scene.move(Move.APPROVE, filing)
    told = [(it.move, it.old, it.new, it.post_label, it.reason) for it in moves_of(filing)]
    assert told == [
        (Move.SUBMIT, D, S, "实验小学校长", ""),
        (Move.VALIDATE, S, V, "人事股", ""),
        (Move.STEP_BACK, V, S, "局领导", REASON),
        (Move.VALIDATE, S, V, "人事股", "已补齐。"),
        (Move.APPROVE, V, A, "局领导", ""),
    ]
    assert {(it.at, bool(it.by_id), bool(it.post_id)) for it in moves_of(filing)} == {
        (NOW, True, True)
    }
    acts = AuditEvent.objects.filter(object_type="filing").order_by("pk")
    verbs = [it.act.rsplit(".", 1)[-1] for it in acts]
    assert verbs == ["start", "submit", "validate", "step_back", "validate", "approve"]
    assert list(integrity.violations()) == []


@pytest.mark.parametrize(
    ("move", "role", "sentence"),
    [
        (Move.SUBMIT, Role.SCHOOL_CLERK, "由校长代表学校报送"),
        (Move.SUBMIT, Role.BUREAU_PERSONNEL, "只有报送学校可以报送"),
        (Move.WITHDRAW, Role.SCHOOL_CLERK, "由校长代表学校撤回"),
        (Move.WITHDRAW, Role.BUREAU_HEAD, "只有报送学校可以撤回"),
        (Move.VALIDATE, Role.BUREAU_HEAD, "现在由本县人事股办理"),
        (Move.VALIDATE, Role.BUREAU_EDUCATION, "现在由本县人事股办理"),
        (Move.VALIDATE, Role.PRINCIPAL, "现在由本县人事股办理"),
        (Move.VALIDATE, Role.LEADERSHIP, "现在由本县人事股办理"),
        (Move.APPROVE, Role.BUREAU_PERSONNEL, "现在由本县局领导办理"),
        (Move.APPROVE, Role.LEADERSHIP, "现在由本县局领导办理"),
        (Move.REJECT, Role.BUREAU_PERSONNEL, "现在由本县局领导办理"),
        (Move.STEP_BACK, Role.PRINCIPAL, "现在由本县局领导办理"),
        (Move.REOPEN, Role.BUREAU_HEAD, "只有报送学校可以重开"),
        (Move.REOPEN, Role.SCHOOL_CLERK, "由校长代表学校重开"),
    ],
)
def test_rule_6_nobody_moves_out_of_turn(scene, move, role, sentence):
    state = {Move.SUBMIT: D, Move.WITHDRAW: S, Move.VALIDATE: S, Move.REOPEN: A}.get(move, V)
    filing = scene.filed(state)
    at = scene.school if role in {Role.PRINCIPAL, Role.SCHOOL_CLERK} else scene.county
    actor = scene.actor(role, at, username="another")
    assert not may.can(move, actor=actor, filing=filing, on=DAY)
    with pytest.raises(Denied, match=sentence):
        scene.move(move, filing, actor)
    filing.refresh_from_db()
    assert filing.state == state


def test_posts_elsewhere_move_nothing(scene):
    """Another county's, another school's, and the bureau above: papers go to the own bureau."""
    there = made.district("331124", "松阳县")
    above = made.district("331100", "丽水市")
    type(scene.county).objects.filter(pk=scene.county.pk).update(parent=above)
    for county in (there, above):
        with pytest.raises(Denied, match="由本县人事股办理"):
            scene.move(Move.VALIDATE, scene.filed(S), scene.actor(Role.BUREAU_PERSONNEL, county))
        with pytest.raises(Denied, match="由本县局领导办理"):
            scene.move(Move.APPROVE, scene.filed(V), scene.actor(Role.BUREAU_HEAD, county))
    stranger = scene.actor(Role.PRINCIPAL, scene.other)
    with pytest.raises(Denied, match="只有报送学校可以撤回"):
        scene.move(Move.WITHDRAW, scene.filed(S), stranger)
    with pytest.raises(Denied, match="只能为本校填报"):
        scene.start(actor=stranger)
    with pytest.raises(Denied, match="由学校填报"):
        scene.start(actor=scene.section)


def test_rule_6_nobody_validates_what_they_filed(scene):
    """A person with two posts is one person."""
    filing = scene.filed(S)
    person = User.objects.get(pk=scene.principal.user_id)
    accounts.give_post(
        user=person, role=Role.BUREAU_PERSONNEL, district=scene.county, first_day=made.DAY, now=NOW
    )
    clerk = people.actor_for(person, DAY, person.posts.get(role=Role.BUREAU_PERSONNEL).pk)[0]
    assert (clerk.user_id, clerk.role) == (scene.principal.user_id, Role.BUREAU_PERSONNEL)
    with pytest.raises(Denied, match="由您报出，不能由本人初核通过"):
        scene.move(Move.VALIDATE, filing, clerk)
    assert list(inbox(clerk, DAY)) == []
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Filing.objects.filter(pk=filing.pk).update(validated_by_id=clerk.user_id)
    assert "不能初核本人报出的报送" in sentence_of(refused.value)


@pytest.mark.parametrize("move", [Move.APPROVE, Move.RECORD, Move.REJECT])
@pytest.mark.parametrize(
    ("mark", "sentence"),
    [("submitted_by_id", "由您报出"), ("validated_by_id", "由您初核")],
)
def test_rule_6_nobody_approves_what_they_filed_or_validated(scene, move, mark, sentence):
    filing = scene.filed(V)
    Filing.objects.filter(pk=filing.pk).update(**{mark: scene.head.user_id})
    with pytest.raises(Denied, match=sentence):
        scene.move(move, filing)
    assert list(inbox(scene.head, DAY)) == []
    assert list(inbox(scene.actor(Role.BUREAU_HEAD, username="second"), DAY)) == [filing]


def test_a_way_back_forgets_who_did_what_it_undoes(scene):
    filing = scene.move(Move.STEP_BACK, scene.filed(V))
    assert (filing.submitted_by_id, filing.validated_by_id) == (scene.principal.user_id, None)
    filing = scene.move(Move.TO_DRAFT, filing)
    assert (filing.submitted_by_id, filing.validated_by_id) == (None, None)


@pytest.mark.parametrize("move", sorted(MOVES_WITH_REASON))
@pytest.mark.parametrize("reason", ["", " \n "])
def test_rule_6_returns_and_refusals_say_why(scene, move, reason):
    state = {Move.WITHDRAW: S, Move.REOPEN: A}.get(move, V)
    filing = scene.filed(state)
    with pytest.raises(Denied, match="须写明理由"):
        scene.move(move, filing, reason=reason)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        FilingMove.objects.create(
            filing=filing, move=move, old=state, new=state, at=NOW, by_name="某", post_label="某"
        )
    assert "须写明理由" in sentence_of(refused.value)


def test_x_8_a_return_keeps_number_title_and_deadline(scene):
    filing = scene.filed(V)
    before = (filing.number, filing.title, filing.due_on, filing.version)
    filing = scene.move(Move.TO_DRAFT, filing)
    again = scene.move(Move.SUBMIT, filing)
    assert (again.number, again.title, again.due_on, again.version) == before
    assert again.state == S


def test_rule_6_a_new_version_leaves_the_old_one_in_force_until_it_is_approved(scene):
    old = scene.filed(A)
    new = scene.move(Move.REOPEN, old)
    assert (new.version, new.previous_id, new.state, new.number) == (2, old.pk, D, "")
    assert [(it.move, it.reason) for it in moves_of(new)] == [(Move.REOPEN, REASON)]
    with pytest.raises(Denied, match="已重开过，请在第 2 版上继续"):
        scene.move(Move.REOPEN, old)
    new = scene.move(Move.VALIDATE, scene.move(Move.SUBMIT, new))
    old.refresh_from_db()
    assert old.state == A
    new = scene.move(Move.APPROVE, new)
    old.refresh_from_db()
    assert (old.state, new.state) == (O, A)
    assert [it.move for it in moves_of(old)][-2:] == [Move.REOPEN, Move.SUPERSEDE]
    third = scene.move(Move.REOPEN, new)
    assert (third.version, third.previous_id) == (3, new.pk)
    assert list(integrity.violations()) == []


def test_rule_6_a_rejected_version_leaves_its_place_to_another(scene):
    old = scene.filed(R)
    for version in (2, 3):
        new = scene.move(Move.REOPEN, old)
        assert (new.version, new.previous_id) == (version, old.pk)
        scene.move(Move.REJECT, scene.move(Move.VALIDATE, scene.move(Move.SUBMIT, new)))
    old.refresh_from_db()
    assert old.state == R


def test_numbers_run_without_gap_in_a_district_year_and_kind(scene):
    first, second = scene.start(), scene.start()
    second = scene.move(Move.SUBMIT, second)
    assert second.number == "331126-2024-HMC-0001"
    with transaction.atomic():
        scene.move(Move.SUBMIT, first)
        transaction.set_rollback(True)
    assert scene.move(Move.SUBMIT, first).number == "331126-2024-HMC-0002"
    assert scene.filed(school_year=2025).number == "331126-2025-HMC-0001"
    back = scene.move(Move.TO_DRAFT, second)
    assert scene.move(Move.SUBMIT, back).number == "331126-2024-HMC-0001"


def test_a_stale_page_is_told_who_was_quicker(scene):
    filing = scene.filed(S)
    scene.move(Move.TO_DRAFT, filing)
    with pytest.raises(Denied, match="已被某人退回起草，现在是“草稿”，请刷新页面"):
        scene.move(Move.VALIDATE, filing, seen=S)
    filing = scene.move(Move.SUBMIT, filing)
    with pytest.raises(Denied, match="已被某人报送，现在是“待初核”"):
        scene.move(Move.VALIDATE, filing, seen=S, last=1)
    last = moves_of(filing)[-1].pk
    assert scene.move(Move.VALIDATE, filing, seen=S, last=last).state == V
    with pytest.raises(Denied, match="现在是“待审批”，不能初核通过"):
        scene.move(Move.VALIDATE, filing)


def test_a_filing_says_what_it_is(scene):
    with pytest.raises(Denied, match="请填写标题"):
        scene.start(title=" ")
    made_by_command = scene.start(actor=None)
    assert made_by_command.created_by_name == "命令行"


@pytest.mark.parametrize(
    ("state", "names"),
    [
        (D, {"principal": {Move.SUBMIT}}),
        (S, {"principal": {Move.WITHDRAW}, "section": {Move.VALIDATE, Move.TO_DRAFT}}),
        (V, {"head": {Move.APPROVE, Move.STEP_BACK, Move.TO_DRAFT, Move.REJECT}}),
        (A, {"principal": {Move.REOPEN}}),
        (R, {"principal": {Move.REOPEN}}),
        (X, {}),
        (O, {}),
    ],
)
def test_each_sees_the_buttons_of_their_turn(scene, state, names):
    filing = scene.filed(state)
    for name in ("principal", "clerk", "section", "head"):
        offered = acts_of(getattr(scene, name), filing, DAY)
        assert set(offered) == names.get(name, set()), name
        assert not offered or offered[0] in rules.PRIMARY | {Move.WITHDRAW, Move.REOPEN}
    assert may.can_edit(actor=scene.clerk, filing=filing, on=DAY) == (state == D)
    assert not may.can_edit(actor=scene.section, filing=filing, on=DAY)


def test_who_reads_which(scene):
    draft, filed = scene.start(), scene.filed()
    returned = scene.move(Move.TO_DRAFT, scene.filed())
    both = {draft, filed, returned}
    there = made.clerk_of(made.district("331124", "松阳县"))
    for actor, seen in [
        (scene.principal, both), (scene.clerk, both),
        (scene.section, both - {draft}), (scene.head, both - {draft}),
        (scene.actor(Role.LEADERSHIP), both - {draft}),
        (scene.actor(Role.PRINCIPAL, scene.other), set()),
        (scene.actor(Role.TEACHER, scene.school), set()),
        (scene.actor(Role.EVALUATOR), set()), (there, set()),
    ]:  # fmt: skip
        assert set(filings_visible_to(actor)) == seen, actor.role


def test_the_inbox_of_a_post(scene):
    by = {state: scene.filed(state) for state in (D, S, V, A, R, X)}
    waiting = {
        scene.principal: {by[D]}, scene.clerk: {by[D]}, scene.section: {by[S]},
        scene.head: {by[V]}, scene.actor(Role.LEADERSHIP): set(),
        scene.actor(Role.BUREAU_EDUCATION): set(),
        scene.actor(Role.PRINCIPAL, scene.other): set(),
        scene.actor(Role.TEACHER, scene.school): set(),
    }  # fmt: skip
    for actor, rows in waiting.items():
        assert set(inbox(actor, DAY)) == rows, actor.role


@pytest.mark.parametrize("move", [Move.SUBMIT, Move.REOPEN])
def test_an_audit_row_that_cannot_be_written_leaves_everything_as_it_was(scene, move, monkeypatch):
    filing = scene.filed(A if move == Move.REOPEN else D)
    before = (Filing.objects.count(), FilingMove.objects.count(), filing.state, filing.number)

    def full(**_):
        raise OSError("no space")

    monkeypatch.setattr(audit, "record", full)
    with pytest.raises(OSError, match="no space"), transaction.atomic():
        scene.move(move, filing)
    filing.refresh_from_db()
    assert before == (
        Filing.objects.count(), FilingMove.objects.count(), filing.state, filing.number
    )  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(
    moves=st.lists(st.sampled_from(MOVES), max_size=12),
    validator=st.booleans(),
)
def test_rule_6_random_walks_end_where_the_history_says(moves, validator):
    with transaction.atomic():
        scene = Scene()
        filing = scene.start(**({} if validator else {"validator": ""}))
        square, state = SQUARE if validator else WITHOUT_VALIDATOR, D
        for move in moves:
            filing.refresh_from_db()
            try:
                moved = scene.move(move, filing)
            except Denied:
                newer = move == Move.REOPEN and filing.successors.exists()
                assert newer or (state, move) not in square
                continue
            state = square[state, move]
            if move != Move.REOPEN:
                assert moved.state == state
        filing.refresh_from_db()
        assert filing.state == state
        assert (filing.state in IN_FORCE) == filing.is_in_force
        assert bool(filing.number) or state == D
        assert list(integrity.violations()) == []
        transaction.set_rollback(True)
