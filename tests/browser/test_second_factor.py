"""On a phone: the second factor is set up, then opens with its code and a recovery code."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, PHONE
from tests.browser.moves import follow, sign_in
from tests.browser.test_looks import CUT


pytestmark = pytest.mark.xdist_group("browser")


def code_of(secret: str) -> str:
    """The next one: the tolerance of half a minute takes it, and it was not used before."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + 1))


def fits(page):
    assert page.evaluate(CUT) == []


def test_set_up_then_sign_in_with_the_code_then_with_a_recovery_code(visit):
    page = visit(PHONE)
    sign_in(page, "evaluator")
    page.goto("/account/")
    fits(page)
    follow(page, page.get_by_role("link", name="开通两步验证"))
    fits(page)
    secret = page.locator(".key").inner_text().replace(" ", "")
    assert page.locator(".qr").evaluate("it => it.naturalWidth") > 200
    page.fill("[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="开通").click()
    expect(page.locator(".codes li")).to_have_count(10)
    fits(page)
    recovery = page.locator(".codes li").nth(4).inner_text()
    follow(page, page.get_by_role("link", name="我已抄好"))
    expect(page.locator(".own")).to_contain_text("恢复码还剩 10 个")

    for code in (code_of(secret), recovery):
        page.locator(".account summary").click()
        follow(page, page.get_by_role("button", name="退出"))
        sign_in(page, "evaluator")
        expect(page).to_have_title("登录验证码 · 集团化办学")
        fits(page)
        page.fill("[name=code]", "000000")
        page.get_by_role("button", name="登录").click()
        expect(page.locator(".invalid-feedback")).to_contain_text("验证码不对")
        page.fill("[name=code]", code)
        page.get_by_role("button", name="登录").click()
        expect(page).to_have_title("工作台 · 集团化办学")

    page.goto("/account/")
    expect(page.locator(".own")).to_contain_text("恢复码还剩 9 个")
    follow(page, page.get_by_role("link", name="关闭", exact=True))
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="关闭两步验证").click()
    expect(page.get_by_role("status")).to_contain_text("两步验证已关闭")
