from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from assessment.enums import Exemption, ResultState, ShownTo
from assessment.models.schemes import Pool, Scheme
from core.privacy import classified


@classified(
    plain="id scheme school school_name pool status own own_rank rise final final_rank provisional"
    " is_core group_types waits_for steps"
)
class Result(models.Model):
    """捆绑考核结果 of one school with its derivation, as reckoned; replaced whole while a draft.

    ``steps`` holds the derivation, a list of [label, expression, value as text or null, clause];
    values have at most 6 decimals.
    """

    # Held by the entrant from which the row is derived; to ask three times a row whether they are
    # there costs as much as to judge it. ``check_integrity`` compares results and entrants.
    scheme = models.ForeignKey(
        Scheme, models.CASCADE, related_name="results", db_constraint=False, db_index=False
    )
    school = models.ForeignKey(
        "directory.School", models.PROTECT, verbose_name="学校", db_constraint=False, db_index=False
    )
    school_name = models.CharField("学校", max_length=100)
    pool = models.ForeignKey(
        Pool, models.CASCADE, related_name="results", verbose_name="类别", db_constraint=False,
        db_index=False,
    )  # fmt: skip
    status = models.CharField("状态", max_length=10, choices=ResultState)
    own = models.DecimalField("本校得分", max_digits=6, decimal_places=2, null=True)
    own_rank = models.PositiveIntegerField("本校名次", null=True)
    rise = models.IntegerField("进位", null=True)
    final = models.DecimalField("最终得分", max_digits=6, decimal_places=2, null=True)
    final_rank = models.PositiveIntegerField("最终名次", null=True)
    provisional = models.BooleanField("暂定", default=False)
    is_core = models.BooleanField("核心校", default=False)
    group_types = ArrayField(models.CharField(max_length=15), default=list, blank=True)
    waits_for = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    steps = models.JSONField("计算过程", default=list)

    class Meta:
        verbose_name = "捆绑考核结果"
        ordering = ["scheme", "pool", "final_rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                # A school's years are looked for by this index too.
                fields=["school", "scheme"],
                name="assessment_result_once_per_school",
            ),
            models.CheckConstraint(
                name="assessment_result_final_has_score_and_rank",
                condition=Q(status=ResultState.FINAL, final__isnull=False, final_rank__isnull=False)
                | Q(~Q(status=ResultState.FINAL), final__isnull=True, final_rank__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["scheme", "pool", "final_rank"], name="assessment_result_table")
        ]

    def __str__(self):
        return f"{self.school_name} {self.final}"


@classified(
    plain="id scheme notice shown_to published_at published_by_id published_by_post_id snapshot"
    " checksum",
    name="published_by_name",
)
class Publication(models.Model):
    """The frozen paper of a published version: its snapshot as text, and the checksum of that.

    ``shown_to`` says who besides bureau and leadership sees the whole pool (X-32).
    """

    scheme = models.OneToOneField(Scheme, models.PROTECT, related_name="publication")
    notice = models.ForeignKey("filings.PublicNotice", models.PROTECT, verbose_name="公示")
    shown_to = models.CharField("公开范围", max_length=10, choices=ShownTo)
    published_at = models.DateTimeField("发布时间")
    published_by_id = models.BigIntegerField("发布人", null=True)
    published_by_post_id = models.BigIntegerField("发布身份", null=True)
    published_by_name = models.CharField("发布人姓名", max_length=50)
    snapshot = models.TextField("快照")
    checksum = models.CharField("校验码", max_length=64)

    class Meta:
        verbose_name = "发布"
        ordering = ["-published_at"]

    def __str__(self):
        return f"{self.scheme_id} {self.checksum[:12]}"


@classified(plain="id scheme name own_weight exemption places project_cap packs created_at")
class Variant(models.Model):
    """试算: a saved reading of the same data with other figures; it never touches the record.

    What is null or empty stays as in the rules in force.
    """

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="variants")
    name = models.CharField("名称", max_length=40)
    own_weight = models.DecimalField(
        "核心校权重", max_digits=5, decimal_places=4, null=True, blank=True
    )
    exemption = models.CharField("免捆绑", max_length=10, choices=Exemption, blank=True)
    places = models.PositiveSmallIntegerField("进位名次", null=True, blank=True)
    project_cap = models.DecimalField(
        "加分上限", max_digits=6, decimal_places=2, null=True, blank=True
    )
    packs = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = "试算"
        ordering = ["scheme", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "name"],
                name="assessment_variant_name_once_per_scheme",
                violation_error_message="已有同名的试算，请换一个名称。",
            ),
            models.CheckConstraint(
                name="assessment_variant_weight_is_a_share",
                condition=Q(own_weight__isnull=True) | Q(own_weight__gt=0, own_weight__lte=1),
                violation_error_message="核心校权重应大于 0、不超过 100%。",
            ),
        ]

    def __str__(self):
        return self.name
