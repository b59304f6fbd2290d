"""Ctrl-C and termination, noticed at the next pause.

A signal handler that raises is lost when it strikes inside a callback of the interpreter; so the
handler only makes a note, and every loop that waits does so with ``pause``.
"""

import signal
import time
from collections.abc import Callable


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked this process to end."""


class _Request:
    received = False


def listen(also: Callable[[signal.Signals], None] = lambda number: None) -> None:
    """From now on take note of the signals, even where a shell's background had masked them."""

    def note(number, frame) -> None:
        _Request.received = True
        also(signal.Signals(number))

    for number in SIGNALS:
        signal.signal(number, note)


def pause(seconds: float) -> None:
    """Sleep; raises ``Stopped`` if the process was asked to end."""
    if _Request.received:
        raise Stopped
    time.sleep(seconds)
