from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from core.api.lists import ON, Rows, Word
from core.api.shapes import Named, SchoolField, SinceField, UntilField
from directory.selectors import schools
from groups.enums import GroupMode, GroupType, MembershipRole
from groups.selectors import api as selectors
from groups.selectors import groups


class Group(serializers.Serializer):
    id = serializers.IntegerField(source="group_id")
    district = serializers.IntegerField(source="district_id")
    name = serializers.CharField()
    type = serializers.ChoiceField(GroupType.choices)
    mode = serializers.ChoiceField(GroupMode.choices, allow_blank=True)
    since = SinceField(help_text="这一条信息从哪一天起")


class GroupFilters(filters.FilterSet):
    q = Word()
    district = filters.NumberFilter(field_name="district_id")
    type = filters.ChoiceFilter(choices=GroupType.choices)
    mode = filters.ChoiceFilter(choices=GroupMode.choices)


@extend_schema_view(list=extend_schema(parameters=[ON]), retrieve=extend_schema(parameters=[ON]))
class Groups(Rows):
    """教育集团"""

    serializer_class = Group
    filterset_class = GroupFilters
    lookup_field = "group_id"
    orderings = {"name": "sort_key", "id": "group_id"}

    def rows(self, actor, day):
        return groups.groups_visible_to(actor, day)


class Membership(serializers.Serializer):
    id = serializers.IntegerField()
    group = serializers.SerializerMethodField()
    type = serializers.ChoiceField(GroupType.choices)
    role = serializers.ChoiceField(MembershipRole.choices)
    school = SchoolField(source="school_id")
    cluster = Named(allow_null=True)
    since = SinceField()
    until = UntilField()

    @extend_schema_field(Named)
    def get_group(self, row) -> dict:
        return {"id": row.group_id, "name": self.context["group_names"].get(row.group_id, "")}


class MembershipFilters(filters.FilterSet):
    group = filters.NumberFilter(field_name="group_id")
    school = filters.NumberFilter(field_name="school_id")
    type = filters.ChoiceFilter(choices=GroupType.choices)
    role = filters.ChoiceFilter(choices=MembershipRole.choices)


@extend_schema_view(list=extend_schema(parameters=[ON]), retrieve=extend_schema(parameters=[ON]))
class Memberships(Rows):
    """集团的核心校与成员校；别的行政区的学校只给出名称"""

    serializer_class = Membership
    filterset_class = MembershipFilters
    orderings = {"group": "group_id", "id": "id"}

    def rows(self, actor, day):
        return selectors.memberships_visible_to(actor, day)

    def related(self, rows):
        own = {row.school_id for row in rows if row.school_id}
        return {
            "school_names": schools.names_on(self.day, own),
            "group_names": selectors.group_names(self.day, {row.group_id for row in rows}),
        }
