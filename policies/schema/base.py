"""What every rule carries, and how figures are told in Chinese."""

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

import pydantic

from policies.enums import Theme


OWN_CLAUSE = "本局规定"
UNSTATED = "所采用方案未规定"
LONGEST_CITATION = 60

Slug = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")]
Short = Annotated[str, pydantic.Field(min_length=1, max_length=40)]
Share = Annotated[Decimal, pydantic.Field(gt=0, le=1)]
Count = Annotated[int, pydantic.Field(ge=1)]

GroupKind = Literal["ANY", "INTEGRATED", "CO_BUILT", "COLLABORATIVE"]
Basis = Literal["TERM", "SCHOOL_YEAR", "CALENDAR_YEAR"]

# What the codes of a rule's figures are called.
WORDS = {
    "ANY": "各类集团", "INTEGRATED": "融合型", "CO_BUILT": "共建型", "COLLABORATIVE": "协作型",
    "TERM": "每学期", "SCHOOL_YEAR": "每学年", "CALENDAR_YEAR": "每年", "ONCE": "一次",
    "all": "全部成员校", "any": "任一成员校", "each": "逐校",
    "GROUP": "每个集团", "PAIR": "每对核心校与成员校",
    "TEAM": "派驻团队", "APPLICATION": "申请交流教师", "SHADOWING": "跟岗教师",
    "EXECUTIVE_PRINCIPAL": "执行校长", "MANAGER": "管理人员", "TEACHER": "专任教师",
    "PERSONAL": "个人申请", "RECOMMENDED": "学校推荐", "ARRANGED": "组织安排",
    "SCHOOL_YEARS": "学年", "YEARS": "年",
    "LATE": "逾期不到岗", "CONSECUTIVE": "连续旷工", "TWELVE_MONTHS": "12 个月内累计旷工",
    "WORKDAYS": "个工作日", "WEEKS": "周",
    "YEARLY": "年度考核", "FINAL": "期满考核",
    "HOST": "受援学校", "SENDER": "派出学校", "BUREAU": "教育局",
    "UNRESTRICTED": "无障碍调配（含驻教、走教）", "RESIDENT": "常驻成员校任教",
    "SUPPORT": "按学科到乡村学校支教",
    "SCHOOL": "各学校", "CORE": "核心校", "CORE_AND_MEMBERS": "核心校与成员校联合",
    "PERCENT": "%", "GROUPS": "个集团",
    True: "是", False: "否",
}  # fmt: skip


class RuleBase(pydantic.BaseModel):
    """What every rule carries: whose demand it is and where the document says so.

    ``open`` names the figures that the document demands but leaves open (若干名, 一定比例): they
    have no value. A rule's ``identity`` is its kind and, where a kind stands several times, the
    fields of ``key_fields``; the first adopted pack that states an identity wins it.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    requirement: Annotated[str, pydantic.Field(pattern=r"^[A-EX]\d?-\d+$")]
    clause: Annotated[str, pydantic.Field(min_length=1)]
    citation: Annotated[str, pydantic.Field(min_length=1, max_length=LONGEST_CITATION)]
    open: tuple[str, ...] = ()

    key_fields: ClassVar[tuple[str, ...]] = ()
    called: ClassVar[str] = ""
    has_figure: ClassVar[bool] = True  # something is reckoned or checked: its absence matters

    @pydantic.model_validator(mode="after")
    def _open_figures_have_no_value(self):
        for name in self.open:
            if name not in type(self).model_fields or getattr(self, name) is not None:
                raise ValueError(f"open 中的 {name} 不是没有数值的字段")
        return self

    @property
    def source(self) -> str:
        """How a derivation cites the rule, e.g. ``B1-9 五、4``."""
        if self.clause == OWN_CLAUSE:
            return OWN_CLAUSE
        return f"{self.requirement} {self.clause}"

    @property
    def identity(self) -> str:
        keys = [getattr(self, name) for name in self.key_fields]
        return ".".join([self.kind, *(key for key in keys if key != "ANY")])

    @property
    def title(self) -> str:
        """What the rule is called on screen."""
        of_type = getattr(self, "type", "ANY")
        return self.called + (f"（{WORDS[of_type]}）" if of_type != "ANY" else "")

    @property
    def about(self) -> Theme:
        raise NotImplementedError

    def told(self) -> str:
        """The figures as one plain Chinese phrase; of an open figure, that it is not stated."""
        raise NotImplementedError

    def lines(self) -> list[tuple[str, str]]:
        """(what, value) of every figure, the open ones too."""
        return [
            (field.title, UNSTATED if name in self.open else self._worded(name, field))
            for name, field in figures_of(type(self)).items()
            if name in self.open or getattr(self, name) not in (None, ())
        ]

    def _worded(self, name: str, field) -> str:
        value = getattr(self, name)
        return percent(value) if is_share(field) else worded(value)

    def figures(self) -> dict[str, Any]:
        """The figures alone, as JSON can hold them."""
        return self.model_dump(mode="json", include=set(figures_of(type(self))))

    def or_unstated(self, name: str, text: str = "{}") -> str:
        """The figure in its words, or that the adopted document leaves it open."""
        value = getattr(self, name)
        return UNSTATED if value is None else text.format(worded(value))


class NamedRule(RuleBase):
    """A rule of a kind that stands several times in a pack, told apart by a name."""

    key_fields = ("name",)

    name: Slug
    label: Short

    @property
    def title(self) -> str:
        return self.label


def figures_of(model: type[RuleBase]) -> dict[str, Any]:
    """The fields of a kind that are its figures: those that have a title."""
    return {name: field for name, field in model.model_fields.items() if field.title}


def figure(title: str, *, default: Any = ..., share: bool = False, **limits):
    """A field that is a figure of its rule; ``title`` is shown before it.

    A ``share`` is stored as 0.8, and written and typed as 80%.
    """
    extra = {"share": True} if share else None
    return pydantic.Field(default, title=title, json_schema_extra=extra, **limits)


def is_share(field) -> bool:
    return bool(field.json_schema_extra)


def worded(value: Any) -> str:
    """One value in Chinese: codes by their word, decimals in their shortest form, lists joined."""
    if isinstance(value, tuple):
        return "、".join(worded(item) for item in value)
    if isinstance(value, bool | str):
        return WORDS.get(value, value)
    if isinstance(value, Decimal):
        return plain(value)
    return str(value)


def plain(value: Decimal) -> str:
    """0.80 → 0.8; 500.00 → 500."""
    return f"{value.normalize():f}"


def percent(share: Decimal) -> str:
    """0.8 → 80%."""
    return f"{plain(share * 100)}%"
