"""The inbox of a post, and every filing that its reader may see."""

from django.http import Http404

from core.school_years import school_year_label, school_year_of
from core.tables import Column, Filter
from core.views.lists import ListView
from directory.enums import SCHOOL_ROLES, WHOLE_DISTRICT_ROLES, Role
from filings.enums import FilingKind, FilingState
from filings.rules import SCHOOL_READS
from filings.selectors.filings import filings_visible_to, inbox, moved_at
from filings.selectors.heads import Standing, standings_of


READERS = WHOLE_DISTRICT_ROLES | SCHOOL_ROLES - {Role.TEACHER}


def states(request) -> list[tuple[str, str]]:
    """The states as the reader's side calls them."""
    reads = {} if request.actor.district_ids else SCHOOL_READS
    return [(state.value, reads.get(state, state.label)) for state in FilingState]


def waited(row: Standing) -> str:
    return "" if row.waited is None else str(row.waited)


class Filings(ListView):
    template_name = "filings/list.html"
    counter = "份"
    searched = ("title__icontains", "number__icontains")
    search_label = "标题、报送编号"
    columns = (
        Column("title", "报送", lambda row: str(row.filing), ("title", "version"), width=44),
        Column("number", "报送编号", lambda row: row.filing.number, ("number",), "opt", 24),
        Column("school", "学校", lambda row: row.school, width=20),
        Column("year", "学年", lambda row: row.year, width=18, screen=False),
        Column("state", "状态", lambda row: row.look.label, ("state",)),
        Column("turn", "现由谁办", lambda row: row.whose),
        Column("moved", "最近办理", lambda row: str(row.since or ""), ("moved_at",), "opt", 12),
        Column("waited", "已等（工作日）", waited, css="num", width=10),
        Column(
            "due", "期限", lambda row: str(row.filing.due_on or ""), ("due_on", "moved_at"),
            width=12,
        ),
    )  # fmt: skip
    filters = (
        Filter(
            "kind",
            "种类",
            lambda request: FilingKind.choices if len(FilingKind) > 1 else (),
            lambda rows, value: rows.filter(kind=value),
        ),
        Filter("state", "状态", states, lambda rows, value: rows.filter(state=value)),
        Filter(
            "year",
            "学年",
            lambda request: [
                (str(year), school_year_label(year))
                for year in range(
                    school_year_of(request.day) + 1, school_year_of(request.day) - 6, -1
                )
            ],
            lambda rows, value: rows.filter(school_year=int(value)),
        ),
    )
    export_act = "filings.filing.export"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if request.actor is None or request.actor.role not in READERS:
            raise Http404

    def rows(self):
        raise NotImplementedError

    def visible(self):
        return self.rows().annotate(moved_at=moved_at())

    def present(self, rows):
        return standings_of(self.request.actor, rows, self.request.day)

    def extra(self) -> dict:
        actor = self.request.actor
        return {
            "tab": self.tab,
            "waiting": inbox(actor, actor.on).count(),
            "is_bureau": bool(actor.district_ids),
        }


class FilingList(Filings):
    """What waits for the reader's post, late ones first."""

    title = "待我办理"
    tab = "waiting"
    first_sort = "due"

    def rows(self):
        return inbox(self.request.actor, self.request.actor.on)


class FilingAll(Filings):
    tab = "all"

    @property
    def title(self):
        return "全部报送" if self.request.actor.district_ids else "我校报送"

    first_sort = "-moved"

    def rows(self):
        return filings_visible_to(self.request.actor)
