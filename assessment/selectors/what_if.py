"""Saved variants of a version's figures, judged anew from the same data; nothing is stored."""

import dataclasses
from collections.abc import Sequence
from decimal import Decimal

from assessment import figures
from assessment.entries import Policy
from assessment.enums import Exemption
from assessment.models import Result, Scheme, Variant
from assessment.scoring import Result as Judged
from assessment.selectors import inputs
from core.actor import Actor
from core.errors import Denied
from policies import selectors as policies
from policies.rules import Rules


@dataclasses.dataclass(frozen=True)
class Tried:
    """What a variant makes of the data, by school; or the sentence why it can not be reckoned."""

    variant: Variant
    judged: dict[str, Judged]
    refused: str = ""

    def final(self, school: str) -> Decimal | None:
        found = self.judged.get(school)
        return found and found.final

    def rank(self, school: str) -> int | None:
        found = self.judged.get(school)
        return found and found.final_rank


@dataclasses.dataclass(frozen=True)
class Cell:
    """A core under one variant, beside its place in the record. ``up`` is how many places."""

    final: Decimal | None
    rank: int | None
    up: int | None

    @property
    def word(self) -> str:
        if self.up is None:
            return ""
        if self.up == 0:
            return "不变"
        return f"升 {self.up} 位" if self.up > 0 else f"降 {-self.up} 位"

    @property
    def arrow(self) -> str:
        return "▲" if (self.up or 0) > 0 else "▼" if (self.up or 0) < 0 else ""


@dataclasses.dataclass(frozen=True)
class CoreRow:
    """A core under the record and, in the same order as asked, under each variant."""

    school_id: int
    name: str
    pool: str
    final: Decimal | None
    rank: int | None
    cells: tuple[Cell, ...]


def variants_of(actor: Actor, scheme: Scheme) -> list[Variant]:
    """For bureau and leadership, in the order in which they were saved."""
    rows = Variant.objects.filter(scheme=scheme, scheme__district__in=actor.district_ids)
    return list(rows.order_by("pk"))


def tried(scheme: Scheme, variants: Sequence[Variant]) -> list[Tried]:
    """Every variant judged. Data and rules are read once, whatever the number of variants."""
    if not variants:
        return []
    data, rules = inputs.read(scheme), policies.rules_for(scheme.district_id, scheme.cut_off_on)
    return [_tried(it, data, rules) for it in variants]


def _tried(variant: Variant, data: inputs.Inputs, rules: Rules) -> Tried:
    try:
        return Tried(variant, data.judge(policy_of(variant, rules)))
    except (Denied, policies.UnknownPack) as refused:
        return Tried(variant, {}, str(refused))


def policy_of(variant: Variant, rules: Rules) -> Policy:
    """The figures in force, or those of the variant's packs, with the variant's own before them."""
    return figures.policy_from(
        policies.rules_of(variant.packs) if variant.packs else rules,
        own_weight=variant.own_weight,
        exemption=Exemption(variant.exemption).mode if variant.exemption else None,
        places=variant.places,
        project_cap=variant.project_cap,
        set_by=f"试算“{variant.name}”",
    )


def side_by_side(scheme: Scheme, columns: Sequence[Tried]) -> list[CoreRow]:
    """Every core of the version, by pool and place in the record. One query."""
    rows = (
        Result.objects.filter(scheme=scheme, is_core=True)
        .order_by("pool__position", "final_rank", "school_name")
        .values_list("school_id", "school_name", "pool__name", "final", "final_rank")
    )
    return [CoreRow(*row, cells=tuple(_cell(it, row[1], row[4]) for it in columns)) for row in rows]


def _cell(column: Tried, school: str, rank_now: int | None) -> Cell:
    rank = column.rank(school)
    up = None if None in (rank, rank_now) else rank_now - rank
    return Cell(column.final(school), rank, up)


def told(variant: Variant) -> str:
    """What the variant changes, in one phrase: 70 : 30，任一成员校进位 ≥ 5."""
    said = []
    if variant.packs:
        said.append("采用 " + "、".join(_pack_title(code) for code in variant.packs))
    if variant.own_weight is not None:
        own = (variant.own_weight * 100).normalize()
        said.append(f"{own:f} : {100 - own:f}")
    if variant.exemption:
        said.append(Exemption(variant.exemption).label)
    if variant.places is not None:
        said.append(f"进位 ≥ {variant.places}")
    if variant.project_cap is not None:
        said.append(f"加分上限 {variant.project_cap}")
    return "，".join(said)


def _pack_title(code: str) -> str:
    return policies.pack(code).title if code in policies.pack_codes() else code
