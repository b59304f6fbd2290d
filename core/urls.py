from django.urls import path

from core.views import files, health, jobs


urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("files/<uuid:file_id>/", files.download, name="file-download"),
    path("jobs/<uuid:job_id>/", jobs.detail, name="job-detail"),
    path("jobs/<uuid:job_id>/cancel/", jobs.cancel, name="job-cancel"),
]
