from django.db import models

from directory.enums import Role


class NoticeKind(models.TextChoices):
    """What is put before the public; rosters and awards follow with their apps."""

    RESULTS = "RESULTS", "考核结果"


class NoticeState(models.TextChoices):
    """Where a window stands on a day; computed from its period, never stored."""

    UPCOMING = "UPCOMING", "未开始"
    OPEN = "OPEN", "公示中"
    CLOSED = "CLOSED", "公示期满"

    @property
    def kind(self) -> str:
        return {"UPCOMING": "idle", "OPEN": "go", "CLOSED": "idle"}[self]

    @property
    def icon(self) -> str:
        return {"UPCOMING": "clock", "OPEN": "eye", "CLOSED": "circle-check"}[self]


class ObjectionState(models.TextChoices):
    OPEN = "OPEN", "待处理"
    UPHELD = "UPHELD", "成立"
    REJECTED = "REJECTED", "不成立"
    WITHDRAWN = "WITHDRAWN", "已撤回"

    @property
    def kind(self) -> str:
        return {"OPEN": "warn", "UPHELD": "ok", "REJECTED": "idle", "WITHDRAWN": "idle"}[self]

    @property
    def icon(self) -> str:
        return {
            "OPEN": "clock", "UPHELD": "circle-check", "REJECTED": "circle-x",
            "WITHDRAWN": "arrow-back-up",
        }[self]  # fmt: skip


DECISIONS = frozenset({ObjectionState.UPHELD, ObjectionState.REJECTED})
# The moves of an objection: every one of them ends it.
NEXT: dict[ObjectionState, frozenset[ObjectionState]] = {
    ObjectionState.OPEN: DECISIONS | {ObjectionState.WITHDRAWN},
    ObjectionState.UPHELD: frozenset(),
    ObjectionState.REJECTED: frozenset(),
    ObjectionState.WITHDRAWN: frozenset(),
}


class FilingKind(models.TextChoices):
    """What is filed with the bureau; each kind is owned by the app that knows its content."""

    ROSTER = "ROSTER", "交流轮岗花名册"


class FilingState(models.TextChoices):
    """Where a filing stands (rule 6)."""

    DRAFT = "DRAFT", "草稿"
    SUBMITTED = "SUBMITTED", "待初核"
    VALIDATED = "VALIDATED", "待审批"
    APPROVED = "APPROVED", "已批准"
    RECORDED = "RECORDED", "已备案"
    REJECTED = "REJECTED", "不予批准"
    SUPERSEDED = "SUPERSEDED", "已被新版本替代"

    @property
    def kind(self) -> str:
        return FILING_LOOK[self][0]

    @property
    def icon(self) -> str:
        return FILING_LOOK[self][1]


FILING_LOOK = {
    FilingState.DRAFT: ("idle", "pencil"),
    FilingState.SUBMITTED: ("go", "clock"),
    FilingState.VALIDATED: ("go", "clock"),
    FilingState.APPROVED: ("ok", "circle-check"),
    FilingState.RECORDED: ("ok", "circle-check"),
    FilingState.REJECTED: ("bad", "circle-x"),
    FilingState.SUPERSEDED: ("idle", "circle-off"),
}


class Move(models.TextChoices):
    """What somebody does to a filing, as it stands in its history."""

    SUBMIT = "SUBMIT", "报送"
    VALIDATE = "VALIDATE", "初核通过"
    APPROVE = "APPROVE", "批准"
    RECORD = "RECORD", "备案"
    STEP_BACK = "STEP_BACK", "退回上一步"
    TO_DRAFT = "TO_DRAFT", "退回起草"
    WITHDRAW = "WITHDRAW", "撤回"
    REJECT = "REJECT", "不予批准"
    REOPEN = "REOPEN", "重开"
    SUPERSEDE = "SUPERSEDE", "由新版本替代"

    @property
    def look(self) -> str:
        """The dot of its line in a history."""
        return MOVE_LOOK.get(self, "")


MOVE_LOOK = {
    Move.APPROVE: "is-done",
    Move.RECORD: "is-done",
    Move.STEP_BACK: "is-warn",
    Move.TO_DRAFT: "is-warn",
    Move.WITHDRAW: "is-warn",
    Move.REJECT: "is-late",
}
MOVES_WITH_REASON = frozenset(
    {Move.STEP_BACK, Move.TO_DRAFT, Move.WITHDRAW, Move.REJECT, Move.REOPEN}
)
OPEN_FILINGS = frozenset({FilingState.DRAFT, FilingState.SUBMITTED, FilingState.VALIDATED})
IN_FORCE = frozenset({FilingState.APPROVED, FilingState.RECORDED})


class Turn(models.TextChoices):
    """Whose turn it is."""

    SCHOOL = "SCHOOL", "报送学校"
    VALIDATOR = "VALIDATOR", "初核"
    APPROVER = "APPROVER", "审批"
    NOBODY = "NOBODY", "无"


# Who names a deputy for any post of the own bureau or school, not the own post alone.
HEADS = frozenset({Role.BUREAU_HEAD, Role.PRINCIPAL})


class DeputyState(models.TextChoices):
    """Where a 代理 stands on a day; computed, never stored. In the order in which it is listed."""

    IN_FORCE = "IN_FORCE", "代理中"
    UPCOMING = "UPCOMING", "未开始"
    ENDED = "ENDED", "已结束"

    @property
    def kind(self) -> str:
        return {"IN_FORCE": "go", "UPCOMING": "idle", "ENDED": "idle"}[self]

    @property
    def icon(self) -> str:
        return {"IN_FORCE": "circle-check", "UPCOMING": "clock", "ENDED": "circle-off"}[self]
