from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q

from core.periods import DateRangeField, PeriodQuerySet, no_overlap
from core.privacy import classified
from exchange.enums import DONE, OCCUPYING, PlacementKind, PlacementState, Way


@classified(
    plain="id district teacher sending receiving group_id kind full_time subject duty period way"
    " state arrived_on ended_reason created_at",
)
class Placement(models.Model):
    """A teacher's work at another school: post, pay and file stay with ``sending`` (X-1).

    ``period`` is the time agreed; one that ends early is cut to its last day. ``arrived_on`` is
    the day that ``receiving`` confirmed. ``district`` is that of the sending school.
    """

    district = models.ForeignKey("directory.District", models.PROTECT, verbose_name="行政区")
    teacher = models.ForeignKey(
        "directory.Teacher", models.PROTECT, related_name="+", verbose_name="教师"
    )
    sending = models.ForeignKey(
        "directory.School", models.PROTECT, related_name="+", verbose_name="派出学校"
    )
    receiving = models.ForeignKey(
        "directory.School", models.PROTECT, related_name="+", verbose_name="接收学校"
    )
    group_id = models.BigIntegerField("集团", null=True)
    kind = models.CharField("类别", max_length=12, choices=PlacementKind)
    full_time = models.BooleanField("全职")
    subject = models.CharField("学科", max_length=20, blank=True)
    duty = models.CharField("职务", max_length=30, blank=True)
    period = DateRangeField("期间")
    way = models.CharField("申请方式", max_length=12, choices=Way)
    state = models.CharField("状态", max_length=12, choices=PlacementState)
    arrived_on = models.DateField("到岗日期", null=True)
    ended_reason = models.CharField("结束原因", max_length=300, blank=True)
    created_at = models.DateTimeField("建立时间")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "交流轮岗"
        ordering = ["-pk"]
        constraints = [
            no_overlap(
                "teacher",
                name="exchange_placement_one_full_time_at_a_time",
                message="该教师在这段时间已有另一项全职交流，请先核对起止日期。",
                condition=Q(full_time=True, state__in=sorted(OCCUPYING)),
            ),
            models.CheckConstraint(
                name="exchange_placement_period_has_both_ends",
                condition=Q(
                    period__isempty=False,
                    period__startswith__isnull=False,
                    period__endswith__isnull=False,
                ),
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                name="exchange_placement_between_two_schools",
                condition=~Q(sending=models.F("receiving")),
                violation_error_message="派出学校和接收学校不能是同一所学校。",
            ),
            models.CheckConstraint(
                name="exchange_placement_on_post_since_a_day",
                condition=~Q(state__in=["ON_POST", "COMPLETED", "TERMINATED"])
                | Q(arrived_on__isnull=False),
            ),
            models.CheckConstraint(
                name="exchange_placement_early_end_has_reason",
                condition=~Q(state__in=["TERMINATED", "WITHDRAWN"]) | ~Q(ended_reason=""),
                violation_error_message="提前结束或撤回须写明理由。",
            ),
        ]
        indexes = [
            models.Index(fields=["sending", "state"], name="exchange_placement_sent"),
            models.Index(fields=["receiving", "state"], name="exchange_placement_received"),
            models.Index(fields=["district", "state"], name="exchange_placement_of_county"),
            GistIndex(fields=["period"], name="exchange_placement_period"),
        ]

    def __str__(self):
        return f"{self.teacher_id} {self.sending_id}→{self.receiving_id}"


@classified(
    plain="id placement old new at by_id post_id post_label reason",
    name="by_name",
)
class PlacementMove(models.Model):
    """Who moved a placement on, in which post, when and why; append-only, read by users."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="moves")
    old = models.CharField("原状态", max_length=12, choices=PlacementState, blank=True)
    new = models.CharField("新状态", max_length=12, choices=PlacementState)
    at = models.DateTimeField("时间")
    by_id = models.BigIntegerField("办理人", null=True)
    by_name = models.CharField("办理人姓名", max_length=50)
    post_id = models.BigIntegerField("办理身份", null=True)
    post_label = models.CharField("办理身份名称", max_length=100, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)

    append_only = True  # for the product's role of the database (core.actions.roles)

    class Meta:
        verbose_name = "交流记录"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.placement_id} {self.new}"

    @property
    def what(self) -> str:
        return DONE[PlacementState(self.new)]
