from django.urls import path

from reports.views import dashboard, making, reports, verify


urlpatterns = [
    path("dashboard/", dashboard.Dashboard.as_view(), name="dashboard"),
    path("reports/", reports.ReportList.as_view(), name="report-list"),
    path("reports/new/", making.ReportNew.as_view(), name="report-new"),
    path("reports/schedule/", making.ReportSchedule.as_view(), name="report-schedule"),
    path("reports/<int:report_id>/", reports.ReportDetail.as_view(), name="report-detail"),
    path("reports/<int:report_id>/issue/", reports.ReportIssue.as_view(), name="report-issue"),
    path(
        "reports/jobs/<uuid:job_id>/cancel/", making.JobCancel.as_view(), name="report-job-cancel"
    ),
    path("reports/jobs/<uuid:job_id>/retry/", making.JobRetry.as_view(), name="report-job-retry"),
    path("verify/", verify.verify, name="report-verify"),
    path("verify/<str:number>/", verify.verify, name="report-verify-number"),
]
