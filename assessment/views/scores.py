"""得分: the table of schools × indicators, its export, and one school's points by hand."""

import dataclasses
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from assessment.actions import scores
from assessment.enums import SchemeState
from assessment.forms.entrants import ScoresForm
from assessment.guards.points import plain
from assessment.selectors import setup
from assessment.selectors.setup import EntrantShown
from assessment.spreadsheets import entries as sheet
from assessment.views.bureau import BureauPage
from assessment.views.entrants import OneEntrant, chosen_pool
from core import clock
from core.actions import exports
from core.errors import Denied
from core.spreadsheets.writing import ColumnOut, SheetOut


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDE = 8  # indicators from which on the table scrolls in a frame of its own


@dataclasses.dataclass(frozen=True)
class Line:
    """A school of the table with the texts of its cells; empty where a score is missing."""

    it: EntrantShown
    cells: list[str]

    @property
    def filled(self) -> int:
        return sum(bool(cell) for cell in self.cells)


class SchemeScores(BureauPage):
    """One pool at a time; POST gives the whole as a workbook that can be uploaded again."""

    template_name = "assessment/scores.html"
    tab = "scores"

    def context(self):
        actor, scheme = self.request.actor, self.scheme
        pools = setup.pools_of(actor, scheme)
        chosen = chosen_pool(self.request, pools, whole=False)
        indicators = [
            it for it in setup.indicators_of(actor, scheme) if it.pool_id in {None, chosen}
        ]
        shown = setup.entrants_of(actor, scheme, indicators, chosen or 0)
        lacking = [it for it in shown if it.missing]
        only = self.request.GET.get("missing") == "1"
        return {
            "pools": pools,
            "chosen": chosen,
            "indicators": [
                {"name": it.name, "possible": plain(it.possible), "weight": plain(it.weight)}
                for it in indicators
            ],
            "lines": [
                Line(it, [_cell(it.points.get(one.pk)) for one in indicators])
                for it in (lacking if only else shown)
            ],
            "only_missing": only,
            "taking_part": sum(not it.out for it in shown),
            "lacking": len(lacking),
            "wide": len(indicators) >= WIDE,
            "may_enter": self.may_manage and scheme.state == SchemeState.DRAFT,
        }

    def post(self, request, scheme_id):
        actor, scheme = request.actor, self.scheme
        indicators = setup.indicators_of(actor, scheme)
        shown = setup.entrants_of(actor, scheme, indicators)
        try:
            content = exports.export(
                sheet=_workbook(scheme, indicators, shown), act="assessment.score.export",
                asked={"scheme": scheme.pk}, actor=actor, now=clock.now(),
            )  # fmt: skip
        except Denied as denied:
            raise PermissionDenied(str(denied)) from denied
        name = f"{scheme.title}-得分表.xlsx"
        disposition = {"Content-Disposition": content_disposition_header(True, name)}
        return HttpResponse(content, content_type=XLSX, headers=disposition)


def _cell(points: Decimal | None) -> str:
    return "" if points is None else plain(points)


def _workbook(scheme, indicators, shown: list[EntrantShown]) -> SheetOut:
    """The sheet that the upload reads: its columns, filled with what is on file."""
    rows = [
        [
            it.name,
            it.entrant.pool.name,
            *(it.points.get(one.pk) if it.entrant.apart else sheet.NOT_APART for one in indicators),
            it.entrant.pupils,
            it.entrant.last_rank,
        ]
        for it in shown
    ]
    return SheetOut(
        name=sheet.SCORE,
        columns=[
            ColumnOut(sheet.SCHOOL, 28),
            ColumnOut(sheet.POOL, 12),
            *(ColumnOut(one.name, 12, "number") for one in indicators),
            ColumnOut(sheet.PUPILS, 10, "integer"),
            ColumnOut(sheet.LAST_RANK, 10, "integer"),
        ],
        rows=rows,
        header=f"{scheme.title}得分",
        footer=f"{scheme}",
        landscape=len(indicators) > 4,
    )


class EntrantScores(OneEntrant):
    """The points of one school; from here the next school without all of them is a click away."""

    template_name = "assessment/entrant_scores.html"
    tab = "scores"

    def context(self):
        actor, scheme = self.request.actor, self.scheme
        indicators = setup.indicators_of(actor, scheme)
        self.shown = setup.entrants_of(actor, scheme, indicators)
        mine = next(it for it in self.shown if it.entrant.pk == self.entrant.pk)
        asked = [it for it in indicators if it.pk in mine.wanted]
        names = {it.pk: it.name for it in asked}
        return {
            "entrant": self.entrant,
            "it": mine,
            "form": self._form(asked, mine),
            "held": [(names[pk], _cell(mine.points.get(pk))) for pk in mine.wanted],
            "next": self._next(),
            "lacking": sum(bool(it.missing) for it in self.shown),
        }

    def _form(self, indicators, mine: EntrantShown, data=None):
        initial = {scores.field_of(pk): plain(value) for pk, value in mine.points.items()}
        return ScoresForm(data, indicators=indicators, initial=initial)

    def _next(self) -> EntrantShown | None:
        """The next in the list without all scores, from the top again after the last."""
        places = [it.entrant.pk for it in self.shown]
        here = places.index(self.entrant.pk)
        in_order = self.shown[here + 1 :] + self.shown[:here]
        return next((it for it in in_order if it.missing), None)

    def post(self, request, scheme_id, entrant_id):
        context = self.context()
        indicators = setup.indicators_for(self.entrant)
        form = self._form(indicators, context["it"], request.POST)

        def act():
            scores.enter(entrant_id=self.entrant.pk, points=form.points, **self.acting)

        further = context["next"] if "next" in request.POST else None
        if further:
            address = reverse("entrant-scores", args=[self.scheme.pk, further.entrant.pk])
        else:
            pool = self.entrant.pool_id
            address = f"{reverse('scheme-scores', args=[self.scheme.pk])}?pool={pool}"
        return self.done(form, act, address) or self.drawn(status=422, form=form)
