"""Rule 6 as tables: which move leads where, whose turn it is, who may make it. Pure."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.errors import Denied
from directory.enums import Permission, Role
from filings.enums import FilingKind, FilingState, Move, Turn


if TYPE_CHECKING:
    from filings.models import Filing

# Every state stands in every table. 重开 leaves the version in force where it stands; its new
# version begins as a draft.
NEXT: dict[FilingState, dict[Move, FilingState]] = {
    FilingState.DRAFT: {Move.SUBMIT: FilingState.SUBMITTED},
    FilingState.SUBMITTED: {
        Move.VALIDATE: FilingState.VALIDATED,
        Move.STEP_BACK: FilingState.DRAFT,
        Move.TO_DRAFT: FilingState.DRAFT,
        Move.WITHDRAW: FilingState.DRAFT,
    },
    FilingState.VALIDATED: {
        Move.APPROVE: FilingState.APPROVED,
        Move.RECORD: FilingState.RECORDED,
        Move.STEP_BACK: FilingState.SUBMITTED,
        Move.TO_DRAFT: FilingState.DRAFT,
        Move.REJECT: FilingState.REJECTED,
    },
    FilingState.APPROVED: {
        Move.REOPEN: FilingState.APPROVED,
        Move.SUPERSEDE: FilingState.SUPERSEDED,
    },
    FilingState.RECORDED: {
        Move.REOPEN: FilingState.RECORDED,
        Move.SUPERSEDE: FilingState.SUPERSEDED,
    },
    FilingState.REJECTED: {},
    FilingState.SUPERSEDED: {},
}
# A kind without a validator skips that state: what is filed waits for the approver at once, and
# the school takes it back from there.
NEXT_WITHOUT_VALIDATOR: dict[FilingState, dict[Move, FilingState]] = NEXT | {
    FilingState.DRAFT: {Move.SUBMIT: FilingState.VALIDATED},
    FilingState.SUBMITTED: {},
    FilingState.VALIDATED: NEXT[FilingState.VALIDATED]
    | {Move.STEP_BACK: FilingState.DRAFT, Move.WITHDRAW: FilingState.DRAFT},
}
OWNER: dict[FilingState, Turn] = {
    FilingState.DRAFT: Turn.SCHOOL,
    FilingState.SUBMITTED: Turn.VALIDATOR,
    FilingState.VALIDATED: Turn.APPROVER,
    FilingState.APPROVED: Turn.NOBODY,
    FilingState.RECORDED: Turn.NOBODY,
    FilingState.REJECTED: Turn.NOBODY,
    FilingState.SUPERSEDED: Turn.NOBODY,
}
# Moves of the school that do not wait for its turn.
BY_SCHOOL = frozenset({Move.SUBMIT, Move.WITHDRAW, Move.REOPEN})
# Moves that nobody makes on what they filed, and on what they validated.
NOT_BY_FILER = frozenset({Move.VALIDATE, Move.APPROVE, Move.RECORD, Move.REJECT})
NOT_BY_VALIDATOR = frozenset({Move.APPROVE, Move.RECORD, Move.REJECT})
# In the order in which a page offers them; SUPERSEDE is what an approval does to the old version.
OFFERED = (
    Move.SUBMIT, Move.VALIDATE, Move.APPROVE, Move.RECORD, Move.REOPEN, Move.WITHDRAW,
    Move.STEP_BACK, Move.TO_DRAFT, Move.REJECT,
)  # fmt: skip
PRIMARY = frozenset({Move.SUBMIT, Move.VALIDATE, Move.APPROVE, Move.RECORD})
# The letters of a kind in its numbers.
LETTERS: dict[FilingKind, str] = {FilingKind.ROSTER: "HMC"}
# Where the owner of a kind shows its content and its printed sheet (URL names, by filing_id), and
# the moves that are made there because they have an effect that only the owner knows.
CONTENT_URL: dict[FilingKind, str] = {FilingKind.ROSTER: "roster-of-filing"}
SHEET_URL: dict[FilingKind, str] = {FilingKind.ROSTER: "roster-sheet"}
OWNED_MOVES: dict[FilingKind, dict[Move, str]] = {
    FilingKind.ROSTER: {
        Move.SUBMIT: "roster-of-filing",
        Move.APPROVE: "roster-approve",
        Move.REOPEN: "roster-reopen",
    }
}
# The pages of the moves that have no effect beyond the filing.
MOVE_URL: dict[Move, str] = {
    Move.VALIDATE: "filing-validate",
    Move.STEP_BACK: "filing-step-back",
    Move.TO_DRAFT: "filing-to-draft",
    Move.WITHDRAW: "filing-withdraw",
    Move.REJECT: "filing-reject",
}
# A state as the school reads it, where that differs from what the bureau reads.
SCHOOL_READS: dict[FilingState, str] = {
    FilingState.SUBMITTED: "已报送",
    FilingState.VALIDATED: "初核已通过",
}


@dataclasses.dataclass(frozen=True)
class Look:
    """A state as a reader sees it: word, colour, icon."""

    label: str
    kind: str
    icon: str


def look_of(filing: "Filing", last: Move | None, *, for_school: bool) -> Look:
    """How the state reads to the school or to the bureau; ``last`` is the move that led to it."""
    state = FilingState(filing.state)
    if state == FilingState.DRAFT and last in {Move.STEP_BACK, Move.TO_DRAFT}:
        return Look("退回待修改" if for_school else "已退回学校", "warn", "arrow-back-up")
    if state == FilingState.DRAFT and last == Move.WITHDRAW:
        return Look("已撤回", "idle", "arrow-back-up")
    label = state.label
    if for_school:
        label = SCHOOL_READS.get(state, label)
        if state == FilingState.VALIDATED and not filing.validator:
            label = SCHOOL_READS[FilingState.SUBMITTED]
    return Look(label, state.kind, state.icon)


@dataclasses.dataclass(frozen=True)
class Hat:
    """A post in which somebody acts: the own one, or one that they stand in for (X-9).

    ``district_id`` is the bureau of a bureau's post; ``school_ids`` the schools of a school's post.
    ``deputy_for`` names the holder of a post that is not the own.
    """

    role: str
    label: str
    permissions: frozenset[str]
    district_id: int | None = None
    school_ids: frozenset[int] = frozenset()
    post_id: int | None = None
    deputy_for: str = ""


def moves_from(filing: "Filing") -> Mapping[Move, FilingState]:
    """Where each move would lead that the filing's state allows."""
    table = NEXT if filing.validator else NEXT_WITHOUT_VALIDATOR
    return table[FilingState(filing.state)]


