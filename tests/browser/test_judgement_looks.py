"""Every page of assessments and rules, in each state and for each who sees it: whole and quiet."""

import re
from collections import deque

import pytest

from tests.browser.conftest import PHONE, WIDE
from tests.browser.moves import sign_in
from tests.browser.test_looks import faults
from tests.browser.test_pages import heads


pytestmark = pytest.mark.xdist_group("browser")

STARTS = ("/assessment/", "/rules/")
# Fewest kinds of page that each must find: so that a crawl that stops early is no success.
VISITORS = {"bureau": 35, "principal": 8}
PASSED = re.compile(r"/(?:export|template)/|&")  # files; two questions at once


def kind_of(address, states):
    """Pages of versions in one state, of any school or rule, with the same questions are one."""
    path, _, query = address.partition("?")
    path = re.sub(r"^/assessment/(\d+)/", lambda it: f"/{states.get(it[1], '')}/", path)
    path = re.sub(r"^/rules/(?!adoption)[^/]+/", "/rules/X/", path)
    asked = tuple(sorted(re.findall(r"(?:^|&)(\w+)=", query)))
    return re.sub(r"/\d+/", "/N/", path), asked


def states_of(page):
    """The state of every version in the list, by its id."""
    page.goto("/assessment/")
    rows = page.locator("tbody tr").evaluate_all(
        "rows => rows.map(it => [it.querySelector('a').pathname, it.innerText])"
    )
    words = ("未发布", "已发布", "已送审")
    return {path.split("/")[2]: next(it for it in words if it in text) for path, text in rows}


def of_group(page):
    """The assessment of the first group in the list."""
    page.goto("/groups/")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/groups/*/")
    return page.locator("a[href^='/assessment/groups/']").first.get_attribute("href")


def found_on(page, theme="light"):
    """What is wrong with the page at both sizes; it is left at the wide one."""
    said = []
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        page.evaluate("window.scrollTo(0, 0)")  # nothing half under a fixed bar
        said += [(size["width"], it) for it in faults(page, theme)]
    return said + heads(page)


@pytest.mark.parametrize("login", VISITORS)
def test_every_page_of_the_judgement_is_whole_quiet_and_accessible(visit, login):
    page = visit()
    sign_in(page, login)
    page.wait_for_url("**/")
    states = states_of(page)
    waiting, seen, found = deque([*STARTS, of_group(page)]), set(), {}
    while waiting:
        address = waiting.popleft()
        if (kind := kind_of(address, states)) in seen:
            continue
        seen.add(kind)
        answer = page.goto(address)
        said = [answer.status] if answer.status != 200 else []
        if said := said + found_on(page):
            found[address] = said
        links = page.eval_on_selector_all(
            "main a[href]", "links => links.map(e => e.pathname + e.search)"
        )
        waiting.extend(it for it in links if it.startswith(STARTS) and not PASSED.search(it))
    assert found == {}, "\n".join(f"{address} {said}" for address, said in found.items())
    assert len(seen) >= VISITORS[login]


def test_what_only_the_head_is_shown_is_whole_too(visit):
    page = visit()
    sign_in(page, "bureau_head")
    page.wait_for_url("**/")
    published = next(it for it, state in states_of(page).items() if state == "已发布")
    found = {}
    for part in ("", "correct/", "publish/", "return/", "objections/", "what-if/"):
        page.goto(f"/assessment/{published}/{part}")
        found[part] = found_on(page)
    assert {part: said for part, said in found.items() if said} == {}


def test_results_derivation_and_rules_are_whole_in_the_dark(visit):
    page = visit(WIDE, "dark")
    sign_in(page, "bureau")
    page.wait_for_url("**/")
    published = next(it for it, state in states_of(page).items() if state == "已发布")
    page.goto(f"/assessment/{published}/")
    core = page.get_by_role("link", name="实验小学", exact=True).get_attribute("href")
    page.goto(core.partition("#")[0])
    found = {"derivation": found_on(page, "dark")}
    for address in (f"/assessment/{published}/what-if/", "/rules/", "/rules/exemption/"):
        page.goto(address)
        found[address] = found_on(page, "dark")
    assert {address: said for address, said in found.items() if said} == {}
