from django.urls import include, path


handler500 = "config.failures.failed"
urlpatterns = [
    path("api/v1/", include("config.api")),
    # Asked in this order: what many do at one instant first (rooms, logs).
    path("", include("resources.urls")),
    path("", include("exchange.urls")),
    path("", include("core.urls")),
    path("", include("directory.urls")),
    path("", include("policies.urls")),
    path("", include("filings.urls")),
    path("", include("groups.urls")),
    path("assessment/", include("assessment.urls")),
    path("", include("reports.urls")),
    path("", include("desk.urls")),
]
