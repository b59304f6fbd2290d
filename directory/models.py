from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from core.periods import DateRangeField, PeriodQuerySet, no_overlap
from directory.enums import DISTRICT_ROLES, SCHOOL_ROLES, Role


class District(models.Model):
    """A county and its education bureau, the tenant."""

    code = models.CharField("行政区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=50)
    bureau_name = models.CharField("教育局名称", max_length=50)
    is_sample = models.BooleanField("示例数据", default=False)

    class Meta:
        verbose_name = "行政区"
        ordering = ["code"]

    def __str__(self):
        return self.name


class School(models.Model):
    """Any unit that can join a group or be scored."""

    district = models.ForeignKey(District, models.PROTECT, verbose_name="行政区")
    code = models.CharField("学校标识码", max_length=10, null=True, blank=True)
    name = models.CharField("学校名称", max_length=100)

    class Meta:
        verbose_name = "学校"
        ordering = ["district", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "name"],
                name="directory_school_name_once_per_district",
                violation_error_message="本行政区已有同名学校。",
            ),
            models.UniqueConstraint(
                fields=["code"],
                name="directory_school_code_once",
                violation_error_message="该学校标识码已被使用。",
            ),
            models.CheckConstraint(
                name="directory_school_code_has_ten_digits",
                condition=Q(code__isnull=True) | Q(code__regex=r"^\d{10}$"),
                violation_error_message="学校标识码应为 10 位数字。",
            ),
        ]

    def __str__(self):
        return self.name


class User(AbstractBaseUser):
    """An account. What it may see comes from its posts, never from itself."""

    username = models.CharField("账号", max_length=50, unique=True)
    name = models.CharField("姓名", max_length=50)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("开通时间")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []
    objects = BaseUserManager()

    class Meta:
        verbose_name = "账号"
        ordering = ["username"]

    def __str__(self):
        return f"{self.name}（{self.username}）"


class Post(models.Model):
    """A role that a person holds at one unit for a period. One person may hold several."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name="账号"
    )
    role = models.CharField("角色", max_length=30, choices=Role)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, verbose_name="行政区"
    )
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, verbose_name="学校")
    period = DateRangeField("任职期间")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "身份"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="directory_post_at_the_unit_of_its_role",
                condition=(
                    Q(role__in=sorted(DISTRICT_ROLES), district__isnull=False, school__isnull=True)
                    | Q(role__in=sorted(SCHOOL_ROLES), district__isnull=True, school__isnull=False)
                ),
                violation_error_message="局内身份须指定教育局，学校身份须指定学校。",
            ),
            models.CheckConstraint(
                name="directory_post_period_is_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message="结束日期不能早于开始日期。",
            ),
            no_overlap(
                "user",
                "role",
                "district",
                name="directory_post_once_per_district",
                message="该账号在这段时间已有相同身份。",
                condition=Q(district__isnull=False),
            ),
            no_overlap(
                "user",
                "role",
                "school",
                name="directory_post_once_per_school",
                message="该账号在这段时间已有相同身份。",
                condition=Q(school__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.unit_name} {self.get_role_display()}"

    @property
    def unit_name(self) -> str:
        return self.district.bureau_name if self.district_id else self.school.name
