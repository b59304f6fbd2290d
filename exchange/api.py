from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from core.api.lists import ON, Rows
from core.api.shapes import Named, SchoolField, SinceField, UntilField
from directory.selectors import schools
from exchange.enums import LogKind, PlacementKind, PlacementState, Way
from exchange.selectors import logs, placements


class Placement(serializers.Serializer):
    id = serializers.IntegerField()
    teacher = serializers.SerializerMethodField()
    sending = SchoolField(source="sending_id")
    receiving = SchoolField(source="receiving_id")
    group = serializers.IntegerField(source="group_id", allow_null=True)
    kind = serializers.ChoiceField(PlacementKind.choices)
    full_time = serializers.BooleanField()
    subject = serializers.CharField()
    duty = serializers.CharField()
    way = serializers.ChoiceField(Way.choices)
    since = SinceField()
    until = UntilField()
    state = serializers.ChoiceField(
        PlacementState.choices, source="shown", help_text="按所问的日期推算，期满不另存"
    )
    arrived_on = serializers.DateField(allow_null=True)

    @extend_schema_field(Named)
    def get_teacher(self, row) -> dict:
        return {"id": row.teacher_id, "name": row.teacher.name}


class PlacementFilters(filters.FilterSet):
    teacher = filters.NumberFilter(field_name="teacher_id")
    sending = filters.NumberFilter(field_name="sending_id")
    receiving = filters.NumberFilter(field_name="receiving_id")
    group = filters.NumberFilter(field_name="group_id")
    kind = filters.ChoiceFilter(choices=PlacementKind.choices)
    state = filters.ChoiceFilter(field_name="shown", choices=PlacementState.choices)


@extend_schema_view(list=extend_schema(parameters=[ON]), retrieve=extend_schema(parameters=[ON]))
class Placements(Rows):
    """交流轮岗：派出学校和接收学校都看得到"""

    serializer_class = Placement
    filterset_class = PlacementFilters
    orderings = {"since": "period", "id": "id"}

    def rows(self, actor, day):
        return placements.placements_on(actor, day).select_related("teacher")

    def related(self, rows):
        ids = {pk for row in rows for pk in (row.sending_id, row.receiving_id)}
        return {"school_names": schools.names_on(self.day, ids)}


class LogEntry(serializers.Serializer):
    id = serializers.IntegerField()
    placement = serializers.IntegerField(source="placement_id")
    teacher = serializers.SerializerMethodField()
    day = serializers.DateField()
    kinds = serializers.ListField(child=serializers.ChoiceField(LogKind.choices))
    lessons_given = serializers.IntegerField(allow_null=True)
    lessons_heard = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()
    written_at = serializers.DateTimeField()
    comment = serializers.CharField()

    @extend_schema_field(Named)
    def get_teacher(self, row) -> dict:
        return {"id": row.placement.teacher_id, "name": row.placement.teacher.name}


class LogFilters(filters.FilterSet):
    teacher = filters.NumberFilter(field_name="placement__teacher_id")
    placement = filters.NumberFilter(field_name="placement_id")
    day_from = filters.DateFilter(field_name="day", lookup_expr="gte")
    day_to = filters.DateFilter(field_name="day", lookup_expr="lte")


class LogEntries(Rows):
    """交流日志：本人、派出学校、接收学校和教育局看得到"""

    serializer_class = LogEntry
    filterset_class = LogFilters
    orderings = {"day": "day", "id": "id"}

    def rows(self, actor, day):
        return logs.logs_visible_to(actor).select_related("placement__teacher")
