from django.db import models
from django.db.models import Q

from core.privacy import classified
from reports.enums import ReportKind, ReportState


MOST_MISSING = 100  # characters that are named; the first tell enough


@classified(
    plain="id key kind district group_id school_year month term version state title as_of context"
    " file tables checksum pages missing number reason job_id made_at made_by_id issued_at"
    " issued_by_id",
    name="made_by_name issued_by_name",
)
class Report(models.Model):
    """One version of an official paper: its frozen context, its file and the file's checksum.

    Made as a draft, replaced while it is one; once issued it stays byte for byte (X-14). ``key``
    names what it is a report of, whatever the version. ``month`` is the first day of the month of
    a bulletin, ``term`` the number of a term's report.
    """

    key = models.CharField("键", max_length=120)
    kind = models.CharField("种类", max_length=10, choices=ReportKind)
    district = models.ForeignKey("directory.District", models.PROTECT, verbose_name="行政区")
    group_id = models.BigIntegerField("集团", null=True)
    school_year = models.PositiveSmallIntegerField("学年")
    month = models.DateField("月份", null=True)
    term = models.PositiveSmallIntegerField("学期", null=True)
    version = models.PositiveSmallIntegerField("版本")
    state = models.CharField("状态", max_length=10, choices=ReportState, default=ReportState.DRAFT)
    title = models.CharField("标题", max_length=200)
    as_of = models.DateField("数据截至")
    context = models.TextField("固定的内容")
    # Null only inside the transaction that makes the row: a file's guard needs the row's id.
    file = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name="PDF"
    )
    tables = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name="XLSX"
    )
    checksum = models.CharField("校验码", max_length=64)
    pages = models.PositiveSmallIntegerField("页数")
    missing = models.CharField("没有字形的字", max_length=MOST_MISSING, blank=True)
    number = models.CharField("核验编号", max_length=40, null=True, unique=True)
    reason = models.CharField("更新原因", max_length=300, blank=True)
    job_id = models.UUIDField("任务", unique=True)
    made_at = models.DateTimeField("生成时间")
    made_by_id = models.BigIntegerField("生成人", null=True)
    made_by_name = models.CharField("生成人姓名", max_length=50)
    issued_at = models.DateTimeField("印发时间", null=True)
    issued_by_id = models.BigIntegerField("印发人", null=True)
    issued_by_name = models.CharField("印发人姓名", max_length=50, blank=True)

    class Meta:
        verbose_name = "报告"
        ordering = ["-school_year", "-month", "-term", "kind", "title", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "version"],
                name="reports_report_version_once_per_key",
                violation_error_message="这份报告已有这个版本。",
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state=ReportState.DRAFT),
                name="reports_report_one_draft_per_key",
                violation_error_message="这份报告已有草稿。",
            ),
            models.CheckConstraint(
                name="reports_report_issue_is_dated_and_numbered",
                condition=Q(
                    state=ReportState.DRAFT,
                    issued_at__isnull=True,
                    number__isnull=True,
                )
                | Q(state=ReportState.ISSUED, issued_at__isnull=False, number__isnull=False),
            ),
            models.CheckConstraint(
                name="reports_report_term_of_a_terms_report",
                condition=Q(kind=ReportKind.TERM, term__isnull=False, term__in=[1, 2])
                | ~Q(kind=ReportKind.TERM) & Q(term__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["district", "-school_year", "-month"], name="reports_report_of_district"
            )
        ]

    def __str__(self):
        return f"{self.title} 第 {self.version} 版"


@classified(plain="id district kind day enabled last_made_on")
class Schedule(models.Model):
    """On which day of the month after its span has ended a kind of report is made."""

    district = models.ForeignKey("directory.District", models.PROTECT, verbose_name="行政区")
    kind = models.CharField("种类", max_length=10, choices=ReportKind)
    day = models.PositiveSmallIntegerField("日")
    enabled = models.BooleanField("启用", default=True)
    last_made_on = models.DateField("上次生成", null=True)

    class Meta:
        verbose_name = "定期生成"
        ordering = ["district", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "kind"],
                name="reports_schedule_once_per_kind",
                violation_error_message="这种报告已有定期生成。",
            ),
            models.CheckConstraint(
                name="reports_schedule_day_is_in_every_month",
                condition=Q(day__gte=1, day__lte=28),
                violation_error_message="日期应为 1 至 28 日，每个月都有这一天。",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.day}"
