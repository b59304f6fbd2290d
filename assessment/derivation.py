"""How a figure came about: steps with arithmetic, exact value and clause. Pure."""

import dataclasses
from decimal import Decimal
from fractions import Fraction


@dataclasses.dataclass(frozen=True)
class Step:
    """One line: what, the arithmetic, its value (at most 6 decimals) and the clause."""

    label: str
    expression: str
    value: Decimal | None
    clause: str

    @property
    def text(self) -> str:
        return f"{self.label} {self.expression}".strip()


class Derivation:
    """Steps in the making."""

    def __init__(self, steps: tuple[Step, ...] = ()):
        self.steps = steps

    def add(self, label: str, expression: str, value: Fraction | Decimal, clause: str) -> None:
        self.steps = (*self.steps, Step(label, expression, exact(value), clause))


def round_half_up(value: Fraction | Decimal, places: int = 2) -> Decimal:
    """The value at so many decimals, halves away from zero; scores are never negative."""
    scale = 10**places
    whole = (Fraction(value) * scale * 2 + 1) // 2
    return Decimal(whole).scaleb(-places)


def exact(value: Fraction | Decimal) -> Decimal:
    """The value with at most 6 decimals and no trailing zeros (79.80 → 79.8)."""
    rounded = round_half_up(value, 6)
    return Decimal(plain(rounded))


def plain(value: Fraction | Decimal) -> str:
    """Plain digits, at most 6 decimals, without trailing zeros or exponent."""
    digits = f"{round_half_up(value, 6):f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def shown(value: Fraction | Decimal) -> str:
    """As a term of an expression: at least 2 decimals, at most 6 (92.5 → 92.50)."""
    whole, _, decimals = plain(value).partition(".")
    return f"{whole}.{decimals:0<2}"
