"""A resource that is read: a list by pages and one row, within the actor's scope, on a day."""

import datetime
from collections.abc import Sequence
from typing import ClassVar

from django.db.models import F, QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.filters import BaseFilterBackend
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from core import clock
from core.actor import Actor
from core.api.problems import BadParameter
from core.words import simplified


ON = OpenApiParameter(
    "on",
    OpenApiTypes.DATE,
    description="截至哪一天的情况（YYYY-MM-DD），不写为今天。权限始终按今天的身份。",
)


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class Filters(filters.DjangoFilterBackend):
    """Faulty values are told by the name of their parameter."""

    def filter_queryset(self, request, queryset, view):
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise BadParameter(filterset.errors)
        return filterset.qs


class Ordering(BaseFilterBackend):
    """``?ordering=name`` or ``-name``; a view's ``orderings`` name what may be asked for."""

    def filter_queryset(self, request, queryset, view):
        asked = request.query_params.get("ordering") or next(iter(view.orderings))
        field = view.orderings.get(asked.removeprefix("-"))
        if field is None:
            known = "、".join(view.orderings)
            raise BadParameter({"ordering": [f"不能按“{asked}”排序，可用：{known}。"]})
        way = F(field).desc if asked.startswith("-") else F(field).asc
        return queryset.order_by(way(nulls_last=True), "pk")

    def get_schema_operation_parameters(self, view):
        known = [sign + name for name in view.orderings for sign in ("", "-")]
        return [
            {
                "name": "ordering",
                "required": False,
                "in": "query",
                "description": "排序，前加 - 为降序。",
                "schema": {"type": "string", "enum": known},
            }
        ]


class Word(filters.CharFilter):
    """``q``: name, pinyin or initials, as in the search of the screen."""

    def __init__(self, **kwargs):
        super().__init__(max_length=50, help_text="名称、拼音或首字母", **kwargs)

    def filter(self, qs, value):
        word = simplified(value.replace("\x00", "")) if value else ""
        return qs.filter(search__contains=word) if word else qs


class Rows(GenericViewSet):
    """Answers ``rows(actor, day)`` from a selector and ``related(rows)`` for one page at once."""

    filter_backends = [Filters, Ordering]
    pagination_class = Pages
    lookup_field = "pk"
    lookup_url_kwarg = "id"
    lookup_value_converter = "int"
    orderings: ClassVar[dict[str, str]]  # name in the address: field; the first is the default

    def rows(self, actor, day: datetime.date) -> QuerySet:
        raise NotImplementedError

    def related(self, rows: Sequence) -> dict:
        """What serializing these rows needs besides, as context: a constant number of queries."""
        return {}

    @property
    def day(self) -> datetime.date:
        asked = self.request.query_params.get("on")
        if not asked:
            return clock.today()
        try:
            return datetime.date.fromisoformat(asked)
        except ValueError as error:
            raise BadParameter({"on": ["日期应写作 YYYY-MM-DD。"]}) from error

    def get_queryset(self) -> QuerySet:
        if getattr(self, "swagger_fake_view", False):  # the schema is drawn for nobody
            return self.rows(Actor(user_id=0, name="", on=clock.today()), clock.today())
        return self.rows(self.request.auth, self.day)

    def list(self, request, *args, **kwargs):
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self._written(page))

    def retrieve(self, request, *args, **kwargs):
        asked = {self.lookup_field: kwargs[self.lookup_url_kwarg]}
        row = get_object_or_404(self.get_queryset().order_by("pk"), **asked)
        return Response(self._written([row])[0])

    def _written(self, rows):
        context = self.get_serializer_context() | self.related(rows)
        return self.get_serializer_class()(rows, many=True, context=context).data
