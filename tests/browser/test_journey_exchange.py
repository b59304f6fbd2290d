"""A roster filed, judged and lived: every actor plays their part; a teacher's log on a phone.

NOW is a Saturday; the demo's 教师甲 is on post at 举水乡小 and has logged until Friday.
"""

import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import expect

from config.trial import address
from tests.browser.conftest import PASSWORD, PHONE, READY_WITHIN, ROOT, WIDE, environment
from tests.browser.importing import CHECKED_WITHIN
from tests.browser.moves import sign_in, try_to_sign_in


pytestmark = pytest.mark.xdist_group("browser")
FIRST, LAST = "2026-11-16", "2027-08-31"
TODAY = "2026-11-21"
LATER = "2026-12-04T16:30:00+08:00"  # a Friday; the roster's teacher has been there three weeks
USED = "2026-12-02"  # the Wednesday of that week, for which a room is booked
ROOM = "录播教室（二）"
OWN = "Own-Pass-2026"  # what the roster's teacher chooses
ROSTER = Path(__file__).resolve().parents[1] / "data" / "roster-2024-as-received.xlsx"


@pytest.fixture
def enter(visit):
    def enter(login, **how):
        page = visit(**how)
        if login:
            sign_in(page, login)
        return page

    return enter


@pytest.fixture
def enter_later(browser, var, server):
    """``enter`` a fortnight on: a second web process on the served data, with its own clock.

    It costs a start of the web service alone, and the served product keeps its day for others.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (var / "later.log").open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}",
             "--worker-class", "gthread", "--threads", "4", "--no-control-socket"],
            cwd=ROOT, env=environment(var) | {"TONGXING_NOW": LATER}, stdout=out,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    contexts = []

    def enter(login, password=PASSWORD, size=WIDE):
        context = browser.new_context(base_url=url, viewport=size, locale="zh-CN")
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        try_to_sign_in(page, login, password)
        return page

    try:
        deadline = time.monotonic() + READY_WITHIN
        while not address.answers(url, "/readyz"):
            assert process.poll() is None, (var / "later.log").read_text(encoding="utf-8")
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield enter
    finally:
        for context in contexts:
            context.close()
        process.terminate()
        process.wait(timeout=60)


def open_todo(page, title, act):
    page.goto("/")
    row = page.locator(".todo > li").filter(has_text=title).first
    row.get_by_role("link", name=re.compile(f"^{act}")).click()


def test_b1_6_a_roster_from_the_first_line_to_the_weeks_that_were_lived(
    enter, enter_later, tmp_path
):
    principal = enter("principal")
    principal.goto("/rosters/new/")
    principal.get_by_role("button", name="建立草稿").click()
    principal.wait_for_url(re.compile(r"/rosters/\d+/$"))
    roster = principal.url
    principal.get_by_role("link", name="添加第一行").click()
    person = principal.locator("#teachers-on-file option").nth(8).get_attribute("value")
    number, name = person.split()
    principal.locator("[name=teacher]").fill(person)
    principal.get_by_label("接收学校").select_option(label="举水乡小")
    principal.get_by_label("开始日期").fill(FIRST)
    principal.get_by_label("结束日期").fill(LAST)
    principal.get_by_role("button", name="添加到花名册").click()
    principal.wait_for_url(roster)
    row = principal.locator(".people-t tbody tr").filter(has_text=name).first
    expect(row).to_contain_text("举水乡小")
    expect(principal.get_by_text("应至").first).to_be_visible()  # the pack's term, a warning only
    sent = []
    principal.on("request", lambda it: it.method == "POST" and sent.append(it.url))
    principal.get_by_role("button", name="报送 1 人").dblclick()
    expect(principal.locator(".filing-number").first).to_have_text(
        re.compile(r"331126-2026-HMC-\d+")
    )
    assert sent == [roster]  # the second click sent nothing

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
    expect(principal.get_by_role("link", name="确认到岗")).to_have_count(0)

    # The teacher gets an account, sees the posting on the own phone, and writes of yesterday.
    teacher = activated(enter, number)
    day = teacher.locator(".week-days li").filter(has_text="11-20")
    day.get_by_role("link", name="补写").click()
    write_log(teacher, "和五年级认识了。")
    expect(teacher.locator(".log-days > li").filter(has_text="和五年级认识了。")).to_contain_text(
        "举水乡小"
    )
    principal.goto(book_room(teacher, "两校五年级同步课堂"))
    principal.get_by_role("button", name=re.compile("^批准")).click()
    expect(principal.locator(".tag-ok")).to_contain_text("已确认")

    # Two weeks on: the room was used, the week is logged, the host answers, the home school reads.
    teacher = enter_later(number, OWN, PHONE)
    for day, said in (("12-2", "两校五年级在录播教室同上一课。"), ("12-4", "听了三年级的课。")):
        teacher.goto("/")
        week = teacher.locator(".week-days li")
        expect(week).to_have_count(5)
        week.filter(has_text=day).get_by_role("link", name="写").click()
        write_log(teacher, said, no_photo=tmp_path / "坏.jpg")
    teacher.goto("/bookings/")
    over = teacher.get_by_role("region", name="以前")
    expect(over.get_by_role("row").filter(has_text="两校五年级同步课堂")).to_contain_text("已使用")
    assert fits(teacher)

    host = enter_later("principal2")
    mine = host.locator(".guests li").filter(has_text=name)
    mine.get_by_role("link", name="本周日志 2 篇").click()
    rows = host.locator("main tbody tr")
    expect(rows).to_have_count(2)
    rows.filter(has_text="在录播教室同上一课").get_by_role("link").first.click()
    host.get_by_role("textbox", name="意见").fill("请把课例留给教研组。")
    host.get_by_role("button", name="写意见").click()
    expect(host.get_by_text("请把课例留给教研组。").first).to_be_visible()
    teacher.goto("/")
    expect(teacher.get_by_text("请把课例留给教研组。")).to_be_visible()

    home = enter_later("principal")
    home.goto(f"/logs/all/?q={name}&days=30")
    expect(home.locator("main tbody tr")).to_have_count(3)
    home.goto("/facilities/")
    home.get_by_role("link", name=ROOM).click()
    home.wait_for_url("**/facilities/*/")
    home.goto(f"{home.url}?day={USED}")
    expect(home.locator(".cal .ev").filter(has_text="两校五年级同步课堂")).to_be_visible()


def activated(enter, number):
    """The school's clerk opens an account and hands over the slip; the teacher sets a password."""
    clerk = enter("clerk")
    clerk.goto(f"/accounts/new/?q={number}")
    clerk.get_by_role("row").filter(has_text=number).get_by_role("checkbox").check()
    clerk.get_by_role("button", name="开通选中的教师").click()
    keys = clerk.locator(".slip .slip-key")
    expect(keys).to_have_count(2)
    login, code = (keys.nth(n).inner_text().strip() for n in range(2))
    assert login == number
    teacher = enter(None, size=PHONE)
    teacher.goto("/activate/")
    teacher.get_by_label("账号").fill(login)
    teacher.get_by_label("激活码").fill(code)
    teacher.get_by_label("自己的密码").fill(OWN)
    teacher.get_by_label("再输一遍密码").fill(OWN)
    teacher.get_by_role("button", name="设好密码").click()
    expect(teacher.locator("h1")).to_have_text("密码已设好，请登录")
    try_to_sign_in(teacher, login, OWN)
    expect(teacher.locator(".week-days li")).to_have_count(5)
    assert fits(teacher)
    return teacher


