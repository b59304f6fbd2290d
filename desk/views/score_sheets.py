"""A year's score sheet: the form of imports among the pages of assessment."""

from django.http import Http404

from assessment.actions.score_imports import importer_for
from assessment.guards import schemes as may
from assessment.views.pages import SchemePage
from desk.views.imports import upload


class SchemeUpload(SchemePage):
    """For whoever may enter scores; while the version is locked the form is off and says why."""

    tab = "scores"

    def dispatch(self, request, *args, **kwargs):
        if not may.can_manage(actor=request.actor, district_id=self.scheme.district_id):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, scheme_id):
        return self._drawn(request)

    def post(self, request, scheme_id):
        return self._drawn(request)

    def _drawn(self, request):
        importer = importer_for(self.scheme)
        districts = [self.scheme.district]
        return upload(request, importer, districts, "desk/imports/scores.html", self.head())
