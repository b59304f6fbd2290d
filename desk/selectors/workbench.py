"""What waits for somebody, over all apps: the lines of the workbench."""

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence

from django.urls import reverse

from assessment.selectors import todos as assessment
from core import selectors as core
from core.actor import Actor
from core.acts import job_label
from core.clock import day_of
from core.enums import BatchState, JobState
from core.models import Job
from core.selectors import imports
from core.spreadsheets.importing import Importer
from core.todos import Todo, TodoKind, in_order
from core.workdays import Calendar
from directory.selectors.calendar import calendar_for
from exchange.selectors import log_todos as logs
from exchange.selectors import todos as exchange
from filings.selectors import todos as filings
from reports.selectors import todos as reports
from resources.selectors import todos as resources


SOURCES: tuple[Callable[[Actor, datetime.date], list[Todo]], ...] = (
    filings.todos_for,
    exchange.todos_for,
    logs.todos_for,
    resources.todos_for,
    assessment.todos_for,
    reports.todos_for,
)
SOON = 14  # days ahead that the list of last days shows
LATELY = datetime.timedelta(days=3)  # for so long a job that failed is told


@dataclasses.dataclass(frozen=True)
class Line:
    """A thing to do with what the day makes of it: workdays it has waited, days that are left."""

    todo: Todo
    waited: int | None = None
    left: int | None = None

    @property
    def is_late(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def days_late(self) -> int:
        return -(self.left or 0)


@dataclasses.dataclass(frozen=True)
class Work:
    """The lines of a post: what is wrong, what waits, what is good to know, what is being made."""

    wrong: Sequence[Line] = ()
    waiting: Sequence[Line] = ()
    news: Sequence[Line] = ()
    jobs: Sequence[Job] = ()

    @property
    def count(self) -> int:
        return sum(line.todo.count for line in (*self.wrong, *self.waiting))

    @property
    def due_today(self) -> int:
        return sum(line.left == 0 for line in self.due)

    @property
    def late(self) -> int:
        return sum(line.is_late for line in self.due)

    @property
    def due(self) -> list[Line]:
        """Lines with a last day that has passed or is near, by that day."""
        lines = [it for it in (*self.wrong, *self.waiting, *self.news) if it.left is not None]
        return sorted((it for it in lines if it.left <= SOON), key=lambda it: it.left)


def work_of(
    actor: Actor, on: datetime.date, now: datetime.datetime, kinds: Mapping[str, Importer]
) -> Work:
    """Everything that waits for the actor's post on the day; queries grow with apps, not rows.

    ``kinds`` are those of the tables that the post may import.
    """
    found = [todo for source in SOURCES for todo in source(actor, on)]
    found += [*_previews(actor, kinds), *_failures(actor, now)]
    calendar = calendar_for(actor.home_district_id, on - datetime.timedelta(days=366), on)
    lines = [_line(todo, on, calendar) for todo in in_order(found)]
    running = core.jobs_visible_to(actor).filter(state__in=[JobState.QUEUED, JobState.RUNNING])
    jobs = list(running[:5])
    for job in jobs:
        job.title = job_label(job.kind)
    return Work(
        wrong=[it for it in lines if it.todo.kind == TodoKind.WRONG],
        waiting=[it for it in lines if it.todo.kind == TodoKind.WAITING],
        news=[it for it in lines if it.todo.kind == TodoKind.NEWS],
        jobs=jobs,
    )


def _line(todo: Todo, on: datetime.date, calendar: Calendar) -> Line:
    day_after = todo.since and todo.since + datetime.timedelta(days=1)
    return Line(
        todo,
        waited=calendar.workdays_between(day_after, on) if day_after and day_after <= on else None,
        left=(todo.due_on - on).days if todo.due_on else None,
    )


def _previews(actor: Actor, kinds: Mapping[str, Importer]) -> list[Todo]:
    """Files that the actor uploaded and neither wrote nor put away."""
    rows = imports.batches_visible_to(actor, kinds)
    rows = rows.filter(state=BatchState.PREVIEWED, user_id=actor.user_id)
    return [
        Todo(
            title=f"{batch.file_name} 已核对，还没有写入",
            detail="看过预览后写入，或放弃这一批。",
            act="写入",
            url=reverse("import-batch", args=[batch.pk]),
            topic="导入",
            since=day_of(batch.created_at),
            icon="file-spreadsheet",
        )
        for batch in rows[:5]
    ]


def _failures(actor: Actor, now: datetime.datetime) -> list[Todo]:
    rows = core.jobs_visible_to(actor).filter(state=JobState.FAILED, created_at__gt=now - LATELY)
    return [
        Todo(
            title=f"{job_label(job.kind)}没有完成",
            detail=job.message,
            act="查看",
            url=reverse("job-detail", args=[job.pk]),
            topic="任务",
            kind=TodoKind.WRONG,
            since=day_of(job.created_at),
            icon="alert-circle",
        )
        for job in rows[:5]
    ]
