from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "exchange"
    verbose_name = "交流轮岗"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from core import ports  # noqa: PLC0415 - models are not loaded before
        from exchange.actions import logs  # noqa: PLC0415
        from exchange.selectors.logs import may_read  # noqa: PLC0415

        ports.file_guards[logs.GUARD] = may_read
