from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from core.periods import DateRangeField, PeriodQuerySet, no_overlap
from core.privacy import classified
from directory.enums import AREA_CLASSES, SchoolKind, Stage
from directory.models.districts import AreaUnit, District


@classified(plain="id district created_at")
class School(models.Model):
    """Any unit that can join a group or be scored. What it is, is dated: SchoolFacts."""

    district = models.ForeignKey(District, models.PROTECT, verbose_name="行政区")
    created_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = "学校"
        ordering = ["pk"]

    def __str__(self):
        return f"学校 {self.pk}"


@classified(
    plain="id school district period name code kind stage parent area_unit area_class search"
    " sort_key created_at source"
)
class SchoolFacts(models.Model):
    """What a school is during a period: a change ends one row and begins another (E-3)."""

    school = models.ForeignKey(School, models.PROTECT, related_name="facts", verbose_name="学校")
    district = models.ForeignKey(District, models.PROTECT, verbose_name="行政区")
    period = DateRangeField("期间")
    name = models.CharField("学校名称", max_length=100)
    code = models.CharField("学校标识码", max_length=10, null=True, blank=True)
    kind = models.CharField(
        "办学类型", max_length=20, choices=SchoolKind, default=SchoolKind.LEGAL_PERSON
    )
    stage = models.CharField("学段", max_length=20, choices=Stage, blank=True)
    parent = models.ForeignKey(
        School,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children_facts",
        verbose_name="所属学校",
    )
    area_unit = models.ForeignKey(
        AreaUnit, models.PROTECT, null=True, blank=True, verbose_name="区划单元"
    )
    area_class = models.CharField("城乡分类代码", max_length=3, blank=True)
    search = models.CharField("检索", max_length=400)
    sort_key = models.CharField("排序", max_length=300)
    created_at = models.DateTimeField("录入时间")
    source = models.CharField("来源", max_length=100, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "学校信息"
        ordering = ["sort_key", "pk"]
        constraints = [
            no_overlap(
                "school",
                name="directory_schoolfacts_one_at_a_time",
                message="该学校在这段时间已有另一条信息。",
            ),
            no_overlap(
                "district",
                "name",
                name="directory_schoolfacts_name_once_per_district",
                message="本行政区在这段时间已有同名学校。",
            ),
            ExclusionConstraint(
                name="directory_schoolfacts_code_is_never_reused",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("school", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(code__isnull=False),
                violation_error_message="该学校标识码已属于另一所学校，标识码不能重复使用。",
            ),
            models.CheckConstraint(
                name="directory_schoolfacts_code_has_ten_digits",
                condition=Q(code__isnull=True) | Q(code__regex=r"^\d{10}$"),
                violation_error_message="学校标识码应为 10 位数字。",
            ),
            models.CheckConstraint(
                name="directory_schoolfacts_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("school")),
                violation_error_message="所属学校不能是自己。",
            ),
            models.CheckConstraint(
                name="directory_schoolfacts_area_class_is_known",
                condition=Q(area_class__in=["", *AREA_CLASSES]),
                violation_error_message="城乡分类代码应为 111、112、121、122、123、210 或 220。",
            ),
            models.CheckConstraint(
                name="directory_schoolfacts_period_is_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="directory_school_search"),
            models.Index(fields=["district", "sort_key"], name="directory_school_list"),
        ]

    def __str__(self):
        return self.name


@classified(plain="id school school_year pupils teachers")
class SchoolHeadcount(models.Model):
    """Pupils and teachers of a school in a school year (the year in which it starts)."""

    school = models.ForeignKey(School, models.PROTECT, related_name="headcounts")
    school_year = models.PositiveSmallIntegerField("学年")
    pupils = models.PositiveIntegerField("学生数", null=True, blank=True)
    teachers = models.PositiveIntegerField("教师数", null=True, blank=True)

    class Meta:
        verbose_name = "学年人数"
        ordering = ["school", "-school_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "school_year"],
                name="directory_schoolheadcount_once_per_year",
                violation_error_message="该学校本学年已有人数。",
            )
        ]

    def __str__(self):
        return f"{self.school_year}—{self.school_year + 1}学年 {self.pupils}"
