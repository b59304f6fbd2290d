"""What a visitor does on many pages."""

from tests.browser.conftest import PASSWORD


def press(page, key="Enter"):
    """Press a key and wait for the page that follows."""
    with page.expect_navigation():
        page.keyboard.press(key)


def follow(page, control):
    """Click a link or a button and wait for the page that follows."""
    with page.expect_navigation():
        control.click()


def try_to_sign_in(page, login, password):
    """Open the form and send it, by keyboard alone."""
    page.goto("/sign-in/")
    tab_to(page, "login")
    page.keyboard.type(login)
    tab_to(page, "password")
    page.keyboard.type(password)
    press(page)


def sign_in(page, login="bureau"):
    try_to_sign_in(page, login, PASSWORD)


def tab_to(page, name):
    """Walk with the Tab key to the control of that name."""
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"{name} is not reached by Tab")
