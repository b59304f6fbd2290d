"""A what-if reading of a version."""

from decimal import Decimal

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from assessment.enums import Exemption
from policies import selectors as policies


PLACES_OF_PACKS = 3


class VariantForm(forms.Form):
    """What is left empty stays as the rules in force say."""

    use_required_attribute = False
    field_of = {"已有同名的试算，请换一个名称。": "name"}

    name = forms.CharField(
        label="名称",
        max_length=40,
        help_text="例如 70 : 30、任一成员校进位。",
        error_messages={"required": "请给这种试算起个名称。"},
    )
    own_percent = forms.DecimalField(
        label="核心校本校权重（%）",
        required=False,
        max_digits=5,
        decimal_places=2,
        help_text="例如 70，成员校平均便占 30%。不填按现行。",
        validators=[
            MinValueValidator(Decimal("0.01"), "权重应大于 0。"),
            MaxValueValidator(100, "权重不超过 100。"),
        ],
        error_messages={"invalid": "请填写数字，例如 70。"},
    )
    exemption = forms.ChoiceField(
        label="豁免", required=False, choices=[("", "按现行"), *Exemption.choices]
    )
    places = forms.IntegerField(
        label="进位名次",
        required=False,
        help_text="进位几名可以豁免。不填按现行。",
        validators=[
            MinValueValidator(1, "应为 1 以上的整数。"),
            MaxValueValidator(99, "最多 99。"),
        ],
        error_messages={"invalid": "请填写整数，例如 5。"},
    )
    project_cap = forms.DecimalField(
        label="项目加分上限",
        required=False,
        max_digits=6,
        decimal_places=2,
        help_text="不填按现行。",
        validators=[MinValueValidator(0, "上限不能为负数。")],
        error_messages={"invalid": "请填写数字，例如 5。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        titles = [(it.code, it.title) for it in policies.adoptable()]
        for number in range(1, PLACES_OF_PACKS + 1):
            self.fields[f"pack_{number}"] = forms.ChoiceField(
                label=f"第 {number} 采用的方案",
                required=False,
                choices=[("", "按现行" if number == 1 else "无"), *titles],
            )

    @property
    def packs(self) -> list:
        return [self[f"pack_{number}"] for number in range(1, PLACES_OF_PACKS + 1)]

    def said(self) -> dict:
        """As the action takes it."""
        said, percent = self.cleaned_data, self.cleaned_data["own_percent"]
        asked = [said[f"pack_{number}"] for number in range(1, PLACES_OF_PACKS + 1)]
        return {
            "name": said["name"],
            "own_weight": None if percent is None else percent / 100,
            "exemption": said["exemption"],
            "places": said["places"],
            "project_cap": said["project_cap"],
            "packs": [code for code in asked if code],
        }
