from django.db import models


class Theme(models.TextChoices):
    """What a rule is about; rules are shown by theme, in this order."""

    SCORING = "SCORING", "考核评分"
    SUPERVISION = "SUPERVISION", "督导评价"
    GROUPS = "GROUPS", "集团与治理"
    FILINGS = "FILINGS", "报送备案"
    DUTIES = "DUTIES", "履职任务"
    EXCHANGE = "EXCHANGE", "教师交流"
    RESOURCES = "RESOURCES", "资源共享"


class RuleState(models.TextChoices):
    """How a rule stands in a district on a day; it follows from the adoption, it is not stored."""

    IN_FORCE = "IN_FORCE", "现行"
    OWN = "OWN", "本局规定"
    LAPSED = "LAPSED", "已过有效期"
    OPEN = "OPEN", "未规定"
    DROPPED = "DROPPED", "已停用"

    @property
    def kind(self) -> str:
        """The colour of the state."""
        return STATE_LOOK[self][0]

    @property
    def icon(self) -> str:
        return STATE_LOOK[self][1]


STATE_LOOK = {
    RuleState.IN_FORCE: ("ok", "circle-check"),
    RuleState.OWN: ("go", "edit"),
    RuleState.LAPSED: ("warn", "clock-exclamation"),
    RuleState.OPEN: ("idle", "circle-dashed"),
    RuleState.DROPPED: ("idle", "circle-off"),
}
