"""Shapes that several resources share."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.periods import last_day


class Named(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


@extend_schema_field(Named(allow_null=True))
class SchoolField(serializers.Field):
    """``{"id", "name"}`` of the school whose id the source holds; names come from the context."""

    def __init__(self, **kwargs):
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: int) -> dict:
        return {"id": value, "name": self.context["school_names"].get(value, "")}


class SinceField(serializers.DateField):
    """The first day of a period."""

    def __init__(self, **kwargs):
        super().__init__(source="period", read_only=True, allow_null=True, **kwargs)

    def to_representation(self, value):
        return value.lower and value.lower.isoformat()


class UntilField(SinceField):
    """The last day of a period, inclusive; null while it is open."""

    def to_representation(self, value):
        day = last_day(value)
        return day and day.isoformat()
