from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "报表中心"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from core import ports  # noqa: PLC0415 - models are not loaded before
        from reports.actions import builds  # noqa: PLC0415
        from reports.selectors import reports  # noqa: PLC0415

        ports.job_handlers["report.build"] = builds.build
        ports.job_handlers["report.issue"] = builds.issue
        ports.file_guards[builds.GUARD] = reports.may_read
