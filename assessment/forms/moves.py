"""Submitting, returning, publishing and correcting a version."""

import datetime

from django import forms

from assessment.enums import ShownTo


class SeenForm(forms.Form):
    """``seen`` is the digest of the results that stood on the page when somebody decided."""

    use_required_attribute = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class PlainForm(forms.Form):
    use_required_attribute = False


class ReasonForm(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(
        label="原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "请写明原因。",
            "max_length": "最多 500 字，现在有 %(show_value)d 字。",
        },
    )


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": f"请填写{label}。",
            "invalid": "日期应写成 2024-09-01 的样子。",
        },
    )


class PublishForm(SeenForm):
    first_day = _day("公示第一天")
    last_day = _day("公示最后一天", "含这一天。期内校长可以对本校和所在集团的结果提出异议。")
    shown_to = forms.ChoiceField(
        label="公开范围",
        choices=ShownTo.choices,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        help_text="教育局和县领导始终看到全部结果。",
        error_messages={"required": "请选择公开范围。"},
    )

    def __init__(self, *args, today: datetime.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_first_day(self):
        day = self.cleaned_data["first_day"]
        if day < self.today:
            raise forms.ValidationError(f"公示不能从过去的日期开始，今天是 {self.today}。")
        return day

    def clean(self):
        said = super().clean()
        first, last = said.get("first_day"), said.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", f"最后一天不能早于第一天（{first}）。")
        return said
