from django.urls import include, path


urlpatterns = [
    path("api/v1/", include("config.api")),
    path("", include("core.urls")),
    path("", include("directory.urls")),
    path("", include("groups.urls")),
    path("", include("desk.urls")),
]
