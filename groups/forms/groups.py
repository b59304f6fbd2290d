import datetime

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from core.actor import Actor
from groups.enums import TYPE_MEANING, GroupMode, GroupType
from groups.forms import picking


EARLIEST, LATEST = datetime.date(1949, 10, 1), datetime.date(2100, 12, 31)


class Radios(forms.RadioSelect):
    """Drawn by hand; the summary of errors links to the whole group."""

    def id_for_label(self, id_, index=None):
        return id_


class Checks(forms.CheckboxSelectMultiple):
    """As ``Radios``."""

    def id_for_label(self, id_, index=None):
        return id_


def day_field(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
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


def reason_field(label: str = "原因", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": f"请填写{label}。",
            "max_length": "最多 200 字，现在有 %(show_value)d 字。",
        },
    )


class TypedForm(forms.Form):
    """A form that can be drawn again with what was typed, without judging it (``typed``)."""

    use_required_attribute = False

    def __init__(self, *, data=None, typed=None, initial=None, **kwargs):
        if typed is not None:
            fields = self.base_fields.items()
            initial = {
                name: typed.getlist(name) if _is_many(field) else typed.get(name, "")
                for name, field in fields
            }
        super().__init__(data, initial=initial, label_suffix="", **kwargs)

    def asked(self, name: str) -> list[str]:
        """The chosen values of a picker, typed or sent."""
        if self.is_bound:
            return self.data.getlist(name)
        value = self.initial.get(name) or []
        return list(value) if isinstance(value, list | tuple) else [value]

    def word(self, name: str = "q") -> str:
        """The word to search the picker by."""
        source = self.data if self.is_bound else self.initial
        return (source.get(name) or "")[:50].replace("\x00", "")


def _is_many(field: forms.Field) -> bool:
    return isinstance(field, forms.MultipleChoiceField)


class PickForm(TypedForm):
    """A form with a list of schools and 片区 that a word narrows, ``picker`` is its field.

    The word also finds schools of other districts where ``crosses`` says that they may be chosen.
    """

    picker = "members"
    q = forms.CharField(label="查找学校", required=False, max_length=50)

    def offer(
        self, options: list[picking.Option], *, actor: Actor, on: datetime.date, crosses: bool
    ) -> None:
        """Fill the picker; what may be chosen is more than what is shown."""
        chosen = self.asked(self.picker)
        known = {option.value for option in options}
        if crosses and (self.word() or set(chosen) - known):
            beyond = [value for value in chosen if value not in known and _is_value(value)]
            options = options + picking.elsewhere(actor, on, self.word(), beyond)
        self.fields[self.picker].choices = [(it.value, it.name) for it in options]
        self.shown = picking.narrowed(options, self.word(), chosen)
        self.chosen = set(chosen)
        self.total = len(options)

    def options(self) -> list[tuple[picking.Option, bool]]:
        """What the list draws: each option, and whether it is chosen."""
        return [(option, option.value in self.chosen) for option in self.shown]


def _is_value(value: str) -> bool:
    kind, _, pk = value.partition(":")
    return kind in {picking.SCHOOL, picking.CLUSTER} and pk.isdecimal() and len(pk) < 18


