from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessment.enums import Freed, ResultState, SchemeState
from assessment.selectors import api as selectors
from assessment.selectors import results
from assessment.selectors.schemes import schemes_visible_to
from core.api.lists import Rows
from core.api.shapes import Named
from groups.enums import GroupType


def _two(**kwargs) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=True, **kwargs)


class SchemeShape(serializers.Serializer):
    id = serializers.IntegerField()
    district = serializers.IntegerField(source="district_id")
    school_year = serializers.IntegerField(help_text="学年开始的年份")
    version = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.ChoiceField(SchemeState.choices)
    cut_off_on = serializers.DateField(help_text="成员关系截至")
    superseded = serializers.BooleanField(help_text="已有更新的版本发布")
    reason = serializers.CharField(help_text="更正原因")


class SchemeFilters(filters.FilterSet):
    district = filters.NumberFilter(field_name="district_id")
    school_year = filters.NumberFilter()
    state = filters.ChoiceFilter(choices=SchemeState.choices)
    superseded = filters.BooleanFilter()


class Schemes(Rows):
    """各学年考核方案的版本；学校只看到本县已发布的"""

    serializer_class = SchemeShape
    filterset_class = SchemeFilters
    orderings = {"school_year": "school_year", "version": "version", "id": "id"}

    def rows(self, actor, day):
        return schemes_visible_to(actor)


class ScoreShape(serializers.Serializer):
    id = serializers.IntegerField()
    scheme = serializers.IntegerField(source="entrant.scheme_id")
    school = serializers.IntegerField(source="entrant.school_id")
    indicator = serializers.SerializerMethodField()
    points = serializers.DecimalField(max_digits=12, decimal_places=6)
    possible = serializers.DecimalField(max_digits=9, decimal_places=3, source="indicator.possible")
    weight = serializers.DecimalField(max_digits=9, decimal_places=3, source="indicator.weight")

    @extend_schema_field(Named)
    def get_indicator(self, row) -> dict:
        return {"id": row.indicator_id, "name": row.indicator.name}


class ScoreFilters(filters.FilterSet):
    scheme = filters.NumberFilter(field_name="entrant__scheme_id")
    school = filters.NumberFilter(field_name="entrant__school_id")
    indicator = filters.NumberFilter(field_name="indicator_id")


class Scores(Rows):
    """各指标的得分；没有的一行是未出分，不是零分。学校看到本校和所在集团的"""

    serializer_class = ScoreShape
    filterset_class = ScoreFilters
    orderings = {"id": "id", "school": "entrant__school_id", "indicator": "indicator_id"}

    def rows(self, actor, day):
        return selectors.scores_visible_to(actor)


class StepShape(serializers.Serializer):
    label = serializers.CharField(help_text="步骤")
    expression = serializers.CharField(help_text="算式")
    value = serializers.SerializerMethodField()
    clause = serializers.CharField(help_text="依据")

    @extend_schema_field(serializers.CharField(allow_null=True, help_text="精确数，最多 6 位小数"))
    def get_value(self, line) -> str | None:
        return None if line.value is None else f"{line.value:f}"


class ResultShape(serializers.Serializer):
    """Where ``in_full`` is false, only school, pool, final score and rank are given (X-32)."""

    id = serializers.IntegerField(source="result_id")
    scheme = serializers.IntegerField(source="scheme_id")
    school = serializers.SerializerMethodField()
    pool = serializers.CharField()
    in_full = serializers.BooleanField(help_text="为假时只给出学校、类别、最终得分和名次")
    status = serializers.ChoiceField(ResultState.choices)
    final = _two(help_text="最终得分")
    final_rank = serializers.IntegerField(allow_null=True)
    provisional = serializers.BooleanField(help_text="暂定：同类别有学校未出分")
    own = _two(help_text="本校得分")
    own_rank = serializers.IntegerField(allow_null=True)
    rise = serializers.IntegerField(allow_null=True, help_text="上年名次减本年名次")
    member_mean = _two(help_text="成员校平均")
    bundled = _two(help_text="捆绑得分")
    exemption = serializers.ChoiceField(Freed.choices, source="freed")
    project_points = _two(source="points")
    is_core = serializers.BooleanField()
    group_types = serializers.ListField(
        child=serializers.CharField(), help_text=f"所在集团的类型：{'、'.join(GroupType)}"
    )
    unit_core = serializers.CharField(help_text="一体考核的核心校；不是校区时为空")
    waits_for = serializers.ListField(child=serializers.CharField(), help_text="等哪些学校出分")
    derivation = serializers.SerializerMethodField()

    @extend_schema_field(Named)
    def get_school(self, row) -> dict:
        return {"id": row.school_id, "name": row.name}

    @extend_schema_field(StepShape(many=True))
    def get_derivation(self, row) -> list:
        return StepShape(row.derivation.lines, many=True).data if row.derivation else []


class ResultFilters(filters.FilterSet):
    scheme = filters.NumberFilter(field_name="scheme_id")
    school = filters.NumberFilter(field_name="school_id")
    pool = filters.CharFilter(field_name="pool__name", max_length=20)
    status = filters.ChoiceFilter(choices=ResultState.choices)


class Results(Rows):
    """考核结果和计算过程；范围与页面相同"""

    serializer_class = ResultShape
    filterset_class = ResultFilters
    orderings = {"rank": "final_rank", "school": "school_name", "id": "id"}

    def rows(self, actor, day) -> QuerySet:
        return results.all_results_visible_to(actor).select_related("pool")

    def _written(self, rows):
        return super()._written(results.rows_of(rows))
