"""The list of rosters, one of them, and the moves that only its owner can make."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from core import clock
from core.errors import Denied
from core.school_years import school_year_label, school_year_of
from core.tables import Column, Filter
from core.views.acts import ActView
from core.views.lists import ListView
from directory.enums import Permission
from directory.selectors import people, schools
from exchange.actions import rosters as actions
from exchange.forms.rosters import PlainForm, ReasonForm, StartForm
from exchange.guards import rosters as may
from exchange.selectors import rosters as selectors
from exchange.selectors.checks import checks_of
from exchange.views.pages import OneRoster, RosterOpens, check_on_opening, refusal_told
from filings.enums import FilingState, Move
from filings.guards.filings import check_reopen
from filings.selectors.filings import acts_of, last_move_of


YEARS = 6


class RosterList(ListView):
    """花名册 of every school that the actor sees."""

    template_name = "exchange/roster_list.html"
    title = "花名册"
    counter = "份"
    columns = (
        Column("title", "花名册", lambda row: row.filing.title,
               ("filing__title", "filing__version"), width=44),
        Column("school", "报送学校", lambda row: row.school, width=20),
        Column("year", "学年", lambda row: school_year_label(row.filing.school_year),
               ("filing__school_year", "pk"), width=14),
        Column("people", "人数", lambda row: row.people, ("people",), "num", 8, "integer"),
        Column("state", "状态", lambda row: row.filing.get_state_display(), ("filing__state",)),
        Column("version", "版本", lambda row: row.filing.version, css="num opt", kind="integer",
               width=8),
        Column("number", "报送编号", lambda row: row.filing.number, ("filing__number",), width=26),
    )  # fmt: skip
    filters = (
        Filter("state", "状态", lambda _: FilingState.choices,
               lambda rows, value: rows.filter(filing__state=value)),
        Filter("year", "学年", lambda request: years(request.day),
               lambda rows, value: rows.filter(filing__school_year=int(value))),
    )  # fmt: skip
    searched = ("filing__title__icontains", "filing__number__icontains")
    search_label = "标题或报送编号"
    first_sort = "-year"
    export_act = "exchange.roster.export"

    def visible(self):
        return selectors.rosters_listed(self.request.actor)

    def present(self, rows):
        names = schools.names_on(self.request.day, {row.filing.school_id for row in rows})
        for row in rows:
            row.school = names.get(row.filing.school_id, "")
            row.state = FilingState(row.filing.state)
        return rows

    def extra(self):
        return {"may_start": self.request.actor.may(Permission.PREPARE_FILINGS)}


def years(day) -> list[tuple[str, str]]:
    """The school years that a filter offers, the next one first."""
    this = school_year_of(day)
    return [(str(it), school_year_label(it)) for it in range(this + 1, this - YEARS, -1)]


class StartRoster(ActView):
    """An empty draft for the school of the actor's post."""

    template_name = "exchange/roster_new.html"
    form_class = StartForm

    def check(self):
        if not self.request.actor.may(Permission.PREPARE_FILINGS):
            raise Http404

    def form_options(self):
        return {"today": clock.today()}

    def act(self, form):
        actor = self.request.actor
        roster = actions.start(
            district_id=actor.home_district_id, school_id=people.school_of(actor),
            school_year=form.cleaned_data["school_year"], actor=actor, now=clock.now(),
            on=clock.today(),
        )  # fmt: skip
        return reverse("roster-of-filing", args=[roster.filing_id])


