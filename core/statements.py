"""SQL that many requests run, of which each connection keeps the plan.

For the few statements that every page or every booking asks: planning them takes PostgreSQL longer
than answering them, and putting them together takes the ORM longer than both. Everything else goes
through the ORM, whose statements are too many to be kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection


KEPT_FROM = 2  # runs on a connection since its last rollback, after which the plan is kept


def rows(sql: str, params: Sequence | Mapping) -> list[tuple[Any, ...]]:
    """Run one statement and fetch what it gives, in the caller's transaction if there is one.

    Name the columns: a plan of ``*`` would not outlive a new column. Parameters are sent beside the
    statement, so that those whose type PostgreSQL cannot guess need a cast (``%s::date``).
    """
    with connection.cursor() as cursor:  # it opens the connection, and queries are counted by it
        held = connection.connection
        held.prepare_threshold = KEPT_FROM
        cursor.cursor = psycopg.Cursor(held)  # Django's own puts parameters into the text
        cursor.execute(sql, params)
        return cursor.fetchall()
