"""A school's own roster table: the form of imports among the pages of exchange."""

from django.http import Http404
from django.views import View

from core import clock
from desk.views.imports import upload
from exchange.actions.roster_imports import importer_for
from exchange.guards import rosters as may
from exchange.views.pages import OneRoster


class RosterUpload(OneRoster, View):
    """For whoever may write the draft; once it is filed there is no such page."""

    def dispatch(self, request, *args, **kwargs):
        if request.actor is None or not may.can_edit(
            actor=request.actor, roster=self.roster, on=clock.today()
        ):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, filing_id):
        return self._drawn(request)

    def post(self, request, filing_id):
        return self._drawn(request)

    def _drawn(self, request):
        importer = importer_for(self.roster)
        context = {"filing": self.filing, "back": self.address}
        return upload(
            request, importer, [self.filing.district], "desk/imports/roster.html", context
        )
