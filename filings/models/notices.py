import datetime

from django.db import models
from django.db.models import Q

from core.periods import DateRangeField, last_day
from core.privacy import classified
from filings.enums import NoticeKind, NoticeState, ObjectionState


@classified(
    plain="id district kind title period created_at created_by_id created_by_post_id",
    name="created_by_name",
)
class PublicNotice(models.Model):
    """A window in which a result, roster or award may be objected to (X-15)."""

    district = models.ForeignKey("directory.District", models.PROTECT, verbose_name="行政区")
    kind = models.CharField("种类", max_length=20, choices=NoticeKind)
    title = models.CharField("标题", max_length=200)
    period = DateRangeField("公示期")
    created_at = models.DateTimeField("发布时间")
    created_by_id = models.BigIntegerField("发布人", null=True)
    created_by_post_id = models.BigIntegerField("发布身份", null=True)
    created_by_name = models.CharField("发布人姓名", max_length=50)

    class Meta:
        verbose_name = "公示"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="filings_publicnotice_period_has_both_ends",
                condition=Q(
                    period__isempty=False,
                    period__startswith__isnull=False,
                    period__endswith__isnull=False,
                ),
                violation_error_message="公示期须有开始和结束日期，结束不能早于开始。",
            )
        ]

    def __str__(self):
        return self.title

    @property
    def first_day(self) -> datetime.date:
        return self.period.lower

    @property
    def last_day(self) -> datetime.date:
        return last_day(self.period)

    def state_on(self, day: datetime.date) -> NoticeState:
        if day < self.period.lower:
            return NoticeState.UPCOMING
        return NoticeState.OPEN if day < self.period.upper else NoticeState.CLOSED


@classified(
    plain="id notice school about_id state text filed_at filed_by_id filed_by_post_id decided_at"
    " decided_by_id decided_by_post_id decision",
    name="filed_by_name decided_by_name",
)
class Objection(models.Model):
    """What a school says against a notice, and what the bureau decided.

    ``about_id`` is the school whose figure it is about; the own one or a partner's.
    """

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections")
    school = models.ForeignKey("directory.School", models.PROTECT, verbose_name="提出学校")
    about_id = models.BigIntegerField("所涉学校")
    state = models.CharField(
        "状态", max_length=10, choices=ObjectionState, default=ObjectionState.OPEN
    )
    text = models.TextField("异议内容", max_length=2000)
    filed_at = models.DateTimeField("提出时间")
    filed_by_id = models.BigIntegerField("提出人", null=True)
    filed_by_post_id = models.BigIntegerField("提出身份", null=True)
    filed_by_name = models.CharField("提出人姓名", max_length=50)
    decision = models.TextField("处理意见", max_length=2000, blank=True)
    decided_at = models.DateTimeField("处理时间", null=True)
    decided_by_id = models.BigIntegerField("处理人", null=True)
    decided_by_post_id = models.BigIntegerField("处理身份", null=True)
    decided_by_name = models.CharField("处理人姓名", max_length=50, blank=True)

    class Meta:
        verbose_name = "异议"
        ordering = ["-filed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "school"],
                condition=Q(state=ObjectionState.OPEN),
                name="filings_objection_one_open_per_school",
                violation_error_message="本校已有一条异议在处理中，请等处理后再提，或先撤回。",
            ),
            models.CheckConstraint(
                name="filings_objection_says_something",
                condition=~Q(text=""),
                violation_error_message="请写明异议内容。",
            ),
            models.CheckConstraint(
                name="filings_objection_decision_has_reason_and_day",
                condition=(
                    Q(state=ObjectionState.OPEN, decided_at__isnull=True, decision="")
                    | Q(~Q(state=ObjectionState.OPEN), ~Q(decision=""), decided_at__isnull=False)
                ),
                violation_error_message="处理异议须写明意见。",
            ),
        ]

    def __str__(self):
        return f"{self.notice_id} {self.school_id} {self.state}"
