"""The typed form of a policy pack: one document's figures as data, each with its clause.

``parse`` refuses what it cannot understand, or what lacks a clause, with line and reason.
Nothing here reads a database or the clock.
"""

from policies.schema.base import OWN_CLAUSE, UNSTATED, GroupKind, RuleBase, figures_of, is_share
from policies.schema.packs import (
    KINDS,
    Fault,
    Pack,
    Refused,
    Rule,
    WrongFigures,
    own_rule,
    parse,
)


__all__ = [
    "KINDS",
    "OWN_CLAUSE",
    "UNSTATED",
    "Fault",
    "GroupKind",
    "Pack",
    "Refused",
    "Rule",
    "RuleBase",
    "WrongFigures",
    "figures_of",
    "is_share",
    "own_rule",
    "parse",
]
