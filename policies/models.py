from django.db import models
from django.db.models import Q

from core.periods import DateRangeField, PeriodQuerySet, no_overlap
from core.privacy import classified


REASON_NEEDED = "请填写原因。"


class _Entered(models.Model):
    """Who entered a row, when and why; a row that was put right is kept, marked as withdrawn."""

    period = DateRangeField("期间")
    reason = models.CharField("原因", max_length=200)
    created_at = models.DateTimeField("录入时间")
    created_by_id = models.BigIntegerField("录入账号", null=True, blank=True)
    created_by_name = models.CharField("录入人", max_length=50)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        abstract = True


@classified(
    plain="id district period reason created_at withdrawn_at",
    name="created_by_name",
    contact="created_by_id",
)
class Adoption(_Entered):
    """The ordered list of packs that a district follows during a period."""

    district = models.ForeignKey("directory.District", models.PROTECT, verbose_name="行政区")

    class Meta:
        verbose_name = "方案采用"
        ordering = ["-period", "-pk"]
        constraints = [
            no_overlap(
                "district",
                name="policies_adoption_one_at_a_time",
                message="本行政区在这段时间已采用另一组方案，请刷新页面后重试。",
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="policies_adoption_period_is_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                name="policies_adoption_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=REASON_NEEDED,
            ),
        ]

    def __str__(self):
        return f"方案采用 {self.pk}"


@classified(plain="id adoption position code valid_from valid_until")
class AdoptedPack(models.Model):
    """A pack in its place; the days that its document names, as the bureau confirmed them.

    ``valid_until`` is the last day. Both are null where the document names none.
    """

    adoption = models.ForeignKey(Adoption, models.PROTECT, related_name="packs")
    position = models.PositiveSmallIntegerField("次序")
    code = models.CharField("方案", max_length=40)
    valid_from = models.DateField("执行日期", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)

    class Meta:
        verbose_name = "所采用方案"
        ordering = ["adoption", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["adoption", "position"],
                name="policies_adoptedpack_place_once",
                violation_error_message="两个方案的次序相同。",
            ),
            models.UniqueConstraint(
                fields=["adoption", "code"],
                name="policies_adoptedpack_once",
                violation_error_message="同一方案只能采用一次。",
            ),
            models.CheckConstraint(
                name="policies_adoptedpack_dates_in_order",
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gte=models.F("valid_from")),
                violation_error_message="有效期至不能早于执行日期。",
            ),
        ]

    def __str__(self):
        return self.code


@classified(
    plain="id district period reason created_at withdrawn_at identity figures dropped",
    name="created_by_name",
    contact="created_by_id",
)
class OwnFigure(_Entered):
    """What the bureau itself ruled for one rule: its own figures, or that the rule is dropped.

    ``identity`` is that of ``policies.schema``; ``figures`` are valid for it when written.
    """

    district = models.ForeignKey("directory.District", models.PROTECT, verbose_name="行政区")
    identity = models.CharField("规则", max_length=80)
    figures = models.JSONField("数值", null=True, blank=True)
    dropped = models.BooleanField("停用", default=False)

    class Meta:
        verbose_name = "本局规定"
        ordering = ["-period", "-pk"]
        constraints = [
            no_overlap(
                "district",
                "identity",
                name="policies_ownfigure_one_at_a_time",
                message="本局在这段时间对这条规则已另有规定，请刷新页面后重试。",
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="policies_ownfigure_period_is_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                name="policies_ownfigure_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=REASON_NEEDED,
            ),
            models.CheckConstraint(
                name="policies_ownfigure_is_dropped_or_has_figures",
                condition=Q(dropped=True, figures__isnull=True)
                | Q(dropped=False, figures__isnull=False),
                violation_error_message="须填写数值，或停用这条规则。",
            ),
        ]

    def __str__(self):
        return self.identity
