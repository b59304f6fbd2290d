"""Naming somebody to stand in, and ending it early."""

import datetime
from collections.abc import Sequence

from django import forms


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


def _reason(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        help_text=help_text,
        error_messages={"required": f"请写明{label}。", "max_length": "最多 200 字。"},
    )


class DeputyForm(forms.Form):
    use_required_attribute = False
    field_of = {"这一身份在这段时间已有代理人。": "first_day"}

    post = forms.TypedChoiceField(
        label="被代理人", coerce=int, error_messages={"required": "请选择被代理人。"}
    )
    deputy = forms.TypedChoiceField(
        label="代理人",
        coerce=int,
        help_text="代理人用自己的账号办理，记录上写明两人的姓名。",
        error_messages={"required": "请选择代理人。"},
    )
    first_day = _day("第一天")
    last_day = _day("最后一天", "含这一天，到期自动结束。")
    reason = _reason("原因", "如：外出学习、休假。")

    def __init__(
        self,
        *args,
        posts: Sequence[tuple[int, str]],
        deputies: Sequence[tuple[int, str]],
        today: datetime.date,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["post"].choices = posts
        alone = {pk for pk, _ in posts} if len(posts) == 1 else set()
        others = [it for it in deputies if it[0] not in alone]
        self.fields["deputy"].choices = [("", "请选择"), *others]

    def clean(self):
        said = super().clean()
        if said.get("post") and said.get("post") == said.get("deputy"):
            self.add_error("deputy", "不能由本人代理本人，请选择另一位。")
        first, last = said.get("first_day"), said.get("last_day")
        if first and first < self.today:
            self.add_error("first_day", f"代理不能从过去的日期开始，今天是 {self.today}。")
        if first and last and last < first:
            self.add_error("last_day", f"最后一天不能早于第一天（{first}）。")
        return said


class EndForm(forms.Form):
    use_required_attribute = False
    last_day = _day("代理的最后一天", "含这一天。填昨天，从今天起就不再代理。")
    reason = _reason("提前结束的原因")
