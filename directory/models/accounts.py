import functools
import operator

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Lower

from core.periods import DateRangeField, PeriodQuerySet, no_overlap
from core.privacy import classified
from directory.enums import DISTRICT_ROLES, SCHOOL_ROLES, GrantRole, Role
from directory.models.districts import District
from directory.models.schools import School


@classified(
    plain="id username is_active created_at last_login password_set_at",
    name="name",
    secret="password",  # noqa: S106
)
class User(AbstractBaseUser):
    """An account. What it may see comes from its posts, never from itself."""

    username = models.CharField("账号", max_length=50, unique=True)
    name = models.CharField("姓名", max_length=50)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("开通时间")
    password_set_at = models.DateTimeField("密码设定时间", null=True)  # None: before it was kept

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []
    objects = BaseUserManager()

    class Meta:
        verbose_name = "账号"
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="directory_user_username_once_whatever_its_case",
                violation_error_message="已有这个账号（大小写不同也算同一个）。",
            )
        ]

    def __str__(self):
        return f"{self.name}（{self.username}）"


@classified(plain="id user role district school period")
class Post(models.Model):
    """A role that a person holds at one unit for a period. One person may hold several (X-10)."""

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
        indexes = [
            models.Index(fields=["school", "role"], name="directory_post_of_school"),
            models.Index(fields=["district", "role"], name="directory_post_of_district"),
        ]

    def __str__(self):
        return f"{self.user_id} {self.role}"


GRANTED = ("user", "post", "unit", "school", "group_id", "teacher")


def one_of(*fields: str) -> Q:
    """Exactly one of the fields is given."""
    ways = [Q(**{f"{field}__isnull": field != given for field in fields}) for given in fields]
    return functools.reduce(operator.or_, ways)


@classified(
    plain="id user post unit role school group_id teacher school_year period source source_id"
    " ended_reason"
)
class Grant(models.Model):
    """Scope that only an upper app knows the reason of; the only permission per object.

    To a user, to a post, or to a school's own posts whoever holds them (``unit``); on a school, a
    group, a teacher or a school year of a school; for a period.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="grants"
    )
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="grants")
    unit = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="grants_held"
    )
    role = models.CharField("作用", max_length=20, choices=GrantRole)
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True)
    group_id = models.BigIntegerField("集团", null=True)
    teacher = models.ForeignKey("directory.Teacher", models.PROTECT, null=True, blank=True)
    school_year = models.PositiveSmallIntegerField("学年", null=True)
    period = DateRangeField("期间")
    source = models.CharField("来源", max_length=40)
    source_id = models.BigIntegerField("来源编号")
    ended_reason = models.CharField("结束原因", max_length=200, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "授权"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="directory_grant_to_a_user_a_post_or_a_unit",
                condition=one_of("user", "post", "unit"),
            ),
            models.CheckConstraint(
                name="directory_grant_on_a_school_a_group_or_a_teacher",
                condition=one_of("school", "group_id", "teacher"),
            ),
            ExclusionConstraint(
                name="directory_grant_once_per_source",
                expressions=[
                    ("source", RangeOperators.EQUAL),
                    ("source_id", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    *((Coalesce(F(field), Value(0)), RangeOperators.EQUAL) for field in GRANTED),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="同一来源的授权重复。",
            ),
        ]
        indexes = [models.Index(fields=["source", "source_id"], name="directory_grant_source")]

    def __str__(self):
        return f"{self.role} {self.source} {self.source_id}"


@classified(
    plain="id user issued_by issued_at expires_at used_at voided_at",
    secret="code_hash",  # noqa: S106
)
class ActivationSlip(models.Model):
    """A one-time code on a printed slip: with it a person sets their password (X-26)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="slips")
    code_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField("发放时间")
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True)
    voided_at = models.DateTimeField("作废时间", null=True)

    class Meta:
        verbose_name = "激活码"
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
                name="directory_activationslip_one_open_per_user",
                violation_error_message="该账号已有未使用的激活码。",
            ),
            models.CheckConstraint(
                name="directory_activationslip_expires_after_issue",
                condition=Q(expires_at__gt=F("issued_at")),
            ),
        ]

    def __str__(self):
        return f"{self.user_id} {self.issued_at:%Y-%m-%d}"
