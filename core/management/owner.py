"""Commands that make tables work as their owner; the product's own role may not."""

from django.conf import settings
from django.db import connection


ADDRESS = ("NAME", "USER", "PASSWORD", "HOST", "PORT")


def become() -> None:
    """From here on this process reaches the database as the owner of the tables.

    Nothing happens where no owner is set apart (``MIGRATE_DATABASE_URL``).
    """
    if settings.OWNER_DATABASE:
        connection.close()
        connection.settings_dict |= {key: settings.OWNER_DATABASE.get(key, "") for key in ADDRESS}
