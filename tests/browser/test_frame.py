import pytest

from tests.browser.conftest import PASSWORD, PHONE
from tests.browser.moves import sign_in


pytestmark = pytest.mark.xdist_group("browser")


def test_theme_is_chosen_in_the_menu_and_drawn_by_the_server(visit):
    page = visit()
    sign_in(page)
    page.locator(".account summary").click()
    page.get_by_role("button", name="深色").click()
    assert page.get_by_role("button", name="深色").get_attribute("aria-pressed") == "true"
    drawn = page.request.get("/")
    assert 'data-bs-theme="dark"' in drawn.text()


def test_what_floats_is_closed_by_escape(visit):
    page = visit()
    sign_in(page)
    page.locator(".account summary").click()
    assert page.locator(".account-menu").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".account-menu").is_visible()


def test_phone_opens_and_closes_the_navigation(visit):
    page = visit(PHONE)
    sign_in(page)
    side, opener = page.locator("#side"), page.get_by_label("打开导航")
    assert not side.is_visible()
    opener.click()
    assert side.is_visible()
    assert opener.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not side.is_visible()
    assert opener.get_attribute("aria-expanded") == "false"
    opener.click()
    page.mouse.click(360, 600)
    assert not side.is_visible()


def test_phone_opens_the_navigation_without_script(visit):
    page = visit(PHONE, javascript=False)
    sign_in_without_script(page)
    page.get_by_label("打开导航").click()
    assert page.locator("#side").is_visible()
    page.get_by_label("关闭导航").click()
    assert not page.locator("#side").is_visible()


def sign_in_without_script(page):
    page.goto("/")
    page.fill("[name=login]", "bureau")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
