"""The HTTP API, version 1. Read only, but for tokens."""

from django.urls import path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from assessment import api as assessment
from directory.api import resources
from directory.api.tokens import TokenView
from exchange import api as exchange
from filings import api as filings
from groups import api as groups
from reports import api as reports
from resources import api as shared


class Nothing(APIView):
    """An address that is not of the API is told as a problem too."""

    permission_classes = []

    @extend_schema(exclude=True)
    def get(self, request, *args, **kwargs):
        raise NotFound("接口没有这个地址。")

    post = put = patch = delete = get


router = SimpleRouter(use_regex_path=False)
router.register("districts", resources.Districts, basename="api-district")
router.register("schools", resources.Schools, basename="api-school")
router.register("bookings", shared.Bookings, basename="api-booking")
router.register("facilities", shared.Facilities, basename="api-facility")
router.register("filings", filings.Filings, basename="api-filing")
router.register("groups", groups.Groups, basename="api-group")
router.register("log-entries", exchange.LogEntries, basename="api-logentry")
router.register("memberships", groups.Memberships, basename="api-membership")
router.register("placements", exchange.Placements, basename="api-placement")
router.register("reports", reports.Reports, basename="api-report")
router.register("results", assessment.Results, basename="api-result")
router.register("schemes", assessment.Schemes, basename="api-scheme")
router.register("scores", assessment.Scores, basename="api-score")
router.register("teachers", resources.Teachers, basename="api-teacher")

urlpatterns = [
    path("token/", TokenView.as_view(), name="api-token"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    *router.urls,
    re_path("", Nothing.as_view(), name="api-nothing"),
]
