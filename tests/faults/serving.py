"""The product as production serves it (``script/container web``), on a database of the tests."""

import contextlib
import http.client
import os
import resource
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import psycopg
from django.db import connection
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.test import Client
from psycopg import sql

from directory.models import User


ROOT = Path(__file__).resolve().parents[2]
TOKEN = "x" * CSRF_SECRET_LENGTH  # of forms and cookie alike
STARTED = 90  # seconds in which a web server answers on a machine that does much else


class Web:
    """A web server of ours and how it is asked."""

    def __init__(self, port: int, process: subprocess.Popen):
        self.port, self.process = port, process

    def asked(self, path, *, cookie="", data=None, headers=None, timeout=60):
        """(status, headers, text) of one request on a connection of its own."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        told = {"Cookie": cookie, **(headers or {})}
        body = None
        if data is not None:
            body = data if isinstance(data, bytes) else urllib.parse.urlencode(data, doseq=True)
            told.setdefault("Content-Type", "application/x-www-form-urlencoded")
        try:
            link.request("GET" if data is None else "POST", path, body, told)
            answer = link.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode(errors="replace")
        finally:
            link.close()

    def ready(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.asked("/healthz", timeout=5)[0] == 200
        return False


@contextlib.contextmanager
def web(*, workers=2, threads=10, largest=None, **env: str) -> Iterator[Web]:
    """``largest``: no file may grow beyond so many bytes, as on a disk that is full."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def limit():
        if largest:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}",
         "--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads),
         "--log-level", "error", "--no-control-socket"],
        cwd=ROOT, env={**os.environ, "PYTHONWARNINGS": "ignore", **env}, preexec_fn=limit,  # noqa: PLW1509 - no threads here
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        served, until = Web(port, process), time.monotonic() + STARTED
        while not served.ready():
            assert time.monotonic() < until, "the web server does not start"
            time.sleep(0.1)
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def database_url(role: str = "", password: str = "") -> str:
    """The address of the tests' database, for a role of one's own."""
    given = connection.get_connection_params()
    who = f"{role}:{password}" if role else given.get("user", "")
    if not role and given.get("password"):
        who += f":{given['password']}"
    host = urllib.parse.quote(given.get("host") or "", safe="")
    port = f":{given['port']}" if given.get("port") else ""
    return f"postgresql://{who}@{host}{port}/{given['dbname']}"


def outside() -> psycopg.Connection:
    """A connection beside the tests' database, from which it can be shut."""
    given = connection.get_connection_params() | {"dbname": "postgres"}
    kept = ("host", "port", "user", "password", "dbname")
    return psycopg.connect(**{it: given[it] for it in kept if given.get(it)}, autocommit=True)


@contextlib.contextmanager
def role_of(most: int) -> Iterator[tuple[str, str]]:
    """A database role that reads and writes, and may hold so many connections."""
    name, password = f"crowd_{secrets.token_hex(4)}", secrets.token_hex(8)
    role = sql.Identifier(name)
    with outside() as there:
        there.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} CONNECTION LIMIT {}").format(
                role, sql.Literal(password), sql.Literal(most)
            )
        )
        there.execute(sql.SQL("GRANT pg_read_all_data, pg_write_all_data TO {}").format(role))
        try:
            yield name, password
        finally:
            there.execute(sql.SQL("DROP ROLE {}").format(role))


def cut_off(role: str) -> None:
    """End every connection of the role, as a restart of the server does; all are gone then."""
    with outside() as there:
        there.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = %s",
            [role],
        )


def signed_in(actor) -> str:
    """The cookies of a session of theirs, with the secret that ``TOKEN`` is the token of."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    told = [f"{name}={it.value}" for name, it in client.cookies.items()]
    return "; ".join([*told, f"csrftoken={TOKEN}"])
