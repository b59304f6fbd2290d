"""A line of the workbench: what waits for somebody, due when, one click away. Pure."""

import dataclasses
import datetime
from collections.abc import Iterable

from django.db import models


class TodoKind(models.TextChoices):
    """Why a line stands there."""

    WAITING = "WAITING", "待办"
    WRONG = "WRONG", "有问题"
    NEWS = "NEWS", "知悉"

    @property
    def kind(self) -> str:
        """The colour of the mark."""
        return {"WAITING": "go", "WRONG": "bad", "NEWS": "idle"}[self]


@dataclasses.dataclass(frozen=True)
class Todo:
    """One thing to do: ``act`` names the button that clears it, ``url`` is where that stands.

    ``topic`` is the kind of thing in a word (花名册, 预约), ``icon`` its sign; ``detail`` says the
    cause in full. ``since`` is the day from which it waits, ``due_on`` the last day, None where
    there is none. ``count`` above 1 stands for so many of the same that one page clears.
    """

    title: str
    act: str
    url: str
    topic: str
    detail: str = ""
    due_on: datetime.date | None = None
    kind: TodoKind = TodoKind.WAITING
    count: int = 1
    since: datetime.date | None = None
    icon: str = "checklist"


def in_order(todos: Iterable[Todo]) -> list[Todo]:
    """What is wrong first, then by the last day, then by how long it waits; news at the end."""
    far = datetime.date.max
    rank = {TodoKind.WRONG: 0, TodoKind.WAITING: 1, TodoKind.NEWS: 2}
    return sorted(todos, key=lambda it: (rank[it.kind], it.due_on or far, it.since or far))
