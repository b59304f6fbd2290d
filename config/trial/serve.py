"""The supervisor behind ``script/server``: prepares a trial, starts it, watches it, stops it.

Run as ``python -m config.trial.serve``. Everything that it keeps lies under ``var/``. It never
touches the data of an earlier run, and with ``DATABASE_URL`` or ``REDIS_URL`` in the environment
it starts no server of its own for them.
"""

import contextlib
import json
import os
import secrets
import signal
import socket
import sys
import time
from pathlib import Path

from config.trial import address, checkout, claim, ending, keys
from config.trial.failure import Failure
from config.trial.process import Child, stop
from config.trial.services import Services


BASE = Path(__file__).resolve().parents[2]
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 none that look alike
READY_WITHIN = 60
PYTHON = (sys.executable, "-m")
WEB_OPTIONS = (
    *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
    *("--graceful-timeout", "3", "--no-control-socket"),
)


def main() -> int:
    os.umask(0o077)
    var = Path(os.environ.get("TONGXING_VAR") or BASE / "var").absolute()
    ending.listen()
    try:
        var.mkdir(parents=True, exist_ok=True)
        host, port = os.environ.get("HOST") or "127.0.0.1", _port()
        try:
            lock = claim.claim(var)
        except claim.AlreadyRunning as running:
            return _join(var, running.url)
        return Supervisor(var, lock, address.bind(host, port)).run()
    except ending.Stopped:
        return 0
    except Failure as failure:
        say(str(failure), sys.stderr)
        return failure.code
    except PermissionError as error:
        say(
            f"没有权限读写 {error.filename}，请用建立它的用户运行，或换一个 TONGXING_VAR 目录。",
            sys.stderr,
        )
        return 1


def say(text: str, stream=None) -> None:
    """Print a line; a reader that has gone away stops nothing."""
    with contextlib.suppress(OSError, ValueError):
        stream = stream or sys.stdout
        stream.write(text + "\n")
        stream.flush()


