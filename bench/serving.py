"""The product served as a trial serves it, and somebody signed in, for measuring over HTTP."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time

from django.test import Client

from config.trial.serve import WEB_OPTIONS
from directory.models import User


def signed_in(user_id: int) -> str:
    """The cookies of a session of that user."""
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    return "; ".join(f"{key}={it.value}" for key, it in client.cookies.items())


@contextlib.contextmanager
def served(*options: str, pool: str = "8"):
    """The product by gunicorn, as a trial starts it without ``options``: the port and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}",
        *(options or WEB_OPTIONS), "--log-level", "error",
    ]  # fmt: skip
    process = subprocess.Popen(command, env={**os.environ, "DB_POOL": pool})
    try:
        deadline = time.monotonic() + 60
        while True:
            if answers(port, "/readyz"):
                break
            if time.monotonic() > deadline:
                raise TimeoutError("gunicorn")
            time.sleep(0.1)
        for _ in range(40):  # every worker loads what is loaded at the first request
            answers(port, "/sign-in/")
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def answers(port: int, path: str) -> bool:
    """Whether a worker answers; the socket is open before the product is loaded."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        asked.request("GET", path)
        return asked.getresponse().status == 200
    return False
