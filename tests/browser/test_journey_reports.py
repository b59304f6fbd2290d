"""A paper from the clerk's click to a stranger's check of its number, as four people see it."""

import hashlib
import json
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.moves import sign_in
from tests.browser.test_judgement_looks import found_on


pytestmark = pytest.mark.xdist_group("browser")

YEAR = "2025—2026学年"
MAKING = f"{YEAR}集团化办学年度报告"
PAPER = f"庆元县{MAKING}"
GROUPS = 11
MADE_WITHIN = 180_000  # ms for all of them
DRAWN = """canvas => {
  const dots = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return dots.some(value => value);
}"""


@pytest.fixture
def enter(visit):
    """``enter(name)`` gives a page of that person, signed in."""

    def enter(name, **look):
        page = visit(**look)
        sign_in(page, name)
        page.wait_for_url("**/")
        return page

    return enter


def test_x14_x28_from_the_click_to_the_check_of_the_number(enter, visit, tmp_path):
    bureau = enter("bureau")
    stopped = make_for_every_group(bureau)
    make_once(bureau)
    leave_and_come_back(bureau)
    seen_without_script(enter("bureau", javascript=False))
    wait_for_all(bureau, stopped)
    number = issue(enter("bureau_head"))
    download(enter("leader"), tmp_path, number)
    check(visit(), number)


def make(page, kind, group=None):
    page.goto("/reports/new/")
    page.get_by_label(kind, exact=True).check()
    page.get_by_label("学年", exact=True).select_option(label=YEAR)
    if group:
        page.get_by_label("集团", exact=True).select_option(label=group)
    page.get_by_role("button", name="生成报告").click()
    page.wait_for_url("**/reports/")


def jobs(page):
    """The titles of what is being made."""
    return page.locator(".rep-jobs li .b").all_inner_texts()


def make_for_every_group(page):
    """So that there is time to look; one is stopped again. Its title."""
    page.goto("/reports/")
    expect(page.get_by_text("还没有报告")).to_be_visible()
    make(page, "集团年度报告", f"全部 {GROUPS} 个集团，每个一份")
    listed = jobs(page)
    assert len(set(listed)) == GROUPS
    assert found_on(page) == []
    unwanted = listed[-1]
    page.get_by_role("button", name=f"停止 生成 {unwanted}").click()
    expect(page.locator(".rep-jobs .b", has_text=unwanted)).to_have_count(0)
    return unwanted


def make_once(page):
    """A second click joins the first."""
    for _ in range(2):
        make(page, "年度报告")
    expect(page.get_by_text("同样的报告正在生成，已并入那项任务。")).to_be_visible()
    assert jobs(page).count(MAKING) == 1


def leave_and_come_back(page):
    page.goto("/schools/")
    page.go_back()
    row = page.locator(".rep-jobs li", has_text=MAKING)
    expect(row).to_contain_text(re.compile("正在排队|固定数据快照|排版各章|准备"))


def seen_without_script(page):
    """By a link that asks again."""
    page.goto("/reports/")
    expect(page.locator(".rep-jobs .b", has_text=MAKING)).to_have_count(1)
    page.get_by_role("link", name="刷新进度").click()
    page.wait_for_url("**/reports/")
    expect(page.locator("h1")).to_have_text("报表中心")


def wait_for_all(page, stopped):
    """The page is not loaded anew, and yet progress goes on and the list fills."""
    page.evaluate("window.stayed = true")
    expect(page.locator(".rep-jobs")).to_contain_text(re.compile(r"排版各章 \d+ / \d+"))
    expect(page.locator(".rep-jobs")).to_have_count(0, timeout=MADE_WITHIN)
    expect(page.locator("#list tbody tr")).to_have_count(GROUPS)  # all but one, and the county's
    expect(page.locator("#list-count")).to_have_text(f"{GROUPS} 份")
    expect(page.get_by_text(f"刚刚完成 {GROUPS} 份")).to_be_visible()
    assert page.evaluate("window.stayed")
    titles = page.locator("#list tbody th a").all_inner_texts()
    assert PAPER in titles
    assert stopped not in titles
    assert found_on(page) == []


def issue(page):
    """局领导 issues the draft; its number."""
    page.goto("/reports/")
    page.get_by_role("link", name=PAPER, exact=True).click()
    expect(page.locator("main")).to_contain_text("印发时编入")
    assert found_on(page) == []
    page.get_by_role("button", name="印发第 1 版").click()
    held = page.locator(".rep-number")
    expect(held).to_be_visible(timeout=MADE_WITHIN)
    expect(page.get_by_role("button", name="印发第 1 版")).to_have_count(0)
    number = held.inner_text()
    assert found_on(page) == []
    assert re.fullmatch(r"331126-N2025-1-[0-9A-Z]{8}", number)
    return number


def saved(page, name, path):
    with page.expect_download() as waited:
        page.get_by_role("link", name=name, exact=True).click()
    waited.value.save_as(path)
    return path


def download(page, folder, number):
    """县领导 sees what is issued, nothing else, and takes both files."""
    page.goto("/reports/")
    assert page.locator("#list tbody th a").all_inner_texts() == [PAPER]
    expect(page.get_by_role("link", name="生成报告")).to_have_count(0)
    page.get_by_role("link", name=PAPER, exact=True).click()
    expect(page.locator("main")).to_contain_text(number)
    checksum = page.locator(".rep-hash").inner_text().strip()
    content = saved(page, "PDF", folder / "paper.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == checksum
    book = load_workbook(saved(page, "XLSX", folder / "tables.xlsx"))
    assert len(book.sheetnames) > 5
    assert all(sheet.max_row > 1 for sheet in book)


def check(page, number):
    """Anybody learns four things of a number, and of another number nothing."""
    page.goto("/verify/")
    page.get_by_label("核验编号").fill(number.lower())
    page.get_by_role("button", name="核验").click()
    expect(page.locator("dl dd").first).to_have_text(number)
    told = page.locator("dl dt").all_inner_texts()
    assert [it.strip() for it in told] == ["核验编号", "标题", "印发日期", "校验码"]
    expect(page.locator("dl")).to_contain_text(PAPER)
    expect(page.locator("dl")).to_contain_text("2026年11月21日")
    assert not re.search("局长甲|经办甲|下载", page.locator("main").inner_text())
    assert found_on(page) == []
    other = number[:-1] + ("2" if number[-1] != "2" else "3")
    assert page.goto(f"/verify/{other}/").status == 404
    expect(page.get_by_role("alert")).to_contain_text("没有编号为")


def test_x13_the_dashboard_draws_its_charts_with_their_tables_beneath(enter):
    page = enter("leader")
    page.goto("/dashboard/")
    charts = page.locator("figure.chart")
    expect(charts.locator("canvas")).to_have_count(charts.count())
    assert charts.count() >= 2
    for figure in charts.all():
        assert figure.locator("canvas").evaluate(DRAWN)
        options = json.loads(figure.locator("script").text_content())
        names = {*options["xAxis"].get("data", ()), *options["yAxis"].get("data", ())}
        told = figure.locator("tbody").inner_text()
        assert names
        assert all(name in told for name in names)
        drawing, table = figure.locator(".chart-drawing"), figure.locator("table")
        assert drawing.bounding_box()["y"] < table.bounding_box()["y"]
    assert found_on(page) == []
    page.set_viewport_size(PHONE)
    for figure in charts.all():
        expect(figure.locator(".chart-drawing")).to_be_hidden()
        expect(figure.locator("table")).to_be_visible()
