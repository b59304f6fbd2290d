"""What of the logs waits for whom, for the workbench."""

import datetime

from django.urls import reverse

from core.actor import Actor
from core.clock import day_of
from core.todos import Todo, TodoKind
from directory.enums import Permission
from directory.selectors import schools
from directory.selectors.calendar import calendar_for
from exchange.models import LogEntry
from exchange.selectors.logs import own_placements


LATELY = datetime.timedelta(days=7)
ICON = "notebook"


def todos_for(actor: Actor, on: datetime.date) -> list[Todo]:
    """The teacher's log of today and new comments on it; the host's entries without a comment."""
    if actor.may(Permission.KEEP_LOG):
        return [*_today(actor, on), *_comments(actor, on)]
    if actor.may(Permission.COMMENT_LOG):
        return _unread(actor, on)
    return []


def _today(actor: Actor, on: datetime.date) -> list[Todo]:
    held = own_placements(actor, on, on)
    if not held or not calendar_for(actor.home_district_id, on, on).is_workday(on):
        return []
    rows = LogEntry.objects.filter(placement__in=held, day=on).order_by()
    written = set(rows.values_list("placement_id", flat=True))
    names = schools.names_on(on, {it.receiving_id for it in held})
    return [
        Todo(
            title=f"今天的日志（{names.get(it.receiving_id, '')}）",
            act="填写",
            url=reverse("log-write", args=[it.pk, on.isoformat()]),
            topic="日志",
            detail="选做了什么，一分钟内写完",
            due_on=on,
            icon=ICON,
        )
        for it in held
        if it.pk not in written
    ]


def _comments(actor: Actor, on: datetime.date) -> list[Todo]:
    rows = LogEntry.objects.filter(
        placement__teacher=actor.teacher_id, commented_at__date__gt=on - LATELY
    )
    return [
        Todo(
            title=f"{it.commented_by_name}对 {it.day:%m-%d} 的日志写了意见",
            act="查看",
            url=reverse("log-detail", args=[it.pk]),
            topic="日志",
            detail=it.comment[:60],
            kind=TodoKind.NEWS,
            since=day_of(it.commented_at),
            icon=ICON,
        )
        for it in rows.order_by("-commented_at")[:5]
    ]


def _unread(actor: Actor, on: datetime.date) -> list[Todo]:
    rows = LogEntry.objects.filter(
        placement__receiving__in=actor.school_ids, comment="", day__gt=on - LATELY, day__lte=on
    )
    count = rows.count()
    if not count:
        return []
    return [
        Todo(
            title=f"近一周有 {count} 篇来校教师的日志还没写意见",
            act="查看",
            url=reverse("log-list") + "?comment=NONE&days=7",
            topic="日志",
            kind=TodoKind.NEWS,
            icon=ICON,
        )
    ]
