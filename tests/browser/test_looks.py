"""Every page at 1440 and 390 px, light and dark: whole, and without a finding of axe."""

import pytest

from tests.browser.conftest import PHONE, ROOT, WIDE
from tests.browser.moves import sign_in, try_to_sign_in


pytestmark = pytest.mark.xdist_group("browser")

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What is wider than the page, and what does not fit into its own box.
CUT = """() => {
  const found = [], html = document.documentElement;
  if (html.scrollWidth > html.clientWidth) found.push(`the page scrolls: ${html.scrollWidth} px`);
  for (const e of document.querySelectorAll('body *')) {
    if (!e.getClientRects().length || e.closest('svg') || e.clientWidth <= 1) continue;
    if (e.scrollWidth <= e.clientWidth + 1) continue;
    const text = e.textContent.trim().slice(0, 20);
    const leaf = e.children.length === 0 && getComputedStyle(e).overflowX !== 'visible';
    if (leaf && !e.matches('input, textarea, progress')) found.push(`cut: ${text}`);
    if (e.matches('.btn, .tag, .st, .seg > *')) found.push(`over its edge: ${text}`);
  }
  return found;
}"""


def sign_in_form(page):
    page.goto("/sign-in/")


def sign_in_form_with_error(page):
    try_to_sign_in(page, f"seen-{page.viewport_size['width']}", "wrong")


def sign_in_form_with_two_errors(page):
    page.goto("/sign-in/")
    page.get_by_role("button", name="登录").click()
    page.wait_for_selector("[role=alert]")


def locked_out(page):
    for _ in range(6):
        try_to_sign_in(page, "locked", "wrong")
        if page.title().startswith("暂时锁定"):
            return
    raise AssertionError(f"not locked: {page.title()}")


def stale_form(page):
    page.goto("/sign-in/")
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="登录").click()
    page.wait_for_selector(".bare-code")


def unknown_address(page):
    page.goto("/no-such-page/")


def workbench(page):
    sign_in(page)


def account_menu(page):
    page.locator(".account summary").click()


def own_account(page):
    page.goto("/account/")


def second_factor(page):
    page.goto("/account/second-factor/")


def own_password(page):
    page.goto("/account/password/")
    page.get_by_role("button", name="修改密码").click()
    page.wait_for_selector("[role=alert]")


def sign_out(page):
    page.goto("/sign-out/")


PAGES = [  # in this order: the last six share one sign-in
    sign_in_form,
    sign_in_form_with_error,
    sign_in_form_with_two_errors,
    locked_out,
    stale_form,
    unknown_address,
    workbench,
    account_menu,
    own_account,
    second_factor,
    own_password,
    sign_out,
]


def faults(page, theme):
    """What is cut, what axe finds, and a theme that the server did not draw."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("only => axe.run({runOnly: only})", RULES)["violations"]
    return [
        *page.evaluate(CUT),
        *((finding["id"], [node["html"] for node in finding["nodes"]]) for finding in found),
        *([] if page.locator("html").get_attribute("data-bs-theme") == theme else ["theme"]),
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1440", "390"])
def test_pages_are_whole_and_accessible(visit, size, theme):
    page = visit(size, theme)
    found = {}
    for show in PAGES:
        show(page)
        found[show.__name__] = faults(page, theme)
    assert found == {show.__name__: [] for show in PAGES}


@pytest.mark.parametrize("width", [1366, 1280, 1024, 768, 360])
def test_sizes_in_between_are_whole(visit, width):
    page = visit({"width": width, "height": 768})
    sign_in_form(page)
    assert page.evaluate(CUT) == []
    workbench(page)
    assert page.evaluate(CUT) == []
