"""The results that an actor sees as a workbook, with every step of their derivations."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed
from django.utils.http import content_disposition_header

from assessment.selectors import results
from assessment.selectors.results import ResultRow
from assessment.spreadsheets.results import Line, sheets_of
from assessment.views.pages import SchemePage
from core import clock
from core.actions import exports
from core.errors import Denied
from core.spreadsheets.writing import ColumnOut
from core.views.lists import MOST_EXPORTED, XLSX


MORE = (
    ColumnOut("成员均分", 10, "number2"),
    ColumnOut("捆绑得分", 10, "number2"),
    ColumnOut("豁免", 10, "text"),
    ColumnOut("项目加分", 10, "number2"),
    ColumnOut("角色", 16, "text"),
)


class ResultsExport(SchemePage):
    """POST only: an export is an act with a record. The same rows as on the page (X-13)."""

    for_schools = True

    def get(self, request, scheme_id):
        return HttpResponseNotAllowed(["POST"])

    def post(self, request, scheme_id):
        scheme = self.scheme
        found = results.in_order(results.results_visible_to(request.actor, scheme))
        rows = results.rows_of(found.select_related("pool")[:MOST_EXPORTED])
        outcome, process = sheets_of([_line(row) for row in rows], title=str(scheme), more=MORE)
        try:
            content = exports.export(
                sheet=outcome,
                more=[process],
                act="assessment.results.export",
                asked={"scheme": scheme.pk, "version": scheme.version},
                actor=request.actor,
                now=clock.now(),
            )
        except Denied as denied:
            raise PermissionDenied(str(denied)) from denied
        name = f"{scheme.title}-第{scheme.version}版-结果.xlsx"
        disposition = content_disposition_header(True, name)
        return HttpResponse(
            content, content_type=XLSX, headers={"Content-Disposition": disposition}
        )


def _line(row: ResultRow) -> Line:
    steps = row.derivation.lines if row.derivation else ()
    return Line(
        school=row.name,
        pool=row.pool,
        own=row.own,
        own_rank=row.own_rank,
        rise=row.rise,
        final=row.final,
        final_rank=row.final_rank,
        state=row.state_word,
        waits_for=row.waits_for,
        steps=[(it.label, it.expression, it.value, it.clause) for it in steps],
        more=(
            row.member_mean,
            row.bundled,
            row.freed_word if row.freed.icon else "",
            row.points,
            row.role_word if row.in_full else "",
        ),
    )
