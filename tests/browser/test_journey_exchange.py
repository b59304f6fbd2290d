"""A roster filed, judged and lived: every actor plays their part; a teacher's log on a phone.

NOW is a Saturday; the demo's 教师甲 is on post at 举水乡小 and has logged until Friday.
"""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, PHONE
from tests.browser.moves import sign_in


pytestmark = pytest.mark.xdist_group("browser")
FIRST, LAST = "2026-11-16", "2027-08-31"
TODAY = "2026-11-21"


@pytest.fixture
def enter(visit):
    def enter(login, **how):
        page = visit(**how)
        sign_in(page, login)
        return page

    return enter


def open_todo(page, title, act):
    page.goto("/")
    row = page.locator(".todo > li").filter(has_text=title).first
    row.get_by_role("link", name=re.compile(f"^{act}")).click()


def test_b1_6_a_roster_from_the_first_line_to_the_arrival(enter):
    principal = enter("principal")
    principal.goto("/rosters/new/")
    principal.get_by_role("button", name="建立草稿").click()
    principal.wait_for_url(re.compile(r"/rosters/\d+/$"))
    roster = principal.url
    principal.get_by_role("link", name="添加第一行").click()
    person = principal.locator("#teachers-on-file option").nth(8).get_attribute("value")
    name = person.split()[-1]
    principal.locator("[name=teacher]").fill(person)
    principal.get_by_label("接收学校").select_option(label="举水乡小")
    principal.get_by_label("开始日期").fill(FIRST)
    principal.get_by_label("结束日期").fill(LAST)
    principal.get_by_role("button", name="添加到花名册").click()
    principal.wait_for_url(roster)
    row = principal.locator(".people-t tbody tr").filter(has_text=name).first
    expect(row).to_contain_text("举水乡小")
    expect(principal.get_by_text("应至").first).to_be_visible()  # the pack's term, a warning only
    principal.get_by_role("button", name="报送 1 人").click()
    expect(principal.locator(".filing-number").first).to_have_text(
        re.compile(r"331126-2026-HMC-\d+")
    )

    title = principal.locator("h1").inner_text()
    section = enter("bureau_hr")
    open_todo(section, title, "初核")
    section.get_by_role("link", name="初核通过").or_(
        section.get_by_role("button", name="初核通过")
    ).first.click()
    if section.url.endswith("/validate/"):
        section.get_by_role("button", name=re.compile("初核通过")).click()

    head = enter("bureau_head")
    head.goto(roster)
    head.get_by_role("link", name="批准").first.click()
    head.wait_for_url("**/approve/")
    head.get_by_role("button", name="批准 1 人").click()
    expect(head.locator(".tag-ok").first).to_contain_text("已批准")

    host = enter("principal2")
    open_todo(host, f"{name}到岗", "确认")
    host.wait_for_url("**/arrive/")
    host.get_by_role("button", name="确认到岗").click()
    host.wait_for_url(re.compile(r"/placements/\d+/$"))
    expect(host.get_by_text("在岗").first).to_be_visible()
    # The sending school sees the same record, and has no button for the host's part.
    placement = host.url
    principal.goto(placement)
    expect(principal.get_by_text("在岗").first).to_be_visible()
    assert principal.get_by_role("link", name="确认到岗").count() == 0


def photo(folder):
    path = folder / "合唱.jpg"
    Image.new("RGB", (1200, 900), "teal").save(path)
    return path


def test_x25_a_log_on_a_phone_survives_a_lost_connection_and_a_lapsed_session(enter, tmp_path):
    teacher = enter("teacher", size=PHONE)
    teacher.goto("/logs/")
    teacher.locator(".log-days a").first.click()
    teacher.wait_for_url(re.compile(r"/logs/\d+/$"))
    teacher.get_by_role("link", name="修改").click()
    address = re.sub(r"\d{4}-\d\d-\d\d", TODAY, teacher.url)

    # The connection is lost in mid-write: the text stays, and goes by itself.
    teacher.goto(address)
    teacher.locator("[value=LESSON_GIVEN]").check()
    teacher.get_by_label("上课节数").fill("2")
    teacher.get_by_label("一句话").fill("五年级两个声部能合上了。")
    teacher.set_input_files("#id_photos", photo(tmp_path))
    expect(teacher.locator("#log-kept")).to_contain_text("草稿已存")
    teacher.context.set_offline(True)
    teacher.get_by_role("button", name="提交日志").click()
    expect(teacher.locator("#log-hint")).to_contain_text("已存在本机")
    with teacher.expect_navigation(url=re.compile(r"/logs/\?week=")):
        teacher.context.set_offline(False)
    expect(teacher.get_by_text("日志已保存。")).to_be_visible()
    teacher.goto(address)
    expect(teacher.get_by_label("一句话")).to_have_value("五年级两个声部能合上了。")
    expect(teacher.locator(".photo img")).to_have_count(1)
    assert teacher.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    # The session lapses: after signing in again the text is there, and was sent.
    teacher.get_by_label("一句话").fill("五年级两个声部能合上了，下次带口风琴。")
    teacher.context.clear_cookies()
    teacher.get_by_role("button", name="保存修改").click()
    teacher.wait_for_url("**/sign-in/**")
    teacher.locator("[name=login]").fill("teacher")
    teacher.locator("[name=password]").fill(PASSWORD)
    teacher.locator("button[type=submit]").click()
    teacher.wait_for_url(re.compile(r"/logs/"))
    expect(teacher.get_by_text("日志已保存。")).to_be_visible()

    host = enter("principal2")
    host.goto("/logs/all/")
    host.get_by_role("row").filter(has_text="下次带口风琴").get_by_role("link").first.click()
    host.get_by_role("textbox", name="意见").fill("周三请带三年级也来听。")
    host.get_by_role("button", name="写意见").click()
    expect(host.get_by_text("周三请带三年级也来听。").first).to_be_visible()
    teacher.goto("/")
    expect(teacher.get_by_text("周三请带三年级也来听。")).to_be_visible()
    teacher.goto(address)
    expect(teacher.get_by_text("不能再改")).to_be_visible()
