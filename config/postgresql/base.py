"""PostgreSQL as Django knows it, with a pool that no reader notices when the server restarts.

Django lets the pool try each connection that it hands out. Of those that died with the server it
then waits 1, 2, 4 … seconds between one and the next, so the first readers got a 503 after ten.
"""

import contextlib
import select

from django.db.backends.postgresql import base


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


def _told(connection) -> bool:
    """Whether the server sent something that nobody asked for: most likely its farewell.

    Costs no exchange with the server, as asking it before every request would.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
