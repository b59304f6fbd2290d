"""Every page that the navigation leads to, as three people, at 1440 and 390 px: whole, quiet."""

import re
from collections import deque

import pytest

from tests.browser.conftest import PHONE, WIDE
from tests.browser.moves import sign_in
from tests.browser.test_looks import faults


pytestmark = pytest.mark.xdist_group("browser")

# Fewest kinds of page that each must find: so that a crawl that stops early is no success.
VISITORS = {"bureau": 40, "principal": 20, "teacher": 2}
# Files, and what test_judgement_looks walks in each of its states.
PASSED = ("/imports/template/", "/files/", "/assessment/", "/rules/")


def kind_of(address):
    """Pages that differ only in whose they are, or in a filter, count as one; another day not."""
    path, _, query = address.partition("?")
    return re.sub(r"/\d+/", "/N/", path), bool(re.search(r"(?:^|&)on=", query))


def links(page):
    """Addresses of this server on the page, but for those passed over."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(e => e.pathname + e.search)")
    return [address for address in found if not address.startswith(PASSED)]


@pytest.mark.parametrize("login", VISITORS)
def test_every_page_is_whole_quiet_and_accessible(visit, login):
    page = visit()
    sign_in(page, login)
    page.wait_for_url("**/")
    waiting, seen, found = deque(["/"]), set(), {}
    while waiting:
        address = waiting.popleft()
        if (kind := kind_of(address)) in seen:
            continue
        seen.add(kind)
        answer = page.goto(address)
        said = [answer.status] if answer.status != 200 else []
        for size in (PHONE, WIDE):
            page.set_viewport_size(size)
            said += [(size["width"], it) for it in faults(page, "light")]
        if said := said + heads(page):
            found[address] = said
        waiting.extend(link for link in links(page) if kind_of(link) not in seen)
    assert found == {}, "\n".join(f"{address} {said}" for address, said in found.items())
    assert len(seen) >= VISITORS[login]


def heads(page):
    """One heading, one primary button at most, and no word of English among the labels."""
    primary = page.locator(".btn-primary:visible").count()
    level_1 = page.locator("h1").count()
    said = page.locator("main").inner_text()
    for code in sorted(page.locator(CODES).all_inner_texts(), key=len, reverse=True):
        said = said.replace(code, "")
    said = re.sub(r"\S+\.(?:csv|xlsx?)\b", "", said)  # what people call their files
    english = re.findall(r"[A-Za-z]{4,}(?:_[a-z]+)*", said)
    return [
        *([] if primary <= 1 else [f"{primary} primary buttons"]),
        *([] if level_1 == 1 else [f"{level_1} h1"]),
        *(word for word in english if word not in WORDS),
    ]


# Letters by chance, and what an administrator types.
CODES = "main .hash, main .rep-number, main .key, main code, main pre"
# Words that a page may show: demo accounts, file types, kinds of device.
WORDS = {
    *("bureau", "bureau_hr", "bureau_research", "bureau_inspect", "bureau_head", "leader"),
    *("jiangbin", "pingdu", "zhukou"),  # further principals of the demo
    *("principal", "clerk", "teacher", "evaluator", "xlsx", "XLSX", "Excel", "Ctrl"),
    *("shiyan", "syxx", "Linux", "Chrome", "TOTP"),
}
