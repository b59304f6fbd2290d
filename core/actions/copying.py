"""New rows by the thousand: COPY, where the text of an INSERT takes as long as the rows."""

import itertools
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model


LINES = 200  # sent at a time: the database enters them while the next are put together


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


def copy_values(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Enter rows of ready values: text, numbers, or the text by which PostgreSQL reads the type.

    For results by the hundred thousand, where an object a row takes longer than the rows. Nothing
    is checked but by the database; ids are its own. Raises IntegrityError.
    """
    quote, meta = connection.ops.quote_name, model._meta  # noqa: SLF001 - Django documents _meta
    columns = ", ".join(quote(meta.get_field(name).column) for name in fields)
    with connection.cursor() as cursor:
        statement = f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN (NULL 'None')"
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            left = iter(rows)
            while many := list(itertools.islice(left, LINES)):
                copy.write(_lines(many))


def _lines(rows: Sequence[Sequence]) -> str:
    """Rows in COPY's text format; no value is the word None, as ``str`` gives it."""
    text = "\n".join(["\t".join(map(str, row)) for row in rows]) + "\n"
    tabs = sum(map(len, rows)) - len(rows)
    counted = text.count("\t") == tabs and text.count("\n") == len(rows)
    escapes = "\\" in text or "\r" in text
    if counted and not escapes and ("None" not in text or not any("None" in it for it in rows)):
        return text
    return "".join(["\t".join(map(_escaped, row)) + "\n" for row in rows])


def _escaped(value: object) -> str:
    if value == "None":
        return "\\None"  # the text, told from no value by its escape
    text = str(value).replace("\\", "\\\\")
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def text_array(values: Sequence[str]) -> str:
    """Texts as PostgreSQL reads an array of them."""
    if not values:
        return "{}"
    escaped = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in escaped) + "}"
