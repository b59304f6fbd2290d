"""A long form that is sent after the idle time-out: what was typed is in it again after sign-in."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, ROOT, environment


pytestmark = pytest.mark.xdist_group("browser")

LAPSE = (
    "import datetime; from directory.models import Session;"
    "Session.objects.update(seen_at='2026-11-20T09:30:00+08:00')"
)
TYPED = {"name": "示例新校区", "code": "3331000999", "source": "庆教〔2026〕示例号"}


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_school_form_is_filled_again_and_not_sent(visit, var, javascript):
    page = visit(javascript=javascript)
    page.goto("/sign-in/")
    page.fill("[name=login]", "bureau")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_title("工作台 · 集团化办学")
    page.goto("/schools/new/")
    for name, value in TYPED.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=kind]", "SECTION")
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", LAPSE],
        cwd=ROOT, env=environment(var), check=True,
    )  # fmt: skip
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("status")).to_contain_text("30 分钟没有操作，已自动退出")
    page.fill("[name=login]", "bureau")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#kept")).to_contain_text("还没有提交" if javascript else "没有提交")
    assert page.url.endswith("/schools/new/")
    if javascript:
        for name, value in TYPED.items():
            expect(page.locator(f"[name={name}]")).to_have_value(value)
        expect(page.locator("[name=kind]")).to_have_value("SECTION")
        expect(page.locator("#kept details")).to_have_count(0)
    else:
        page.locator("#kept summary").click()
        for value in TYPED.values():
            expect(page.locator("#kept li", has_text=value)).to_be_visible()
    page.goto("/schools/?q=示例新校区")
    expect(page.locator("tbody tr th")).to_have_count(0)
