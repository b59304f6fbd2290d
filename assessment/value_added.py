"""Value added: this year's score against last year's, and against schools that started alike. Pure.

B3-12 asks for it and names no method. Ours is the plainest that a principal can check by hand:
the schools of a pool that were in the same third last year started alike (``domain.md``).
"""

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from assessment.derivation import round_half_up


THIRDS = ("上年前三分之一", "上年中三分之一", "上年后三分之一")


@dataclasses.dataclass(frozen=True)
class ValueAdded:
    """One school. ``gain`` is now less last; ``alike`` how many other schools started alike, and
    ``expected`` their mean gain; ``added`` is gain less expected. All in points, 2 decimals.
    """

    school: str
    last: Decimal
    now: Decimal
    gain: Decimal
    third: int  # 0, 1 or 2: the place of last year's score in its pool
    alike: int
    expected: Decimal | None
    added: Decimal | None


def value_added(last: Mapping[str, Decimal], now: Mapping[str, Decimal]) -> dict[str, ValueAdded]:
    """By school, for the schools of one pool that have an own score in both years (B3-12).

    A tie lies in the third of its best place. A school alone in its third has no expected gain:
    nothing is compared with nothing.
    """
    both = sorted(last.keys() & now.keys(), key=lambda school: (-last[school], school))
    thirds = _thirds([last[school] for school in both])
    gains = {school: Fraction(now[school]) - Fraction(last[school]) for school in both}
    found = {}
    for school, third in zip(both, thirds, strict=True):
        peers = [
            gains[other]
            for other, of_other in zip(both, thirds, strict=True)
            if of_other == third and other != school
        ]
        expected = sum(peers) / len(peers) if peers else None
        found[school] = ValueAdded(
            school=school,
            last=last[school],
            now=now[school],
            gain=signed(gains[school]),
            third=third,
            alike=len(peers),
            expected=None if expected is None else signed(expected),
            added=None if expected is None else signed(gains[school] - expected),
        )
    return found


def signed(value: Fraction) -> Decimal:
    """Half-up to 2 places away from zero, for figures that may be negative (−0.125 → −0.13)."""
    size = round_half_up(abs(value))
    return -size if value < 0 and size else size


def _thirds(scores: list[Decimal]) -> list[int]:
    """The third of each of the descending scores; ties share the better."""
    thirds: list[int] = []
    for position, score in enumerate(scores):
        if position and score == scores[position - 1]:
            thirds.append(thirds[-1])
        else:
            thirds.append(position * 3 // len(scores))
    return thirds
