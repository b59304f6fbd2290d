from django.db import models


class PlacementKind(models.TextChoices):
    """How a teacher works at another school (B1-6, A-7, A-8, E-4, C-9)."""

    POSTING = "POSTING", "派驻任教"
    SHADOWING = "SHADOWING", "跟岗"
    ITINERANT = "ITINERANT", "走教"
    ATTACHMENT = "ATTACHMENT", "挂职"
    SUPPORT = "SUPPORT", "支教"


# The whole week at the other school; 走教 shares it.
FULL_TIME = frozenset(PlacementKind) - {PlacementKind.ITINERANT}


class Way(models.TextChoices):
    """申请方式: how it began (A-9)."""

    PERSONAL = "PERSONAL", "个人申请"
    RECOMMENDED = "RECOMMENDED", "学校推荐"
    ARRANGED = "ARRANGED", "组织安排"


class LineState(models.TextChoices):
    """Where one line of a roster stands with the bureau."""

    OPEN = "OPEN", "待审批"
    APPROVED = "APPROVED", "已批准"
    REFUSED = "REFUSED", "不予批准"


class PlacementState(models.TextChoices):
    """applied → recommended → approved → on post → completed, terminated or withdrawn."""

    APPLIED = "APPLIED", "已申请"
    RECOMMENDED = "RECOMMENDED", "学校已推荐"
    APPROVED = "APPROVED", "待到岗"
    ON_POST = "ON_POST", "在岗"
    COMPLETED = "COMPLETED", "期满"
    TERMINATED = "TERMINATED", "提前结束"
    WITHDRAWN = "WITHDRAWN", "已撤回"

    @property
    def kind(self) -> str:
        return PLACEMENT_LOOK[self][0]

    @property
    def icon(self) -> str:
        return PLACEMENT_LOOK[self][1]


PLACEMENT_LOOK = {
    PlacementState.APPLIED: ("idle", "pencil"),
    PlacementState.RECOMMENDED: ("go", "clock"),
    PlacementState.APPROVED: ("warn", "clock"),
    PlacementState.ON_POST: ("ok", "circle-check"),
    PlacementState.COMPLETED: ("idle", "circle-check"),
    PlacementState.TERMINATED: ("idle", "circle-x"),
    PlacementState.WITHDRAWN: ("idle", "arrow-back-up"),
}
# What somebody did that led to a state, as the history of a placement tells it.
DONE: dict[PlacementState, str] = {
    PlacementState.APPLIED: "申请",
    PlacementState.RECOMMENDED: "学校推荐",
    PlacementState.APPROVED: "批准",
    PlacementState.ON_POST: "确认到岗",
    PlacementState.COMPLETED: "期满",
    PlacementState.TERMINATED: "提前结束",
    PlacementState.WITHDRAWN: "撤回",
}
# Where a placement may go from each state; and those that take the teacher's week.
NEXT: dict[PlacementState, frozenset[PlacementState]] = {
    PlacementState.APPLIED: frozenset({PlacementState.RECOMMENDED, PlacementState.WITHDRAWN}),
    PlacementState.RECOMMENDED: frozenset({PlacementState.APPROVED, PlacementState.WITHDRAWN}),
    PlacementState.APPROVED: frozenset({PlacementState.ON_POST, PlacementState.WITHDRAWN}),
    PlacementState.ON_POST: frozenset({PlacementState.COMPLETED, PlacementState.TERMINATED}),
    PlacementState.COMPLETED: frozenset(),
    PlacementState.TERMINATED: frozenset(),
    PlacementState.WITHDRAWN: frozenset(),
}
OCCUPYING = frozenset(
    {
        PlacementState.APPROVED,
        PlacementState.ON_POST,
        PlacementState.COMPLETED,
        PlacementState.TERMINATED,
    }
)


class LogKind(models.TextChoices):
    """What a teacher on exchange writes down, the seven kinds of B4-1."""

    ATTENDANCE = "ATTENDANCE", "考勤"
    LESSON_PLAN = "LESSON_PLAN", "备课"
    LESSON_GIVEN = "LESSON_GIVEN", "上课"
    LESSON_HEARD = "LESSON_HEARD", "听课"
    RESULT = "RESULT", "成果"
    RESEARCH = "RESEARCH", "教研"
    MANAGEMENT = "MANAGEMENT", "管理"