def write_log(teacher, text, no_photo=None):
    """With a file that is no photo: it stays with its reason until it is taken away."""
    teacher.wait_for_url(re.compile(r"/logs/\d+/\d{4}-\d\d-\d\d/$"))
    teacher.locator("[value=LESSON_GIVEN]").check()
    teacher.get_by_label("上课节数").fill("1")
    teacher.get_by_label("一句话").fill(text)
    assert fits(teacher)
    submit = teacher.get_by_role("button", name="提交日志")
    if no_photo:
        no_photo.write_bytes(b"MZ")
        teacher.set_input_files("#id_photos", no_photo)
        submit.click()
        expect(teacher.locator("#log-uploads li")).to_contain_text("不是照片")
        teacher.get_by_role("button", name=f"移去{no_photo.name}").click()
        expect(teacher.locator("#log-uploads li")).to_have_count(0)
    submit.click()
    expect(teacher.get_by_text("日志已保存。")).to_be_visible()


def book_room(teacher, purpose):
    """A room of the core, for a campus of it: the core's principal answers."""
    teacher.goto("/facilities/")
    teacher.get_by_role("link", name=ROOM).click()
    teacher.wait_for_url("**/facilities/*/")
    teacher.goto(f"{teacher.url}?day={USED}")
    teacher.get_by_role("link", name=re.compile("^预约第")).first.click()
    teacher.get_by_label("用途").fill(purpose)
    teacher.get_by_role("button", name="预约", exact=True).click()
    teacher.wait_for_url("**/bookings/*/")
    expect(teacher.get_by_text("等待实验小学审批")).to_be_visible()
    return teacher.url


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def with_a_wrong_line(folder):
    """The roster as received, and below it somebody whom nobody knows."""
    book = load_workbook(ROSTER)
    sheet = book.active
    last = max(row[0].row for row in sheet.iter_rows() if row[2].value == "2001")
    for cell in sheet[last]:
        sheet.cell(last + 1, cell.column, cell.value)
    sheet.cell(last + 1, 3, "9999")
    path = folder / "花名册.xlsx"
    book.save(path)
    return path, f"C{last + 1}"


