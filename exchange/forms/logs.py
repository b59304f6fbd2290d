"""The log of a day, and the host's word on it."""

from django import forms

from exchange.enums import LogKind


MOST_LESSONS = 12


class LogForm(forms.Form):
    """Plain enough for a phone without script; photos come with it or one by one."""

    kinds = forms.MultipleChoiceField(
        label="今天做了什么",
        choices=LogKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选今天做了什么。"},
    )
    lessons_given = forms.IntegerField(
        label="上课节数", required=False, min_value=1, max_value=MOST_LESSONS
    )
    lessons_heard = forms.IntegerField(
        label="听课节数", required=False, min_value=1, max_value=MOST_LESSONS
    )
    text = forms.CharField(
        label="一句话",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )


class CommentForm(forms.Form):
    text = forms.CharField(
        label="意见", max_length=500, widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "请写意见。"},
    )  # fmt: skip
