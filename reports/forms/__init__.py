"""Forms of the report centre."""

import datetime
from collections.abc import Sequence

from django import forms

from core.school_years import school_year_label, school_year_of, term_name
from reports.enums import SCHEDULED, ReportKind
from reports.periods import Subject, month_before, monthly, of_group, of_term, yearly
from reports.selectors.terms import term


YEARS_BACK = 5
MONTHS_BACK = 18
ALL_GROUPS = "all"
# What each kind asks for, and the sentence of what is missing.
NEEDED = {
    ReportKind.YEARLY: {"school_year": "请选择学年。"},
    ReportKind.GROUP: {"school_year": "请选择学年。", "group": "请选择集团。"},
    ReportKind.TERM: {"school_year": "请选择学年。", "term": "请选择学期。"},
    ReportKind.MONTHLY: {"month": "请选择月份。"},
}


class MakeForm(forms.Form):
    """Which paper of which time. ``groups`` are (id, name) of those that the actor sees."""

    kind = forms.ChoiceField(label="种类", choices=ReportKind.choices, widget=forms.RadioSelect)
    school_year = forms.TypedChoiceField(
        label="学年", coerce=int, required=False, help_text="年度报告、集团年度报告和学期总结填写。"
    )
    term = forms.TypedChoiceField(
        label="学期",
        coerce=int,
        required=False,
        choices=[("", "请选择"), *((number, term_name(number)) for number in (1, 2))],
        help_text="学期总结填写；起止日期按校历。",
    )
    month = forms.ChoiceField(label="月份", required=False, help_text="工作月报填写。")
    group = forms.ChoiceField(label="集团", required=False, help_text="集团年度报告填写。")
    reason = forms.CharField(
        label="更新原因",
        max_length=300,
        required=False,
        help_text="已印发过的报告重新生成时写明，例如“考核结果更正”。",
        error_messages={"max_length": "更新原因最多 300 个字。"},
    )

    def __init__(self, *args, today: datetime.date, groups: Sequence[tuple[int, str]], **kwargs):
        super().__init__(*args, **kwargs)
        this_year = school_year_of(today)
        years = range(this_year, this_year - YEARS_BACK, -1)
        self.fields["school_year"].choices = [(year, school_year_label(year)) for year in years]
        self.fields["month"].choices = [("", "请选择"), *_months(today)]
        named = [(str(group_id), name) for group_id, name in groups]
        everything = [(ALL_GROUPS, f"全部 {len(named)} 个集团，每个一份")] if named else []
        self.fields["group"].choices = [("", "请选择"), *everything, *named]

    def clean(self):
        data = super().clean()
        for name, sentence in NEEDED.get(data.get("kind"), {}).items():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return data

    def subjects(self, district_id: int) -> list[Subject]:
        """What was asked for; several where every group is."""
        data = self.cleaned_data
        if data["kind"] == ReportKind.MONTHLY:
            return [monthly(district_id, datetime.date.fromisoformat(data["month"]))]
        if data["kind"] == ReportKind.TERM:
            return [of_term(district_id, term(district_id, data["school_year"], data["term"]))]
        if data["kind"] == ReportKind.YEARLY:
            return [yearly(district_id, data["school_year"])]
        chosen = [value for value, _ in self.fields["group"].choices if value.isdigit()]
        wanted = chosen if data["group"] == ALL_GROUPS else [data["group"]]
        return [of_group(district_id, data["school_year"], int(value)) for value in wanted]


def _months(today: datetime.date) -> list[tuple[str, str]]:
    months, month = [], today.replace(day=1)
    for _ in range(MONTHS_BACK):
        months.append((str(month), f"{month.year}年{month.month}月"))
        month = month_before(month)
    return months


class ScheduleForm(forms.Form):
    """On which day each kind is made by itself; one row a kind."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in SCHEDULED:
            self.fields[f"on_{kind}"] = forms.BooleanField(
                label=f"定期生成{kind.label}", required=False
            )
            self.fields[f"day_{kind}"] = forms.IntegerField(
                label=f"{kind.made_in}几日",
                min_value=1,
                max_value=28,
                error_messages={
                    "required": "请填写日期。",
                    "invalid": "请填写整数。",
                    "min_value": "日期应为 1 至 28 日，每个月都有这一天。",
                    "max_value": "日期应为 1 至 28 日，每个月都有这一天。",
                },
            )

    def rows(self) -> list[tuple]:
        """(the switch, the day) of each kind, as the page draws them."""
        return [(self[f"on_{kind}"], self[f"day_{kind}"]) for kind in SCHEDULED]

    def chosen(self) -> list[tuple[ReportKind, bool, int]]:
        data = self.cleaned_data
        return [(kind, data[f"on_{kind}"], data[f"day_{kind}"]) for kind in SCHEDULED]
