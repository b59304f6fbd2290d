"""Beginning a roster, its lines, and the reasons of its moves."""

from django import forms

from core.school_years import school_year_label, school_year_of
from exchange.enums import PlacementKind, Way


LONGEST_REASON = 300


class StartForm(forms.Form):
    """Which school year the roster is for; this one or the next."""

    school_year = forms.TypedChoiceField(label="学年", coerce=int)

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        this = school_year_of(today)
        self.fields["school_year"].choices = [
            (year, school_year_label(year)) for year in (this, this + 1)
        ]


class LineForm(forms.Form):
    """One line. The teacher is told by 工号; of another school by 工号 and 姓名 together."""

    sending = forms.TypedChoiceField(label="派出学校", coerce=int)
    teacher = forms.CharField(
        label="教师", max_length=60, strip=True,
        help_text="填工号，或“工号 姓名”；本校教师也可以只填姓名。",
        widget=forms.TextInput(attrs={"list": "teachers-on-file", "autocomplete": "off"}),
    )  # fmt: skip
    receiving = forms.TypedChoiceField(label="接收学校", coerce=int)
    kind = forms.ChoiceField(label="类别", choices=PlacementKind.choices)
    way = forms.ChoiceField(label="申请方式", choices=Way.choices)
    subject = forms.CharField(label="学科", max_length=20, required=False)
    duty = forms.CharField(
        label="拟任职务", max_length=30, required=False, help_text="如副校长；一般教师可不填。"
    )
    first_day = forms.DateField(
        label="开始日期", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label="结束日期",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="在岗的最后一天。",
    )
    field_of = {
        "结束日期不能早于开始日期。": "last_day",
        "派出学校和接收学校不能是同一所学校。": "receiving",
        "同一教师同一开始日期在本花名册中已有一行。": "teacher",
    }

    def __init__(self, *args, sending, receiving, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sending"].choices = sending
        self.fields["receiving"].choices = receiving
        if len(sending) == 1:
            self.fields["sending"].widget = forms.HiddenInput()
            self.fields["sending"].initial = sending[0][0]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="理由", max_length=LONGEST_REASON, widget=forms.Textarea({"rows": 3})
    )


class PlainForm(forms.Form):
    """A page with one button; ``last`` is the history that its reader saw."""

    last = forms.IntegerField(required=False, widget=forms.HiddenInput())
