from django.db import models


class ReportKind(models.TextChoices):
    YEARLY = "YEARLY", "年度报告"
    GROUP = "GROUP", "集团年度报告"
    TERM = "TERM", "学期总结"
    MONTHLY = "MONTHLY", "工作月报"

    @property
    def made_in(self) -> str:
        """The month in which a schedule's day lies: the one after the span has ended."""
        return {"MONTHLY": "每月", "TERM": "学期结束的次月"}.get(self, "每年 9 月")

    @property
    def made_of(self) -> str:
        """Of which span a schedule makes a report."""
        return {"MONTHLY": "上月", "TERM": "该学期"}.get(self, "上一学年")


class ReportState(models.TextChoices):
    DRAFT = "DRAFT", "草稿"
    ISSUED = "ISSUED", "已印发"

    @property
    def kind(self) -> str:
        return {"DRAFT": "go", "ISSUED": "ok"}[self]

    @property
    def icon(self) -> str:
        return {"DRAFT": "progress", "ISSUED": "circle-check"}[self]


# Which kinds may be made by a schedule, and the letter of each in a paper's number.
SCHEDULED = (ReportKind.MONTHLY, ReportKind.TERM, ReportKind.YEARLY, ReportKind.GROUP)
LETTER = {
    ReportKind.YEARLY: "N",
    ReportKind.GROUP: "J",
    ReportKind.TERM: "X",
    ReportKind.MONTHLY: "Y",
}
