from django.db import models


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
