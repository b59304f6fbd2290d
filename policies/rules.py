"""Adoption: of an ordered list of packs, the first that states a rule wins; national is last.

The bureau's own figure wins over every pack. Pure: what is stored comes in as plain values.
"""

import dataclasses
import datetime
import re
from collections.abc import Iterable, Sequence
from typing import get_args

from policies.enums import RuleState, Theme
from policies.schema import KINDS, OWN_CLAUSE, GroupKind, Pack, RuleBase


LAST = "national"
_KIND_ORDER = {kind: number for number, kind in enumerate(KINDS)}
_TYPE_ORDER = {code: number for number, code in enumerate(get_args(GroupKind))}
_THEME_ORDER = {theme: number for number, theme in enumerate(Theme)}


@dataclasses.dataclass(frozen=True)
class Adopted:
    """A pack in its place of the adopted list, with the days that its document names.

    ``valid_until`` is the last day. A pack states nothing before ``valid_from``; after
    ``valid_until`` its rules are lapsed and stay until the bureau drops them (X-22).
    """

    pack: Pack
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None

    def begun(self, on: datetime.date | None) -> bool:
        return on is None or self.valid_from is None or self.valid_from <= on

    def lapsed(self, on: datetime.date | None) -> bool:
        return on is not None and self.valid_until is not None and self.valid_until < on


@dataclasses.dataclass(frozen=True)
class Own:
    """What the bureau set for one rule: its own figures, or None where it dropped the rule."""

    identity: str
    rule: RuleBase | None
    reason: str
    since: datetime.date


@dataclasses.dataclass(frozen=True)
class Stated:
    """A rule in force: the rule, and the pack that states it (None for the bureau's own figure).

    ``overridden`` is what the packs would say where the bureau set its own figure, with its
    ``reason``. A lapsed rule still applies.
    """

    rule: RuleBase
    pack: Pack | None
    lapsed: bool = False
    overridden: "Stated | None" = None
    reason: str = ""
    since: datetime.date | None = None
    valid_until: datetime.date | None = None

    @property
    def identity(self) -> str:
        return self.rule.identity

    @property
    def source(self) -> str:
        """How a derivation cites it: ``B1-9 五、4``, or 本局规定 for the bureau's own figure."""
        return self.rule.source if self.pack else OWN_CLAUSE

    @property
    def state(self) -> RuleState:
        if self.pack is None:
            return RuleState.OWN
        if self.lapsed:
            return RuleState.LAPSED
        return RuleState.OPEN if self.rule.open else RuleState.IN_FORCE


class Rules:
    """The rules in force on a day (or on no particular one) under an ordered list of packs."""

    def __init__(
        self,
        adopted: Sequence[Adopted],
        own: Iterable[Own] = (),
        on: datetime.date | None = None,
    ):
        self.adopted = tuple(adopted)
        self.dropped: dict[str, Own] = {}
        self._by_packs: dict[str, list[Stated]] = {}
        for it in adopted:
            if it.begun(on):
                for rule in it.pack.rules:
                    self._by_packs.setdefault(rule.identity, []).append(
                        Stated(rule, it.pack, it.lapsed(on), valid_until=it.valid_until)
                    )
        self._stated = {identity: said[0] for identity, said in self._by_packs.items()}
        for it in own:
            before = self._stated.pop(it.identity, None)
            if it.rule is None:
                self.dropped[it.identity] = it
            else:
                self._stated[it.identity] = Stated(
                    it.rule, None, overridden=before, reason=it.reason, since=it.since
                )

    def get(self, identity: str) -> Stated | None:
        """The rule of that identity, or None: then nothing is computed from it."""
        return self._stated.get(identity)

    def of_kind(self, kind: str) -> list[Stated]:
        """Every rule of a kind that stands several times, in display order."""
        return [it for it in self.all() if it.rule.kind == kind]

    def all(self) -> list[Stated]:
        """Every rule in force, by theme, kind and requirement."""
        return sorted(self._stated.values(), key=lambda it: display_order(it.rule))

    def said(self, identity: str) -> list[Stated]:
        """What each adopted pack says of it, in the order of adoption: the winner, the losers."""
        return list(self._by_packs.get(identity, ()))


def adopt(packs: Sequence[Pack], national: Pack) -> Rules:
    """The rules of the packs in the order of adoption, ``national`` always last."""
    return in_force([Adopted(pack) for pack in packs], national)


def in_force(
    adopted: Sequence[Adopted],
    national: Pack,
    own: Iterable[Own] = (),
    on: datetime.date | None = None,
) -> Rules:
    """The rules of a day: of the adopted packs in their order, ``national`` always last."""
    return Rules([*(it for it in adopted if it.pack.code != LAST), Adopted(national)], own, on)


def display_order(rule: RuleBase) -> tuple:
    letters, number = re.fullmatch(r"([A-EX]\d?)-(\d+)", rule.requirement).groups()
    return (
        _THEME_ORDER[rule.about],
        _KIND_ORDER[rule.kind],
        letters,
        int(number),
        _TYPE_ORDER[getattr(rule, "type", "ANY")],
        rule.identity,
    )
