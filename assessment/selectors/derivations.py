"""What a stored derivation says, read and not reckoned again (X-13).

The ``steps`` of a result are written by ``assessment.scoring`` and ``bundling``; the
beginnings of their labels, which this module looks for, are held by
``tests/assessment/test_derivations.py``.
"""

import dataclasses
import re
from collections.abc import Sequence
from decimal import Decimal

from assessment.derivation import round_half_up
from assessment.enums import Freed


UNIT, MEAN, OWN_SHARE, SHARE = "本单位得分", "成员校平均", "核心校份额", "成员校份额 "
BUNDLED, CHECK, POINTS, LAST = "捆绑得分", "豁免核对", "项目加分", "最终得分"
TAKEN = re.compile(r"校区取(.+)单位的最终得分")
SHARE_OF = re.compile(r"([\d.]+)×([\d.]+)(?:÷(\d+))?")
ASKED = re.compile(r"豁免核对（(.+?)进位 ≥ (\d+)）")
RAISED = re.compile(r"([^，；、]+(?:、[^，；、]+)*)按 max\(")


@dataclasses.dataclass(frozen=True)
class Line:
    """One stored step."""

    label: str
    expression: str
    value: Decimal | None
    clause: str

    @property
    def shown(self) -> str:
        return spaced(self.expression)


@dataclasses.dataclass(frozen=True)
class Part:
    """A line of the bundle's sum: whose score, times which weight, makes which part."""

    school: str
    score: Decimal
    weight: Decimal  # of the core, or of all members together
    split: int  # among how many the weight is shared
    value: Decimal

    @property
    def weight_shown(self) -> str:
        whole = self.weight * 100
        if self.split == 1:
            return percent(self.weight)
        share = whole / self.split
        if share == share.quantize(Decimal("0.01")):
            return percent(self.weight / self.split)
        return f"{percent(self.weight)} ÷ {self.split}"


@dataclasses.dataclass(frozen=True)
class Check:
    """The exemption as it was judged: by whose rise, by how many places, and whether it holds."""

    who: str
    places: int
    holds: bool
    sentence: str
    value: Decimal
    clause: str
    raised: tuple[str, ...] = ()  # of "each": in whose share the better score stands


@dataclasses.dataclass(frozen=True)
class Derivation:
    lines: tuple[Line, ...]
    unit_core: str = ""  # of a campus: whose final score it takes
    own: Decimal | None = None  # the score with which the school or unit enters
    own_line: Line | None = None
    mean_line: Line | None = None
    bundled: Decimal | None = None
    parts: tuple[Part, ...] = ()
    check: Check | None = None
    points_line: Line | None = None

    @property
    def member_mean(self) -> Decimal | None:
        return self.mean_line and self.mean_line.value

    @property
    def is_bundle(self) -> bool:
        return self.bundled is not None

    @property
    def is_unit(self) -> bool:
        return bool(self.own_line and self.own_line.label.startswith(UNIT))

    @property
    def weighted(self) -> bool:
        """Whether campuses with scores of their own weigh in."""
        return self.is_unit and "/" in self.own_line.expression

    @property
    def freed(self) -> Freed:
        if self.check is None:
            return Freed.NONE
        return Freed.HOLDS if self.check.holds else Freed.FAILS

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(part.school for part in self.parts[1:])

    @property
    def clauses(self) -> tuple[str, ...]:
        """Every clause that is cited, in the order of the steps, each once."""
        return tuple(dict.fromkeys(line.clause for line in self.lines if line.clause))

    @property
    def ratio(self) -> str:
        """80 : 20, for heads of tables."""
        if not self.parts:
            return ""
        own, members = self.parts[0].weight * 100, 100 - self.parts[0].weight * 100
        return f"{plain(own)} : {plain(members)}"

    @property
    def formula(self) -> str:
        """The bundle in one line, without its result."""
        if not self.parts:
            return ""
        own, rest = self.parts[0], 1 - self.parts[0].weight
        mean = spaced(self.mean_line.expression)
        return f"{two(own.score)} × {percent(own.weight)} + {mean} × {percent(rest)}"


def read(steps: Sequence, core: str = "") -> Derivation:
    """``core`` is the school that the steps are of; its share comes first among the parts."""
    lines = tuple(
        Line(label, expression, None if value is None else Decimal(str(value)), clause)
        for label, expression, value, clause in steps
    )
    told: dict = {"lines": lines}
    parts = []
    for line in lines:
        if taken := TAKEN.fullmatch(line.label):
            told["unit_core"] = taken[1]
        elif line.label.startswith((UNIT, "本校得分")):
            told |= {"own": line.value, "own_line": line}
        elif line.label.startswith(MEAN):
            told["mean_line"] = line
        elif line.label == OWN_SHARE:
            parts.insert(0, _part(core, line))
        elif line.label.startswith(SHARE):
            parts.append(_part(line.label.removeprefix(SHARE), line))
        elif line.label == BUNDLED:
            told["bundled"] = line.value
        elif line.label.startswith(CHECK):
            told["check"] = _check(line)
        elif line.label.startswith(POINTS):
            told["points_line"] = line
    return Derivation(**told, parts=tuple(parts))


def _part(school: str, line: Line) -> Part:
    weight, score, split = SHARE_OF.fullmatch(line.expression).groups()
    return Part(school, Decimal(score), Decimal(weight), int(split or 1), line.value)


def _check(line: Line) -> Check:
    who, places = ASKED.match(line.label).groups()
    told, _, verdict = line.expression.rpartition("；")
    raised = RAISED.match(verdict)
    return Check(
        who=who,
        places=int(places),
        holds=verdict != "不成立",
        sentence=told,
        value=line.value,
        clause=line.clause,
        raised=tuple(raised[1].split("、")) if raised else (),
    )


def two(value: Decimal | None) -> str:
    """A score as tables show it."""
    return "" if value is None else f"{round_half_up(value):f}"


def plain(value: Decimal) -> str:
    """100.000 → 100; 0.80 → 0.8."""
    return f"{value.normalize():f}"


def percent(share: Decimal) -> str:
    """0.8 → 80%."""
    return f"{plain(share * 100)}%"


def spaced(expression: str) -> str:
    """(78.40+81.20)/2 → (78.40 + 81.20) ÷ 2; only between figures."""
    for sign, shown in (("+", " + "), ("×", " × "), ("÷", " ÷ "), ("/", " ÷ ")):
        expression = re.sub(rf"(?<=[\d)]){re.escape(sign)}(?=[\d(])", shown, expression)
    return expression
