"""How a figure came about: steps with arithmetic, exact value and clause. Pure."""

import functools
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple


class Step(NamedTuple):
    """One line: what, the arithmetic, its value (at most 6 decimals) and the clause."""

    label: str
    expression: str
    value: Decimal | None
    clause: str

    @property
    def text(self) -> str:
        return f"{self.label} {self.expression}".strip()


class Told(NamedTuple):
    """A score as it is told: to 2 decimals, as a term of an expression, and as a step's value."""

    rounded: Decimal
    term: str
    value: Decimal


class Derivation:
    """Steps in the making."""

    def __init__(self, steps: Iterable[Step] = ()):
        self._steps = list(steps)

    def add(self, label: str, expression: str, value: Fraction | Decimal, clause: str) -> None:
        self.put(label, expression, exact(value), clause)

    def put(self, label: str, expression: str, value: Decimal, clause: str) -> None:
        """With a value that ``exact`` gave."""
        self._steps.append(Step(label, expression, value, clause))

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self._steps)


def round_half_up(value: Fraction | Decimal, places: int = 2) -> Decimal:
    """The value at so many decimals, halves away from zero; scores are never negative."""
    return _decimal(_scaled(value, places), places)


@functools.lru_cache(maxsize=20_000)
def _decimal(units: int, places: int) -> Decimal:
    """Scores from 0 to 100 have ten thousand values, however many schools there are."""
    return Decimal(units).scaleb(-places)


@functools.lru_cache(maxsize=20_000)
def exact_rounded(value: Decimal) -> Decimal:
    """``exact`` of a score that is rounded already."""
    return exact(value)


def exact(value: Fraction | Decimal) -> Decimal:
    """The value with at most 6 decimals and no trailing zeros (79.80 → 79.8)."""
    return Decimal(plain(value))


def plain(value: Fraction | Decimal) -> str:
    """Plain digits, at most 6 decimals, without trailing zeros or exponent."""
    return _trimmed(_scaled(value, 6))


def shown(value: Fraction | Decimal) -> str:
    """As a term of an expression: at least 2 decimals, at most 6 (92.5 → 92.50)."""
    return both(value)[0]


def both(value: Fraction | Decimal) -> tuple[str, Decimal]:
    """``shown`` and ``exact`` of a value that a derivation needs as both."""
    millionths = _scaled(value, 6)
    text = _trimmed(millionths)
    if millionths % 10_000:
        return text, Decimal(text)
    return f"{millionths // 1_000_000}.{millionths // 10_000 % 100:02}", Decimal(text)


def told(score: Fraction | Decimal) -> Told:
    """As ``round_half_up``, ``shown`` and ``exact`` give it."""
    return Told(round_half_up(score), *both(score))


def _trimmed(millionths: int) -> str:
    digits = f"{millionths:07}"
    decimals = digits[-6:].rstrip("0")
    return f"{digits[:-6]}.{decimals}" if decimals else digits[:-6]


def _scaled(value: Fraction | Decimal, places: int) -> int:
    """The value in units of its last decimal, rounded half-up; in whole numbers alone."""
    numerator, denominator = value.as_integer_ratio()
    return (2 * numerator * 10**places + denominator) // (2 * denominator)
