from django.db import models
from django.db.models import F, Q

from core.privacy import classified


@classified(plain="id code name bureau_name parent is_sample")
class District(models.Model):
    """A county, city or province; its bureau is the tenant. Districts form a tree (GB/T 2260)."""

    code = models.CharField("行政区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=50)
    bureau_name = models.CharField("教育局名称", max_length=50)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    is_sample = models.BooleanField("示例数据", default=False)

    class Meta:
        verbose_name = "行政区"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="directory_district_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                violation_error_message="行政区不能以自己为上级。",
            ),
            models.CheckConstraint(
                name="directory_district_code_has_six_to_twelve_digits",
                condition=Q(code__regex=r"^\d{6,12}$"),
                violation_error_message="行政区划代码应为 6 至 12 位数字。",
            ),
        ]

    def __str__(self):
        return self.name


@classified(plain="id district code name town attribute national_class")
class AreaUnit(models.Model):
    """A village unit of the statistical area codes with its urban/rural attribute (B5-1)."""

    district = models.ForeignKey(District, models.PROTECT, verbose_name="行政区")
    code = models.CharField("区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=60)
    town = models.CharField("乡镇（街道）", max_length=60, blank=True)
    attribute = models.CharField("城乡属性", max_length=2, blank=True)
    national_class = models.CharField("城乡分类代码", max_length=3, blank=True)

    class Meta:
        verbose_name = "区划单元"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="directory_areaunit_code_has_twelve_digits",
                condition=Q(code__regex=r"^\d{12}$"),
                violation_error_message="区划代码应为 12 位数字。",
            ),
            models.CheckConstraint(
                name="directory_areaunit_attribute_has_two_digits",
                condition=Q(attribute="") | Q(attribute__regex=r"^\d{2}$"),
                violation_error_message="城乡属性应为 2 位数字。",
            ),
        ]

    def __str__(self):
        return f"{self.town}{self.name}"
