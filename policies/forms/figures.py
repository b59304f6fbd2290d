"""A form made from the typed figures of a rule, so that pack and bureau state the same things."""

import types
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from django import forms

from policies import schema
from policies.forms.fields import day_field, reason_field
from policies.schema.base import WORDS
from policies.schema.groups import TERM_START, due_told


HUNDRED = Decimal(100)
LIST_HELP = "一行一项。"
DUE_HELP = "写成 07-31；秋季开学前的，写“秋季开学前”；没有期限的不填。"


class RulingForm(forms.Form):
    """Withdrawing and dropping: from which day, and why."""

    use_required_attribute = False

    first_day = day_field("开始日期", "从这一天起；此前的结果不变。")
    reason = reason_field("原因", "会显示在规则页上。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)


class OwnForm(RulingForm):
    """The figures of one rule, each typed as the schema wants it."""

    def __init__(self, *args, rule: schema.RuleBase, **kwargs):
        super().__init__(*args, **kwargs)
        self.rule = rule
        figures = {
            name: _field(name, field) for name, field in schema.figures_of(type(rule)).items()
        }
        self.fields = figures | self.fields
        self.fields["reason"].help_text = "例如局务会的决定；代替条款，会显示在规则页和计算过程里。"

    @staticmethod
    def values_of(rule: schema.RuleBase) -> dict[str, Any]:
        """What the form shows of a rule's present figures."""
        shown = {}
        for name, field in schema.figures_of(type(rule)).items():
            value = getattr(rule, name)
            if schema.is_share(field) and value is not None:
                value = (value * HUNDRED).normalize()
            elif name == "due" and value == TERM_START:
                value = due_told(value)
            elif isinstance(value, tuple) and not _choices(field.annotation):
                value = "\n".join(value)
            elif isinstance(value, bool):
                value = str(value)
            shown[name] = f"{value:f}" if isinstance(value, Decimal) else value
        return shown

    @property
    def figures(self) -> dict[str, Any]:
        """What was typed, as the schema takes it; what was left empty is not stated."""
        said = {}
        for name, field in schema.figures_of(type(self.rule)).items():
            value = self.cleaned_data.get(name)
            if value in (None, "", []):
                continue
            if schema.is_share(field):
                value /= HUNDRED
            elif name == "due" and value == due_told(TERM_START):
                value = TERM_START
            elif isinstance(self.fields[name].widget, forms.Textarea):
                value = [line.strip() for line in value.splitlines() if line.strip()]
            elif bool in _types(field.annotation):
                value = value == "True"
            said[name] = value
        return said


def _field(name: str, field) -> forms.Field:
    label, required = field.title, field.is_required()
    common = {
        "label": label if required else f"{label}（可不填）",
        "required": required,
        "error_messages": {"required": f"请填写{label}。", "invalid": "请填写数字。"},
    }
    options, kinds = _choices(field.annotation), _types(field.annotation)
    if schema.is_share(field):
        common["label"] = common["label"].replace(label, f"{label}（%）")
        return forms.DecimalField(min_value=0, max_value=100, decimal_places=4, **common)
    if name == "due":
        return forms.CharField(max_length=10, help_text=DUE_HELP, **common)
    if options and tuple in kinds:
        return forms.MultipleChoiceField(
            choices=options, widget=forms.CheckboxSelectMultiple, **common
        )
    if bool in kinds:
        options = [("True", WORDS[True]), ("False", WORDS[False])]
    if options:
        return forms.ChoiceField(
            choices=options if required else [("", "不填"), *options], **common
        )
    if tuple in kinds:
        widget = forms.Textarea(attrs={"rows": 4})
        return forms.CharField(widget=widget, max_length=1000, help_text=LIST_HELP, **common)
    if Decimal in kinds:
        return forms.DecimalField(min_value=0, max_digits=12, decimal_places=4, **common)
    if int in kinds:
        return forms.IntegerField(min_value=0, max_value=100_000, **common)
    return forms.CharField(max_length=40, **common)


def _types(annotation: Any) -> set[type]:
    """The plain types in an annotation: optional and annotated ones opened, a tuple as tuple."""
    origin = get_origin(annotation)
    if origin in {Union, types.UnionType}:
        return set().union(*(_types(it) for it in get_args(annotation)))
    if origin is Annotated:
        return _types(get_args(annotation)[0])
    return {origin or annotation}


def _choices(annotation: Any) -> list[tuple[str, str]]:
    """(code, word) of a Literal, or of a tuple of them."""
    if get_origin(annotation) is Literal:
        return [(code, WORDS.get(code, code)) for code in get_args(annotation)]
    return [pair for it in get_args(annotation) for pair in _choices(it)]
