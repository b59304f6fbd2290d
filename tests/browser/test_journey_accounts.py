"""A school clerk opens two accounts; a slip is printed, used once, then refused."""

import re
import zlib

import pytest
from playwright.sync_api import expect

from tests.browser.moves import sign_in, try_to_sign_in


pytestmark = pytest.mark.xdist_group("browser")

OWN = "Own-Pass-2026"  # what the teacher chooses


def test_x26_slips_are_printed_used_once_and_refused_again(visit):
    clerk = visit()
    sign_in(clerk, "clerk")
    clerk.get_by_role("link", name="系统管理").click()
    clerk.get_by_role("link", name="批量开通教师账号").first.click()
    clerk.wait_for_url("**/accounts/new/")
    numbers = []
    for row in (clerk.locator("main tbody tr").nth(place) for place in (3, 4)):
        row.get_by_role("checkbox").check()
        numbers.append(row.locator("td[data-l=工号]").inner_text().strip())
    clerk.get_by_role("button", name="开通选中的教师").click()
    expect(clerk.locator("h1")).to_have_text("激活码纸条")
    slips = clerk.locator(".slip")
    expect(slips).to_have_count(2)
    keys = slips.locator(".slip-key").all_inner_texts()
    code = dict(zip(keys[::2], keys[1::2], strict=True))
    assert sorted(code) == sorted(numbers)
    assert all(re.fullmatch(r"\w{4}-\w{4}-\w{4}", it) for it in code.values())
    look_at_paper(clerk)

    login, other = numbers
    person = visit()
    activate(person, login, code[other])  # the colleague's code
    expect(person.get_by_text("账号或激活码不对")).to_be_visible()
    activate(person, login, code[login].lower().replace("-", " "))
    expect(person.locator("h1")).to_have_text("密码已设好，请登录")
    try_to_sign_in(person, login, OWN)
    assert person.title() == "工作台 · 集团化办学"
    assert person.locator(".top-fact").first.inner_text().split()[0] == "教师"

    again = visit()
    activate(again, login, code[login])
    expect(again.get_by_text("这个激活码已经用过，请直接登录。")).to_be_visible()

    clerk.goto("/accounts/slips/open/")
    waiting = clerk.locator("main tbody").inner_text()
    assert other in waiting
    assert login not in waiting
    assert code[other] not in clerk.content()


def activate(page, login, code):
    page.goto("/activate/")
    page.get_by_label("账号").fill(login)
    page.get_by_label("激活码").fill(code)
    page.get_by_label("自己的密码").fill(OWN)
    page.get_by_label("再输一遍密码").fill(OWN)
    page.get_by_role("button", name="设好密码").click()


def look_at_paper(page):
    """On paper: the two slips alone, on one sheet, each with its code and its dashed edge."""
    page.emulate_media(media="print")
    for hidden in (".side", ".top", ".no-print", ".acts"):
        for part in page.locator(hidden).all():
            assert not part.is_visible(), hidden
    for slip in page.locator(".slip").all():
        assert slip.is_visible()
        assert slip.evaluate("e => getComputedStyle(e).borderTopStyle") == "dashed"
        assert slip.evaluate("e => getComputedStyle(e).breakInside") == "avoid"
    assert pages_of(page.pdf(format="A4", print_background=False)) == 1
    page.emulate_media(media="screen")


def pages_of(pdf):
    """How many sheets a PDF of Chromium has; its page tree may be packed in object streams."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    plain = [pdf]
    for stream in packed:
        try:
            plain.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return sum(len(re.findall(rb"/Type\s*/Page(?![s\w])", text)) for text in plain)