class FoundForm(PickForm):
    name = forms.CharField(
        label="集团名称",
        max_length=100,
        help_text="写全称；同一时间本行政区不能有同名集团。",
        error_messages={"required": "请填写集团名称。"},
    )
    type = forms.ChoiceField(
        label="类型",
        choices=GroupType,
        widget=Radios,
        error_messages={"required": "请选择集团类型。"},
    )
    core = forms.ChoiceField(label="核心校", error_messages={"required": "请选择核心校。"})
    members = forms.MultipleChoiceField(
        label="成员校",
        widget=Checks,
        error_messages={
            "required": "请至少选择一所成员校或一个片区。",
            "invalid_choice": "所选的学校不在可选范围内，请重新选择。",
        },
    )
    first_day = day_field("成立日期", "从这一天起生效；可以是以后的日期。")
    mode = forms.ChoiceField(
        label="办学模式（可不填）", required=False, choices=[("", "不填"), *GroupMode.choices]
    )
    reason = reason_field("依据（可不填）", required=False)
    field_order = ["name", "type", "core", "q", "members", "first_day", "mode", "reason"]

    def __init__(self, *, actor: Actor, on: datetime.date, **kwargs):
        super().__init__(**kwargs)
        options = picking.own_options(actor, on, with_clusters=True)
        cores = [(it.value, it.name) for it in options if it.value.startswith(picking.SCHOOL)]
        self.fields["core"].choices = [("", "请选择"), *cores]
        self.offer(options, actor=actor, on=on, crosses=True)

    @property
    def types(self) -> list[tuple[str, str, str, bool]]:
        """(code, word, what it means, chosen) of each type."""
        chosen = self["type"].value()
        return [
            (code.value, code.label, meaning, code.value == chosen)
            for code, meaning in TYPE_MEANING.items()
        ]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("core") and cleaned["core"] in cleaned.get("members", ()):
            self.add_error("members", "核心校不能同时作成员校，请去掉它的勾选。")
        return cleaned


class JoinForm(PickForm):
    picker = "member"
    member = forms.ChoiceField(
        label="加入的学校或片区",
        widget=Radios,
        error_messages={
            "required": "请选择一所学校或一个片区。",
            "invalid_choice": "所选的学校不在可选范围内，请重新选择。",
        },
    )
    first_day = day_field("加入日期", "从这一天起是成员；可以是以后的日期。")
    reason = reason_field("原因（可不填）", required=False)
    field_order = ["q", "member", "first_day", "reason"]

    def __init__(self, *, actor, on, taken: set[str], group_type: str, **kwargs):
        super().__init__(**kwargs)
        options = picking.own_options(
            actor, on, without=taken, with_clusters=group_type != GroupType.INTEGRATED
        )
        crosses = group_type == GroupType.COLLABORATIVE
        self.offer(options, actor=actor, on=on, crosses=crosses)


class EndForm(TypedForm):
    """Leaving and dissolving: the last day, and why."""

    last_day = day_field("最后一天", "这一天仍算在内，次日起结束。")
    reason = reason_field()


class ReplaceCoreForm(TypedForm):
    core = forms.ChoiceField(
        label="新的核心校",
        help_text="可以是现在的成员校，也可以是别的学校。",
        error_messages={"required": "请选择新的核心校。"},
    )
    old_core = forms.ChoiceField(
        label="原核心校",
        choices=[("MEMBER", "留在集团，改作成员校"), ("LEAVE", "退出集团")],
        initial="MEMBER",
    )
    first_day = day_field("更换日期", "从这一天起由新的核心校牵头。")
    reason = reason_field()

    def __init__(self, *, cores: list[tuple[str, list[tuple[int, str]]]], **kwargs):
        super().__init__(**kwargs)
        self.fields["core"].choices = [("", "请选择"), *cores]


class ChangeTypeForm(TypedForm):
    type = forms.ChoiceField(
        label="新的类型",
        widget=Radios,
        error_messages={"required": "请选择新的类型。"},
    )
    name = forms.CharField(
        label="集团名称",
        max_length=100,
        help_text="类型改变后名称通常也要改；不改就保留原名。",
        error_messages={"required": "请填写集团名称。"},
    )
    first_day = day_field("改变日期", "从这一天起按新的类型管理和考核。")
    reason = reason_field()

    def __init__(self, *, now_type: str, **kwargs):
        super().__init__(**kwargs)
        self.offered = [code for code in GroupType if code != now_type]
        self.fields["type"].choices = [(code.value, code.label) for code in self.offered]

    @property
    def types(self) -> list[tuple[str, str, str, bool]]:
        chosen = self["type"].value()
        return [
            (code.value, code.label, TYPE_MEANING[code], code.value == chosen)
            for code in self.offered
        ]
