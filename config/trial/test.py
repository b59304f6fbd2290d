"""Runs pytest with servers of its own, in folders that are gone afterwards.

``python -m config.trial.test [pytest arguments]``; returns pytest's exit code. With
``DATABASE_URL`` and ``REDIS_URL`` set it uses those servers and leaves them alone. It never reads
or writes ``var/`` of the checkout.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from config.trial import ending, keys, place
from config.trial.failure import Failure
from config.trial.services import Services


BASE = Path(__file__).resolve().parents[2]
STOPPED = 130


def main(arguments: list[str]) -> int:
    var = Path(tempfile.mkdtemp(prefix="tongxing-test-"))
    services = Services(var, durable=False)
    child: subprocess.Popen | None = None

    def pass_on(number: signal.Signals) -> None:
        """Let pytest end first; a terminal's Ctrl-C reaches it by itself as well."""
        if child and number != signal.SIGINT:
            child.send_signal(signal.SIGINT)

    ending.listen(also=pass_on)
    try:
        services.start()
        env = {**os.environ, **keys.new(), **services.urls, "TONGXING_VAR": str(var)}
        _collect_static(env)
        ending.pause(0)
        child = subprocess.Popen([sys.executable, "-m", "pytest", *arguments], cwd=BASE, env=env)
        return child.wait()
    except ending.Stopped:
        return STOPPED
    except Failure as failure:
        sys.stderr.write(f"{failure}\n")
        return failure.code
    finally:
        if child:
            child.kill()
        services.stop()
        place.dispose(var)
        shutil.rmtree(var, ignore_errors=True)


def _collect_static(env: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, str(BASE / "manage.py"), "collectstatic", "--noinput"],
        cwd=BASE,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failure(f"页面文件没有收集成功：\n{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
