from django import forms

from directory.enums import DayKind
from directory.forms.schools import day_field


class DaysForm(forms.Form):
    kind = forms.ChoiceField(
        label="安排",
        choices=[
            (DayKind.HOLIDAY, "放假：这些天不算工作日"),
            (DayKind.WORKDAY, "上班：这些天算工作日，周末和节假日也算"),
            (DayKind.EVENT, "学校事务：只作提示，不影响工作日"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择安排。"},
    )
    name = forms.CharField(
        label="名称",
        max_length=40,
        help_text="例如“台风停课”“期末考试”。",
        error_messages={"required": "请填写名称。", "max_length": "名称最多 40 个字。"},
    )
    first_day = day_field("第一天")
    last_day = day_field("最后一天", required=False, help_text="只有一天时不填。")

    def clean(self):
        data = super().clean()
        data["last_day"] = data.get("last_day") or data.get("first_day")
        if data["last_day"] and data.get("first_day") and data["last_day"] < data["first_day"]:
            self.add_error("last_day", "最后一天不能早于第一天。")
        return data


class TermsForm(forms.Form):
    first_1 = day_field("第一学期开始")
    last_1 = day_field("第一学期结束")
    first_2 = day_field("第二学期开始")
    last_2 = day_field("第二学期结束")

    def clean(self):
        data = super().clean()
        for first, last in (("first_1", "last_1"), ("first_2", "last_2")):
            if first in data and last in data and data[last] < data[first]:
                self.add_error(last, "结束日期不能早于开始日期。")
        if "last_1" in data and "first_2" in data and data["first_2"] <= data["last_1"]:
            self.add_error("first_2", "第二学期须在第一学期结束之后开始。")
        return data

    def terms(self) -> list:
        data = self.cleaned_data
        return [(data["first_1"], data["last_1"]), (data["first_2"], data["last_2"])]
