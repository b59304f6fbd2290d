from django.db import models


class FacilityKind(models.TextChoices):
    """What is shared (A-17)."""

    RECORDING_ROOM = "RECORDING_ROOM", "录播教室"
    LABORATORY = "LABORATORY", "实验室"
    FUNCTION_ROOM = "FUNCTION_ROOM", "功能室"
    LIBRARY = "LIBRARY", "图书馆"
    HALL = "HALL", "报告厅"
    GYMNASIUM = "GYMNASIUM", "体育馆"
    SPORTS_GROUND = "SPORTS_GROUND", "运动场"


class Sharing(models.TextChoices):
    """Which schools may book."""

    OWN = "OWN", "本校"
    GROUP = "GROUP", "本集团各校"
    DISTRICT = "DISTRICT", "全县学校"


class BookingState(models.TextChoices):
    """An active booking holds its time; several requests may stand for the same time (X-6)."""

    REQUESTED = "REQUESTED", "待审批"
    ACTIVE = "ACTIVE", "已确认"
    REFUSED = "REFUSED", "未批准"
    CANCELLED = "CANCELLED", "已取消"


class Standing(models.TextChoices):
    """What a reader is told of a booking: its state, and what the clock has made of it."""

    REQUESTED = BookingState.REQUESTED.value, BookingState.REQUESTED.label
    LAPSED = "LAPSED", "过期未批"
    ACTIVE = BookingState.ACTIVE.value, BookingState.ACTIVE.label
    USED = "USED", "已使用"
    REFUSED = BookingState.REFUSED.value, BookingState.REFUSED.label
    CANCELLED = BookingState.CANCELLED.value, BookingState.CANCELLED.label

    @property
    def kind(self) -> str:
        """The colour of the word."""
        return {
            "REQUESTED": "warn", "LAPSED": "idle", "ACTIVE": "ok", "USED": "idle",
            "REFUSED": "bad", "CANCELLED": "idle",
        }[self]  # fmt: skip

    @property
    def icon(self) -> str:
        return {
            "REQUESTED": "clock", "LAPSED": "history", "ACTIVE": "check", "USED": "history",
            "REFUSED": "circle-x", "CANCELLED": "circle-off",
        }[self]  # fmt: skip


# Who may end up where; a test holds every state to both tables.
NEXT = {
    BookingState.REQUESTED: {
        BookingState.ACTIVE,
        BookingState.REFUSED,
        BookingState.CANCELLED,
    },
    BookingState.ACTIVE: {BookingState.CANCELLED},
    BookingState.REFUSED: set(),
    BookingState.CANCELLED: set(),
}
NEEDS_REASON = {BookingState.REFUSED, BookingState.CANCELLED}
LIVE = (BookingState.REQUESTED, BookingState.ACTIVE)


class DateState(models.TextChoices):
    """A date of a series before anything is saved (X-7)."""

    FREE = "FREE", "可约"
    TAKEN = "TAKEN", "冲突"
    SHUT = "SHUT", "不开放"
    OVER = "OVER", "已过"

    @property
    def kind(self) -> str:
        """The colour of the state."""
        return {"FREE": "ok", "TAKEN": "bad", "SHUT": "idle", "OVER": "idle"}[self]

    @property
    def icon(self) -> str:
        return {
            "FREE": "check", "TAKEN": "alert-circle", "SHUT": "circle-off", "OVER": "history",
        }[self]  # fmt: skip


WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
