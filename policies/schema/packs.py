"""A pack and how its file is read: what cannot be understood is refused with line and reason."""

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, get_args

import pydantic

from policies.schema import exchange, groups, scoring
from policies.schema.base import LONGEST_CITATION, OWN_CLAUSE, RuleBase, figures_of


Rule = Annotated[
    scoring.BundleWeights
    | scoring.Exemption
    | scoring.UnitScoring
    | scoring.ProjectPoints
    | scoring.BundledAssessment
    | scoring.Supervision
    | groups.Structure
    | groups.Party
    | groups.Cycle
    | groups.Validity
    | groups.Target
    | groups.FilingChain
    | groups.Document
    | groups.Duty
    | groups.Demand
    | exchange.Team
    | exchange.ExchangeTerm
    | exchange.ApplicationWays
    | exchange.Allowance
    | exchange.Absence
    | exchange.Appraisal
    | exchange.Experience
    | exchange.Quota
    | exchange.Deployment,
    pydantic.Field(discriminator="kind"),
]
KINDS: dict[str, type[RuleBase]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model
    for model in get_args(get_args(Rule)[0])
}


class Pack(pydantic.BaseModel):
    """One policy document: its code, title and rules. An identity stands in it at most once."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, pydantic.Field(pattern=r"^[a-z0-9-]+$")]
    title: Annotated[str, pydantic.Field(min_length=1)]
    document: Annotated[str, pydantic.Field(min_length=1)]
    rules: tuple[Rule, ...] = ()

    @property
    def validity(self) -> groups.Validity | None:
        """What the document says of its own validity, if anything."""
        return next((rule for rule in self.rules if rule.kind == "validity"), None)


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


class WrongFigures(Exception):
    """Figures of the bureau's own that a rule cannot have; ``faults`` by field, in Chinese."""

    def __init__(self, faults: dict[str, str]):
        self.faults = faults
        super().__init__("；".join(faults.values()))


def parse(text: str, code: str) -> Pack:
    """The pack written in ``text`` (TOML; numbers are read as exact decimals).

    Raises Refused with all faults: broken TOML, an unknown or missing field, a figure out of its
    range, a rule without requirement, clause or citation, an identity stated twice, another code.
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


def own_rule(model: RuleBase, figures: dict[str, Any], reason: str) -> RuleBase:
    """The bureau's own figures for the rule that ``model`` is an example of, typed like it.

    What names the rule is the example's; the clause reads 本局规定 and the reason is the citation.
    Raises WrongFigures with a sentence per field.
    """
    kept = {
        name: value
        for name, value in model.model_dump().items()
        if name not in {*figures_of(type(model)), "open", "clause", "citation"}
    }
    words = " ".join(reason.split())
    try:
        return type(model).model_validate(
            kept | figures | {"clause": OWN_CLAUSE, "citation": words[:LONGEST_CITATION]}
        )
    except pydantic.ValidationError as error:
        titles = {name: field.title for name, field in type(model).model_fields.items()}
        raise WrongFigures(
            {_field(it): _sentence(it, titles.get(_field(it))) for it in error.errors()}
        ) from error


def _whole_pack_faults(pack: Pack, code: str, text: str) -> Iterator[Fault]:
    if pack.code != code:
        yield Fault(_line_of(text, ("code",)), f"code 应为 {code}，与文件名一致")
    seen = set()
    for index, rule in enumerate(pack.rules):
        if rule.identity in seen:
            yield Fault(_line_of(text, ("rules", index, "kind")), f"规则 {rule.identity} 写了两次")
        seen.add(rule.identity)


def _lines(text: str) -> int:
    return max(1, len(text.splitlines()))


def _line_of(text: str, place: tuple) -> int:
    """The line of a field, or of the head of its rule when the field is missing."""
    lines = text.splitlines()
    start = 0
    if len(place) > 1 and place[0] == "rules":
        heads = [number for number, line in enumerate(lines) if line.strip() == "[[rules]]"]
        start = heads[place[1]] if place[1] < len(heads) else 0
    for part in reversed(place):  # an item of a list stands on the line of its field
        for number, line in enumerate(lines[start:], start):
            if number > start and line.strip().startswith("["):
                break
            if re.match(rf"\s*{re.escape(str(part))}\s*=", line):
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


def _field(details: dict) -> str:
    names = [part for part in details["loc"] if isinstance(part, str)]
    return names[-1] if names else ""


def _sentence(details: dict, title: str | None = None) -> str:
    context = details.get("ctx", {})
    template = SENTENCES.get(details["type"], "{field} 的值不对：{input}")
    return template.format(
        field=title or (details["loc"][-1] if details["loc"] else "内容"),
        input=details["input"],
        tag=context.get("tag", ""),
        error=context.get("error", ""),
    )
