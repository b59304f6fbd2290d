from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.lists import Rows
from reports.enums import ReportKind, ReportState
from reports.selectors import reports


class Report(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(ReportKind.choices)
    district = serializers.IntegerField(source="district_id")
    school_year = serializers.IntegerField(help_text="学年开始的年份")
    month = serializers.SerializerMethodField(help_text="月报的月份，YYYY-MM")
    term = serializers.IntegerField(allow_null=True, help_text="学期总结是第几学期")
    group = serializers.IntegerField(source="group_id", allow_null=True)
    title = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(ReportState.choices)
    superseded = serializers.BooleanField(help_text="已有更新的版本印发")
    as_of = serializers.DateField(help_text="数据截至")
    issued_at = serializers.DateTimeField(allow_null=True)
    number = serializers.CharField(allow_null=True, help_text="核验编号")
    checksum = serializers.CharField(help_text="PDF 的 SHA-256")
    pages = serializers.IntegerField()
    pdf = serializers.SerializerMethodField(help_text="下载地址，须登录")
    xlsx = serializers.SerializerMethodField(help_text="下载地址，须登录")

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_month(self, row) -> str | None:
        return f"{row.month:%Y-%m}" if row.month else None

    def get_pdf(self, row) -> str:
        return reverse("file-download", args=[row.file_id])

    def get_xlsx(self, row) -> str:
        return reverse("file-download", args=[row.tables_id])


class ReportFilters(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=ReportKind.choices)
    state = filters.ChoiceFilter(choices=ReportState.choices)
    school_year = filters.NumberFilter()
    group = filters.NumberFilter(field_name="group_id")
    superseded = filters.BooleanFilter()


class Reports(Rows):
    """报告的各个版本；县领导只见已印发的，学校不在其列"""

    serializer_class = Report
    filterset_class = ReportFilters
    orderings = {"school_year": "school_year", "issued_at": "issued_at", "id": "id"}

    def rows(self, actor, day):
        return reports.reports_visible_to(actor)
