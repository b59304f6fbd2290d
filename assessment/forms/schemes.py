"""A year's draft: new, its name and cut-off day, its pools and indicators."""

import datetime
from decimal import Decimal

from django import forms

from assessment.actions.indicators import Wanted, fault_of
from core.school_years import school_year_label
from core.spreadsheets.reading import Cell
from core.spreadsheets.values import BadValue, to_decimal


class DayInput(forms.DateInput):
    """The browser's own calendar; what it sends is always 2024-09-01."""

    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class FactsForm(forms.Form):
    title = forms.CharField(
        label="名称",
        max_length=100,
        error_messages={"required": "请填写名称。", "max_length": "名称最多 100 个字。"},
    )
    cut_off_on = forms.DateField(
        label="成员关系截至",
        widget=DayInput(),
        help_text="集团成员关系按这一天算；之后的加入、退出不影响这一年。",
        error_messages={
            "required": "请填写成员关系截至日。",
            "invalid": "日期不存在或格式不对，请写成 2025-06-15 的样子。",
        },
    )


class NewSchemeForm(FactsForm):
    """The year stands in the address: name and day are filled in for it."""

    copy_last = forms.BooleanField(
        label="沿用上一学年的类别和指标",
        required=False,
        help_text="上一学年已发布的，类别、指标和权重照抄，之后可以改；没有的按学段分类别。",
    )


class PoolForm(forms.Form):
    name = forms.CharField(
        label="类别名称",
        max_length=20,
        error_messages={"required": "请填写类别的名称。", "max_length": "最多 20 个字。"},
    )


class FigureField(forms.CharField):
    """A number as people type it, full-width too; the sentence says what is accepted."""

    def __init__(self, **options):
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"widget": widget, "max_length": 40} | options)

    def clean(self, value) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return to_decimal(Cell(text))
        except BadValue as bad:
            raise forms.ValidationError(str(bad)) from None


class IndicatorForm(forms.Form):
    """One row; blank ones at the end are passed over."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label="指标",
        max_length=40,
        error_messages={"required": "请填写指标名称。", "max_length": "最多 40 个字。"},
    )
    pool = forms.TypedChoiceField(label="用于", required=False, coerce=int, empty_value=None)
    possible = FigureField(label="满分", error_messages={"required": "请填写满分。"})
    weight = FigureField(label="权重", error_messages={"required": "请填写权重。"})
    gone = forms.BooleanField(label="删除", required=False)

    def __init__(self, *args, pools: list[tuple[int, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pool"].choices = [("", "各类别"), *pools]
        for name, field in self.fields.items():
            if name != "id":
                field.widget.attrs["aria-label"] = field.label

    def full_clean(self):
        """A row that goes is not asked whether it is right."""
        super().full_clean()
        if self.is_bound and self.cleaned_data.get("gone"):
            self._errors = type(self._errors)()

    def clean(self):
        data = super().clean()
        figures = data.get("possible"), data.get("weight")
        if None not in figures and (fault := fault_of(*figures)):
            raise forms.ValidationError(fault)
        return data

    @property
    def wanted(self) -> Wanted:
        said = self.cleaned_data
        return Wanted(said["name"], said["possible"], said["weight"], said["pool"], said["id"])

    @property
    def blank(self) -> bool:
        return not self.has_changed() and not self.initial.get("id")


IndicatorRows = forms.formset_factory(IndicatorForm, extra=2, max_num=60, absolute_max=80)


def default_title(year: int) -> str:
    return f"{school_year_label(year)}捆绑考核"


def default_cut_off(year: int) -> datetime.date:
    """The middle of June, before the year's last weeks; the bureau decides."""
    return datetime.date(year + 1, 6, 15)
