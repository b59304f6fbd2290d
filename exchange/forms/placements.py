"""What each side enters of a placement."""

from django import forms


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=help_text,
    )


class ArriveForm(forms.Form):
    day = _day("到岗日期", "教师到校报到的那一天。")


class DutyForm(forms.Form):
    subject = forms.CharField(label="学科", max_length=20, required=False)
    duty = forms.CharField(label="职务", max_length=30, required=False)


class WithdrawForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea({"rows": 3}))


class EndForm(WithdrawForm):
    day = _day("最后一天", "教师在接收学校的最后一天。")
    field_order = ["day", "reason"]
