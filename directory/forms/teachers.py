from django import forms

from directory.enums import REVEALABLE
from directory.forms.schools import day_field


class MoveForm(forms.Form):
    unit = forms.TypedChoiceField(
        label="新的任教单位",
        coerce=int,
        error_messages={
            "required": "请选择任教单位。",
            "invalid_choice": "所选单位不在可选范围内，请重新选择。",
        },
    )
    employer = forms.TypedChoiceField(
        label="编制学校",
        coerce=int,
        required=False,
        empty_value=None,
        help_text="工资、职称和人事档案所在的学校；不选时随任教单位所属的法人学校。",
        error_messages={"invalid_choice": "所选学校不在可选范围内，请重新选择。"},
    )
    first_day = day_field("从哪天起", help_text="可以填将来的日期；之前的任教单位留在经历里。")
    reason = forms.CharField(label="依据", required=False, max_length=100)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "请选择"), *units]
        self.fields["employer"].choices = [("", "随任教单位"), *units]


class LeaveForm(forms.Form):
    last_day = day_field("最后一天", help_text="这一天仍在岗。档案和经历都保留。")
    reason = forms.CharField(
        label="原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请填写离岗原因，例如退休、调出本县。"},
    )


class RevealForm(forms.Form):
    field = forms.ChoiceField(label="项目", choices=list(REVEALABLE.items()))
    reason = forms.CharField(
        label="查看原因",
        min_length=2,
        max_length=200,
        error_messages={
            "required": "请写明查看的原因，原因会记入审计记录。",
            "min_length": "原因太短，请写明为什么要看。",
        },
    )
