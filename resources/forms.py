"""Forms of facilities and bookings; the actions judge the rules."""

import datetime
import re

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from resources.actions.bookings import Asked
from resources.availability import Opened
from resources.enums import WEEKDAYS, FacilityKind, Sharing


CLOCK = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
LARGEST_ID = 2**63 - 1
FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)
LESSONS = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


def day_field(label: str, **extra) -> forms.DateField:
    sentence = f"{label}应在 2000 年到 2099 年之间。"
    return forms.DateField(
        label=label,
        widget=DayInput(),
        validators=[MinValueValidator(FIRST_DAY, sentence), MaxValueValidator(LAST_DAY, sentence)],
        error_messages={
            "required": f"请填写{label}。",
            "invalid": f"{label}应写作 2024-10-16。",
        },
        **extra,
    )


def clock_field(label: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=ClockInput(),
        error_messages={"invalid": f"{label}应写作 10:20。"},
    )


def lesson_field(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=99,
        widget=forms.Select,
        error_messages={"invalid": "请从列出的节次中选择。"},
    )


class BookingForm(forms.Form):
    """One time, or the same time every week.

    What may be chosen is looked up only to be drawn (``offer``); the action judges what is chosen.
    """

    school = forms.IntegerField(
        label="使用学校",
        min_value=1,
        max_value=LARGEST_ID,
        widget=forms.Select,
        error_messages={"required": "请选择使用学校。", "invalid": "请选择使用学校。"},
    )
    day = day_field("日期")
    first_lesson = lesson_field("从")
    last_lesson = lesson_field("到")
    starts = clock_field("开始")
    ends = clock_field("结束")
    purpose = forms.CharField(
        label="用途",
        max_length=100,
        help_text="例如 同步课堂·五年级英语。场地的日历上大家都看得到。",
        error_messages={
            "required": "请写明用途。",
            "max_length": "用途最多 100 个字。",
        },
    )
    heads = forms.IntegerField(
        label="人数",
        required=False,
        min_value=1,
        max_value=100_000,
        error_messages={
            "invalid": "人数应为整数。",
            "min_value": "人数应大于 0。",
            "max_value": "人数过大，请核对。",
        },
    )
    weekly = forms.BooleanField(label="每周同一时间重复", required=False)
    until = day_field("重复到", required=False)

    def offer(self, *, schools, lessons, room_for: int | None) -> None:
        """Put in what the drawn form lets choose: (id, name) of schools, lessons of the day."""
        self.fields["school"].widget.choices = schools
        for name, at in (("first_lesson", "starts"), ("last_lesson", "ends")):
            told = [(it.number, f"{it.label} {getattr(it, at):%H:%M}") for it in lessons]
            self.fields[name].widget.choices = [("", "—"), *told]
        if room_for:
            self.fields["heads"].help_text = f"最多 {room_for} 人。"

    def clean(self):
        data = super().clean()
        by_lesson = data.get("first_lesson") is not None or data.get("last_lesson") is not None
        by_clock = data.get("starts") is not None or data.get("ends") is not None
        if self.errors.keys() & {"first_lesson", "last_lesson", "starts", "ends"}:
            return data
        if by_lesson and by_clock:
            self.add_error("starts", "节次和钟点只填一种；按钟点预约的，请把节次选回“—”。")
        elif by_clock and (data["starts"] is None or data["ends"] is None):
            self.add_error("starts", "请写全开始和结束的钟点。")
        elif not by_lesson and not by_clock:
            self.add_error("first_lesson", "请选择节次，或填写起止钟点。")
        elif by_lesson:
            first = data.get("first_lesson") or data["last_lesson"]
            last = data.get("last_lesson") or first
            data["first_lesson"], data["last_lesson"] = first, last
            if last < first:
                self.add_error("first_lesson", "结束的节次不能早于开始的节次。")
        if data.get("weekly") and not data.get("until") and "until" not in self.errors:
            self.add_error("until", "每周重复的，请填写重复到哪一天。")
        return data

    @property
    def asked(self) -> Asked:
        return Asked(
            *(self.cleaned_data[name] for name in ("first_lesson", "last_lesson", "starts", "ends"))
        )


