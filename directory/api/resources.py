from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from core.api.lists import ON, Rows, Word
from core.api.shapes import Named, SchoolField, SinceField
from core.privacy import masked_birth, masked_id_number, masked_phone
from directory.enums import SchoolKind, Stage
from directory.selectors import people, schools, teachers


class District(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    bureau_name = serializers.CharField()
    parent = serializers.IntegerField(source="parent_id", allow_null=True)
    is_sample = serializers.BooleanField()


class DistrictFilters(filters.FilterSet):
    code = filters.CharFilter()
    parent = filters.NumberFilter(field_name="parent_id")


@extend_schema_view(list=extend_schema(parameters=[ON]), retrieve=extend_schema(parameters=[ON]))
class Districts(Rows):
    """行政区"""

    serializer_class = District
    filterset_class = DistrictFilters
    orderings = {"code": "code", "name": "name"}

    def rows(self, actor, day):
        return people.districts_visible_to(actor)


class School(serializers.Serializer):
    id = serializers.IntegerField(source="school_id")
    district = serializers.IntegerField(source="district_id")
    name = serializers.CharField()
    code = serializers.CharField(allow_null=True, help_text="学校标识码；null 为待补")
    kind = serializers.ChoiceField(SchoolKind.choices)
    stage = serializers.ChoiceField(Stage.choices, allow_blank=True)
    parent = SchoolField(source="parent_id")
    area_class = serializers.CharField()
    since = SinceField(help_text="这一条信息从哪一天起")


class SchoolFilters(filters.FilterSet):
    q = Word()
    code = filters.CharFilter()
    district = filters.NumberFilter(field_name="district_id")
    kind = filters.ChoiceFilter(choices=SchoolKind.choices)
    stage = filters.ChoiceFilter(choices=Stage.choices)
    parent = filters.NumberFilter(field_name="parent_id", label="所属学校的 id")


@extend_schema_view(list=extend_schema(parameters=[ON]), retrieve=extend_schema(parameters=[ON]))
class Schools(Rows):
    """学校（办学单位）"""

    serializer_class = School
    filterset_class = SchoolFilters
    lookup_field = "school_id"
    orderings = {"name": "sort_key", "code": "code", "id": "school_id"}

    def rows(self, actor, day):
        return schools.schools_visible_to(actor, day)

    def related(self, rows):
        parents = {row.parent_id for row in rows if row.parent_id}
        return {"school_names": schools.names_on(self.day, parents)}


class Masked(serializers.CharField):
    """Personal data; the API never gives it unmasked."""

    def __init__(self, mask, **kwargs):
        self.mask = mask
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value):
        return self.mask(value)


class Teacher(serializers.Serializer):
    id = serializers.IntegerField()
    district = serializers.IntegerField(source="district_id")
    staff_number = serializers.CharField()
    name = serializers.CharField()
    gender = serializers.CharField()
    born_on = Masked(masked_birth, allow_null=True, help_text="遮盖：1985-**-**")
    id_number = Masked(masked_id_number, allow_null=True, help_text="遮盖")
    phone = Masked(masked_phone, allow_null=True, help_text="遮盖")
    stage = serializers.CharField()
    subject = serializers.CharField()
    title = serializers.CharField()
    position = serializers.CharField()
    position_since = serializers.DateField(allow_null=True)
    backbone_level = serializers.CharField()
    education = serializers.CharField()
    hired_on = serializers.DateField(allow_null=True)
    employer = serializers.SerializerMethodField()
    unit = serializers.SerializerMethodField()

    @extend_schema_field(Named(allow_null=True))
    def get_employer(self, teacher) -> dict | None:
        return self._place(teacher, "employer_id")

    @extend_schema_field(Named(allow_null=True))
    def get_unit(self, teacher) -> dict | None:
        return self._place(teacher, "unit_id")

    def _place(self, teacher, side: str) -> dict | None:
        if place := self.context["employments"].get(teacher.pk):
            school_id = getattr(place, side)
            return {"id": school_id, "name": self.context["school_names"].get(school_id, "")}
        return None


class TeacherFilters(filters.FilterSet):
    q = Word()
    district = filters.NumberFilter(field_name="district_id")
    staff_number = filters.CharFilter()
    school = filters.NumberFilter(method="at_school", label="编制或任教单位的 id")
    stage = filters.ChoiceFilter(choices=Stage.choices)
    subject = filters.CharFilter()
    title = filters.CharFilter()

    def at_school(self, rows, name, value):
        return teachers.at_school(rows, int(value), self.request.parser_context["view"].day)


@extend_schema_view(list=extend_schema(parameters=[ON]), retrieve=extend_schema(parameters=[ON]))
class Teachers(Rows):
    """教师；身份证号、手机和出生日期一律遮盖"""

    serializer_class = Teacher
    filterset_class = TeacherFilters
    orderings = {"name": "sort_key", "staff_number": "staff_number", "id": "id"}

    def rows(self, actor, day):
        return teachers.teachers_visible_to(actor, day)

    def related(self, rows):
        places = teachers.employments_on(self.day, [row.pk for row in rows])
        ids = {i for place in places.values() for i in (place.employer_id, place.unit_id)}
        return {"employments": places, "school_names": schools.names_on(self.day, ids)}
