"""What of the reports waits for a post, for the workbench."""

import datetime

from django.urls import reverse

from core.actor import Actor
from core.clock import day_of
from core.todos import Todo, TodoKind
from directory.enums import Permission, Role
from reports.enums import ReportState
from reports.selectors.reports import reports_visible_to


MOST = 5
NEW = datetime.timedelta(days=14)


def todos_for(actor: Actor, on: datetime.date) -> list[Todo]:
    """Drafts for who issues them, what was issued lately for leadership. One query each."""
    if actor.may(Permission.ISSUE_REPORTS):
        rows = reports_visible_to(actor).filter(state=ReportState.DRAFT).order_by("-made_at")
        return [_line(it, "印发", it.made_at, TodoKind.WAITING) for it in rows[:MOST]]
    if actor.role == Role.LEADERSHIP:
        rows = reports_visible_to(actor).filter(
            state=ReportState.ISSUED, superseded=False, issued_at__date__gte=on - NEW
        )
        rows = rows.order_by("-issued_at")
        return [_line(it, "查看", it.issued_at, TodoKind.NEWS) for it in rows[:MOST]]
    return []


def _line(report, act: str, at: datetime.datetime, kind: TodoKind) -> Todo:
    state = "草稿，待印发" if kind == TodoKind.WAITING else f"编号 {report.number}"
    return Todo(
        title=report.title,
        detail=f"{state}，{report.pages} 页，数据截至 {report.as_of:%Y-%m-%d}",
        act=act,
        url=reverse("report-detail", args=[report.pk]),
        topic="报告",
        kind=kind,
        since=day_of(at),
        icon="report",
    )
