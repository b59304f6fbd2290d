"""Rule 1 over time: is a group's whole life covered by a core and by members? Pure."""

import datetime
from collections.abc import Iterable
from typing import Protocol


class Span(Protocol):
    """Days ``[lower, upper)``; None is without end."""

    lower: datetime.date
    upper: datetime.date | None


Days = tuple[datetime.date, datetime.date | None]


def uncovered(life: Iterable[Span], by: Iterable[Span]) -> list[Days]:
    """The stretches ``[start, end)`` of ``life`` on which no span of ``by`` is valid, in order."""
    holes = []
    covers = sorted(by, key=lambda span: span.lower)
    for piece in sorted(life, key=lambda span: span.lower):
        day: datetime.date | None = piece.lower
        for cover in covers:
            if day is None or (cover.upper is not None and cover.upper <= day):
                continue
            if piece.upper is not None and cover.lower >= piece.upper:
                break
            if cover.lower > day:
                holes.append((day, cover.lower))
            day = cover.upper
        if day is not None and (piece.upper is None or day < piece.upper):
            holes.append((day, piece.upper))
    return holes
