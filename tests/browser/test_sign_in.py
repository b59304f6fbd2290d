import datetime

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD
from tests.browser.moves import press, sign_in, tab_to, try_to_sign_in


pytestmark = pytest.mark.xdist_group("browser")

ACCOUNTS = {
    "bureau": ("教育股", "庆元县教育局"),
    "bureau_hr": ("人事股", "庆元县教育局"),
    "bureau_research": ("教研室", "庆元县教育局"),
    "bureau_inspect": ("督导", "庆元县教育局"),
    "bureau_head": ("局领导", "庆元县教育局"),
    "leader": ("县领导", "庆元县教育局"),
    "principal": ("校长", "实验小学"),
    "clerk": ("学校经办", "实验小学"),
    "teacher": ("教师", "实验小学"),
    "principal2": ("校长", "举水乡小"),
    "teacher2": ("教师", "举水乡小"),
    "evaluator": ("评估专家", "庆元县教育局"),
}


def test_stranger_is_led_to_the_form_and_back(visit):
    page = visit()
    response = page.goto("/")
    assert page.url.endswith("/sign-in/?next=/")
    assert page.title() == "登录 · 集团化办学"
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_address_asked_for_is_opened_after_sign_in(visit):
    page = visit()
    page.goto("/?from=chat")
    page.fill("[name=login]", "bureau")
    page.fill("[name=password]", PASSWORD)
    press(page)
    assert page.url.endswith("/?from=chat")


@pytest.mark.parametrize("login", ACCOUNTS)
def test_demo_account_signs_in_by_keyboard_and_sees_its_post(visit, login):
    role, unit = ACCOUNTS[login]
    page = visit()
    sign_in(page, login)
    assert page.title() == "工作台 · 集团化办学"
    assert page.locator(".hats summary, .top-fact").first.inner_text().split() == [role, unit]
    assert page.locator(".top-fact").last.inner_text().split() == ["2026—2027学年", "2026-11-21"]
    assert page.locator(".top .sample").inner_text() == "示例数据"
    assert page.locator(".meta").inner_text().split() == [
        "2026年11月21日",
        "星期六",
        "2026—2027学年",
    ]


def test_wrong_password_tells_the_tries_left_and_keeps_the_account(visit):
    page = visit()
    try_to_sign_in(page, "wrong-once", "not it")
    field = page.locator("[name=password]")
    error = page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert error.inner_text().strip() == "账号或密码不对，还可以试 4 次；再错将锁定 15 分钟。"
    assert page.locator("[name=login]").input_value() == "wrong-once"
    assert field.get_attribute("aria-invalid") == "true"
    page.locator("[role=alert] a").click()
    assert page.evaluate("document.activeElement.name") == "password"


def test_empty_form_names_both_fields(visit):
    page = visit()
    page.goto("/sign-in/")
    tab_to(page, "password")
    press(page)
    assert page.locator("[role=alert]").inner_text().split("：")[0] == "有 2 处需要改正"
    assert page.locator("[role=alert] a").all_inner_texts() == ["账号", "密码"]
    assert page.locator("#id_login_error").inner_text().strip() == "请填写账号。"
    assert page.locator("#id_password_error").inner_text().strip() == "请填写密码。"


def test_sixth_try_meets_the_lock_and_another_account_does_not(visit):
    page = visit()
    for left in (4, 3, 2, 1):
        try_to_sign_in(page, "guessed", "wrong")
        assert f"还可以试 {left} 次" in page.locator("#id_password_error").inner_text()
    try_to_sign_in(page, "guessed", "wrong")
    assert page.title() == "暂时锁定 · 集团化办学"
    try_to_sign_in(page, "guessed", "wrong")
    assert page.title() == "暂时锁定 · 集团化办学"
    assert "15 分钟" in page.locator("h1").inner_text()
    sign_in(page)
    assert page.title() == "工作台 · 集团化办学"


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_sign_out_from_the_account_menu(visit, javascript):
    page = visit(javascript=javascript)
    page.goto("/")
    page.fill("[name=login]", "bureau")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.locator(".account summary").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in/")
    page.goto("/")
    assert page.url.endswith("/sign-in/?next=/")


@pytest.mark.parametrize(
    ("login", "remember", "days"),
    [("teacher", False, None), ("teacher", True, 7), ("bureau", True, None)],
)
def test_session_lasts_as_long_as_the_form_says(visit, login, remember, days):
    page = visit()
    page.goto("/sign-in/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.set_checked("[name=remember]", remember)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/")
    (cookie,) = [c for c in page.context.cookies() if c["name"] == "sessionid"]
    if days is None:
        assert cookie["expires"] == -1
    else:
        now = datetime.datetime.now(datetime.UTC).timestamp()  # noqa: TID251 the browser's own clock
        assert abs(cookie["expires"] - now - days * 86400) < 300


def test_password_can_be_shown(visit):
    page = visit()
    page.goto("/sign-in/")
    page.fill("[name=password]", "abc")
    show = page.get_by_role("button", name="显示密码")
    show.click()
    expect(page.locator("[name=password]")).to_have_attribute("type", "text")
    expect(show).to_have_attribute("aria-pressed", "true")
    show.click()
    expect(page.locator("[name=password]")).to_have_attribute("type", "password")


def test_without_script_nothing_dead_is_shown(visit):
    page = visit(javascript=False)
    page.goto("/sign-in/")
    assert page.get_by_role("button").all_inner_texts() == ["登录"]


def test_stale_form_is_refused_in_chinese(visit):
    page = visit()
    page.goto("/sign-in/")
    page.fill("[name=login]", "bureau")
    page.fill("[name=password]", PASSWORD)
    page.context.clear_cookies(name="csrftoken")
    with page.expect_response("**/sign-in/") as answer:
        page.get_by_role("button", name="登录").click()
    assert answer.value.status == 403
    expect(page.locator("h1")).to_have_text("这个页面已经过期")


def test_unknown_address_is_answered_in_chinese(visit):
    page = visit()
    assert page.goto("/no-such-page/").status == 404
    assert page.locator("h1").inner_text() == "没有这个页面"
    sign_in(page)
    assert page.goto("/no-such-page/").status == 404
