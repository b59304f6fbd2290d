"""Rules of the exchange of teachers."""

from decimal import Decimal
from typing import Literal

from policies.enums import Theme
from policies.schema.base import (
    UNSTATED,
    WORDS,
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


Who = Literal["TEAM", "APPLICATION", "SHADOWING", "EXECUTIVE_PRINCIPAL", "MANAGER", "TEACHER"]


class _Exchange(RuleBase):
    @property
    def about(self) -> Theme:
        return Theme.EXCHANGE


class _Of(_Exchange):
    """A rule for one kind of people on exchange."""

    key_fields = ("who",)

    who: Who

    @property
    def title(self) -> str:
        return f"{WORDS[self.who]}{self.called}"


class Team(_Of):
    """Who is sent to each member: managers and backbone teachers (A-7, B4-5, C-8)."""

    called = "人数"

    kind: Literal["team"]
    managers: Count | None = figure("中层干部（人）", default=None)
    backbone: Count | None = figure("骨干教师（人）", default=None)
    at_least: Count | None = figure("合计至少（人）", default=None)

    def told(self) -> str:
        said = []
        for name, word in (("managers", "中层干部"), ("backbone", "骨干教师")):
            if getattr(self, name) is not None:
                said.append(f"{word} {getattr(self, name)} 名")
            elif name in self.open:
                said.append(f"{word}人数{UNSTATED}")
        if self.at_least is not None:
            said.append(f"合计不少于 {self.at_least} 人")
        return "，".join(said)


class ExchangeTerm(_Of):
    """How long people stay, and how often the sender may change them (A-7, B1-6, C-7, C-8)."""

    called = "期限"

    kind: Literal["exchange_term"]
    length: Count = figure("时长")
    unit: Literal["SCHOOL_YEARS", "YEARS"] = figure("单位")
    adjustments: Count | None = figure("期间可调整次数", default=None)

    def told(self) -> str:
        change = f"，期间可调整 {self.adjustments} 次" if self.adjustments else ""
        return f"{self.length} {WORDS[self.unit]}{change}"


class ApplicationWays(_Exchange):
    """How an exchange begins: the ways that exist, or one sequence of them (A-9, B1-6)."""

    called = "申请方式"

    kind: Literal["application_ways"]
    ways: tuple[Literal["PERSONAL", "RECOMMENDED", "ARRANGED"], ...] = figure("方式", min_length=1)
    sequence: bool = figure("依次办理")

    def told(self) -> str:
        if self.sequence:
            return "依次办理：" + " → ".join(worded(way) for way in self.ways)
        return f"{worded(self.ways)}相结合"


class Allowance(NamedRule):
    """Money for people on exchange; whole months of ``amount`` yuan, or a way to fix it (A-11)."""

    key_fields = ("name", "who")

    kind: Literal["allowance"]
    who: Who
    amount: Decimal | None = figure("每月金额（元）", default=None, gt=0)
    methods: tuple[Short, ...] = figure("标准", default=())
    payers: tuple[Short, ...] = figure("列支", default=())

    @property
    def title(self) -> str:
        return f"{WORDS[self.who]}{self.label}"

    @property
    def about(self) -> Theme:
        return Theme.EXCHANGE

    def told(self) -> str:
        said = [f"每月 {plain(self.amount)} 元"] if self.amount is not None else []
        if self.methods:
            said.append("或".join(self.methods))
        if "amount" in self.open:
            said.append(f"金额{UNSTATED}")
        return "，".join(said)


class Absence(_Exchange):
    """Beyond how much absence a case is opened: more than ``length``, so from the next day on.

    A-14: a week late; 国务院令第652号 art. 15: 15 workdays running, 30 within twelve months.
    """

    called = "缺勤"
    key_fields = ("case",)

    kind: Literal["absence"]
    case: Literal["LATE", "CONSECUTIVE", "TWELVE_MONTHS"]
    length: Count = figure("超过")
    unit: Literal["WEEKS", "WORKDAYS"] = figure("单位")

    @property
    def title(self) -> str:
        return WORDS[self.case]

    def told(self) -> str:
        return f"超过 {self.length} {WORDS[self.unit]}"


class Appraisal(_Exchange):
    """Yearly and final appraisal: where, the grades, and what 不合格 brings (A-12, A-15, B4-3)."""

    called = "考核"
    key_fields = ("case",)

    kind: Literal["appraisal"]
    case: Literal["YEARLY", "FINAL"]
    by: Literal["HOST", "SENDER", "BUREAU"] | None = figure("考核单位", default=None)
    grades: tuple[Short, ...] = figure("等次", default=())
    barred_years: Count | None = figure("不合格：限制评优晋级年数", default=None)
    years_count: bool | None = figure("不合格：计算交流年限", default=None)
    preferences: bool | None = figure("不合格：享受优惠政策", default=None)

    @property
    def title(self) -> str:
        return f"交流教师{WORDS[self.case]}"

    def told(self) -> str:
        said = [f"在{WORDS[self.by]}进行"] if self.by else []
        if self.grades:
            said.append(f"等次为{worded(self.grades)}")
        if self.barred_years:
            said.append(f"不合格的 {self.barred_years} 年内不得推荐评优和晋级")
        if self.years_count is False:
            said.append("不计算交流年限")
        return "，".join(said)


class Experience(NamedRule):
    """What time on exchange brings, after how many years if any are named (A-20, B1-14, B3-8)."""

    has_figure = False

    kind: Literal["experience"]
    years: Count | None = figure("满多少年", default=None)
    gives: Short = figure("待遇")

    @property
    def about(self) -> Theme:
        return Theme.EXCHANGE

    def told(self) -> str:
        return f"满 {self.years} 年，{self.gives}" if self.years else self.gives


class Quota(NamedRule):
    """A quota set apart for people on exchange (A-12, A-13); ``share`` where one is stated."""

    kind: Literal["quota"]
    share: Share | None = figure("比例", default=None, share=True)

    @property
    def about(self) -> Theme:
        return Theme.EXCHANGE

    def told(self) -> str:
        return f"单列，{percent(self.share)}" if self.share else f"单列，比例{UNSTATED}"


class Deployment(_Exchange):
    """How teachers move inside a type of group (B3-7)."""

    called = "师资调配"
    key_fields = ("type",)

    kind: Literal["deployment"]
    type: GroupKind
    way: Literal["UNRESTRICTED", "RESIDENT", "SUPPORT"] = figure("方式")
    share: Share | None = figure("核心校教师比例", default=None, share=True)
    number: Count | None = figure("人数", default=None)

    def told(self) -> str:
        said = [WORDS[self.way]]
        if self.share is not None:
            said.append(f"核心校教师的 {percent(self.share)}")
        if self.number is not None:
            said.append(f"{self.number} 人")
        for name, word in (("share", "比例"), ("number", "人数")):
            if name in self.open:
                said.append(f"{word}{UNSTATED}")
        return "，".join(said)
