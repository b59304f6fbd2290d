"""The database and the broker of one run: those of the environment, else our own."""

import os
from pathlib import Path

from config.trial import place, postgres, valkey
from config.trial.process import Child, stop


class Services:
    """Addresses in ``urls``; what we started ourselves in ``children``.

    ``fresh`` is True when the database was made in this run. With ``apart`` the address is that of
    the product's own role, and ``MIGRATE_DATABASE_URL`` the owner's, as in production; otherwise
    whoever has the address may make and drop databases, as tests and measurements do.
    """

    def __init__(
        self, var: Path, *, durable: bool, apart: bool = False, keep_open: tuple[int, ...] = ()
    ):
        self.var = var
        self.durable = durable
        self.apart = apart
        self.keep_open = keep_open
        self.urls = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
        self.children: list[Child] = []
        self.fresh = False

    def start(self) -> None:
        """Start what the environment does not name, and wait until it answers."""
        if all(self.urls.values()):
            return
        here = place.prepare(self.var, lasting=self.durable)
        broker = database = None
        if not self.urls["REDIS_URL"]:
            broker = valkey.child(here, log=self._log("valkey"), keep_open=self.keep_open)
            self._launch(broker)
            self.urls["REDIS_URL"] = valkey.url(here)
        if not self.urls["DATABASE_URL"]:
            self.fresh = postgres.initialise(here)
            postgres.forget_stale_pid(here)
            database = postgres.child(
                here, log=self._log("postgres"), durable=self.durable, keep_open=self.keep_open
            )
            self._launch(database)
            self.urls["DATABASE_URL"] = postgres.url(here)
            if self.apart:
                self.urls["MIGRATE_DATABASE_URL"] = self.urls["DATABASE_URL"]
                self.urls["DATABASE_URL"] = postgres.url(here, role=postgres.PRODUCT)
            postgres.wait(here, database)
        if broker:
            valkey.wait(here, broker)

    def stop(self) -> None:
        """Stop ours; a database in the environment is left alone."""
        stop(self.children, patience=3)
        place.release_sockets(self.var)

    def _launch(self, child: Child) -> None:
        child.start()
        self.children.append(child)

    def _log(self, name: str) -> Path:
        return self.var / "log" / f"{name}.log"