def turn_of(filing: "Filing", move: Move) -> Turn:
    return Turn.SCHOOL if move in BY_SCHOOL else OWNER[FilingState(filing.state)]


def role_of(filing: "Filing", turn: Turn) -> str:
    """The role that a turn of the bureau stands for; empty for the school's and nobody's."""
    return {Turn.VALIDATOR: filing.validator, Turn.APPROVER: filing.approver}.get(turn, "")


def check_state(filing: "Filing", move: Move) -> None:
    """Raises Denied when the state does not allow the move."""
    if move not in moves_from(filing):
        raise Denied(
            f"这份报送现在是“{filing.get_state_display()}”，不能{move.label}，请刷新页面后再看。"
        )


def check_move(move: Move, *, filing: "Filing", hats: Sequence[Hat], user_id: int) -> Hat:
    """The hat in which somebody may make the move; the own post before those they stand in for.

    Raises Denied with a sentence: the state first, then whose turn it is, then who filed and who
    validated, by person, whatever their posts (rule 6).
    """
    check_state(filing, move)
    hat = _hat(turn_of(filing, move), move, filing, hats)
    if move in NOT_BY_FILER and filing.submitted_by_id == user_id:
        raise Denied(f"这份报送由您报出，不能由本人{move.label}，请由另一位办理人办理。")
    if move in NOT_BY_VALIDATOR and filing.validated_by_id == user_id:
        raise Denied(f"这份报送由您初核，不能再由本人{move.label}，请由另一位办理人办理。")
    return hat


def check_school(filing: "Filing", hats: Sequence[Hat], permission: Permission, doing: str) -> Hat:
    """Who may do something for the school: in its own posts, never the bureau's."""
    here = [hat for hat in hats if filing.school_id in hat.school_ids]
    if not here:
        raise Denied(f"只有报送学校可以{doing}。")
    allowed = [hat for hat in here if permission in hat.permissions]
    if not allowed:
        raise Denied(f"由校长代表学校{doing}，请联系本校校长。")
    return allowed[0]


def _hat(turn: Turn, move: Move, filing: "Filing", hats: Sequence[Hat]) -> Hat:
    if turn == Turn.SCHOOL:
        return check_school(filing, hats, Permission.SUBMIT_FILINGS, move.label)
    role = role_of(filing, turn)
    for hat in hats:
        if (
            hat.role == role
            and hat.district_id == filing.district_id
            and Permission.REVIEW_FILINGS in hat.permissions
        ):
            return hat
    raise Denied(f"这份报送现在由本县{Role(role).label}办理，您的身份不能{move.label}。")
