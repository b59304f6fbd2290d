"""What of the filings waits for a post, for the workbench (X-9)."""

import datetime

from django.urls import reverse

from core.actor import Actor
from core.todos import Todo
from filings.enums import FilingState
from filings.rules import OWNER, Turn
from filings.selectors.filings import inbox
from filings.selectors.heads import Standing, standings_of


MOST = 20  # lines of their own; the rest are one line with their count
ACTS = {Turn.SCHOOL: "报送", Turn.VALIDATOR: "初核", Turn.APPROVER: "审批"}


def todos_for(actor: Actor, on: datetime.date) -> list[Todo]:
    """Each filing that waits for the actor's post, or one they stand in for, by its deadline.

    At most six queries, however many wait.
    """
    waiting = inbox(actor, on).order_by("due_on", "pk")
    rows = list(waiting[: MOST + 1])
    standings = standings_of(actor, rows[:MOST], on)
    found = [_line(it) for it in standings]
    if len(rows) > MOST:
        rest = waiting.count() - MOST
        found.append(
            Todo(
                title=f"还有 {rest} 份报送待办理",
                act="查看",
                url=reverse("filing-list"),
                topic="报送",
                due_on=rows[MOST].due_on,
                count=rest,
            )
        )
    return found


def _line(it: Standing) -> Todo:
    filing, turn = it.filing, OWNER[FilingState(it.filing.state)]
    back = turn == Turn.SCHOOL and it.last
    detail = f"{it.school}，{filing.number}" if filing.number else f"{it.school}，还没有报送"
    if back:
        detail = f"{it.last.by_name}{it.last.get_move_display()}：{it.last.reason}"
    return Todo(
        title=str(filing),
        act="修改" if back else ACTS[turn],
        url=reverse("filing-detail", args=[filing.pk]),
        topic=filing.get_kind_display().removeprefix("交流轮岗"),
        detail=detail,
        due_on=filing.due_on,
        since=it.since,
        icon="file-text",
    )
