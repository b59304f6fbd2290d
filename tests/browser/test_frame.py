import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, PHONE
from tests.browser.moves import sign_in


pytestmark = pytest.mark.xdist_group("browser")


def test_theme_is_chosen_in_the_menu_and_drawn_by_the_server(visit):
    page = visit()
    sign_in(page)
    page.locator(".account summary").click()
    page.get_by_role("button", name="深色").click()
    dark = page.get_by_role("button", name="深色")
    expect(dark).to_have_attribute("aria-pressed", "true")
    drawn = page.request.get("/")
    assert 'data-bs-theme="dark"' in drawn.text()


def test_what_floats_is_closed_by_escape(visit):
    page = visit()
    sign_in(page)
    page.locator(".account summary").click()
    expect(page.locator(".account-menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".account-menu")).to_be_hidden()


def test_phone_opens_and_closes_the_navigation(visit):
    page = visit(PHONE)
    sign_in(page)
    side, opener = page.locator("#side"), page.get_by_label("打开导航")
    expect(side).to_be_hidden()
    opener.click()
    expect(side).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(side).to_be_hidden()
    expect(opener).to_have_attribute("aria-expanded", "false")
    opener.click()
    page.mouse.click(360, 600)
    expect(side).to_be_hidden()


def test_phone_opens_the_navigation_without_script(visit):
    page = visit(PHONE, javascript=False)
    sign_in_without_script(page)
    page.get_by_label("打开导航").click()
    expect(page.locator("#side")).to_be_visible()
    page.get_by_label("关闭导航").click()
    expect(page.locator("#side")).to_be_hidden()


def sign_in_without_script(page):
    page.goto("/")
    page.fill("[name=login]", "bureau")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
