from django.db import models
from django.db.models import Q

from core.privacy import classified
from directory.models.districts import District


@classified(
    plain="id district until source source_id reason closed_at ended_at ended_reason",
    name="closed_by",
)
class Closing(models.Model):
    """Up to which day schools and groups of a district may no longer change, and why (rule 7).

    Written by the app above that published what rests on those days; ended when it is corrected.
    """

    district = models.ForeignKey(District, models.PROTECT, verbose_name="行政区")
    until = models.DateField("锁定至")
    source = models.CharField("来源", max_length=40)
    source_id = models.BigIntegerField("来源编号")
    reason = models.CharField("原因", max_length=200)
    closed_at = models.DateTimeField("锁定时间")
    closed_by = models.CharField("锁定人", max_length=50)
    ended_at = models.DateTimeField("解除时间", null=True)
    ended_reason = models.CharField("解除原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "锁定"
        ordering = ["district", "-until"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "source", "source_id"],
                condition=Q(ended_at__isnull=True),
                name="directory_closing_one_in_force_per_source",
                violation_error_message="这一锁定已在生效。",
            ),
            models.CheckConstraint(
                name="directory_closing_end_has_a_reason",
                condition=Q(ended_at__isnull=True) | ~Q(ended_reason=""),
                violation_error_message="解除锁定须写明原因。",
            ),
        ]

    def __str__(self):
        return f"{self.district_id} {self.until}"
