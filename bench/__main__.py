"""``python -m bench [imports] [pages] [papers] [reports] …``: measure and print figures as JSON.

Starts an embedded database and broker of its own, as the tests do. Exit 1 when a promise is broken.
"""

import json
import os
import shutil
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
    ending.listen()
    try:
        services.start()
        env = {**os.environ, **keys.new(), **services.urls, "TONGXING_VAR": str(var)}
        env |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONWARNINGS": "ignore"}
        for step in ("collectstatic", "migrate"):
            command = [sys.executable, str(BASE / "manage.py"), step, "--noinput", "-v", "0"]
            subprocess.run(command, cwd=BASE, env=env, check=True, stdout=subprocess.DEVNULL)
        figures = {}
        for name in wanted or MEASUREMENTS:
            command = [sys.executable, "-m", f"bench.{name}"]
            done = subprocess.run(command, cwd=BASE, env=env, check=True, stdout=subprocess.PIPE)
            figures[name] = json.loads(done.stdout)
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
        return 0 if all(it["ok"] for it in figures.values()) else 1
    except ending.Stopped:
        return 130
    finally:
        services.stop()
        place.dispose(var)
        shutil.rmtree(var, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
