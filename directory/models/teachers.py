from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from core.fields import EncryptedTextField
from core.periods import DateRangeField, PeriodQuerySet, no_overlap
from core.privacy import classified
from directory.enums import Gender, Stage
from directory.models.districts import District
from directory.models.schools import School


@classified(
    plain="id district staff_number gender stage subject title position position_since"
    " backbone_level education hired_on user created_at",
    name="name search sort_key",
    contact="born_on phone",
    identity="id_number",
    secret="id_number_index phone_index",  # noqa: S106 - a list of fields
)
class Teacher(models.Model):
    """A teacher of the district. ID number and phone stand encrypted; their indexes find them."""

    district = models.ForeignKey(District, models.PROTECT, verbose_name="行政区")
    staff_number = models.CharField("工号", max_length=30)
    name = models.CharField("姓名", max_length=50)
    gender = models.CharField("性别", max_length=6, choices=Gender, blank=True)
    born_on = models.DateField("出生日期", null=True, blank=True)
    id_number = EncryptedTextField("身份证号", null=True, blank=True)
    id_number_index = models.CharField(max_length=64, null=True, editable=False)
    phone = EncryptedTextField("手机", null=True, blank=True)
    phone_index = models.CharField(max_length=64, null=True, editable=False)
    stage = models.CharField("学段", max_length=20, choices=Stage, blank=True)
    subject = models.CharField("学科", max_length=30, blank=True)
    title = models.CharField("职称", max_length=30, blank=True)
    position = models.CharField("职务", max_length=30, blank=True)
    position_since = models.DateField("任现职时间", null=True, blank=True)
    backbone_level = models.CharField("骨干层次", max_length=30, blank=True)
    education = models.CharField("学历", max_length=30, blank=True)
    hired_on = models.DateField("入职时间", null=True, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="账号"
    )
    search = models.CharField("检索", max_length=300)
    sort_key = models.CharField("排序", max_length=250)
    created_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = "教师"
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "staff_number"],
                name="directory_teacher_staff_number_once",
                violation_error_message="本行政区已有此工号。",
            ),
            models.UniqueConstraint(
                fields=["district", "id_number_index"],
                condition=Q(id_number_index__isnull=False),
                name="directory_teacher_id_number_once",
                violation_error_message="本行政区已有此身份证号的教师。",
            ),
            models.CheckConstraint(
                name="directory_teacher_id_number_has_its_index",
                condition=Q(id_number__isnull=True, id_number_index__isnull=True)
                | Q(id_number__isnull=False, id_number_index__isnull=False),
            ),
        ]
        indexes = [
            GinIndex(
                fields=["search"], opclasses=["gin_trgm_ops"], name="directory_teacher_search"
            ),
            models.Index(fields=["district", "sort_key"], name="directory_teacher_list"),
            models.Index(fields=["phone_index"], name="directory_teacher_phone"),
        ]

    def __str__(self):
        return self.name


@classified(plain="id teacher employer unit period source")
class Employment(models.Model):
    """Where a teacher belongs: ``employer`` holds the post (编制), ``unit`` is where they work."""

    teacher = models.ForeignKey(Teacher, models.PROTECT, related_name="employments")
    employer = models.ForeignKey(
        School, models.PROTECT, related_name="employed", verbose_name="编制学校"
    )
    unit = models.ForeignKey(School, models.PROTECT, related_name="staff", verbose_name="任教单位")
    period = DateRangeField("期间")
    source = models.CharField("来源", max_length=100, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        ordering = ["teacher", "period"]
        constraints = [
            no_overlap(
                "teacher",
                name="directory_employment_one_at_a_time",
                message="该教师在这段时间已有任教单位。",
            ),
            models.CheckConstraint(
                name="directory_employment_period_is_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]
        indexes = [models.Index(fields=["unit"], name="directory_employment_unit")]

    def __str__(self):
        return f"{self.teacher_id} {self.unit_id}"
