"""A room booked: a teacher on a phone, the owner's principal with the rivals, a term of Tuesdays.

NOW is a Saturday; the demo county's bookings lie in its week and the next.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.moves import sign_in


pytestmark = pytest.mark.xdist_group("browser")
ROOM = "录播教室（二）"
TUESDAY = "2026-12-01"


@pytest.fixture
def enter(visit):
    def enter(login, **how):
        page = visit(**how)
        sign_in(page, login)
        return page

    return enter


def open_room(page, day):
    page.goto("/facilities/")
    page.get_by_role("link", name=ROOM).click()
    page.wait_for_url("**/facilities/*/")
    page.goto(f"{page.url}?day={day}")
    return page.url.split("?")[0]


def fits(page):
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def test_x6_a_teacher_asks_on_a_phone_and_the_owner_answers_with_the_rivals_in_sight(enter):
    teacher = enter("teacher2", size=PHONE)
    room = open_room(teacher, TUESDAY)
    fits(teacher)
    teacher.get_by_role("link", name="预约第4节").click()
    teacher.wait_for_url("**/book/**")
    fits(teacher)
    teacher.get_by_label("用途").fill("同步课堂·四年级音乐")
    teacher.get_by_label("人数").fill("36")
    teacher.get_by_role("button", name="预约", exact=True).click()
    teacher.wait_for_url("**/bookings/*/")
    expect(teacher.get_by_text("等待实验小学审批")).to_be_visible()
    fits(teacher)
    asked = teacher.url

    # The owner's hall is asked for by two schools at one time; whoever loses is told the next.
    principal = enter("principal")
    principal.goto("/bookings/requests/")
    row = principal.get_by_role("row").filter(has_text="少年篮球训练")
    expect(row).to_contain_text("另有 1 个申请")
    row.get_by_role("link", name="审批").click()
    principal.wait_for_url("**/bookings/*/")
    expect(principal.locator(".rivals li")).to_have_count(1)
    expect(principal.locator(".rivals")).to_contain_text("安南乡小")
    principal.get_by_role("button", name="批准举水乡小，退回 1 个").click()
    expect(principal.locator(".tag-ok")).to_have_text(re.compile("已确认"))
    principal.goto(asked)
    expect(principal.get_by_text("同一时段没有别的申请。")).to_be_visible()
    principal.get_by_role("button", name="批准举水乡小").click()
    expect(principal.locator(".tag-ok")).to_have_text(re.compile("已确认"))

    teacher.goto("/bookings/")
    mine = teacher.locator("tr").filter(has_text="四年级音乐")
    expect(mine).to_contain_text("已确认")
    loser = enter("principal2")
    loser.goto("/bookings/")
    lost = loser.locator("tr").filter(has_text="乡村少年宫展演")
    expect(lost).to_contain_text("未批准")
    expect(lost).to_contain_text("可改约：")
    lost.get_by_role("link").first.click()
    loser.wait_for_url("**/bookings/*/")
    loser.locator("a.slot").first.click()
    loser.wait_for_url("**/book/**")
    expect(loser.get_by_label("用途")).to_have_value("乡村少年宫展演")

    # The same time again: refused, with what was typed, and the next free times.
    again = enter("teacher", size=PHONE)
    again.goto(f"{room}book/?day={TUESDAY}&first=4")
    again.get_by_label("用途").fill("语文教研")
    again.get_by_role("button", name="预约", exact=True).click()
    expect(again.get_by_text("接着的空闲时段：12月1日 第5节 14:25—15:05")).to_be_visible()
    expect(again.get_by_label("用途")).to_have_value("语文教研")
    fits(again)


@pytest.mark.parametrize("javascript", [True, False])
def test_x7_a_series_lists_its_dates_and_a_skipped_one_is_added_later(enter, javascript):
    lesson = "6" if javascript else "5"
    holder = enter("teacher", javascript=javascript)
    room = open_room(holder, "2026-12-03")
    holder.goto(f"{room}book/?day=2026-12-03&first={lesson}")
    holder.get_by_label("用途").fill("公开课试讲")
    holder.get_by_role("button", name="预约", exact=True).click()
    holder.wait_for_url("**/bookings/*/")
    held = holder.url

    page = enter("principal", javascript=javascript)
    page.goto(f"{room}book/?day=2026-11-26&first={lesson}")
    page.get_by_label("用途").fill("合唱团排练")
    page.get_by_label("每周同一时间重复").check()
    page.get_by_label("重复到").fill("2026-12-24")
    page.get_by_role("button", name="预约", exact=True).click()
    page.wait_for_url("**/weekly/**")
    dates = page.locator(".dates li")
    expect(dates).to_have_count(5)
    told = [" ".join(it.split()[:2]) for it in dates.all_inner_texts()]
    assert told == [
        "2026-11-26 可约", "2026-12-03 冲突", "2026-12-10 可约", "2026-12-17 不开放",
        "2026-12-24 可约",
    ]  # fmt: skip
    expect(dates.nth(1)).to_contain_text("实验小学 公开课试讲")
    expect(dates.nth(3)).to_contain_text("期中考试周停用")
    dates.nth(4).get_by_role("checkbox").uncheck()
    page.get_by_role("button", name="预约所选日期").click()
    page.wait_for_url(re.compile(r"/weekly/\d+/$"))
    expect(page.get_by_text("5 个，已约 2 个")).to_be_visible()
    expect(page.get_by_role("button", name="补约 2026-12-03")).to_have_count(0)

    holder.goto(held)
    holder.get_by_label("取消的原因").fill("改期")
    holder.get_by_role("button", name="取消这次预约").click()
    expect(holder.locator(".tag-idle")).to_have_text(re.compile("已取消"))

    page.reload()
    page.get_by_role("button", name="补约 2026-12-03").click()
    expect(page.get_by_text("5 个，已约 3 个")).to_be_visible()
