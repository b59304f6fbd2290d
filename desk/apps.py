from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = "工作台"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from core import ports  # noqa: PLC0415 - models are not loaded before
        from core.actions.imports import GUARD  # noqa: PLC0415
        from desk.actions import imports  # noqa: PLC0415

        ports.job_handlers["import.check"] = imports.check
        ports.job_handlers["import.write"] = imports.write
        ports.file_guards[GUARD] = imports.may_read
