from django import forms

from core.acts import LABELS
from directory.forms.accounts import DayInput


INVALID = {"invalid": "请按 2024-09-01 的样子填写日期。"}


class AuditForm(forms.Form):
    """What somebody looks for in the audit log; every field may stay empty."""

    first_day = forms.DateField(
        label="从", required=False, widget=DayInput(), error_messages=INVALID
    )
    last_day = forms.DateField(
        label="到", required=False, widget=DayInput(), error_messages=INVALID
    )
    person = forms.CharField(label="经办人", required=False, max_length=50)
    act = forms.ChoiceField(
        label="行为",
        required=False,
        choices=[("", "全部行为"), *sorted(LABELS.items())],
    )
    object = forms.CharField(label="对象", required=False, max_length=100)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "“到”不能早于“从”。")
        return cleaned
