"""A real server, a real browser, and a visitor who reports whatever the browser complains of."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from config.trial import place


ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Qingyuan-2026"  # noqa: S105 of the demo accounts of this run
NOW = "2026-11-21T09:30:00+08:00"
READY_WITHIN = 180
SHOWN_WITHIN = 30_000  # ms after which a page does not come any more, on a machine that does much
expect.set_options(timeout=SHOWN_WITHIN)
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# No connection but ours; root needs --no-sandbox, and a container has a small /dev/shm.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def environment(var: Path) -> dict[str, str]:
    """Of the product that is served, and of commands that go into its data."""
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    return {**kept, "TONGXING_VAR": str(var), "TONGXING_NOW": NOW}


@pytest.fixture(scope="session")
def var(tmp_path_factory):
    """Where the served product keeps everything."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def server(var):
    """The address of the product, started as ``script/server`` starts it, with its own servers."""
    env = {**environment(var), "PORT": "0", "HOST": "127.0.0.1", "DEMO_PASSWORD": PASSWORD}
    log = var / "serve.log"
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.trial.serve"],
            cwd=ROOT,
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _address(process, log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0, log.read_text(encoding="utf-8")
    finally:
        process.kill()
        process.wait()
        place.dispose(var)


def _address(process: subprocess.Popen, log: Path) -> str:
    """The address of the line ``ready http://…``."""
    deadline = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        for line in log.read_text(encoding="utf-8").splitlines():
            if line.startswith("ready "):
                return line.removeprefix("ready ")
        time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def browser():
    """Chromium, for one module: Playwright's loop, while it runs, bars Django's ORM to others."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("缺少系统软件包，请先运行：sudo apt-get install -y chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, server):
    """``visit(size, theme, javascript)`` gives a page in a fresh browser profile.

    At the end of the test no page may have said anything on its console, and none may have
    asked for anything but the server's own address.
    """
    contexts, said, strayed = [], [], []

    def listen(message):
        refused = message.text.startswith("Failed to load resource")
        if refused and message.location["url"] == message.page.url:
            return  # the page itself was refused: 403, 404, 429
        said.append(message.text)

    def note(request):
        if not request.url.startswith((f"{server}/", "data:")):
            strayed.append(request.url)

    def visit(size=WIDE, theme="light", javascript=True):
        context = browser.new_context(
            base_url=server, viewport=size, locale="zh-CN", java_script_enabled=javascript
        )
        contexts.append(context)
        context.set_default_timeout(SHOWN_WITHIN)
        context.add_cookies([{"name": "theme", "value": theme, "url": server}])
        context.on("console", listen)
        context.on("weberror", lambda failure: said.append(str(failure.error)))
        context.on("request", note)
        return context.new_page()

    yield visit
    for context in contexts:
        context.close()
    assert said == []
    assert strayed == []
