from django.db import models
from django.db.models import Q

from core.periods import DateRangeField
from core.privacy import classified
from exchange.enums import LineState, PlacementKind, Way


@classified(plain="id filing")
class Roster(models.Model):
    """花名册: the lines that a school, or a core for its group, files for a school year (A-4)."""

    filing = models.OneToOneField("filings.Filing", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "花名册"
        ordering = ["-pk"]

    def __str__(self):
        return f"花名册 {self.pk}"


@classified(
    plain="id roster position sending receiving teacher kind subject duty period way state reason"
    " confirmed_at confirmed_by_id placement",
    name="confirmed_by_name",
)
class RosterLine(models.Model):
    """Who is to go where, as what, from when to when.

    A line whose sending school is not the filer waits for that school (``confirmed_at``) before
    review. Once approved it names its placement.
    """

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField("序号")
    sending = models.ForeignKey(
        "directory.School", models.PROTECT, related_name="+", verbose_name="派出学校"
    )
    receiving = models.ForeignKey(
        "directory.School", models.PROTECT, related_name="+", verbose_name="接收学校"
    )
    teacher = models.ForeignKey(
        "directory.Teacher", models.PROTECT, related_name="+", verbose_name="教师"
    )
    kind = models.CharField("类别", max_length=12, choices=PlacementKind)
    subject = models.CharField("学科", max_length=20, blank=True)
    duty = models.CharField("拟任职务", max_length=30, blank=True)
    period = DateRangeField("期间")
    way = models.CharField("申请方式", max_length=12, choices=Way)
    state = models.CharField("状态", max_length=10, choices=LineState, default=LineState.OPEN)
    reason = models.CharField("理由", max_length=300, blank=True)
    confirmed_at = models.DateTimeField("派出学校确认时间", null=True)
    confirmed_by_id = models.BigIntegerField("派出学校确认人", null=True)
    confirmed_by_name = models.CharField("派出学校确认人姓名", max_length=50, blank=True)
    placement = models.OneToOneField(
        "exchange.Placement", models.PROTECT, null=True, related_name="line"
    )

    class Meta:
        verbose_name = "花名册行"
        ordering = ["roster", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="exchange_rosterline_period_has_both_ends",
                condition=Q(
                    period__isempty=False,
                    period__startswith__isnull=False,
                    period__endswith__isnull=False,
                ),
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                name="exchange_rosterline_between_two_schools",
                condition=~Q(sending=models.F("receiving")),
                violation_error_message="派出学校和接收学校不能是同一所学校。",
            ),
            models.CheckConstraint(
                name="exchange_rosterline_refusal_has_reason",
                condition=~Q(state=LineState.REFUSED) | ~Q(reason=""),
                violation_error_message="不予批准须写明理由。",
            ),
            models.CheckConstraint(
                name="exchange_rosterline_approved_has_placement",
                condition=Q(placement__isnull=True) | Q(state=LineState.APPROVED),
            ),
            models.UniqueConstraint(
                models.F("roster"),
                models.F("teacher"),
                models.Func("period", function="lower"),
                name="exchange_rosterline_teacher_once_per_day",
                violation_error_message="同一教师同一开始日期在本花名册中已有一行。",
            ),
        ]

    def __str__(self):
        return f"{self.roster_id}-{self.position}"
