"""The typed form of a policy pack: one document's figures as data, each with its clause.

``parse`` refuses what it cannot understand, or what lacks a clause, with line and reason.
Nothing here reads a database or the clock.
"""

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

import pydantic


class _Rule(pydantic.BaseModel):
    """What every rule carries: whose demand it is and where the document says so."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    requirement: Annotated[str, pydantic.Field(pattern=r"^[A-EX]\d?-\d+$")]
    clause: Annotated[str, pydantic.Field(min_length=1)]
    citation: Annotated[str, pydantic.Field(min_length=1, max_length=60)]

    @property
    def source(self) -> str:
        """How a derivation cites the rule, e.g. ``B1-9 五、4``."""
        return f"{self.requirement} {self.clause}"


class BundleWeights(_Rule):
    """Weights of the core's own score and of its members' mean (B1-9)."""

    kind: Literal["bundle_weights"]
    own: Annotated[Decimal, pydantic.Field(gt=0, le=1)]
    members: Annotated[Decimal, pydantic.Field(ge=0, lt=1)]

    @pydantic.model_validator(mode="after")
    def _add_up(self):
        if self.own + self.members != 1:
            raise ValueError(f"own 与 members 之和应为 1，现为 {self.own + self.members}")
        return self


class Exemption(_Rule):
    """When a core may be scored on its own result: rise in ranks, by which members (B1-10)."""

    kind: Literal["exemption"]
    mode: Literal["all", "any", "each"]
    places: Annotated[int, pydantic.Field(ge=1)]


class UnitScoring(_Rule):
    """A 融合型 group is scored as one unit (B3-10)."""

    kind: Literal["unit_scoring"]


class ProjectPoints(_Rule):
    """A 协作型 core gets points for reviewed projects, up to a cap if one is named (B3-10)."""

    kind: Literal["project_points"]
    cap: Annotated[Decimal, pydantic.Field(ge=0)] | None = None


Rule = Annotated[
    BundleWeights | Exemption | UnitScoring | ProjectPoints,
    pydantic.Field(discriminator="kind"),
]


class Pack(pydantic.BaseModel):
    """One policy document: its code, title and rules. A kind of rule stands in it at most once."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, pydantic.Field(pattern=r"^[a-z0-9-]+$")]
    title: Annotated[str, pydantic.Field(min_length=1)]
    document: Annotated[str, pydantic.Field(min_length=1)]
    rules: tuple[Rule, ...] = ()


@dataclasses.dataclass(frozen=True)
class Fault:
    """One thing wrong in a pack: the line of the file (from 1) and a sentence."""

    line: int
    message: str


class Refused(Exception):
    """A pack that cannot be used; ``faults`` holds every reason in the order of lines."""

    def __init__(self, code: str, faults: list[Fault]):
        self.faults = faults
        lines = "；".join(f"第 {fault.line} 行：{fault.message}" for fault in faults)
        super().__init__(f"政策包 {code} 不能使用：{lines}")


def parse(text: str, code: str) -> Pack:
    """The pack written in ``text`` (TOML; numbers are read as exact decimals).

    Raises Refused with all faults: broken TOML, an unknown or missing field, a figure out of its
    range, a rule without requirement, clause or citation, a kind stated twice, another code.
    """
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise Refused(
            code, [Fault(int(line[1]) if line else _lines(text), "不是合法的 TOML")]
        ) from error
    try:
        pack = Pack.model_validate(data)
    except pydantic.ValidationError as error:
        faults = [
            Fault(_line_of(text, details["loc"]), _sentence(details)) for details in error.errors()
        ]
        raise Refused(code, sorted(faults, key=lambda fault: fault.line)) from error
    if faults := list(_whole_pack_faults(pack, code, text)):
        raise Refused(code, faults)
    return pack


def _whole_pack_faults(pack: Pack, code: str, text: str) -> Iterator[Fault]:
    if pack.code != code:
        yield Fault(_line_of(text, ("code",)), f"code 应为 {code}，与文件名一致")
    seen = set()
    for index, rule in enumerate(pack.rules):
        if rule.kind in seen:
            yield Fault(_line_of(text, ("rules", index, "kind")), f"规则 {rule.kind} 写了两次")
        seen.add(rule.kind)


def _lines(text: str) -> int:
    return max(1, len(text.splitlines()))


def _line_of(text: str, place: tuple) -> int:
    """The line of a field, or of the head of its rule when the field is missing."""
    lines = text.splitlines()
    start = 0
    if len(place) > 1 and place[0] == "rules":
        heads = [number for number, line in enumerate(lines) if line.strip() == "[[rules]]"]
        start = heads[place[1]] if place[1] < len(heads) else 0
    field = str(place[-1])
    for number, line in enumerate(lines[start:], start):
        if number > start and line.strip().startswith("["):
            break
        if re.match(rf"\s*{re.escape(field)}\s*=", line):
            return number + 1
    return start + 1


SENTENCES = {
    "missing": "缺少 {field}",
    "extra_forbidden": "不认识的字段 {field}",
    "string_too_short": "{field} 不能为空",
    "string_too_long": "{field} 过长，应为简短引文",
    "string_pattern_mismatch": "{field} 的写法不对：{input}",
    "literal_error": "{field} 不能是 {input}",
    "union_tag_invalid": "不认识的规则 kind：{tag}",
    "union_tag_not_found": "缺少 kind",
    "value_error": "{error}",
}


def _sentence(details: dict) -> str:
    context = details.get("ctx", {})
    template = SENTENCES.get(details["type"], "{field} 的值不对：{input}")
    return template.format(
        field=details["loc"][-1] if details["loc"] else "内容",
        input=details["input"],
        tag=context.get("tag", ""),
        error=context.get("error", ""),
    )
