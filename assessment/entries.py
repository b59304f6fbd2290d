"""What a year's assessment is reckoned from. Plain values; the words are those of ``domain.md``."""

import dataclasses
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from assessment.derivation import Told


DEFAULT_CAP = Decimal("5.00")  # the one figure of ours: points exist and no pack gives a cap
DEFAULT_CLAUSE = "系统默认"
ENTERED = "填报得分"


class Entry(NamedTuple):
    """A school in one year's assessment. A country has many, so it is a plain tuple.

    ``score`` is its own score out of 100, exact, None while it is missing; ``summed`` the number
    of indicators that it is the sum of, 0 where it was entered as it is. ``apart`` is False for a
    campus that is not scored on its own (不单独评分). ``told`` is that of the score, where who
    read it had the time; else it is found when it is asked for.
    """

    school: str
    pool: str
    score: Decimal | Fraction | None
    apart: bool = True
    pupils: int | None = None
    last_rank: int | None = None
    summed: int = 0
    told: Told | None = None


@dataclasses.dataclass(frozen=True)
class Place:
    """A membership in force on the cut-off day. A cluster stands as its centre school."""

    group: str
    type: str
    school: str
    role: str


@dataclasses.dataclass(frozen=True)
class Project:
    """Points that a review gave to a project of a 协作型 core."""

    school: str
    name: str
    points: Decimal


@dataclasses.dataclass(frozen=True)
class Policy:
    """The figures that apply, each with its clause.

    ``exemption`` is "all", "any", "each" or "none"; ``places`` the rise it asks for;
    ``project_cap`` is None where no pack names one.
    """

    own_weight: Decimal
    weight_clause: str
    exemption: str = "none"
    places: int = 0
    exemption_clause: str = ""
    unit_clause: str = DEFAULT_CLAUSE
    project_clause: str = DEFAULT_CLAUSE
    project_cap: Decimal | None = None
    cap_clause: str = DEFAULT_CLAUSE
