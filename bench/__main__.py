"""``python -m bench [imports] [pages] [papers] [reports] …``: measure and print figures as JSON.

Starts an embedded database and broker of its own, as the tests do. Exit 1 when a promise is broken.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from config.trial import ending, keys, place
from config.trial.services import Services


BASE = Path(__file__).resolve().parents[1]
MEASUREMENTS = (
    "bookings",
    "evening",
    "faults",
    "imports",
    "log_page",
    "pages",
    "papers",
    "reports",
    "scoring",
    "sheets",
    "sign_ins",
)


def main(wanted: list[str]) -> int:
    if unknown := set(wanted) - set(MEASUREMENTS):
        sys.stderr.write(f"没有这样的测量：{'、'.join(sorted(unknown))}\n")
        return 2
    var = Path(tempfile.mkdtemp(prefix="tongxing-bench-"))
    services = Services(var, durable=True)
    child: subprocess.Popen | None = None

    def pass_on(number: signal.Signals) -> None:
        """Let a step end what it started; a terminal's Ctrl-C reaches it by itself as well."""
        if child and number != signal.SIGINT:
            child.send_signal(signal.SIGINT)

    def told_by(*arguments: str) -> bytes:
        nonlocal child
        ending.pause(0)
        command = [sys.executable, *arguments]
        child = subprocess.Popen(command, cwd=BASE, env=env, stdout=subprocess.PIPE)
        told, _ = child.communicate()
        ending.pause(0)
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, command)
        return told

    ending.listen(also=pass_on)
    try:
        services.start()
        env = {**os.environ, **keys.new(), **services.urls, "TONGXING_VAR": str(var)}
        env |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONWARNINGS": "ignore"}
        for step in ("collectstatic", "migrate"):
            told_by(str(BASE / "manage.py"), step, "--noinput", "-v", "0")
        figures = {}
        for name in wanted or MEASUREMENTS:
            figures[name] = json.loads(told_by("-m", f"bench.{name}"))
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
        return 0 if all(it["ok"] for it in figures.values()) else 1
    except ending.Stopped:
        return 130
    finally:
        if child:
            child.kill()
        services.stop()
        place.dispose(var)
        shutil.rmtree(var, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
