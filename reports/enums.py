from django.db import models


class ReportKind(models.TextChoices):
    YEARLY = "YEARLY", "年度报告"
    GROUP = "GROUP", "集团年度报告"
    MONTHLY = "MONTHLY", "工作月报"


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
SCHEDULED = (ReportKind.MONTHLY, ReportKind.YEARLY, ReportKind.GROUP)
LETTER = {ReportKind.YEARLY: "N", ReportKind.GROUP: "J", ReportKind.MONTHLY: "Y"}
