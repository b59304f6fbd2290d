"""Which reports an actor sees, and what the public may ask of one."""

import dataclasses
import datetime
import json

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.actor import Actor
from core.selectors import history
from directory.enums import Role
from directory.selectors import schools
from reports.enums import ReportState
from reports.models import Report, Schedule


CHANGES_SHEET = "变动"  # of the workbook


def reports_visible_to(actor: Actor) -> QuerySet[Report]:
    """Bureau: all of its districts. Leadership: what is issued. With ``superseded``.

    Schools see none here: what concerns them is on their own pages.
    """
    later = Report.objects.filter(
        key=OuterRef("key"), version__gt=OuterRef("version"), state=ReportState.ISSUED
    )
    seen = Q(district_id__in=actor.district_ids)
    if actor.role == Role.LEADERSHIP:
        seen &= Q(state=ReportState.ISSUED)
    rows = Report.objects.filter(seen).annotate(superseded=Exists(later))
    return rows.select_related("file", "tables").defer("context")


def in_state(rows: QuerySet[Report], value: str) -> QuerySet[Report]:
    """``IN_FORCE``, ``DRAFT`` or ``SUPERSEDED``."""
    if value == "DRAFT":
        return rows.filter(state=ReportState.DRAFT)
    return rows.filter(state=ReportState.ISSUED, superseded=value == "SUPERSEDED")


@dataclasses.dataclass(frozen=True)
class Told:
    """A report with what its page tells: first figures, every version, who made and issued it.

    ``changes`` is its frozen table of them, None where there were none.
    """

    report: Report
    summary: list[str]
    figures: list[dict]
    changes: dict | None
    versions: list[Report]
    events: list


def report_told(actor: Actor, report_id: int) -> Told | None:
    """None for one that the actor does not see. Four queries."""
    report = reports_visible_to(actor).filter(pk=report_id).first()
    if report is None:
        return None
    context = json.loads(Report.objects.values_list("context", flat=True).get(pk=report_id))
    held = [block for chapter in context["chapters"] for block in chapter["blocks"]]
    versions = list(reports_visible_to(actor).filter(key=report.key).order_by("-version"))
    return Told(
        report=report,
        summary=context["summary"],
        figures=context["figures"],
        changes=next((it for it in held if it.get("sheet") == CHANGES_SHEET), None),
        versions=versions,
        events=history.events_about("report", report_id),
    )


def may_read(actor: Actor, report_id: int) -> bool:
    """Guard of the files: whoever sees the report."""
    return reports_visible_to(actor).filter(pk=report_id).exists()


def schedules_of(actor: Actor) -> QuerySet[Schedule]:
    return Schedule.objects.filter(district_id__in=actor.district_ids)


@dataclasses.dataclass(frozen=True)
class Verified:
    """All that the public learns of an issued paper by its number."""

    number: str
    title: str
    issued_on: datetime.date
    checksum: str


def verified(number: str) -> Verified | None:
    """The issued paper of that number; None when there is none. For anybody."""
    row = Report.objects.filter(number=number.strip().upper(), state=ReportState.ISSUED).first()
    if row is None:
        return None
    return Verified(row.number, row.title, row.issued_at, row.checksum)


def in_force(key: str) -> Report | None:
    """The issued report of that key that counts: its latest version. For commands."""
    rows = Report.objects.filter(key=key, state=ReportState.ISSUED).select_related("file")
    return rows.order_by("-version").first()


def has_data(actor: Actor, on: datetime.date) -> bool:
    """Whether there is anything to report of on that day."""
    return schools.schools_visible_to(actor, on).exists()


def newest(actor: Actor, most: int) -> list[Report]:
    """The papers in force that were issued last."""
    rows = in_state(reports_visible_to(actor), "IN_FORCE")
    return list(rows.order_by("-issued_at", "-pk")[:most])
