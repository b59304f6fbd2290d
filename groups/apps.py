from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = "教育集团"
    default_auto_field = "django.db.models.BigAutoField"