class RosterDetail(OneRoster, View):
    """The lines with the packs' checks beside them; POST files the draft."""

    def get(self, request, filing_id):
        return self.drawn(refusal_told(request))

    def post(self, request, filing_id):
        try:
            actions.submit(
                roster_id=self.roster.pk, filing_id=filing_id, seen=FilingState.DRAFT,
                **self.acting,
            )  # fmt: skip
        except Denied as denied:
            return self.drawn(refusal=str(denied), status=409)
        return redirect(self.address)

    @cached_property
    def moves(self):
        if self.request.as_of:
            return []
        return acts_of(self.request.actor, self.filing, clock.today())

    def drawn(self, refusal="", status=200):
        request, roster, day = self.request, self.roster, clock.today()
        lines = selectors.lines_of(request.actor, roster, day)
        checks = checks_of(self.filing, lines, day)
        now_on = not request.as_of
        may_edit = now_on and may.can_edit(actor=request.actor, roster=roster, on=day)
        rows = []
        for it in lines:
            it.line.roster = roster
            rows.append(
                {
                    "it": it,
                    "checks": checks.of(it.line.position),
                    "may_confirm": now_on and may.can_confirm(actor=request.actor, line=it.line),
                }
            )
        context = {
            "roster": roster,
            "rows": rows,
            "checks": checks,
            "left_behind": selectors.left_behind(roster, day) if self.reads_all else [],
            "reads_all": self.reads_all,
            "may_edit": may_edit,
            "may_submit": Move.SUBMIT in self.moves,
            "waiting": sum(it.waits for it in lines),
            "refusal": refusal,
        }
        return render(request, "exchange/roster.html", self.head() | context, status=status)


class ApproveRoster(RosterOpens, OneRoster, ActView):
    """Line by line or whole: refuse single lines, then approve the rest."""

    template_name = "exchange/roster_approve.html"
    form_class = PlainForm
    asks = staticmethod(may.check_judge_line)

    def context(self):
        day = clock.today()
        lines = selectors.lines_of(self.request.actor, self.roster, day)
        checks = checks_of(self.filing, lines, day)
        wanted = [it for it in lines if not it.is_refused]
        return self.head() | {
            "roster": self.roster,
            "rows": [{"it": it, "checks": checks.of(it.line.position)} for it in lines],
            "checks": checks,
            "is_open": may.can_judge_lines(actor=self.request.actor, roster=self.roster, on=day),
            "wanted": len(wanted),
            "refused": len(lines) - len(wanted),
        }

    def initial(self):
        last = last_move_of(self.filing)
        return {"last": last.pk if last else 0}

    def act(self, form):
        actions.approve(
            roster_id=self.roster.pk, filing_id=self.filing.pk, seen=FilingState.VALIDATED,
            last=form.cleaned_data["last"], **self.acting,
        )  # fmt: skip
        return self.address


class ReopenRoster(OneRoster, ActView):
    """A new version as a draft; what is approved stays in force until then."""

    template_name = "exchange/roster_act.html"
    form_class = ReasonForm

    def check(self):
        check_on_opening(
            self.request,
            check_reopen,
            actor=self.request.actor,
            filing=self.filing,
            on=clock.today(),
        )

    def context(self):
        version = self.filing.version
        return self.head() | {
            "heading": "重开花名册",
            "button": f"建立第 {version + 1} 版",
            "effects": [
                f"已批准的各行抄成第 {version + 1} 版草稿，修改后重新报送。",
                f"第 {version + 1} 版批准以前，第 {version} 版和已安排的交流不变。",
                "批准后不变的行照旧；去掉或改动的，未到岗的撤回，已到岗的由人事股提前结束。",
            ],
            "back": self.address,
        }

    def act(self, form):
        roster = actions.reopen(
            roster_id=self.roster.pk, reason=form.cleaned_data["reason"], **self.acting
        )
        return reverse("roster-of-filing", args=[roster.filing_id])


class RosterSheet(OneRoster, View):
    """The sheet for 盖章 and 签字 (X-27); printed from the browser."""

    def get(self, request, filing_id):
        if not self.reads_all:
            raise Http404
        lines = selectors.lines_of(request.actor, self.roster, clock.today())
        refused = sum(it.is_refused for it in lines)
        context = self.head() | {"lines": lines, "refused": refused}
        return render(request, "exchange/roster_sheet.html", context)
