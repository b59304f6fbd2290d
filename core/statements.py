"""SQL that many requests run, of which each connection keeps the plan.

For the few statements that every page or every booking asks: planning them takes PostgreSQL longer
than answering them, and putting them together takes the ORM longer than both. Everything else goes
through the ORM, whose statements are too many to be kept.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection


Rows = list[tuple[Any, ...]]


@dataclasses.dataclass(frozen=True)
class Ask:
    """A statement that reads, with what its rows say: for ``together``, or ``told`` alone."""

    sql: str
    params: Sequence | Mapping
    read: Callable[[Rows], Any]

    def told(self) -> Any:
        return self.read(rows(self.sql, self.params))


def rows(sql: str, params: Sequence | Mapping) -> Rows:
    """Run one statement and fetch what it gives, in the caller's transaction if there is one.

    Name the columns: a plan of ``*`` would not outlive a new column. Parameters are sent beside the
    statement, so that those whose type PostgreSQL cannot guess need a cast (``%s::date``).
    """
    with connection.planned_cursor() as cursor:
        _sent(cursor, sql, params)
        return cursor.fetchall()


def together(*asks: Ask) -> list[Any]:
    """Run several statements in one exchange with the server; what each says, in their order."""
    cursors = [connection.planned_cursor() for _ in asks]
    with connection.wrap_database_errors, connection.connection.pipeline():
        for cursor, ask in zip(cursors, asks, strict=True):
            _sent(cursor, ask.sql, ask.params)
    return [ask.read(cursor.fetchall()) for cursor, ask in zip(cursors, asks, strict=True)]


def _sent(cursor, sql: str, params: Sequence | Mapping) -> None:
    if isinstance(params, Mapping):
        cursor.execute(sql, {name: _written(value) for name, value in params.items()})
    else:
        cursor.execute(sql, [_written(value) for value in params])


def _written(value: Any) -> Any:
    """A list as PostgreSQL writes an array, other values as they are.

    psycopg asks every item for its type, which takes longer than a short statement.
    """
    return f"{{{','.join(map(_item, value))}}}" if isinstance(value, list) else value


def _item(value: Any) -> str:
    if value is None:
        return "NULL"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
