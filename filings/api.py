from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.lists import Rows
from filings.enums import FilingKind, FilingState
from filings.selectors.filings import filings_visible_to


class FilingShape(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(FilingKind.choices)
    district = serializers.IntegerField(source="district_id")
    school = serializers.IntegerField(source="school_id", help_text="报送学校")
    group = serializers.IntegerField(source="group_id", allow_null=True)
    school_year = serializers.IntegerField(help_text="学年开始的年份")
    title = serializers.CharField()
    number = serializers.CharField(help_text="报送编号；第一次报送前为空")
    version = serializers.IntegerField()
    previous = serializers.IntegerField(
        source="previous_id", allow_null=True, help_text="由哪一份重开"
    )
    state = serializers.ChoiceField(FilingState.choices)
    due_on = serializers.DateField(allow_null=True, help_text="期限")
    created_at = serializers.DateTimeField()
    scan = serializers.SerializerMethodField(help_text="盖章扫描件的下载地址，须登录")

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_scan(self, row) -> str | None:
        return reverse("file-download", args=[row.scan_id]) if row.scan_id else None


class FilingFilters(filters.FilterSet):
    district = filters.NumberFilter(field_name="district_id")
    school = filters.NumberFilter(field_name="school_id")
    school_year = filters.NumberFilter()
    kind = filters.ChoiceFilter(choices=FilingKind.choices)
    state = filters.ChoiceFilter(choices=FilingState.choices)


class Filings(Rows):
    """报送的各版本；学校看到本校的，教育局看到报送过的"""

    serializer_class = FilingShape
    filterset_class = FilingFilters
    orderings = {"id": "id", "school_year": "school_year", "due_on": "due_on", "number": "number"}

    def rows(self, actor, day):
        return filings_visible_to(actor)
