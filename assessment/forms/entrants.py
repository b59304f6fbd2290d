"""Schools of a draft, their points and projects."""

from collections.abc import Sequence
from decimal import Decimal

from django import forms

from assessment.actions.scores import field_of
from assessment.forms.schemes import FigureField
from assessment.guards import points as figures
from assessment.models import Indicator


NUMBER = {"invalid": "请填写整数。", "min_value": "不能小于 %(limit_value)s。"}


class EntrantForm(forms.Form):
    """``apart`` is asked only of a campus of a 融合型 group."""

    pool = forms.TypedChoiceField(label="类别", coerce=int)
    apart = forms.BooleanField(
        label="单独评分",
        required=False,
        help_text="不单独评分的校区不录入得分，取本单位（核心校）的得分。",
    )
    pupils = forms.IntegerField(
        label="学生数", required=False, min_value=0, max_value=1_000_000, error_messages=NUMBER,
        help_text="融合型集团的校区单独评分时，按学生数加权。",
    )  # fmt: skip
    last_rank = forms.IntegerField(
        label="上年名次", required=False, min_value=1, error_messages=NUMBER,
        help_text="本校得分在本类别中的上年名次；上年已在本平台发布的自动带出，改动后标为补录。",
    )  # fmt: skip

    def __init__(self, *args, pools: Sequence[tuple[int, str]], campus: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pool"].choices = pools
        if not campus:
            del self.fields["apart"]

    @property
    def apart_said(self) -> bool:
        return self.cleaned_data.get("apart", True)


class AddForm(forms.Form):
    school = forms.TypedChoiceField(
        label="学校", coerce=int, error_messages={"required": "请选择学校。"}
    )
    pool = forms.TypedChoiceField(label="类别", required=False, coerce=int, empty_value=None)

    def __init__(self, *args, schools, pools, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["school"].choices = [("", "请选择"), *schools]
        self.fields["pool"].choices = [("", "按学段"), *pools]


class OutForm(forms.Form):
    reason = forms.CharField(
        label="原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="结果页会说明；所占份额由其余成员校均分。",
        error_messages={"required": "请写明退出本年考核的原因。", "max_length": "最多 300 个字。"},
    )


class ScoresForm(forms.Form):
    """The points of one school, a field for each indicator of its pool."""

    def __init__(self, *args, indicators: Sequence[Indicator], **kwargs):
        super().__init__(*args, **kwargs)
        self.indicators = {field_of(it.pk): it for it in indicators}
        for name, it in self.indicators.items():
            possible, weight = figures.plain(it.possible), figures.plain(it.weight)
            self.fields[name] = FigureField(
                label=it.name, required=False, help_text=f"满分 {possible}，权重 {weight}"
            )

    def clean(self):
        data = super().clean()
        for name, it in self.indicators.items():
            value = data.get(name)
            if value is not None and (fault := figures.fault_of_score(value, it.possible)):
                self.add_error(name, fault)
        return data

    @property
    def points(self) -> dict[int, Decimal | None]:
        return {it.pk: self.cleaned_data[name] for name, it in self.indicators.items()}


class ProjectForm(forms.Form):
    entrant = forms.TypedChoiceField(
        label="学校", coerce=int, error_messages={"required": "请选择学校。"}
    )
    name = forms.CharField(
        label="项目",
        max_length=100,
        error_messages={"required": "请填写项目名称。", "max_length": "最多 100 个字。"},
    )
    points = FigureField(label="加分", error_messages={"required": "请填写加分。"})
    review = forms.CharField(
        label="评审意见",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "最多 500 个字。"},
    )

    def __init__(self, *args, cores: Sequence[tuple[int, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["entrant"].choices = [("", "请选择"), *cores]

    def clean_points(self) -> Decimal:
        points = self.cleaned_data["points"]
        if fault := figures.fault_of_project(points):
            raise forms.ValidationError(fault)
        return points
