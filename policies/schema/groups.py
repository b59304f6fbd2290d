"""Rules of groups: their shape, their papers, their duties, and demands without a figure."""

from decimal import Decimal
from typing import Annotated, Literal

import pydantic

from policies.enums import Theme
from policies.schema.base import (
    UNSTATED,
    WORDS,
    Basis,
    Count,
    GroupKind,
    NamedRule,
    RuleBase,
    Share,
    Short,
    figure,
    percent,
    plain,
    worded,
)


TERM_START = "TERM_START"  # before the autumn term, whatever the bureau's calendar says
MonthDay = Annotated[str, pydantic.Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
ThemeCode = Literal[tuple(Theme.values)]


class _Groups(RuleBase):
    @property
    def about(self) -> Theme:
        return Theme.GROUPS


class Structure(_Groups):
    """What a group of a type is: how many members, one legal person or several (B1-1, B3-1)."""

    called = "集团形式"
    key_fields = ("type",)

    has_figure = False

    kind: Literal["structure"]
    type: GroupKind
    members_least: Count = figure("成员至少", default=1)
    members_most: Count | None = figure("成员至多", default=None)
    one_legal_person: bool | None = figure("合为一个法人", default=None)
    cross_district: bool | None = figure("可以跨区县", default=None)
    principles: tuple[Short, ...] = figure("管理模式", default=())

    @pydantic.model_validator(mode="after")
    def _least_before_most(self):
        if self.members_most is not None and self.members_most < self.members_least:
            raise ValueError("成员至多不能少于成员至少")
        return self

    def told(self) -> str:
        if self.members_most is None:
            said = [f"成员 {self.members_least} 所以上"]
        else:
            said = [f"成员 {self.members_least}–{self.members_most} 所"]
        if self.one_legal_person is not None:
            said.append("合为一个法人" if self.one_legal_person else "各校法人独立")
        if self.cross_district:
            said.append("可以跨区县")
        return "，".join(said)


class Party(_Groups):
    """How the party organisations of a type of group are set up (B3-4)."""

    called = "党组织设置"
    key_fields = ("type",)

    has_figure = False

    kind: Literal["party"]
    type: GroupKind
    form: Short = figure("形式")
    few_members: Count | None = figure("党员不足人数", default=None)
    form_when_few: Short | None = figure("党员不足时", default=None)

    def told(self) -> str:
        if self.few_members is None:
            return self.form
        return f"{self.form}；党员不足 {self.few_members} 人的，{self.form_when_few}"


class Cycle(NamedRule):
    """How many years something lasts (A-6, B1-5, B1-12)."""

    kind: Literal["cycle"]
    years: Count = figure("年数")

    @property
    def about(self) -> Theme:
        return Theme.GROUPS

    def told(self) -> str:
        return f"{self.years} 年"


class Validity(_Groups):
    """From when and how long the document itself holds (C-12)."""

    called = "文件有效期"

    has_figure = False

    kind: Literal["validity"]
    after_days: Annotated[int, pydantic.Field(ge=0)] = figure("发布后多少日起执行")
    years: Count = figure("有效年数")

    def told(self) -> str:
        return f"发布 {self.after_days} 日后执行，有效期 {self.years} 年"


class Target(NamedRule):
    """A figure that the whole county is to reach (A-1, B1-1, B3-2, X-20)."""

    kind: Literal["target"]
    theme: ThemeCode
    at_least: Decimal = figure("不低于", gt=0)
    unit: Literal["PERCENT", "GROUPS"] = figure("单位")

    @property
    def about(self) -> Theme:
        return Theme(self.theme)

    def told(self) -> str:
        if self.unit == "GROUPS":
            return f"{plain(self.at_least)} {WORDS[self.unit]}"
        return f"不低于 {plain(self.at_least)}{WORDS[self.unit]}"


class FilingChain(RuleBase):
    """Whether a member's filing passes the core before the bureau (B3-15)."""

    called = "报送层级"

    has_figure = False

    kind: Literal["filing_chain"]
    core_first: bool = figure("先经核心校")

    @property
    def about(self) -> Theme:
        return Theme.FILINGS

    def told(self) -> str:
        if self.core_first:
            return "成员校向核心校负责，核心校向教育局负责"
        return "各校直接向教育局负责"


class Document(NamedRule):
    """A paper that somebody files: who, with whom, by when (A-2, A-13, B1-3, B3-13).

    ``type`` is the type of group it is asked of. ``due`` is the last day, month and day.
    ``approved``: it takes effect only after the bureau's review.
    """

    key_fields = ("name", "type")

    has_figure = False

    kind: Literal["document"]
    type: GroupKind = "ANY"
    filer: Literal["SCHOOL", "CORE", "GROUP", "CORE_AND_MEMBERS", "BUREAU"] = figure("由谁制定")
    basis: Literal["ONCE", "TERM", "SCHOOL_YEAR", "CALENDAR_YEAR"] = figure("周期", default="ONCE")
    due: MonthDay | Literal["TERM_START"] | None = figure("期限", default=None)
    recipients: tuple[Short, ...] = figure("报送", default=())
    approved: bool = figure("须经审核", default=False)
    years: Count | None = figure("规划年数", default=None)

    @property
    def title(self) -> str:
        return self.label + (f"（{WORDS[self.type]}）" if self.type != "ANY" else "")

    @property
    def about(self) -> Theme:
        return Theme.FILINGS

    def lines(self) -> list[tuple[str, str]]:
        return [
            (what, due_told(self.due) if what == "期限" else value)
            for what, value in super().lines()
            if what != "须经审核" or self.approved
        ]

    def told(self) -> str:
        said = ["各集团制定" if self.filer == "GROUP" else f"{WORDS[self.filer]}制定"]
        if self.basis != "ONCE":
            said.append(WORDS[self.basis])
        if self.due:
            said.append(due_told(self.due))
        if self.recipients:
            said.append(f"报{worded(self.recipients)}")
        if self.approved:
            said.append("审核通过后实施")
        if self.years:
            said.append(f"为期 {self.years} 年")
        return "，".join(said)


class Milestone(pydantic.BaseModel):
    """The share of a duty to be reached by a day of the year (B2-1)."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    by: MonthDay
    share: Share


class Duty(NamedRule):
    """What a group, or a core towards each member, owes in a period (B1-2, B1-7, A-8, B2-4)."""

    kind: Literal["duty"]
    unit: Literal["GROUP", "PAIR"] = figure("对象")
    basis: Basis = figure("周期")
    at_least: Count | None = figure("至少次数", default=None)
    forms: tuple[Short, ...] = figure("形式", default=())
    milestones: tuple[Milestone, ...] = ()

    @property
    def about(self) -> Theme:
        return Theme.DUTIES

    def told(self) -> str:
        count = f"不少于 {self.at_least} 次" if self.at_least else f"数量{UNSTATED}"
        forms = f"（{worded(self.forms)}）" if self.forms else ""
        steps = "".join(f"，{due_told(it.by)} {percent(it.share)}" for it in self.milestones)
        return f"{WORDS[self.unit]}，{WORDS[self.basis]}{count}{forms}{steps}"


class Demand(NamedRule):
    """A demand without a figure; ``items`` are what the document lists."""

    has_figure = False

    kind: Literal["demand"]
    theme: ThemeCode
    items: tuple[Short, ...] = figure("内容", min_length=1)

    @property
    def about(self) -> Theme:
        return Theme(self.theme)

    def told(self) -> str:
        return worded(self.items)


def due_told(due: str) -> str:
    """07-31 → 7月31日前."""
    if due == TERM_START:
        return "秋季开学前"
    month, day = due.split("-")
    return f"{int(month)}月{int(day)}日前"
