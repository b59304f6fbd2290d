"""A long form whose session ended while it stood open: what was typed is in it again."""

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


def enter(page):
    page.fill("[name=login]", "bureau")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()


def typed(page):
    """The form of a new school, filled in by somebody who just signed in."""
    page.goto("/sign-in/")
    enter(page)
    expect(page).to_have_title("工作台 · 集团化办学")
    page.goto("/schools/new/")
    for name, value in TYPED.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=kind]", "SECTION")


def lapse(var):
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", LAPSE],
        cwd=ROOT, env=environment(var), check=True,
    )  # fmt: skip


def expect_filled(page):
    for name, value in TYPED.items():
        expect(page.locator(f"[name={name}]")).to_have_value(value)
    expect(page.locator("[name=kind]")).to_have_value("SECTION")
    expect(page.locator("#kept")).to_contain_text("还没有提交")
    expect(page.locator("#kept details")).to_have_count(0)


def expect_no_school(page):
    page.goto("/schools/?q=示例新校区")
    expect(page.locator("tbody tr th")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_school_form_is_filled_again_and_not_sent(visit, var, javascript):
    page = visit(javascript=javascript)
    typed(page)
    lapse(var)
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("status")).to_contain_text("30 分钟没有操作，已自动退出")
    enter(page)
    expect(page.locator("#kept")).to_contain_text("还没有提交" if javascript else "没有提交")
    assert page.url.endswith("/schools/new/")
    if javascript:
        expect_filled(page)
    else:
        page.locator("#kept summary").click()
        for value in TYPED.values():
            expect(page.locator("#kept li", has_text=value)).to_be_visible()
    expect_no_school(page)


def test_form_older_than_a_sign_in_in_another_tab_is_filled_again(visit, var):
    page = visit()
    typed(page)
    lapse(var)
    other = page.context.new_page()
    other.goto("/")
    enter(other)
    expect(other).to_have_title("工作台 · 集团化办学")
    with page.expect_response("**/schools/new/") as answer:
        page.locator("main form button[type=submit]").click()
    assert answer.value.status == 403
    page.get_by_role("link", name="回到原来的页面").click()
    expect_filled(page)
    expect_no_school(page)
