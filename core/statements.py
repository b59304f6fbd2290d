"""SQL that many requests run, of which each connection keeps the plan.

For the few statements that every page or every booking asks: planning them takes PostgreSQL longer
than answering them, and putting them together takes the ORM longer than both. Everything else goes
through the ORM, whose statements are too many to be kept.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection


KEPT_FROM = 2  # runs on a connection since its last rollback, after which the plan is kept

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
    with connection.cursor() as cursor:  # it opens the connection, and queries are counted by it
        _sent(cursor, sql, params)
        return cursor.fetchall()


def together(*asks: Ask) -> list[Any]:
    """Run several statements in one exchange with the server; what each says, in their order."""
    cursors = [connection.cursor() for _ in asks]
    with connection.wrap_database_errors, connection.connection.pipeline():
        for cursor, ask in zip(cursors, asks, strict=True):
            _sent(cursor, ask.sql, ask.params)
    return [ask.read(cursor.fetchall()) for cursor, ask in zip(cursors, asks, strict=True)]


def _sent(cursor, sql: str, params: Sequence | Mapping) -> None:
    held = connection.connection
    held.prepare_threshold = KEPT_FROM
    cursor.cursor = psycopg.Cursor(held)  # Django's own puts parameters into the text
    cursor.execute(sql, params)
