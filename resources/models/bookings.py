from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from core.privacy import classified
from resources.enums import NEEDS_REASON, BookingState
from resources.models.facilities import Facility


@classified(
    plain="id facility school user purpose heads weekday first_lesson last_lesson starts_at"
    " ends_at first_day last_day created_at",
    name="user_name",
)
class BookingSeries(models.Model):
    """A weekly booking as it was asked for; the dates that were taken are its bookings (X-7)."""

    facility = models.ForeignKey(Facility, models.PROTECT, verbose_name="场地")
    school = models.ForeignKey("directory.School", models.PROTECT, verbose_name="使用学校")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="预约人")
    user_name = models.CharField("预约人", max_length=50)
    purpose = models.CharField("用途", max_length=100)
    heads = models.PositiveIntegerField("人数", null=True, blank=True)
    weekday = models.PositiveSmallIntegerField("星期")
    first_lesson = models.PositiveSmallIntegerField("从第几节", null=True, blank=True)
    last_lesson = models.PositiveSmallIntegerField("到第几节", null=True, blank=True)
    starts_at = models.TimeField("开始", null=True, blank=True)
    ends_at = models.TimeField("结束", null=True, blank=True)
    first_day = models.DateField("第一天")
    last_day = models.DateField("最后一天")
    created_at = models.DateTimeField("预约时间")

    class Meta:
        verbose_name = "每周预约"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="resources_bookingseries_days_in_order",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message="结束日期不能早于开始日期。",
            )
        ]

    def __str__(self):
        return self.purpose


@classified(
    plain="id facility school user series period day first_lesson last_lesson purpose heads state"
    " created_at decided_at reason offered",
    name="user_name decided_by",
)
class Booking(models.Model):
    """A facility asked for, or held, for one span of time within a day.

    Active bookings of a facility never overlap (rule 5). Requests of several schools may stand for
    the same time; those of one school do not. ``offered`` are the next free spans told to whom was
    refused: ``[[start, end], …]`` as ISO 8601.
    """

    # The indexes below begin with these three: each needs no further one.
    facility = models.ForeignKey(Facility, models.PROTECT, verbose_name="场地", db_index=False)
    school = models.ForeignKey(
        "directory.School", models.PROTECT, verbose_name="使用学校", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="预约人", db_index=False
    )
    user_name = models.CharField("预约人", max_length=50)
    series = models.ForeignKey(
        BookingSeries, models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    period = DateTimeRangeField("时间")
    day = models.DateField("日期")
    first_lesson = models.PositiveSmallIntegerField("从第几节", null=True, blank=True)
    last_lesson = models.PositiveSmallIntegerField("到第几节", null=True, blank=True)
    purpose = models.CharField("用途", max_length=100)
    heads = models.PositiveIntegerField("人数", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=BookingState)
    created_at = models.DateTimeField("预约时间")
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    decided_by = models.CharField("办理人", max_length=50, blank=True)
    reason = models.CharField("原因", max_length=300, blank=True)
    offered = models.JSONField("可改约的时段", default=list, blank=True)

    class Meta:
        verbose_name = "预约"
        ordering = ["day", "period", "pk"]
        constraints = [
            ExclusionConstraint(
                name="resources_booking_active_do_not_overlap",
                expressions=[
                    ("facility", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(state=BookingState.ACTIVE),
                violation_error_message="这个时段已被预约。",
            ),
            ExclusionConstraint(
                name="resources_booking_requests_of_a_school_do_not_overlap",
                expressions=[
                    ("facility", RangeOperators.EQUAL),
                    ("school", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(state=BookingState.REQUESTED),
                violation_error_message="贵校已申请过这个时段，正等待批准。",
            ),
            models.CheckConstraint(
                name="resources_booking_period_is_not_empty",
                condition=Q(
                    period__isempty=False,
                    period__startswith__isnull=False,
                    period__endswith__isnull=False,
                ),
                violation_error_message="结束时间应晚于开始时间。",
            ),
            models.CheckConstraint(
                name="resources_booking_refusal_has_reason",
                condition=~Q(state__in=sorted(NEEDS_REASON))
                | ~Q(reason="") & Q(decided_at__isnull=False),
                violation_error_message="不批准或取消时必须写明原因。",
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "day"], name="resources_booking_week"),
            models.Index(fields=["user", "-day"], name="resources_booking_mine"),
            models.Index(fields=["school", "day"], name="resources_booking_school"),
            # Of what was used in all rooms one page is read, the last days first, not all of it.
            models.Index(
                fields=["day"],
                condition=Q(state=BookingState.ACTIVE),
                name="resources_booking_used",
            ),
        ]

    def __str__(self):
        return f"{self.day} {self.purpose}"


@classified(plain="id user post facility created_at", secret="feed_key")  # noqa: S106
class Feed(models.Model):
    """A calendar address that works without signing in; without a facility it is the user's own.

    It shows what the post sees on the day it is read, and nothing once the post is over.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    post = models.ForeignKey("directory.Post", models.PROTECT)
    facility = models.ForeignKey(Facility, models.CASCADE, null=True, blank=True)
    feed_key = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = "日历订阅"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "post", "facility"],
                name="resources_feed_once",
                nulls_distinct=False,
                violation_error_message="已有订阅地址。",
            )
        ]

    def __str__(self):
        return f"订阅 {self.pk}"
