from django.db import models
from django.db.models import Q

from assessment.enums import SchemeMoveKind, SchemeState
from core.privacy import classified
from core.school_years import school_year_label


@classified(
    plain="id district school_year version title cut_off_on state reason created_at reckoned_at"
    " blocked"
)
class Scheme(models.Model):
    """One version of a school year's assessment: everything it is reckoned from hangs on it.

    A correction is a whole new version with a reason; the published one stays as it is (rule 8).
    """

    district = models.ForeignKey("directory.District", models.PROTECT, verbose_name="行政区")
    school_year = models.PositiveSmallIntegerField("学年")
    version = models.PositiveSmallIntegerField("版本", default=1)
    title = models.CharField("名称", max_length=100)
    cut_off_on = models.DateField("成员关系截至")
    state = models.CharField("状态", max_length=10, choices=SchemeState, default=SchemeState.DRAFT)
    reason = models.CharField("更正原因", max_length=500, blank=True)
    created_at = models.DateTimeField("建立时间")
    reckoned_at = models.DateTimeField("计算时间", null=True)
    blocked = models.CharField("不能计算的原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "指标方案"
        ordering = ["-school_year", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "school_year", "version"],
                name="assessment_scheme_version_once_per_year",
                violation_error_message="这一学年已有这个版本的考核方案。",
            ),
            models.UniqueConstraint(
                fields=["district", "school_year"],
                condition=~Q(state=SchemeState.PUBLISHED),
                name="assessment_scheme_one_open_version_per_year",
                violation_error_message="这一学年已有未发布的考核方案，请在那一版上继续。",
            ),
            models.CheckConstraint(
                name="assessment_scheme_correction_has_a_reason",
                condition=Q(version=1) | ~Q(reason=""),
                violation_error_message="更正须写明原因。",
            ),
        ]

    def __str__(self):
        return f"{self.title} 第 {self.version} 版"

    @property
    def year_label(self) -> str:
        return school_year_label(self.school_year)


@classified(plain="id scheme name position")
class Pool(models.Model):
    """类别: schools that are ranked with each other (小学, 初中 …)."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="pools")
    name = models.CharField("类别", max_length=20)
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        verbose_name = "类别"
        ordering = ["scheme", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "name"],
                name="assessment_pool_name_once_per_scheme",
                violation_error_message="这个类别已有，请换一个名称。",
            )
        ]

    def __str__(self):
        return self.name


@classified(plain="id scheme pool name position possible weight")
class Indicator(models.Model):
    """指标: points possible and weight. Without a pool it holds for every pool.

    The weights of a pool's indicators add up to 100.
    """

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="indicators")
    pool = models.ForeignKey(
        Pool, models.CASCADE, null=True, blank=True, related_name="indicators", verbose_name="类别"
    )
    name = models.CharField("指标", max_length=40)
    position = models.PositiveSmallIntegerField("次序")
    possible = models.DecimalField("满分", max_digits=9, decimal_places=3)
    weight = models.DecimalField("权重", max_digits=9, decimal_places=3)

    class Meta:
        verbose_name = "指标"
        ordering = ["scheme", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "name"],
                name="assessment_indicator_name_once_per_scheme",
                violation_error_message="这个指标已有，请换一个名称。",
            ),
            models.CheckConstraint(
                name="assessment_indicator_figures_are_positive",
                condition=Q(possible__gt=0, weight__gt=0, weight__lte=100),
                violation_error_message="满分和权重应大于 0，权重不超过 100。",
            ),
        ]

    def __str__(self):
        return self.name


@classified(plain="id scheme move at reason by_id by_post_id", name="by_name")
class SchemeMove(models.Model):
    """The history that users see: who moved a version on, when, why. Rows are only added."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="moves")
    move = models.CharField("办理", max_length=12, choices=SchemeMoveKind)
    at = models.DateTimeField("时间")
    reason = models.CharField("原因", max_length=500, blank=True)
    by_id = models.BigIntegerField("经办人", null=True)
    by_post_id = models.BigIntegerField("身份", null=True)
    by_name = models.CharField("姓名", max_length=50)

    append_only = True  # for the product's role of the database (core.actions.roles)

    class Meta:
        verbose_name = "办理记录"
        ordering = ["scheme", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="assessment_schememove_return_has_a_reason",
                condition=~Q(move__in=[SchemeMoveKind.RETURNED, SchemeMoveKind.CORRECTED])
                | ~Q(reason=""),
                violation_error_message="请写明原因。",
            )
        ]

    def __str__(self):
        return f"{self.scheme_id} {self.move}"
