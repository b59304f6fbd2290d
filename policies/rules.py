"""Adoption: of an ordered list of packs, the first that states a rule wins; national is last."""

import dataclasses
from collections.abc import Sequence

from policies.schema import Pack, Rule


LAST = "national"


@dataclasses.dataclass(frozen=True)
class Stated:
    """A rule in force and the pack that states it."""

    rule: Rule
    pack: Pack


class Rules:
    """The rules in force under an ordered list of adopted packs."""

    def __init__(self, packs: Sequence[Pack]):
        self._stated: dict[str, Stated] = {}
        for pack in packs:
            for rule in pack.rules:
                self._stated.setdefault(rule.kind, Stated(rule, pack))

    def get(self, kind: str) -> Stated | None:
        """The rule of that kind, or None: then nothing is computed from it."""
        return self._stated.get(kind)


def adopt(packs: Sequence[Pack], national: Pack) -> Rules:
    """The rules of the packs in the order of adoption, ``national`` always last."""
    return Rules([*(pack for pack in packs if pack.code != LAST), national])
