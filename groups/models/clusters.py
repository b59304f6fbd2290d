from django.db import models
from django.db.models import Q

from core.periods import DateRangeField, PeriodQuerySet, no_overlap
from core.privacy import classified


@classified(plain="id district name search sort_key")
class Cluster(models.Model):
    """片区: a centre school and the small schools it manages (E-2); may join a group (B2-7)."""

    district = models.ForeignKey("directory.District", models.PROTECT, verbose_name="行政区")
    name = models.CharField("片区", max_length=100)
    search = models.CharField("检索", max_length=400)
    sort_key = models.CharField("排序", max_length=300)

    class Meta:
        verbose_name = "片区"
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "name"],
                name="groups_cluster_name_once_per_district",
                violation_error_message="本行政区已有同名片区。",
            )
        ]

    def __str__(self):
        return self.name


@classified(plain="id cluster school is_centre period")
class ClusterSchool(models.Model):
    """A school's place in a cluster while it lasts."""

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="places")
    school = models.ForeignKey("directory.School", models.PROTECT, verbose_name="学校")
    is_centre = models.BooleanField("中心校", default=False)
    period = DateRangeField("期间")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "片区学校"
        ordering = ["cluster", "-is_centre", "pk"]
        constraints = [
            no_overlap(
                "school",
                name="groups_clusterschool_in_one_cluster",
                message="该学校在这段时间已属于一个片区。",
            ),
            no_overlap(
                "cluster",
                name="groups_clusterschool_one_centre",
                message="片区在同一时间只能有一所中心校。",
                condition=Q(is_centre=True),
            ),
            models.CheckConstraint(
                name="groups_clusterschool_period_is_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]

    def __str__(self):
        return f"{self.cluster_id} {self.school_id}"
