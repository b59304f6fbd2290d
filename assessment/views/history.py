"""The versions of a year and who moved them on, when and why."""

from assessment.enums import SchemeMoveKind
from assessment.selectors import publications
from assessment.views.pages import SchemePage


TOLD_TO_SCHOOLS = (SchemeMoveKind.PUBLISHED, SchemeMoveKind.CORRECTED)
LOOKS = {
    SchemeMoveKind.PUBLISHED: "is-done",
    SchemeMoveKind.RETURNED: "is-back",
    SchemeMoveKind.CORRECTED: "is-back",
}


class History(SchemePage):
    """A school reads what was published and why it was corrected; the rest is the bureau's."""

    tab = "history"
    for_schools = True

    def get(self, request, scheme_id):
        context = self.head()
        published = {
            it.scheme_id: it for it in publications.notices_of(context["versions"]).values()
        }
        moves = publications.moves_of(context["versions"])
        if not context["is_bureau"]:
            moves = moves.filter(move__in=TOLD_TO_SCHOOLS)
        return self.page(
            request,
            "assessment/history.html",
            **context,
            listed=[(it, published.get(it.pk)) for it in context["versions"]],
            moves=[(it, LOOKS.get(it.move, "")) for it in moves],
        )
