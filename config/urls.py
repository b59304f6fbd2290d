from django.urls import include, path


urlpatterns = [
    path("", include("core.urls")),
    path("", include("directory.urls")),
    path("", include("desk.urls")),
]
