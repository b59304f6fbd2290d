from django.apps import AppConfig


class FilingsConfig(AppConfig):
    name = "filings"
    verbose_name = "报送"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from core import ports  # noqa: PLC0415 - models are not loaded before
        from filings.actions import filings  # noqa: PLC0415
        from filings.selectors.filings import may_read  # noqa: PLC0415

        ports.file_guards[filings.GUARD] = may_read
