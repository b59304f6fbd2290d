from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.lists import Rows, Word
from core.api.shapes import SchoolField
from directory.selectors import schools
from resources.enums import BookingState, FacilityKind, Sharing
from resources.selectors.bookings import bookings_visible_to
from resources.selectors.facilities import facilities_visible_to


class FacilityShape(serializers.Serializer):
    id = serializers.IntegerField()
    school = SchoolField(source="school_id")
    name = serializers.CharField()
    kind = serializers.ChoiceField(FacilityKind.choices)
    place = serializers.CharField(help_text="位置")
    capacity = serializers.IntegerField(allow_null=True, help_text="容纳人数")
    sharing = serializers.ChoiceField(Sharing.choices, help_text="谁可以约")
    needs_approval = serializers.BooleanField(help_text="外校预约须所属学校批准")
    withdrawn_from = serializers.DateField(allow_null=True, help_text="停用自")


class FacilityFilters(filters.FilterSet):
    q = Word()
    school = filters.NumberFilter(field_name="school_id")
    kind = filters.ChoiceFilter(choices=FacilityKind.choices)
    sharing = filters.ChoiceFilter(choices=Sharing.choices)


class Facilities(Rows):
    """场地设施：本校的，和集团各校、全县学校开放预约的"""

    serializer_class = FacilityShape
    filterset_class = FacilityFilters
    orderings = {"name": "sort_key", "school": "school_id", "capacity": "capacity", "id": "id"}

    def rows(self, actor, day):
        return facilities_visible_to(actor)

    def related(self, rows):
        return {"school_names": schools.names_on(self.day, {it.school_id for it in rows})}


class FacilityNamed(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class BookingShape(serializers.Serializer):
    id = serializers.IntegerField()
    facility = serializers.SerializerMethodField()
    school = SchoolField(source="school_id", help_text="使用学校")
    day = serializers.DateField()
    starts_at = serializers.DateTimeField(source="period.lower")
    ends_at = serializers.DateTimeField(source="period.upper")
    first_lesson = serializers.IntegerField(allow_null=True)
    last_lesson = serializers.IntegerField(allow_null=True)
    purpose = serializers.CharField()
    heads = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(BookingState.choices)
    series = serializers.IntegerField(source="series_id", allow_null=True)
    reason = serializers.CharField(help_text="未批准或取消的原因")

    @extend_schema_field(FacilityNamed)
    def get_facility(self, row) -> dict:
        return {"id": row.facility_id, "name": row.facility.name}


class BookingFilters(filters.FilterSet):
    facility = filters.NumberFilter(field_name="facility_id")
    school = filters.NumberFilter(field_name="school_id")
    state = filters.ChoiceFilter(choices=BookingState.choices)
    day_from = filters.DateFilter(field_name="day", lookup_expr="gte")
    day_to = filters.DateFilter(field_name="day", lookup_expr="lte")


class Bookings(Rows):
    """预约：本人的、本校的和本校场地的；教育局看全县"""

    serializer_class = BookingShape
    filterset_class = BookingFilters
    orderings = {"day": "day", "id": "id"}

    def rows(self, actor, day):
        return bookings_visible_to(actor)

    def related(self, rows):
        return {"school_names": schools.names_on(self.day, {it.school_id for it in rows})}