class Supervisor:
    """One run. ``lock`` and ``listener`` are held until the process ends."""

    def __init__(self, var: Path, lock: claim.Lock, listener: socket.socket):
        self.var = var
        self.lock = lock
        self.listener = listener
        self.url = address.url_of(listener)
        self.hosts = address.hosts(listener, os.environ.get("ALLOWED_HOSTS", ""))
        self.services = Services(var, durable=True, apart=True, keep_open=(lock.descriptor,))
        self.children: list[Child] = []
        self.notes = [var / "server.json", var / "services"]

    def run(self) -> int:
        try:
            self._forget_notes()  # of a run that was killed
            self._prepare()
            self._serve()
            self._await()
            self._work()  # not before: it would take the processor from what a reader waits for
            self._announce()
            while True:
                for child in (*self.services.children, *self.children):
                    child.revive(say)
                ending.pause(0.5)
        finally:
            say("正在停止……")
            self._forget_notes()
            stop(self.children, patience=3.5)
            self.services.stop()
            say("已停止。")

    def _prepare(self) -> None:
        for sentence in keys.prepare(self.var / "keys"):
            say(sentence)
        say("正在准备数据库和消息队列……")
        self.services.start()
        keys.write_private(self.var / "services", self.services.urls)
        prepared, loaded = self.var / "prepared", self.var / "demo-loaded"
        if self.services.fresh:
            loaded.unlink(missing_ok=True)
        same = self._is_same(prepared, stamp := checkout.stamp(BASE))
        if not same:
            prepared.unlink(missing_ok=True)
            say("正在整理数据表和页面文件……")
            for step in (
                self._manage("collectstatic", "--noinput"),
                self._manage("migrate", "--noinput"),
            ):
                self._finish(step)
            self._finish(self._manage("seed_workdays"))
        if same and loaded.exists() and not os.environ.get("DEMO_PASSWORD"):
            say(loaded.read_text(encoding="utf-8").rstrip())
        else:
            self._load_demo(loaded)
        keys.write_private_text(prepared, stamp)

    def _is_same(self, prepared: Path, stamp: str) -> bool:
        """Whether an earlier start prepared all this from the same checkout.

        Of a database that is not ours nothing is known.
        """
        ours = not os.environ.get("DATABASE_URL") and not self.services.fresh
        there = prepared.is_file() and (self.var / "static").is_dir()
        return ours and there and prepared.read_text() == stamp

    def _load_demo(self, loaded: Path) -> None:
        """The command does nothing to data that is there; it sets the accounts' password if given.

        Without ``DEMO_PASSWORD`` a random one is given and shown on the first run only.
        """
        password = os.environ.get("DEMO_PASSWORD", "")
        invented = not password and not loaded.exists()
        if invented:
            password = "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(12))
        say("正在装入示例数据……")
        step = self._manage("demo", DEMO_PASSWORD=password)
        self._finish(step)
        told = step.tail(lines=40)
        say(told)
        step.log.unlink()
        if invented:
            say(f"示例账号的口令：{password} （只显示这一次；可用 DEMO_PASSWORD 更换）")
        keys.write_private_text(loaded, told + "\n")

    def _serve(self) -> None:
        pool = {"DB_POOL": os.environ.get("DB_POOL") or "8"}
        number = self.listener.fileno()
        self._start(
            "网页服务",
            "web",
            [*PYTHON, "gunicorn", "config.wsgi", "--bind", f"fd://{number}", *WEB_OPTIONS],
            extra=pool,
            keep_open=(number,),
        )

    def _work(self) -> None:
        celery = [*PYTHON, "celery", "-A", "config"]
        self._start(
            "后台任务",
            "worker",
            [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"],
            # TERM lets a task end, QUIT gives it back; a dead supervisor's worker must not linger.
            stop_signals=(signal.SIGTERM, signal.SIGQUIT),
            death_signal=signal.SIGQUIT,
        )
        self._start("定时任务", "beat", [*celery, "beat", "--loglevel", "INFO"])

    def _await(self) -> None:
        """Until the product answers."""
        deadline = time.monotonic() + READY_WITHIN
        while not address.answers(self.url, "/readyz"):
            failed = [child for child in self.children if child.exit_code]
            if failed or time.monotonic() > deadline:
                child = (failed or self.children)[0]
                raise Failure(f"{child.name}没有启动，日志 {child.log}：\n{child.tail()}")
            ending.pause(0.1)

    def _announce(self) -> None:
        keys.write_private_text(
            self.var / "server.json", json.dumps({"url": self.url, "pid": os.getpid()}) + "\n"
        )
        say(f"地址：{self.url}    停止：按 Ctrl-C")
        if others := [host for host in self.hosts if host not in address.LOOPBACK]:
            say(f"接受的其他主机名：{'、'.join(others)}（需要增加时设置 ALLOWED_HOSTS）")
        say(f"ready {self.url}")

    def _forget_notes(self) -> None:
        for note in self.notes:
            note.unlink(missing_ok=True)

    def _manage(self, *arguments: str, **extra: str) -> Child:
        command = [sys.executable, str(BASE / "manage.py"), *arguments]
        name = f"manage.py {arguments[0]}"
        (self.var / "log" / f"{arguments[0]}.log").unlink(missing_ok=True)
        return self._start(name, arguments[0], command, extra=extra)

    def _finish(self, step: Child) -> None:
        """Wait for a step of the preparation; it is not watched afterwards."""
        while step.alive:
            ending.pause(0.02)
        self.children.remove(step)
        if step.exit_code:
            raise Failure(f"{step.name} 没有成功，日志 {step.log}：\n{step.tail()}")

    def _start(
        self, name: str, log: str, command: list[str], *, extra=None, keep_open=(), **options
    ) -> Child:
        child = Child(
            name,
            command,
            log=self.var / "log" / f"{log}.log",
            env={**self._environment(), **(extra or {})},
            cwd=BASE,
            keep_open=(self.lock.descriptor, *keep_open),
            **options,
        )
        self.children.append(child)
        child.start()
        return child

    def _environment(self) -> dict[str, str]:
        inherited = {name: text for name, text in os.environ.items() if name != "DEMO_PASSWORD"}
        return {
            **inherited,
            **self.services.urls,
            "TONGXING_VAR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ALLOWED_HOSTS": ",".join(self.hosts),
            "PYTHONUTF8": "1",
            "PYTHONUNBUFFERED": "1",
        }


def _join(var: Path, url: str) -> int:
    """A second start: set the demo accounts' password if asked, and tell the first's address."""
    if os.environ.get("DEMO_PASSWORD"):
        step = Child(
            "manage.py demo",
            [sys.executable, str(BASE / "manage.py"), "demo"],
            log=var / "log" / "demo-again.log",
            env={**os.environ, "TONGXING_VAR": str(var), "PYTHONUTF8": "1"},
            cwd=BASE,
        )
        step.start()
        while step.alive:
            ending.pause(0.02)
        say(step.tail(lines=40))
        step.log.unlink()
    say(f"ready {url}")
    return 0


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise Failure(f"PORT 应为 0 到 65535 的整数，而不是 {text}", 2)
    return int(text)


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")
    sys.stderr.reconfigure(errors="replace")
    sys.exit(main())
