"""PostgreSQL as Django knows it, with plans that are kept and a pool of connections that live.

No reader notices when the server restarts. Django lets the pool try each connection that it hands
out; of those that died with the server it waits 1, 2, 4 … seconds between one and the next, so the
first readers got a 503.
"""

import contextlib
import select

import psycopg
from django.db.backends.postgresql import base


KEPT_FROM = 2  # runs on a connection since its last rollback, after which the plan is kept


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params):
        connection = super().get_new_connection(conn_params)
        while self.pool and _told(connection):
            with contextlib.suppress(self.Database.Error):
                self.pool.check_connection(connection)
                break
            self.pool.putconn(connection)
            self.pool.check()  # all that died with it go at once
            connection = super().get_new_connection(conn_params)
        return connection

    def planned_cursor(self):
        """A cursor whose parameters go beside the statement, so that the server keeps its plan.

        Django's own puts them into the text. Queries are counted and told like those of others.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            self.connection.prepare_threshold = KEPT_FROM
            return self._prepare_cursor(psycopg.Cursor(self.connection))


def _told(connection) -> bool:
    """Whether the server sent something that nobody asked for: most likely its farewell.

    Costs no exchange with the server, as asking it before every request would.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
