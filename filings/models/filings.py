import datetime

from django.db import models
from django.db.models import Q

from core.periods import DateRangeField, PeriodQuerySet, last_day, no_overlap
from core.privacy import classified
from directory.enums import Role
from filings.enums import (
    IN_FORCE,
    MOVES_WITH_REASON,
    OPEN_FILINGS,
    FilingKind,
    FilingState,
    Move,
)


@classified(
    plain="id district kind school group_id school_year title state validator approver due_on"
    " version number previous submitted_by_id validated_by_id scan created_at created_by_id"
    " created_by_post_id",
    name="created_by_name",
)
class Filing(models.Model):
    """报送: one version of a paper that a school files with the bureau (rule 6).

    ``validator`` is the role that validates it first, empty where the kind has none; ``approver``
    the role that decides. A version that was reopened from another names it as ``previous``; a
    rejected one leaves its place to another. The content is held by the app that owns the kind,
    whose row points here. ``submitted_by_id`` and ``validated_by_id`` are the users who did so
    last: neither may do the next step.
    """

    district = models.ForeignKey("directory.District", models.PROTECT, verbose_name="行政区")
    kind = models.CharField("种类", max_length=20, choices=FilingKind)
    school = models.ForeignKey("directory.School", models.PROTECT, verbose_name="报送学校")
    group_id = models.BigIntegerField("集团", null=True)
    school_year = models.PositiveSmallIntegerField("学年")
    title = models.CharField("标题", max_length=200)
    state = models.CharField("状态", max_length=10, choices=FilingState, default=FilingState.DRAFT)
    validator = models.CharField("初核", max_length=30, choices=Role, blank=True)
    approver = models.CharField("审批", max_length=30, choices=Role)
    due_on = models.DateField("期限", null=True)
    version = models.PositiveSmallIntegerField("版本", default=1)
    number = models.CharField("报送编号", max_length=40, blank=True)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="successors", verbose_name="前一版本"
    )
    submitted_by_id = models.BigIntegerField("报送人", null=True)
    validated_by_id = models.BigIntegerField("初核人", null=True)
    scan = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, verbose_name="盖章扫描件"
    )
    created_at = models.DateTimeField("建立时间")
    created_by_id = models.BigIntegerField("建立人", null=True)
    created_by_post_id = models.BigIntegerField("建立身份", null=True)
    created_by_name = models.CharField("建立人姓名", max_length=50)

    class Meta:
        verbose_name = "报送"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "number"],
                condition=~Q(number=""),
                name="filings_filing_number_once",
            ),
            models.UniqueConstraint(
                fields=["previous"],
                condition=~Q(state=FilingState.REJECTED),
                name="filings_filing_one_new_version",
                violation_error_message="这份报送已重开过，请在新版本上继续。",
            ),
            models.CheckConstraint(
                name="filings_filing_not_validated_by_its_filer",
                condition=Q(validated_by_id__isnull=True)
                | Q(submitted_by_id__isnull=True)
                | ~Q(validated_by_id=models.F("submitted_by_id")),
                violation_error_message="不能初核本人报出的报送，请由另一位办理人办理。",
            ),
            models.CheckConstraint(
                name="filings_filing_has_a_number_once_it_left_the_school",
                condition=Q(state=FilingState.DRAFT) | ~Q(number=""),
            ),
            models.CheckConstraint(
                name="filings_filing_new_version_has_its_old_one",
                condition=Q(version=1, previous__isnull=True)
                | Q(version__gt=1, previous__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["district", "state", "kind"],
                condition=Q(state__in=sorted(OPEN_FILINGS)),
                name="filings_filing_inbox",
            ),
            models.Index(fields=["school", "kind", "school_year"], name="filings_filing_of_school"),
        ]

    def __str__(self):
        return f"{self.title}（第 {self.version} 版）" if self.version > 1 else self.title

    @property
    def is_in_force(self) -> bool:
        return self.state in IN_FORCE


@classified(
    plain="id filing move old new at by_id post_id post_label deputy_for_label reason",
    name="by_name deputy_for_name",
)
class FilingMove(models.Model):
    """Who did what to a filing, in which post, when and why; append-only, read by users.

    Somebody who stood in for a post has that post in ``deputy_for_label`` and its holder's name
    in ``deputy_for_name`` (X-9).
    """

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="moves")
    move = models.CharField("事项", max_length=10, choices=Move)
    old = models.CharField("原状态", max_length=10, choices=FilingState)
    new = models.CharField("新状态", max_length=10, choices=FilingState)
    at = models.DateTimeField("时间")
    by_id = models.BigIntegerField("办理人", null=True)
    by_name = models.CharField("办理人姓名", max_length=50)
    post_id = models.BigIntegerField("办理身份", null=True)
    post_label = models.CharField("办理身份名称", max_length=100)
    deputy_for_label = models.CharField("代理的身份", max_length=100, blank=True)
    deputy_for_name = models.CharField("被代理人", max_length=50, blank=True)
    reason = models.TextField("理由", max_length=1000, blank=True)

    append_only = True  # for the product's role of the database (core.actions.roles)

    class Meta:
        verbose_name = "报送记录"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="filings_filingmove_return_has_reason",
                condition=~Q(move__in=sorted(MOVES_WITH_REASON)) | ~Q(reason=""),
                violation_error_message="退回、撤回、不予批准和重开须写明理由。",
            )
        ]

    def __str__(self):
        return f"{self.filing_id} {self.move}"

    @property
    def look(self) -> str:
        return Move(self.move).look


@classified(
    plain="id post deputy period reason ended_reason created_at created_by_id",
    name="created_by_name",
)
class Deputyship(models.Model):
    """代理: for a period another person handles what waits for a post (X-9)."""

    post = models.ForeignKey("directory.Post", models.PROTECT, verbose_name="身份")
    deputy = models.ForeignKey(
        "directory.Post", models.PROTECT, related_name="+", verbose_name="代理人"
    )
    period = DateRangeField("代理期间")
    reason = models.CharField("原因", max_length=200)
    ended_reason = models.CharField("提前结束原因", max_length=200, blank=True)
    created_at = models.DateTimeField("登记时间")
    created_by_id = models.BigIntegerField("登记人", null=True)
    created_by_name = models.CharField("登记人姓名", max_length=50)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "代理"
        ordering = ["-pk"]
        constraints = [
            no_overlap(
                "post",
                name="filings_deputyship_one_at_a_time",
                message="这一身份在这段时间已有代理人。",
                condition=Q(period__isempty=False),
            ),
            models.CheckConstraint(
                name="filings_deputyship_not_by_itself",
                condition=~Q(post=models.F("deputy")),
                violation_error_message="不能由本人代理本人。",
            ),
        ]

    def __str__(self):
        return f"{self.post_id} ← {self.deputy_id}"

    @property
    def first_day(self) -> datetime.date:
        return self.period.lower

    @property
    def last_day(self) -> datetime.date:
        return last_day(self.period)
