"""Packs as shipped, what a district adopted of them, and the rules in force on a day."""

import dataclasses
import datetime
import functools
from collections.abc import Sequence
from pathlib import Path

from core.periods import last_day
from policies import rules, schema
from policies.models import AdoptedPack, Adoption, OwnFigure


PACKS = Path(__file__).parent / "packs"


class UnknownPack(Exception):
    """No pack has that code; the text says which there are."""


def pack_codes() -> list[str]:
    """The codes of all shipped packs, sorted."""
    return sorted(path.stem for path in PACKS.glob("*.toml"))


@functools.cache
def pack(code: str) -> schema.Pack:
    """The pack of that code. Raises UnknownPack, or schema.Refused when its file is faulty."""
    if code not in pack_codes():
        raise UnknownPack(f"没有政策包 {code}；现有：{'、'.join(pack_codes())}。")
    return schema.parse((PACKS / f"{code}.toml").read_text(encoding="utf-8"), code)


def adoptable() -> list[schema.Pack]:
    """The packs that a district may adopt; ``national`` holds anyway."""
    return [pack(code) for code in pack_codes() if code != rules.LAST]


@functools.cache
def catalogue() -> dict[str, schema.RuleBase]:
    """An example of every rule that some shipped pack states, by identity."""
    found = {}
    for code in pack_codes():
        for rule in pack(code).rules:
            found.setdefault(rule.identity, rule)
    return found


def rules_of(codes: Sequence[str]) -> rules.Rules:
    """The rules in force when these packs are adopted in this order. Raises UnknownPack."""
    return rules.adopt([pack(code) for code in codes], pack(rules.LAST))


def rules_for(district_id: int, on: datetime.date) -> rules.Rules:
    """The rules in force in a district on a day. Two queries.

    Without an adoption on that day only the national rules and the bureau's own figures hold.
    Asks no actor: the rules of a district are no secret to whoever works in it.
    """
    return rules.in_force(
        _adopted_on(district_id, on), pack(rules.LAST), _own_on(district_id, on), on
    )


def rules_if(district_id: int, adopted: Sequence[rules.Adopted], on: datetime.date) -> rules.Rules:
    """The rules as they would be on that day if the district adopted that list. One query."""
    return rules.in_force(adopted, pack(rules.LAST), _own_on(district_id, on), on)


def unstated(stated: rules.Rules) -> list[schema.RuleBase]:
    """An example of every rule with a figure that neither a pack nor the bureau states."""
    return sorted(
        (
            rule
            for identity, rule in catalogue().items()
            if rule.has_figure and stated.get(identity) is None and identity not in stated.dropped
        ),
        key=rules.display_order,
    )


@dataclasses.dataclass(frozen=True)
class AdoptionOn:
    """An adoption as it is shown: its list, from when to when, who entered it and why."""

    adoption_id: int
    packs: tuple[rules.Adopted, ...]
    first_day: datetime.date
    last_day: datetime.date | None
    reason: str
    by: str
    at: datetime.datetime
    withdrawn_at: datetime.datetime | None


def adoptions_of(district_id: int) -> list[AdoptionOn]:
    """Every adoption of a district, the latest first, those put right too. Two queries."""
    rows = (
        Adoption.objects.filter(district_id=district_id)
        .order_by("-period", "-pk")
        .prefetch_related("packs")
    )
    return [_shown(row) for row in rows]


def adoption_on(district_id: int, on: datetime.date) -> AdoptionOn | None:
    """The adoption in force on a day. Two queries."""
    rows = Adoption.objects.on(on).filter(district_id=district_id, withdrawn_at__isnull=True)
    return next((_shown(row) for row in rows.order_by("pk").prefetch_related("packs")), None)


def own_figures_of(district_id: int, identity: str) -> list[OwnFigure]:
    """Everything the bureau ever ruled for one rule, the latest first."""
    return list(
        OwnFigure.objects.filter(district_id=district_id, identity=identity).order_by(
            "-period", "-pk"
        )
    )


def _adopted_on(district_id: int, on: datetime.date) -> list[rules.Adopted]:
    rows = AdoptedPack.objects.filter(
        adoption__district_id=district_id,
        adoption__withdrawn_at__isnull=True,
        adoption__period__contains=on,
    )
    return [_adopted(row) for row in rows.order_by("position")]


def _own_on(district_id: int, on: datetime.date) -> list[rules.Own]:
    rows = OwnFigure.objects.on(on).filter(district_id=district_id, withdrawn_at__isnull=True)
    return [own(row) for row in rows.order_by("identity")]


def own(row: OwnFigure) -> rules.Own:
    """A stored figure as the rules take it."""
    rule = None
    if not row.dropped:
        rule = schema.own_rule(catalogue()[row.identity], row.figures, row.reason)
    return rules.Own(row.identity, rule, row.reason, row.period.lower)


def _adopted(row: AdoptedPack) -> rules.Adopted:
    return rules.Adopted(pack(row.code), row.valid_from, row.valid_until)


def _shown(row: Adoption) -> AdoptionOn:
    return AdoptionOn(
        adoption_id=row.pk,
        packs=tuple(_adopted(it) for it in sorted(row.packs.all(), key=lambda it: it.position)),
        first_day=row.period.lower,
        last_day=last_day(row.period),
        reason=row.reason,
        by=row.created_by_name,
        at=row.created_at,
        withdrawn_at=row.withdrawn_at,
    )
