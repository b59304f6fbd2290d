"""The child processes that lay out chapters, seen from the process that ordered the paper.

Processes of their own, not forks: a Celery worker may not fork children, and a fork would carry
our connections and keys along.
"""

import contextlib
import json
import os
import queue
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path


PROJECT = Path(__file__).resolve().parents[2]


class Refused(Exception):
    """A chapter names a file that is not ours, or cannot be drawn whole. A template's fault."""


@dataclass(frozen=True)
class LaidOut:
    """One chapter on its pages. ``pages`` as the child measured them (see ``child``)."""

    pages: list[dict]
    pdf: bytes
    missing: frozenset[str]
    peak_kib: int  # the most memory its process ever held


class Pool:
    """Children that lay out chapters side by side."""

    def __init__(self, children: list["Child"]):
        self._children = children
        self._idle: queue.SimpleQueue[Child] = queue.SimpleQueue()
        for child in children:
            self._idle.put(child)

    def lay_out(
        self, chapters: Sequence[str], progress: Callable[[int], None] = lambda _: None
    ) -> list[LaidOut]:
        """Each chapter laid out, in their order; the longest are begun first.

        ``progress`` gets the number of finished chapters, in the caller's own thread.
        """
        longest_first = sorted(range(len(chapters)), key=lambda i: -len(chapters[i]))
        done: dict[int, LaidOut] = {}
        with ThreadPoolExecutor(len(self._children)) as threads:
            orders = {threads.submit(self._order, chapters[i]): i for i in longest_first}
            try:
                for order in as_completed(orders):
                    done[orders[order]] = order.result()
                    progress(len(done))
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                self.stop()  # ends the threads that wait for an answer
                raise
        return [done[i] for i in range(len(chapters))]

    def stop(self) -> None:
        for child in self._children:
            child.stop()

    def _order(self, html: str) -> LaidOut:
        child = self._idle.get()
        try:
            return child.lay_out(html)
        finally:
            self._idle.put(child)


class Child:
    """One process and its pipes."""

    def __init__(self, setup: dict, fonts_conf: Path):
        # None of our secrets: only what starts the interpreter and finds the fonts.
        environment = {k: os.environ[k] for k in ("PATH", "LD_LIBRARY_PATH") if k in os.environ}
        environment |= {
            "FONTCONFIG_FILE": str(fonts_conf),
            "PYTHONHASHSEED": "0",  # sets are walked in the same order every time
            "PYTHONPATH": str(PROJECT),
            "LANG": "C.UTF-8",
        }
        self._process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
            [sys.executable, "-m", f"{__package__}.child"],
            env=environment,
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._send(setup)

    def lay_out(self, html: str) -> LaidOut:
        self._send({"html": html})
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the layout process ended with {self._process.wait()}")
        told = json.loads(line)
        if reason := told.get("refused"):
            raise Refused(reason)
        pdf = self._process.stdout.read(told["size"])
        if len(pdf) != told["size"]:
            raise RuntimeError(f"the layout process ended with {self._process.wait()}")
        return LaidOut(told["pages"], pdf, frozenset(told["missing"]), told["peak_kib"])

    def stop(self) -> None:
        """End it at once: it keeps nothing."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def close(self) -> None:
        self.stop()
        self._process.stdout.close()

    def _send(self, message: dict) -> None:
        with contextlib.suppress(BrokenPipeError):  # its answer, or the want of one, tells
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()


@contextlib.contextmanager
def pool(count: int, *, setup: dict, fonts_conf: Path) -> Iterator[Pool]:
    """``count`` children, ended when the block is left."""
    with contextlib.ExitStack() as stack:
        children = []
        for _ in range(count):
            children.append(Child(setup, fonts_conf))
            stack.callback(children[-1].close)
        yield Pool(children)
