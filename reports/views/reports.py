"""The list of reports, and one of them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core import clock
from core.acts import label
from core.errors import Denied
from core.school_years import school_year_label, school_year_of
from core.tables import Column, Filter
from core.views.lists import ListView
from groups.selectors import groups
from reports import documents, guards
from reports.actions import builds
from reports.enums import SCHEDULED, ReportKind, ReportState
from reports.periods import next_due, span_label
from reports.selectors import figures, jobs, reports
from reports.selectors.terms import terms_around
from reports.views import places
from reports.views.pages import Centre


def span_of(report) -> str:
    return span_label(report.school_year, report.month, report.term)


class ReportList(Centre, ListView):
    """Every version of every paper, and what is being made."""

    template_name = "reports/list.html"
    title = "报表中心"
    counter = "份"
    searched = ("title__icontains",)
    search_label = "报告标题"
    columns = (
        Column("title", "报告", lambda row: row.title, ("title", "version"), width=44),
        Column("kind", "种类", lambda row: row.get_kind_display(), ("kind",), width=14),
        Column("span", "期间", span_of, ("school_year", "month", "term"), width=24),
        Column("version", "版本", lambda row: row.version, ("version",), "num", 7, "integer"),
        Column("as_of", "数据截至", lambda row: str(row.as_of), ("as_of",), width=12),
        Column(
            "issued", "印发",
            lambda row: str(row.issued_at.date()) if row.issued_at else "", ("issued_at",),
            width=12,
        ),
        Column("checksum", "校验码", lambda row: row.checksum, css="opt", width=66),
        Column("number", "核验编号", lambda row: row.number or "", width=30, screen=False),
        Column("files", "下载", css="num"),
    )  # fmt: skip
    filters = (
        Filter(
            "kind",
            "种类",
            lambda request: ReportKind.choices,
            lambda rows, value: rows.filter(kind=value),
        ),
        Filter(
            "state",
            "状态",
            lambda request: [
                ("IN_FORCE", "现行"), ("DRAFT", "草稿"), ("SUPERSEDED", "已取代"),
            ],
            reports.in_state,
        ),
        Filter(
            "year",
            "学年",
            lambda request: [
                (str(year), school_year_label(year))
                for year in range(school_year_of(request.day), school_year_of(request.day) - 6, -1)
            ],
            lambda rows, value: rows.filter(school_year=int(value)),
        ),
    )  # fmt: skip
    first_sort = "-span"
    export_act = "reports.report.export"

    def visible(self):
        return reports.reports_visible_to(self.request.actor)

    def present(self, rows):
        for row in rows:
            row.span = span_of(row)
        return rows

    def extra(self) -> dict:
        actor, now = self.request.actor, clock.now()
        bureau = guards.can_make(actor=actor, district_id=self.district_id)
        makings = jobs.makings(actor, now) if bureau else []
        return {
            "may_make": self.may_make,
            "is_maker": bureau,
            "makings": [it for it in makings if not it.is_done],
            "just_made": sum(it.is_done for it in makings),
            "under_way": any(it.is_open for it in makings),
            "schedules": _schedules(actor, self.district_id, clock.today()) if bureau else [],
        }


def _schedules(actor, district_id: int, today) -> list[dict]:
    held = {it.kind: it for it in reports.schedules_of(actor).filter(district=district_id)}
    terms = terms_around(district_id, today) if ReportKind.TERM in held else []
    rows = []
    for kind in SCHEDULED:
        schedule = held.get(kind)
        row = {"kind": kind, "said": "没有设定", "next": None}
        if schedule and schedule.enabled:
            made = f"生成{kind.made_of}的{kind.label}"
            row["said"] = f"{kind.made_in} {schedule.day} 日，{made}"
            row["next"] = next_due(kind, schedule.day, schedule.last_made_on, today, terms)
        rows.append(row)
    return rows


class ReportDetail(Centre):
    """One version: what it is, its files, its history; 印发 for the head."""

    def get(self, request: HttpRequest, report_id: int) -> HttpResponse:
        return self._page(report_id)

    def _page(self, report_id: int, *, refusal: str = "", status: int = 200) -> HttpResponse:
        actor = self.request.actor
        told = reports.report_told(actor, report_id)
        if told is None:
            raise Http404
        report = told.report
        draft = report.state == ReportState.DRAFT
        running = [it for it in jobs.makings(actor, clock.now()) if it.job.key == report.key]
        running = [it for it in running if not it.is_done]
        head = guards.can_issue(actor=actor, district_id=report.district_id)
        maker = guards.can_make(actor=actor, district_id=report.district_id)
        context = {
            "report": report,
            "told": told,
            "figures": self._placed(told),
            "changes": told.changes and _labelled(told.changes),
            "span": span_of(report),
            "state": ReportState(report.state),
            "is_draft": draft,
            "events": [(event, label(event.act)) for event in told.events],
            "making": running[0] if running and maker else None,
            "may_issue": draft and head and self.request.as_of is None,
            "why_not": "" if head or not draft else "由局领导印发；印发前是草稿，只在局内可见。",
            "may_make": maker and self.request.as_of is None,
            "refusal": refusal,
            "missing_cure": documents.MISSING_CURE,
        }
        return render(self.request, "reports/detail.html", context, status=status)

    def _placed(self, told) -> list[tuple[dict, str]]:
        """Each figure with the list behind it."""
        actor, report = self.request.actor, told.report
        version = figures.version_told(actor, report)
        group = report.group_id and groups.group_on(actor, report.group_id, report.as_of)
        return [(it, places.of_paper(it["key"], told, version, group)) for it in told.figures]


def _labelled(table: dict) -> dict:
    """A frozen table, each cell beside its column's label."""
    labels = [column["label"] for column in table["columns"]]
    return table | {"shown": [list(zip(labels, row, strict=True)) for row in table["rows"]]}


class ReportIssue(ReportDetail):
    """POST: the head of the bureau issues a draft; a job prints it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, report_id: int) -> HttpResponse:
        if reports.report_told(request.actor, report_id) is None:
            raise Http404
        try:
            builds.ask_to_issue(report_id=report_id, actor=request.actor, now=clock.now())
        except Denied as denied:
            return self._page(report_id, refusal=str(denied), status=409)
        return redirect("report-detail", report_id=report_id)
