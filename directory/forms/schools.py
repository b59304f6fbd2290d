import datetime

from django import forms

from directory.enums import AREA_CLASSES, SchoolKind, Stage
from directory.models import SchoolFacts


CHANGE, CORRECT = "CHANGE", "CORRECT"
NEEDS_PARENT = {SchoolKind.CAMPUS, SchoolKind.SECTION}
FIELD_OF_RULE = {
    "directory_schoolfacts_name_once_per_district": "name",
    "directory_schoolfacts_code_is_never_reused": "code",
    "directory_schoolfacts_code_has_ten_digits": "code",
    "directory_schoolfacts_is_not_its_own_parent": "parent",
    "directory_schoolfacts_area_class_is_known": "area_class",
    "directory_schoolfacts_one_at_a_time": "first_day",
    "directory_schoolfacts_period_is_not_empty": "first_day",
}


class DayInput(forms.DateInput):
    """The browser's own calendar; what it sends is always 2024-09-01."""

    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


def day_field(label: str, **options) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=DayInput(),
        error_messages={
            "required": f"请填写{label}。",
            "invalid": "日期不存在或格式不对，请写成 2024-09-01 的样子。",
        },
        **options,
    )


class SchoolForm(forms.Form):
    """What a school is; ``facts()`` gives the action's keys."""

    name = forms.CharField(
        label="学校名称",
        max_length=100,
        error_messages={"required": "请填写学校名称。", "max_length": "学校名称最多 100 个字。"},
    )
    code = forms.CharField(
        label="学校标识码",
        required=False,
        help_text="10 位数字；还没有的可以空着，页面会标出“待补”。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label="办学类型", choices=SchoolKind.choices)
    stage = forms.ChoiceField(label="学段", choices=[("", "未定"), *Stage.choices], required=False)
    parent = forms.TypedChoiceField(
        label="所属学校",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="校区、学部须选择；教学点选管理它的中心学校。",
        error_messages={"invalid_choice": "所选学校不在可选范围内，请重新选择。"},
    )
    area_unit = forms.CharField(
        label="区划单元",
        required=False,
        help_text="所在村（社区）的 12 位区划代码，可在“系统管理”的“区划”中查到。",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "list": "area-units"}
        ),
    )
    area_class = forms.ChoiceField(
        label="城乡分类",
        required=False,
        choices=[("", "按区划单元"), *((k, f"{k} {v}") for k, v in AREA_CLASSES.items())],
    )
    first_day = day_field("从哪天起")
    source = forms.CharField(
        label="依据",
        required=False,
        max_length=100,
        help_text="文件号或说明，例如“庆教 2024 年 12 号”。记入沿革。",
    )

    field_of = {
        constraint.violation_error_message: FIELD_OF_RULE[constraint.name]
        for constraint in SchoolFacts._meta.constraints  # noqa: SLF001 - documented API
        if constraint.name in FIELD_OF_RULE
    }

    def __init__(self, *args, parents, area_of, **kwargs):
        """``parents``: (id, name) to choose from; ``area_of``: 12-digit code → unit or None."""
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [("", "无"), *parents]
        self._area_of = area_of

    def clean_name(self) -> str:
        return "".join(self.cleaned_data["name"].split())

    def clean_code(self) -> str | None:
        return self.cleaned_data["code"].strip() or None

    def clean_area_unit(self):
        code = self.cleaned_data["area_unit"].strip()
        if not code:
            return None
        unit = self._area_of(code)
        if unit is None:
            raise forms.ValidationError(f"区划表中没有代码 {code}，请核对，或先到“区划”中录入。")
        return unit

    def clean(self):
        data = super().clean()
        if data.get("kind") in NEEDS_PARENT and "parent" in data and data["parent"] is None:
            self.add_error("parent", "校区、学部是某所学校的一部分，请选择所属学校。")
        return data

    def facts(self) -> dict:
        data = self.cleaned_data
        unit = data["area_unit"]
        return {
            "name": data["name"],
            "code": data["code"],
            "kind": data["kind"],
            "stage": data["stage"],
            "parent_id": data["parent"],
            "area_unit_id": unit and unit.pk,
            "area_class": data["area_class"] or (unit.national_class if unit else ""),
        }


class SchoolChangeForm(SchoolForm):
    how = forms.ChoiceField(
        label="怎样修改",
        choices=[
            (CHANGE, "情况有变：从某一天起变更，之前的信息留在沿革里"),
            (CORRECT, "录入有误：更正现有信息，从它生效之日起都按新的算"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是变更还是更正。"},
    )
    first_day = day_field(
        "从哪天起变更", required=False, help_text="可以填将来的日期；更正时不填。"
    )

    def clean(self):
        data = super().clean()
        if (
            data.get("how") == CHANGE
            and not data.get("first_day")
            and not self.has_error("first_day")
        ):
            self.add_error("first_day", "请填写从哪天起变更。")
        return data


class CloseForm(forms.Form):
    last_day = day_field("最后一天", help_text="这一天仍在办学，第二天起不再列出。")
    into = forms.TypedChoiceField(
        label="并入",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "所选学校不在可选范围内，请重新选择。"},
    )
    reason = forms.CharField(
        label="原因和依据",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请填写撤并的原因和依据。"},
    )

    def __init__(self, *args, parents, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [("", "不并入，直接撤销"), *parents]


class HeadcountForm(forms.Form):
    school_year = forms.TypedChoiceField(label="学年", coerce=int)
    pupils = forms.IntegerField(
        label="学生数", min_value=0, max_value=99_999, required=False,
        error_messages={"invalid": "请填写整数。"},
    )  # fmt: skip
    teachers = forms.IntegerField(
        label="教师数", min_value=0, max_value=9_999, required=False,
        error_messages={"invalid": "请填写整数。"},
    )  # fmt: skip

    def __init__(self, *args, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["school_year"].choices = years


class BellForm(forms.Form):
    """Lesson times as lines, one a lesson: ``08:20—09:00 第一节``."""

    name = forms.CharField(
        label="名称", max_length=40, error_messages={"required": "请填写名称，例如“夏季作息”。"}
    )
    first_day = day_field("从哪天起")
    lines = forms.CharField(
        label="各节课",
        help_text="每行一节：上课—下课，后面可以写名称，例如“08:20—09:00 第一节”。",
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": "请至少填写一节课。"},
    )

    def clean_lines(self) -> list[tuple[str, datetime.time, datetime.time]]:
        lessons = []
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), start=1):
            if line.strip():
                lessons.append(_lesson(number, line))
        return lessons


def _lesson(number: int, line: str) -> tuple[str, datetime.time, datetime.time]:
    text = line.replace("：", ":").replace("—", "-").replace("–", "-").replace("－", "-")
    times, _, name = " ".join(text.replace("--", "-").split()).replace(" - ", "-").partition(" ")
    begins, _, ends = times.partition("-")
    try:
        return (
            name[:20],
            datetime.time.fromisoformat(begins.zfill(5)),
            datetime.time.fromisoformat(ends.zfill(5)),
        )
    except ValueError:
        raise forms.ValidationError(
            f"第 {number} 行“{line.strip()}”读不出时间，请写成“08:20—09:00 第一节”。"
        ) from None


class EmptyForm(forms.Form):
    """An act that needs no more than a yes."""
