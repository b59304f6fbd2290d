from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "resources"
    verbose_name = "资源共享"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from core import ports  # noqa: PLC0415 - models are not loaded before
        from resources.selectors import reaching  # noqa: PLC0415

        ports.dependents.append(reaching.bookings_past)
