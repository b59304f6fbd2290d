"""Leadership's page: the figures of the papers, today, each leading to its records."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.school_years import school_year_of
from reports import periods
from reports.documents import basics, scores
from reports.selectors import exchange, figures, reports
from reports.views import places
from reports.views.pages import Centre


PAPERS = 5


class Dashboard(Centre):
    def get(self, request: HttpRequest) -> HttpResponse:
        actor, day = request.actor, request.day
        seen = figures.overview(actor, day)
        last_judged = figures.latest_year(actor, self.district_id, school_year_of(day))
        start = school_year_of(day) - 1 if last_judged is None else last_judged
        year = figures.year_results(actor, self.district_id, start)
        last = figures.year_results(actor, self.district_id, start - 1)
        undecided = figures.undecided(actor, self.district_id, day, start)
        blocks = [*(basics.types_drawn(seen) if seen.groups else []), *scores.cores_drawn(year)]
        blocks += scores.trend_drawn(year, last)
        context = {
            "figures": [
                (it, self._place(it.key, year.version))
                for it in figures.headline(seen, year, undecided)
            ],
            "exchange": [(it, self._place(it.key)) for it in exchange.headline(self._exchanged())],
            "charts": [
                (chart, _with_cells(table))
                for chart, table in zip(blocks[::2], blocks[1::2], strict=True)
            ],
            "year": year,
            "year_said": scores.year_said(year),
            "papers": reports.newest(actor, PAPERS),
            "seen": seen,
        }
        return render(request, "reports/dashboard.html", context)

    def _exchanged(self) -> exchange.Exchanged:
        day = self.request.day
        year = periods.yearly(self.district_id, school_year_of(day))
        return exchange.exchanged(self.request.actor, year.first_day, year.last_day, day, groups={})

    def _place(self, key: str, version=None) -> str:
        """The list behind a figure; empty for one that has none."""
        day, on = self.request.day, self.request.as_of
        return (
            places.of_results(key, version, on)
            or places.of_the_day(key, on)
            or places.of_the_year(key, day, on)
        )


def _with_cells(table: dict) -> dict:
    """The table with each cell beside the kind of its column."""
    kinds = [column["kind"] for column in table["columns"]]
    return table | {"shown": [list(zip(kinds, row, strict=True)) for row in table["rows"]]}
