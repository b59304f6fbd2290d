"""New rows by the thousand: COPY, where the text of an INSERT takes as long as the rows."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model


def copy_in(rows: Sequence[Model]) -> None:
    """Enter new rows of one model, in the order given, and give them their ids.

    What ``bulk_create`` does in two statements, however many rows there are. Raises IntegrityError
    as that does. Every column comes from Python: not for models with database defaults.
    """
    if not rows:
        return
    meta = rows[0]._meta  # noqa: SLF001 - Django documents _meta
    fields = meta.concrete_fields
    table = connection.ops.quote_name(meta.db_table)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor:
        database = cursor.db  # itself; the proxy of this thread's connection costs at every cell
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, meta.pk.column, len(rows)],
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
        statement = f"COPY {table} ({columns}) FROM STDIN"
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(
                    [
                        field.get_db_prep_save(field.pre_save(row, add=True), database)
                        for field in fields
                    ]
                )
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as Django does
