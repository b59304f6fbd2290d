from django.db import models
from django.db.models import F, Q

from core.periods import DateRangeField, PeriodQuerySet, no_overlap
from core.privacy import classified
from core.school_years import school_year_label, term_name
from directory.enums import DayKind
from directory.models.districts import District
from directory.models.schools import School


@classified(plain="id district school_year number period")
class Term(models.Model):
    """A term as the bureau's calendar has it; without a row the rule of ``core.school_years``."""

    district = models.ForeignKey(District, models.PROTECT, verbose_name="行政区")
    school_year = models.PositiveSmallIntegerField("学年")
    number = models.PositiveSmallIntegerField("学期")
    period = DateRangeField("期间")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "学期"
        ordering = ["-school_year", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "school_year", "number"],
                name="directory_term_once",
                violation_error_message="该学期已设置。",
            ),
            models.CheckConstraint(
                name="directory_term_is_first_or_second",
                condition=Q(number__in=[1, 2]),
                violation_error_message="学期只有第一、第二学期。",
            ),
            no_overlap(
                "district",
                name="directory_term_do_not_overlap",
                message="学期的日期与另一学期重叠。",
            ),
        ]

    def __str__(self):
        return f"{school_year_label(self.school_year)}{term_name(self.number)}"


@classified(plain="id district day kind name")
class CalendarDay(models.Model):
    """A day that is not what its weekday says: holiday, make-up workday or school event.

    Without a district it is the national table; a district's own row wins over it.
    """

    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, verbose_name="行政区"
    )
    day = models.DateField("日期")
    kind = models.CharField("种类", max_length=10, choices=DayKind)
    name = models.CharField("名称", max_length=40)

    class Meta:
        verbose_name = "日历"
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "day", "kind"],
                nulls_distinct=False,
                name="directory_calendarday_once",
                violation_error_message="这一天已有同类安排。",
            )
        ]

    def __str__(self):
        return f"{self.day} {self.get_kind_display()} {self.name}"


@classified(plain="id school name period")
class BellSchedule(models.Model):
    """The lesson periods of a school (作息时间) while it holds."""

    school = models.ForeignKey(School, models.PROTECT, verbose_name="学校")
    name = models.CharField("名称", max_length=40)
    period = DateRangeField("期间")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "作息时间"
        ordering = ["school", "pk"]
        constraints = [
            no_overlap(
                "school",
                name="directory_bellschedule_one_at_a_time",
                message="该学校在这段时间已有作息时间。",
            )
        ]

    def __str__(self):
        return self.name


@classified(plain="id schedule number name starts_at ends_at")
class LessonPeriod(models.Model):
    schedule = models.ForeignKey(BellSchedule, models.CASCADE, related_name="lessons")
    number = models.PositiveSmallIntegerField("节次")
    name = models.CharField("名称", max_length=20, blank=True)
    starts_at = models.TimeField("开始")
    ends_at = models.TimeField("结束")

    class Meta:
        verbose_name = "节次"
        ordering = ["schedule", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "number"],
                name="directory_lessonperiod_once",
                violation_error_message="该节次已设置。",
            ),
            models.CheckConstraint(
                name="directory_lessonperiod_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="下课时间应晚于上课时间。",
            ),
        ]

    def __str__(self):
        return f"第 {self.number} 节 {self.starts_at:%H:%M}—{self.ends_at:%H:%M}"
