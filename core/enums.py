from django.db import models


class JobState(models.TextChoices):
    QUEUED = "QUEUED", "排队"
    RUNNING = "RUNNING", "进行中"
    DONE = "DONE", "完成"
    FAILED = "FAILED", "失败"
    CANCELLED = "CANCELLED", "已取消"

    @property
    def kind(self) -> str:
        return {"DONE": "ok", "FAILED": "bad", "RUNNING": "go"}.get(self, "idle")

    @property
    def icon(self) -> str:
        return {
            "QUEUED": "clock",
            "RUNNING": "progress",
            "DONE": "circle-check",
            "FAILED": "circle-x",
            "CANCELLED": "circle-off",
        }[self]

    @classmethod
    def ended(cls) -> list["JobState"]:
        return [cls.CANCELLED, cls.DONE, cls.FAILED]


class BatchState(models.TextChoices):
    """An import: read and shown first, then written, perhaps undone."""

    READING = "READING", "读取中"
    PREVIEWED = "PREVIEWED", "待确认"
    REFUSED = "REFUSED", "不能读取"
    WRITTEN = "WRITTEN", "已写入"
    UNDONE = "UNDONE", "已撤回"
    DISCARDED = "DISCARDED", "已放弃"

    @property
    def kind(self) -> str:
        """The colour of the state."""
        return {
            "READING": "go", "PREVIEWED": "warn", "REFUSED": "bad", "WRITTEN": "ok",
            "UNDONE": "idle", "DISCARDED": "idle",
        }[self]  # fmt: skip

    @property
    def icon(self) -> str:
        return {
            "READING": "loader", "PREVIEWED": "clipboard-check", "REFUSED": "alert-circle",
            "WRITTEN": "check", "UNDONE": "arrow-back-up", "DISCARDED": "x",
        }[self]  # fmt: skip


class RowState(models.TextChoices):
    NEW = "NEW", "新增"
    CHANGED = "CHANGED", "变更"
    UNCHANGED = "UNCHANGED", "未变"
    WRONG = "WRONG", "有误"

    @property
    def kind(self) -> str:
        """The colour of the state."""
        return {"NEW": "ok", "CHANGED": "go", "UNCHANGED": "idle", "WRONG": "bad"}[self]

    @property
    def icon(self) -> str:
        return {
            "NEW": "plus", "CHANGED": "refresh", "UNCHANGED": "equal", "WRONG": "alert-circle",
        }[self]  # fmt: skip
