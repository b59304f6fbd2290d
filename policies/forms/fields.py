import datetime

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator


EARLIEST, LATEST = datetime.date(1949, 10, 1), datetime.date(2100, 12, 31)


def day_field(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[
            MinValueValidator(EARLIEST, f"日期不能早于 {EARLIEST}，请核对年份。"),
            MaxValueValidator(LATEST, f"日期不能晚于 {LATEST}，请核对年份。"),
        ],
        error_messages={
            "required": f"请填写{label}。",
            "invalid": "日期应写成 2024-09-01 的样子。",
        },
    )


def reason_field(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": f"请填写{label}。",
            "max_length": "最多 200 字，现在有 %(show_value)d 字。",
        },
    )
