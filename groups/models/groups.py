from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from core.periods import DateRangeField, PeriodQuerySet, no_overlap
from core.privacy import classified
from groups.enums import GroupMode, GroupType


@classified(plain="id district created_at")
class EducationGroup(models.Model):
    """A community of a core school and its members. Name and type are dated: GroupFacts."""

    district = models.ForeignKey("directory.District", models.PROTECT, verbose_name="行政区")
    created_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = "教育集团"
        ordering = ["pk"]

    def __str__(self):
        return f"集团 {self.pk}"


@classified(
    plain="id group district period name type mode search sort_key reason ended_reason created_at"
)
class GroupFacts(models.Model):
    """What a group is called and of which type it is during a period (B3-1)."""

    group = models.ForeignKey(EducationGroup, models.PROTECT, related_name="facts")
    district = models.ForeignKey("directory.District", models.PROTECT, verbose_name="行政区")
    period = DateRangeField("期间")
    name = models.CharField("集团", max_length=100)
    type = models.CharField("类型", max_length=15, choices=GroupType)
    mode = models.CharField("办学模式", max_length=20, choices=GroupMode, blank=True)
    search = models.CharField("检索", max_length=400)
    sort_key = models.CharField("排序", max_length=300)
    reason = models.CharField("成立或变更原因", max_length=200, blank=True)
    ended_reason = models.CharField("解散原因", max_length=200, blank=True)
    created_at = models.DateTimeField("录入时间")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "集团信息"
        ordering = ["sort_key", "pk"]
        constraints = [
            no_overlap(
                "group",
                name="groups_groupfacts_one_at_a_time",
                message="该集团在这段时间已有另一条信息。",
            ),
            no_overlap(
                "district",
                "name",
                name="groups_groupfacts_name_once_per_district",
                message="本行政区在这段时间已有同名集团。",
            ),
            models.CheckConstraint(
                name="groups_groupfacts_period_is_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="groups_group_search"),
            models.Index(fields=["district", "sort_key"], name="groups_group_list"),
        ]

    def __str__(self):
        return self.name
