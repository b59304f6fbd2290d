import functools

from django.db import models
from django.db.models import F, Q

from core.periods import DateRangeField, PeriodQuerySet, last_day, no_overlap
from core.privacy import classified
from resources.enums import FacilityKind, Sharing


@classified(
    plain="id school name kind place capacity sharing needs_approval withdrawn_from"
    " withdrawn_reason search sort_key created_at"
)
class Facility(models.Model):
    """A room or ground that a school shares (A-17)."""

    school = models.ForeignKey("directory.School", models.PROTECT, verbose_name="所属学校")
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("种类", max_length=20, choices=FacilityKind)
    place = models.CharField("位置", max_length=60, blank=True)
    capacity = models.PositiveIntegerField("容纳人数", null=True, blank=True)
    sharing = models.CharField("谁可以约", max_length=10, choices=Sharing, default=Sharing.GROUP)
    needs_approval = models.BooleanField("外校预约须本校批准", default=True)
    withdrawn_from = models.DateField("停用自", null=True, blank=True)
    withdrawn_reason = models.CharField("停用原因", max_length=200, blank=True)
    search = models.CharField("检索", max_length=300)
    sort_key = models.CharField("排序", max_length=200)
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "场地设施"
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "name"],
                name="resources_facility_name_once_per_school",
                violation_error_message="本校已有同名场地，请换一个名称。",
            ),
            models.CheckConstraint(
                name="resources_facility_withdrawal_has_reason",
                condition=Q(withdrawn_from__isnull=True, withdrawn_reason="")
                | Q(withdrawn_from__isnull=False) & ~Q(withdrawn_reason=""),
                violation_error_message="停用场地请写明原因。",
            ),
            models.CheckConstraint(
                name="resources_facility_holds_somebody",
                condition=Q(capacity__isnull=True) | Q(capacity__gt=0),
                violation_error_message="容纳人数应大于 0；不清楚的留空。",
            ),
        ]

    def __str__(self):
        return self.name

    @functools.cached_property
    def district_id(self) -> int:
        """The district of its school; what reads a single facility reads this with it."""
        return self.school.district_id


@classified(plain="id facility weekday first_lesson last_lesson starts_at ends_at")
class Opening(models.Model):
    """When a facility is open on a weekday (1 is Monday): by lessons of the school, or by clock."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="openings")
    weekday = models.PositiveSmallIntegerField("星期")
    first_lesson = models.PositiveSmallIntegerField("从第几节", null=True, blank=True)
    last_lesson = models.PositiveSmallIntegerField("到第几节", null=True, blank=True)
    starts_at = models.TimeField("开始", null=True, blank=True)
    ends_at = models.TimeField("结束", null=True, blank=True)

    class Meta:
        verbose_name = "开放时间"
        ordering = ["facility", "weekday", "pk"]
        constraints = [
            models.CheckConstraint(
                name="resources_opening_is_by_lessons_or_by_clock",
                condition=Q(
                    first_lesson__isnull=False,
                    last_lesson__gte=F("first_lesson"),
                    starts_at__isnull=True,
                    ends_at__isnull=True,
                )
                | Q(
                    first_lesson__isnull=True,
                    last_lesson__isnull=True,
                    starts_at__isnull=False,
                    ends_at__gt=F("starts_at"),
                ),
                violation_error_message="开放时间应写起止节次，或起止钟点，止不早于起。",
            ),
            models.CheckConstraint(
                name="resources_opening_weekday_is_one_to_seven",
                condition=Q(weekday__range=(1, 7)),
                violation_error_message="星期应为 1 到 7。",
            ),
        ]

    def __str__(self):
        return f"{self.facility_id} {self.weekday}"


@classified(plain="id facility period reason")
class Blackout(models.Model):
    """Days on which a facility is not to be had (设备检修, 考试周)."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="blackouts")
    period = DateRangeField("停用期间")
    reason = models.CharField("原因", max_length=60)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "停用日"
        ordering = ["facility", "period"]
        constraints = [
            no_overlap(
                "facility",
                name="resources_blackout_once_a_day",
                message="这些日子里已有停用安排，请先去掉原来的。",
            ),
            models.CheckConstraint(
                name="resources_blackout_is_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]

    def __str__(self):
        return self.reason

    @property
    def last_day(self):
        return last_day(self.period)

    @property
    def days(self) -> int:
        return (self.period.upper - self.period.lower).days