class ReasonForm(forms.Form):
    """Why a request is refused or a booking is given up."""

    reason = forms.CharField(
        label="原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明原因。", "max_length": "原因最多 200 个字。"},
    )


class BlackoutForm(forms.Form):
    first_day = day_field("从")
    last_day = day_field("到")
    reason = forms.CharField(
        label="原因",
        max_length=60,
        help_text="例如 设备检修、期中考试。",
        error_messages={"required": "请写明原因。", "max_length": "原因最多 60 个字。"},
    )


class WithdrawForm(forms.Form):
    first_day = day_field("停用自")
    reason = forms.CharField(
        label="停用原因",
        max_length=200,
        error_messages={"required": "请写明停用原因。", "max_length": "原因最多 200 个字。"},
    )


class FacilityForm(forms.Form):
    """A facility with its week: for each weekday the lessons, the clock times, or both."""

    school = forms.TypedChoiceField(label="所属学校", coerce=int)
    name = forms.CharField(
        label="名称", max_length=60, error_messages={"required": "请填写场地名称。"}
    )
    kind = forms.ChoiceField(label="种类", choices=FacilityKind.choices)
    place = forms.CharField(
        label="位置", max_length=60, required=False, help_text="例如 综合楼 3 层。"
    )
    capacity = forms.IntegerField(
        label="容纳人数",
        required=False,
        min_value=1,
        max_value=100_000,
        error_messages={"invalid": "容纳人数应为整数。", "min_value": "容纳人数应大于 0。"},
    )
    sharing = forms.ChoiceField(
        label="谁可以约",
        choices=Sharing.choices,
        initial=Sharing.GROUP,
    )
    needs_approval = forms.BooleanField(label="外校预约须本校批准", required=False, initial=True)

    def __init__(self, *args, schools, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["school"].choices = schools
        for number, name in enumerate(WEEKDAYS, 1):
            self.fields[f"lessons_{number}"] = forms.CharField(
                label=f"{name}节次", required=False, max_length=40
            )
            self.fields[f"clock_{number}"] = forms.CharField(
                label=f"{name}钟点", required=False, max_length=60
            )

    @property
    def week(self):
        """(weekday, field of lessons, field of clock times)."""
        return [
            (name, self[f"lessons_{number}"], self[f"clock_{number}"])
            for number, name in enumerate(WEEKDAYS, 1)
        ]

    def clean(self):
        data = super().clean()
        found: list[Opened] = []
        for number in range(1, 8):
            for name, read in (("lessons", self._lessons), ("clock", self._clock)):
                text = _narrow(data.get(f"{name}_{number}") or "")
                for part in filter(None, re.split(r"[,，、;；]", text)):
                    opened = read(number, part)
                    if opened is None:
                        break
                    found.append(opened)
        if not found and not self.errors:
            self.add_error("lessons_1", "请至少填写一天的开放时间。")
        self.openings = found
        return data

    def _lessons(self, weekday: int, part: str) -> Opened | None:
        match = LESSONS.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last:
            self.add_error(f"lessons_{weekday}", f"“{part}”不是节次，请写作 1-6 或 3。")
            return None
        return Opened(weekday, first_lesson=first, last_lesson=last)

    def _clock(self, weekday: int, part: str) -> Opened | None:
        match = CLOCK.fullmatch(part)
        try:
            one, other, three, four = (int(it) for it in match.groups()) if match else (99,) * 4
            starts, ends = datetime.time(one, other), datetime.time(three, four)
        except ValueError:
            starts = ends = datetime.time.min
        if starts >= ends:
            self.add_error(f"clock_{weekday}", f"“{part}”不是起止钟点，请写作 16:00-17:30。")
            return None
        return Opened(weekday, starts=starts, ends=ends)


def _narrow(text: str) -> str:
    """Half-width digits and signs, without blanks, whichever dash was typed."""
    text = text.translate({ord("０") + n: ord("0") + n for n in range(10)})
    return re.sub(r"[—–－−~～至到]+", "-", text.replace("：", ":")).replace(" ", "")
