"""What the product's own role of the database may do; its owner grants it after every migration."""

from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from core.models import AuditEvent


# Tables and sequences that are ours; an extension's views belong to the administrator.
OWN = """
SELECT relname FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind = ANY(%s)
   AND pg_has_role(relowner, 'USAGE') ORDER BY relname
"""


def grant() -> None:
    """Let the product read and write rows; to what is append-only it may only add.

    ``append_only`` on a model says which those are. The id of an audit event is the database's:
    one with a number of its own could stand beyond or before what is sealed. Nothing happens
    where the product owns the tables itself. Called again it changes nothing.
    """
    role = settings.PRODUCT_ROLE
    if not settings.OWNER_DATABASE or role == connection.settings_dict["USER"]:
        return
    quote = connection.ops.quote_name
    kept = _names(
        model._meta.db_table  # noqa: SLF001 - Django documents _meta
        for model in apps.get_models()
        if getattr(model, "append_only", False)
    )
    log = AuditEvent._meta  # noqa: SLF001
    columns = _names(field.column for field in log.concrete_fields if not field.primary_key)
    with transaction.atomic(), connection.cursor() as cursor:
        tables, sequences = (_own(cursor, kinds) for kinds in ("rp", "S"))
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {role}",
            f"REVOKE ALL ON {tables} FROM {{role}}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {{role}}",
            f"GRANT USAGE, SELECT ON SEQUENCE {sequences} TO {{role}}",
            f"REVOKE UPDATE, DELETE ON {kept} FROM {{role}}",
            f"REVOKE INSERT ON {quote(log.db_table)} FROM {{role}}",
            f"GRANT INSERT ({columns}) ON {quote(log.db_table)} TO {{role}}",
        ):
            cursor.execute(statement.format(role=quote(role)))


def _own(cursor, kinds: str) -> str:
    cursor.execute(OWN, [list(kinds)])
    return _names(name for (name,) in cursor.fetchall())


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(connection.ops.quote_name, names))
