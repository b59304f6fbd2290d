from django import forms

from core.actor import Actor
from groups.forms import picking
from groups.forms.groups import Checks, PickForm, Radios, TypedForm, day_field


class ClusterForm(PickForm):
    picker = "schools"
    name = forms.CharField(
        label="片区名称",
        max_length=100,
        help_text="例如 竹口片区。",
        error_messages={"required": "请填写片区名称。"},
    )
    centre = forms.ChoiceField(
        label="中心校",
        help_text="管理片区内各小规模学校和教学点的学校。",
        error_messages={"required": "请选择中心校。"},
    )
    schools = forms.MultipleChoiceField(
        label="片区内的学校和教学点",
        widget=Checks,
        error_messages={
            "required": "请至少选择一所学校或教学点。",
            "invalid_choice": "所选的学校不在可选范围内，请重新选择。",
        },
    )
    first_day = day_field("成立日期", "从这一天起生效；可以是以后的日期。")
    field_order = ["name", "centre", "q", "schools", "first_day"]

    def __init__(self, *, actor: Actor, on, **kwargs):
        super().__init__(**kwargs)
        options = picking.own_options(actor, on, with_clusters=False)
        self.fields["centre"].choices = [
            ("", "请选择"),
            *((it.value, it.name) for it in options),
        ]
        self.offer(options, actor=actor, on=on, crosses=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("schools") and set(cleaned["schools"]) == {cleaned.get("centre")}:
            self.add_error("schools", "除中心校外，请至少再选一所学校或教学点。")
        return cleaned


class ClusterJoinForm(PickForm):
    picker = "school"
    school = forms.ChoiceField(
        label="加入的学校或教学点",
        widget=Radios,
        error_messages={
            "required": "请选择一所学校或教学点。",
            "invalid_choice": "所选的学校不在可选范围内，请重新选择。",
        },
    )
    first_day = day_field("加入日期", "从这一天起由中心校管理；可以是以后的日期。")
    field_order = ["q", "school", "first_day"]

    def __init__(self, *, actor: Actor, on, taken: set[str], **kwargs):
        super().__init__(**kwargs)
        options = picking.own_options(actor, on, with_clusters=False, without=taken)
        self.offer(options, actor=actor, on=on, crosses=False)


class ClusterEndForm(TypedForm):
    last_day = day_field("最后一天", "这一天仍算在内，次日起结束。")
