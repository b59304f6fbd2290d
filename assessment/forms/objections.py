"""Objecting to published results, and deciding on an objection."""

from django import forms


class ObjectionForm(forms.Form):
    use_required_attribute = False

    about = forms.TypedChoiceField(
        label="对哪所学校的结果",
        coerce=int,
        error_messages={
            "required": "请选择学校。",
            "invalid_choice": "请从列出的学校中选择：本校和所在集团的学校。",
        },
    )
    text = forms.CharField(
        label="异议内容",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写明哪个数有误、应为多少、依据是什么。",
        error_messages={
            "required": "请写明异议内容。",
            "max_length": "最多 2000 字，现在有 %(show_value)d 字。",
        },
    )

    def __init__(self, *args, schools, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", "请选择"), *schools]


class DecisionForm(forms.Form):
    use_required_attribute = False

    upheld = forms.TypedChoiceField(
        label="处理结果",
        choices=[("yes", "成立"), ("no", "不成立")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"required": "请选择成立或不成立。"},
    )
    reason = forms.CharField(
        label="处理意见",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="学校会看到这段意见。成立的，它也作为更正原因记入新版本。",
        error_messages={
            "required": "请写明处理意见。",
            "max_length": "最多 500 字，现在有 %(show_value)d 字。",
        },
    )