def test_x12_a_schools_own_table_becomes_a_filed_roster(enter, tmp_path):
    """The wrong cell is named and marked, the right lines are written, confirmed and filed."""
    path, wrong = with_a_wrong_line(tmp_path)
    principal = enter("principal")
    principal.goto("/rosters/new/")
    principal.get_by_label("学年").select_option(label="2027—2028学年")
    principal.get_by_role("button", name="建立草稿").click()
    principal.wait_for_url(re.compile(r"/rosters/\d+/$"))
    roster = principal.url
    principal.get_by_role("link", name="从表格导入").click()
    principal.set_input_files("[name=file]", path)
    principal.get_by_role("button", name="上传并核对").click()
    expect(principal.get_by_text("核对完成")).to_be_visible(timeout=CHECKED_WITHIN)
    fault = principal.locator(".imp-t").get_by_text(wrong)
    expect(fault).to_be_visible()
    with principal.expect_download() as marked:
        principal.get_by_role("button", name="下载错误标注").click()
    marked.value.save_as(tmp_path / "标注.xlsx")
    sheet = load_workbook(tmp_path / "标注.xlsx").active
    assert sheet[wrong].value == "9999"
    assert sheet[wrong].fill.fgColor.rgb.endswith("F8CBC6")
    assert "工号" in sheet.cell(sheet[wrong].row, 11).value

    principal.get_by_role("button", name="写入 4 行").click()
    expect(principal.get_by_text("已写入 4 行").first).to_be_visible(timeout=CHECKED_WITHIN)
    principal.get_by_role("link", name="看花名册").click()
    principal.wait_for_url(roster)
    expect(principal.locator(".people-t tbody tr").filter(has_text="修改")).to_have_count(4)
    expect(principal.get_by_role("button", name="报送 4 人")).to_be_disabled()
    title = principal.locator("h1").inner_text()

    sending = enter("principal2")
    open_todo(sending, title, "确认")
    sending.get_by_role("button", name="确认").click()
    expect(sending.get_by_role("button", name="确认")).to_have_count(0)
    principal.reload()
    principal.get_by_role("button", name="报送 4 人").click()
    expect(principal.locator(".filing-number").first).to_have_text(
        re.compile(r"331126-2027-HMC-\d+")
    )


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

    # A photo is chosen and not sent before the host writes.
    teacher.goto(address)
    teacher.set_input_files("#id_photos", photo(tmp_path))
    expect(teacher.locator("#log-uploads li")).to_have_count(1)

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
    waiting = teacher.locator("#log-uploads li")
    expect(waiting).to_have_count(1)  # kept on the phone
    teacher.get_by_role("button", name="补传").click()
    expect(teacher.locator(".photo img")).to_have_count(2)
    expect(waiting).to_have_count(0)
