from django.apps import AppConfig


class FilingsConfig(AppConfig):
    name = "filings"
    verbose_name = "报送"
    default_auto_field = "django.db.models.BigAutoField"
