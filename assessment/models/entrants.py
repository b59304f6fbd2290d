from django.db import models
from django.db.models import Q

from assessment.models.schemes import Indicator, Pool, Scheme
from core.privacy import classified


@classified(plain="id scheme school pool apart pupils last_rank last_rank_given out_reason")
class Entrant(models.Model):
    """A school in one version of a year's assessment.

    ``apart`` is off for a campus that is not scored on its own (不单独评分). ``last_rank`` is last
    year's own rank in its pool: from last year's published version, or entered by hand
    (``last_rank_given``). With ``out_reason`` the bureau has taken the school out of this year.
    """

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="entrants")
    school = models.ForeignKey("directory.School", models.PROTECT, verbose_name="学校")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="entrants", verbose_name="类别")
    apart = models.BooleanField("单独评分", default=True)
    pupils = models.PositiveIntegerField("学生数", null=True, blank=True)
    last_rank = models.PositiveIntegerField("上年名次", null=True, blank=True)
    last_rank_given = models.BooleanField("上年名次为补录", default=False)
    out_reason = models.CharField("退出本年考核的原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "参评学校"
        ordering = ["scheme", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "school"],
                name="assessment_entrant_school_once_per_scheme",
                violation_error_message="这所学校已在参评学校中。",
            ),
            models.CheckConstraint(
                name="assessment_entrant_last_rank_is_positive",
                condition=Q(last_rank__isnull=True) | Q(last_rank__gte=1),
                violation_error_message="上年名次应为 1 以上的整数。",
            ),
        ]

    def __str__(self):
        return f"{self.scheme_id} {self.school_id}"


@classified(plain="id entrant indicator points")
class Score(models.Model):
    """得分: the points that a school got of an indicator's possible ones, as entered.

    A missing score has no row: nothing missing is zero (rule 9).
    """

    entrant = models.ForeignKey(Entrant, models.CASCADE, related_name="scores")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="scores")
    points = models.DecimalField("得分", max_digits=12, decimal_places=6)

    class Meta:
        verbose_name = "得分"
        ordering = ["entrant", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["entrant", "indicator"],
                name="assessment_score_once_per_indicator",
                violation_error_message="这所学校的这个指标已有得分。",
            ),
            models.CheckConstraint(
                name="assessment_score_is_not_negative",
                condition=Q(points__gte=0),
                violation_error_message="得分不能为负数。",
            ),
        ]

    def __str__(self):
        return f"{self.entrant_id} {self.indicator_id} {self.points}"


@classified(plain="id entrant name points review")
class Project(models.Model):
    """Points that the bureau's review on site gave to a project of a 协作型 core (B3-10)."""

    entrant = models.ForeignKey(Entrant, models.CASCADE, related_name="projects")
    name = models.CharField("项目", max_length=100)
    points = models.DecimalField("加分", max_digits=6, decimal_places=3)
    review = models.CharField("评审意见", max_length=500, blank=True)

    class Meta:
        verbose_name = "项目加分"
        ordering = ["entrant", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["entrant", "name"],
                name="assessment_project_name_once_per_school",
                violation_error_message="这所学校已有同名项目。",
            ),
            models.CheckConstraint(
                name="assessment_project_points_are_not_negative",
                condition=Q(points__gte=0),
                violation_error_message="加分不能为负数。",
            ),
        ]

    def __str__(self):
        return self.name
