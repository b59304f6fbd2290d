"""Where the web server listens, and under which names it answers."""

import contextlib
import errno
import http.client
import socket
import subprocess

from config.trial.failure import Failure


LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 compared, never bound unasked


def answers(url: str, path: str) -> bool:
    """Whether GET answers 200. No proxy of the environment is asked."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def bind(host: str, port: int) -> socket.socket:
    """Bind the port before the long preparation, and keep it for the web server.

    The socket does not listen yet, so a browser is refused rather than kept waiting.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise Failure(f"HOST 填写有误：{host}", 2) from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Failure(
                f"端口 {port} 已被其他程序占用，请关闭它，或换一个端口：PORT=8001 script/server",
                code=4,
            ) from None
        raise Failure(f"不能使用 {host} 的端口 {port}：{error.strerror}") from None
    return listener


def url_of(listener: socket.socket) -> str:
    """The address that a browser on this machine uses."""
    host, port = listener.getsockname()[:2]
    return f"http://{_in_url(EVERYWHERE.get(host, host))}:{port}"


def hosts(listener: socket.socket, asked: str = "") -> list[str]:
    """Host names that the pages accept: those ``asked`` for, loopback, and this machine's own.

    A trial opened to the office's network is reached by the machine's name and addresses. Behind
    a proxy or under another name, ``ALLOWED_HOSTS`` has to say which.
    """
    bound = listener.getsockname()[0]
    names = [*filter(None, asked.split(",")), *LOOPBACK]
    if bound in EVERYWHERE:
        names += [socket.gethostname(), socket.gethostname().lower(), *_own_addresses()]
    else:
        names.append(bound)
    return list(dict.fromkeys(_in_url(name) for name in names))


def _in_url(host: str) -> str:
    """An IPv6 address goes into brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _own_addresses() -> list[str]:
    """Asked of the system; looking up one's own name yields only loopback on many machines."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        told = subprocess.run(
            ["hostname", "-I"],  # noqa: S607 wherever the system keeps it
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
        return told.stdout.split()
    return []
