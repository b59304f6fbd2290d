from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "公共部件"
    default_auto_field = "django.db.models.BigAutoField"
