"""The bureau's clerk imports groups, sees them, and takes a batch back; all by keyboard too."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import importing
from tests.browser.conftest import ROOT
from tests.browser.moves import press, sign_in


pytestmark = pytest.mark.xdist_group("browser")

ON_FILE = ROOT / "desk" / "data" / "groups-qingyuan.csv"
# Made up: two groups, one with a section of a school, of schools that nobody has.
MADE_UP = """类型,集团,学校,角色,所属学校
共建型,试行甲集团,试行甲小学,核心校,
共建型,试行甲集团,试行甲校小学部,成员校,试行甲校
融合型,试行乙教共体,试行乙小学,核心校,
融合型,试行乙教共体,试行乙校区,成员校,试行乙小学
"""


def test_b32_file_on_record_changes_nothing(visit):
    page = visit()
    sign_in(page, "bureau")
    importing.upload(page, "集团", ON_FILE)
    rows = len(ON_FILE.read_text(encoding="utf-8").splitlines()) - 1
    assert importing.counts(page) == (0, 0, rows, 0)
    expect(page.get_by_text("表中内容与在册一致，不需要写入。")).to_be_visible()
    expect(page.get_by_role("button", name="写入")).to_have_count(0)
    page.get_by_role("button", name="放弃本次导入").click()
    page.wait_for_url("**/imports/")


def test_x30_new_groups_are_written_seen_and_undone(visit, tmp_path):
    path = tmp_path / "试行集团.csv"
    path.write_bytes(MADE_UP.encode("gb18030"))
    page = visit()
    sign_in(page, "bureau")
    importing.upload(page, "集团", path, start="2026-09-01")
    assert importing.counts(page) == (4, 0, 0, 0)
    assert importing.listed(page, "/groups/", "试行") == 0  # a preview writes nothing
    page.goto("/imports/")
    page.get_by_role("link", name=path.name).click()
    batch = importing.write(page, 4)

    assert importing.listed(page, "/groups/", "shixing") == 2
    page.get_by_role("link", name="试行甲集团").click()
    expect(page.locator("h1")).to_have_text("试行甲集团")
    group = page.url
    expect(page.locator(".g-core")).to_contain_text(re.compile(r"^\s*核心校\s+试行甲小学"))
    member = page.locator(".g-mem")
    expect(member).to_contain_text("试行甲校小学部")
    expect(member).to_contain_text("试行甲校的学部")
    assert importing.listed(page, "/schools/", "试行") == 5

    importing.undo(page, batch)
    assert importing.listed(page, "/groups/", "试行") == 0
    assert importing.listed(page, "/schools/", "试行") == 0
    assert page.goto(group).status == 404


def test_group_is_reached_by_keyboard_alone(visit):
    page = visit()
    sign_in(page, "bureau")
    page.keyboard.press("Control+k")
    page.keyboard.type("jlzx")
    found = page.get_by_role("option", name="菊隆中学教育集团")
    expect(found).to_be_visible()
    for _ in range(9):
        page.keyboard.press("ArrowDown")
        if found.get_attribute("aria-selected") == "true":
            break
    press(page)
    expect(page.locator("h1")).to_have_text("菊隆中学教育集团")


def test_group_is_reached_by_tab_and_enter(visit):
    page = visit()
    sign_in(page, "bureau")
    page.wait_for_url("**/")
    tab_to_text(page, "学校与集团")
    press(page)
    expect(page.locator("h1")).to_have_text("教育集团")
    page.keyboard.press("Tab")
    assert focused(page) == "跳到正文"
    page.keyboard.press("Enter")
    tab_to_text(page, "城东小学教共体(融合)")
    press(page)
    expect(page.locator("h1")).to_have_text("城东小学教共体(融合)")


def focused(page):
    return page.evaluate("document.activeElement.innerText || ''").strip()


def tab_to_text(page, text):
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page) == text:
            return
    raise AssertionError(f"{text} is not reached by Tab")
