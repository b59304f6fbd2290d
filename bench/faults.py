"""The faults of ``tests/faults`` and the fuzz of the API again and again, each time otherwise.

Every round draws other requests and another order. ``FAULTS_ROUNDS`` (3) says how many rounds,
``FUZZ_EXAMPLES`` (40) how many requests of each kind an operation gets from each reader. Counts
how often each test ran and failed; races for one slot are counted by ``bookings``.
"""

import collections
import json
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path


ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "3"))
BASE = Path(__file__).resolve().parents[1]
WHAT = ("tests/faults", "tests/api/test_fuzz.py")


def main() -> dict:
    tests = collections.defaultdict(lambda: {"run": 0, "failed": 0, "seconds": 0.0})
    begun = time.monotonic()
    for number in range(ROUNDS):
        for name, failed, seconds in one_round(number):
            tests[name]["run"] += 1
            tests[name]["failed"] += failed
            tests[name]["seconds"] = round(tests[name]["seconds"] + seconds, 1)
    return {
        "rounds": ROUNDS,
        "run": sum(it["run"] for it in tests.values()),
        "failed": sum(it["failed"] for it in tests.values()),
        "seconds": round(time.monotonic() - begun, 1),
        "tests": dict(sorted(tests.items())),
        "ok": bool(tests) and not any(it["failed"] for it in tests.values()),
    }


def one_round(seed: int):
    """(name, failed, seconds) of every test of one run."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "round.xml"
        command = [
            sys.executable, "-m", "pytest", *WHAT, "-n", "0", "-q",
            f"--randomly-seed={seed}", f"--junit-xml={told}",
        ]  # fmt: skip
        env = {"FUZZ_EXAMPLES": "40", **os.environ}
        subprocess.run(command, cwd=BASE, env=env, stdout=sys.stderr, check=False)
        for case in ET.parse(told).iter("testcase"):  # noqa: S314 - our own
            name = f"{case.get('classname').rpartition('.')[2]} {case.get('name')}"
            failed = any(it.tag in {"failure", "error"} for it in case)
            yield name, failed, float(case.get("time"))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(), ensure_ascii=False))
