"""A county's year from the score sheet to an objection upheld, as five people see it."""

import datetime
import re
import subprocess
import sys

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser import importing
from tests.browser.conftest import PASSWORD, ROOT, environment
from tests.browser.moves import follow, sign_in
from tests.browser.test_judgement_looks import found_on


pytestmark = pytest.mark.xdist_group("browser")

SHEET = ROOT / "tests" / "data" / "scores-qingyuan-2023.xlsx"
LOCKED = "发布后的结果锁定；确有错误时由局领导发起更正，形成新版本"
YEAR = "2025—2026学年"
FIRST_DAY, LAST_DAY = datetime.date(2026, 11, 21), datetime.date(2026, 11, 27)
# What domain.md works out on the sheet (final score), and where each stands.
WORKED = {
    "实验小学": ("1", "89.01"), "坑西小学": ("1", "89.01"), "实验二小": ("3", "86.17"),
    "城东小学": ("4", "85.76"), "大济小学": ("4", "85.76"), "江滨小学": ("6", "85.65"),
    "屏都小学": ("7", "82.03"),
}  # fmt: skip
OF_CORE = {"实验小学", "坑西小学", "举水乡小", "竹口镇校小学部"}  # its groups
OF_MEMBER = OF_CORE - {"坑西小学"}  # which is in no group with it
ROWS = """rows => Object.fromEntries(rows.map(row => {
  const strong = row.querySelectorAll('td.strong');
  const name = row.querySelector('th').firstElementChild?.innerText
    ?? row.querySelector('th').innerText;
  return [name.trim(), [strong[0].innerText.trim(), strong[1].innerText.trim()]];
}))"""


@pytest.fixture(scope="module")
def county(server, var):
    """The sheet's county, its groups and its packs, entered beside the demo."""
    subprocess.run(
        [sys.executable, "-m", "tests.browser.judged_county"],
        cwd=ROOT, env={**environment(var), "DJANGO_SETTINGS_MODULE": "config.settings",
                       "DEMO_PASSWORD": PASSWORD},
        check=True,
    )  # fmt: skip


@pytest.fixture
def enter(visit, county):
    """``enter(name)`` gives the page of that person, signed in once."""
    pages = {}

    def enter(name):
        if name not in pages:
            pages[name] = visit()
            sign_in(pages[name], f"trial_{name}")
            pages[name].wait_for_url("**/")
        return pages[name]

    return enter


def shown(page, pool=None):
    """(rank, final score) by school, as the table says."""
    if pool:
        follow(page, page.locator(".seg").get_by_role("link", name=pool))
    expect(page.locator("table.ranked")).to_be_visible()
    rows = page.locator("table.ranked tbody tr").evaluate_all(ROWS)
    return {name: tuple(figures) for name, figures in rows.items()}


def tab(page, name):
    follow(page, page.locator("nav.tabs").get_by_role("link", name=name))


def test_b1_9_from_the_sheet_to_an_objection_upheld(enter, tmp_path):
    bureau = enter("bureau")
    first = open_year(bureau)
    upload(bureau)
    field = wait_for_a_score(bureau, first)
    look_at_a_derivation(bureau, first)
    try_other_weights(bureau, first)
    submit(bureau, first)
    publish(enter("head"), first, 1)
    core_sees_own_and_partners(enter("core"), first, tmp_path)
    objection = object_(enter("member"), first)
    leader_reads_only(enter("leader"), first, tmp_path)
    second = uphold(enter("head"), objection)
    correct(bureau, second)
    publish(enter("head"), second, 2)
    old_version_stays(enter("member"), bureau, first, second, field)


def open_year(page):
    """教育股 makes the year's scheme; schools and pools are there by the groups. Its address."""
    page.goto("/assessment/")
    page.get_by_role("link", name="建立第一个年度考核").click()
    page.get_by_role("link", name=YEAR).click()
    expect(page.locator("[name=cut_off_on]")).to_have_value("2026-06-15")
    page.get_by_role("button", name="建立").click()
    page.wait_for_url("**/setup/")
    expect(page.locator("h1")).to_have_text(f"{YEAR}捆绑考核")
    return page.url.removesuffix("setup/")


def upload(page):
    """The sheet as the county sends it, looked through cell by cell before it is written."""
    tab(page, "得分")
    page.get_by_role("link", name="上传得分表").click()
    page.set_input_files("[name=file]", SHEET)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text("核对完成")).to_be_visible(timeout=importing.CHECKED_WITHIN)
    assert importing.counts(page) == (23, 1, 0, 0)  # 隆宫乡小 brings only its facts
    page.get_by_text("处提示，不影响写入").click()
    expect(page.get_by_text("集团关系以在册为准，这张工作表已略过")).to_be_visible()
    assert found_on(page) == []
    importing.write(page, 24)


def wait_for_a_score(page, scheme):
    """五都小学 waits for its member; what is missing is found and entered. The form's field."""
    page.goto(scheme)
    before = shown(page)
    assert before.items() >= WORKED.items()
    assert before["五都小学"] == ("—", "未计算")
    expect(page.get_by_text("隆宫乡小未出分：五都小学未计算，小学名次为暂定")).to_be_visible()
    expect(page.get_by_role("button", name="送审")).to_be_disabled()
    assert shown(page, "初中")["菊隆中学"] == ("3", "83.90")
    page.get_by_role("link", name="催报缺分 1 校").click()
    expect(page.locator("h2", has_text="催报文字")).to_be_visible()
    row = page.locator("tr", has=page.get_by_role("link", name="隆宫乡小"))
    expect(row).to_contain_text("五都小学")
    assert found_on(page) == []
    row.get_by_role("link", name="隆宫乡小").click()
    points = page.get_by_label("得分", exact=True)
    field = points.get_attribute("name")
    points.fill("68")
    page.get_by_role("button", name="保存").click()
    page.goto(scheme)
    whole = WORKED | {"五都小学": ("11", "79.24"), "隆宫乡小": ("18", "68.00")}
    assert shown(page).items() >= whole.items()
    return field


def look_at_a_derivation(page, scheme):
    page.goto(scheme)
    page.get_by_role("link", name="实验小学", exact=True).click()
    drawer = page.locator("#why")
    expect(drawer.locator("h2")).to_contain_text("89.01")
    expect(drawer.locator(".formula")).to_contain_text("89.01")
    expect(drawer).to_contain_text("91.308796")
    check = drawer.locator("section", has=page.locator("h3", has_text="豁免核对"))
    expect(check).to_contain_text("不适用")
    assert [row.split() for row in check.locator("tbody tr").all_inner_texts()] == [
        ["举水乡小", "20", "12", "8", "满足"],
        ["竹口镇校小学部", "12", "8", "4", "不足"],
    ]
    expect(drawer.get_by_role("link", name="打开条款").first).to_be_visible()
    assert found_on(page) == []


def try_other_weights(page, scheme):
    """X-32's what-if: another reading beside the record, which stays as it is."""
    page.goto(scheme)
    tab(page, "试算")
    page.get_by_label("名称").fill("70 : 30")
    page.get_by_label("核心校本校权重（%）").fill("70")
    follow(page, page.get_by_role("button", name="保存并计算"))
    row = page.locator(
        "table.what-if tr", has=page.get_by_role("link", name="实验小学", exact=True)
    )
    assert [it.strip() for it in row.locator("td").all_inner_texts()][:3] == ["89.01", "1", "87.86"]
    page.goto(scheme)
    page.locator(".pick", has_text="试算").locator("summary").click()
    follow(page, page.get_by_role("link", name="70 : 30"))
    row = page.locator("table.ranked tr", has=page.get_by_role("link", name="实验小学", exact=True))
    assert row.locator("td.key").all_inner_texts() == ["87.86", "−1.15"]


def submit(page, scheme):
    page.goto(scheme)
    page.get_by_role("link", name="送审").click()
    assert found_on(page) == []
    page.get_by_role("button", name="送局领导审定").click()
    page.wait_for_url(scheme)
    expect(page.locator("main")).to_contain_text("已送审")


def publish(page, scheme, version):
    """The head publishes with a window of a week."""
    page.goto(scheme)
    page.get_by_role("link", name="发布结果").click()
    page.get_by_label("公示第一天").fill(str(FIRST_DAY))
    page.get_by_label("公示最后一天").fill(str(LAST_DAY))
    page.get_by_label("学校只看本校和所在集团").check()
    assert found_on(page) == []
    page.get_by_role("button", name=f"发布第 {version} 版结果").click()
    page.wait_for_url(scheme)
    expect(page.locator("main")).to_contain_text(LOCKED)


def core_sees_own_and_partners(page, scheme, folder):
    """X-32: no other school of the pool, on the page, in the workbook or by its address."""
    page.goto("/assessment/")
    page.get_by_role("link", name=YEAR).click()
    assert page.url == scheme
    seen = shown(page)
    assert seen.keys() == OF_CORE
    assert seen["实验小学"] == ("1", "89.01")
    book = exported(page, folder / "core.xlsx")
    listed = {row[0]: row for row in book["结果"].iter_rows(min_row=2, values_only=True)}
    assert listed.keys() >= OF_CORE
    assert not {"城东小学", "庆元二中"} & listed.keys()
    own = page.get_by_role("link", name="实验小学", exact=True).get_attribute("href")
    school = int(re.search(r"school=(\d+)", own)[1])
    assert page.goto(f"{scheme}?school={school}").status == 200
    others = [page.request.get(f"{scheme}?school={school + step}").status for step in range(1, 24)]
    assert others.count(200) == len(OF_CORE) - 1
    assert set(others) == {200, 404}
    assert page.request.get(f"{scheme}scores/").status == 404


def object_(page, scheme):
    """X-15: a member's principal, within the window. The objection's address."""
    page.goto(scheme)
    assert shown(page).keys() == OF_MEMBER
    page.get_by_role("link", name="提出异议").click()
    page.get_by_label("对哪所学校的结果").select_option(label="举水乡小")
    page.get_by_label("异议内容").fill("体育抽测少录一项，得分应为 79.40，见抽测原始表。")
    assert found_on(page) == []
    page.get_by_role("button", name="提出异议").click()
    expect(page.locator("h1")).to_have_text("举水乡小的异议")
    expect(page.locator("main")).to_contain_text("待处理")
    expect(page.get_by_role("button", name="撤回这条异议")).to_be_visible()
    return page.url


def leader_reads_only(page, scheme, folder):
    page.goto(scheme)
    assert len(shown(page)) == 18
    assert len(shown(page, "初中")) == 6
    assert page.locator("main .btn-primary").count() == 0
    assert exported(page, folder / "leader.xlsx")["结果"].max_row > 24
    for part in ("scores", "entrants", "setup", "missing", "what-if", "objections", "history"):
        assert page.goto(f"{scheme}{part}/").status == 200
        assert page.locator("main form:not([action*=export], [action*=scores]) button").count() == 0
    for act in ("submit", "publish", "correct", "upload"):
        assert page.request.get(f"{scheme}{act}/").status == 404


def uphold(page, objection):
    """The head decides; an upheld objection opens the next version. Its address."""
    page.goto(objection)
    assert found_on(page) == []
    page.get_by_label("成立", exact=True).check()
    page.get_by_label("处理意见").fill("核对抽测原始表，确少录一项，予以更正。")
    page.get_by_role("button", name="处理这条异议").click()
    expect(page.locator("main")).to_contain_text("方案第 2 版")
    assert page.url != objection
    return page.url


def correct(page, scheme):
    page.goto(scheme)
    tab(page, "得分")
    page.get_by_role("link", name="举水乡小").click()
    page.get_by_label("得分", exact=True).fill("79.4")
    page.get_by_role("button", name="保存").click()
    submit(page, scheme)


def old_version_stays(member, bureau, first, second, field):
    """Rules 8 and X-11: the old one is read with its banner, and changed by nobody."""
    member.goto("/assessment/")
    member.goto(second)
    assert shown(member)["实验小学"] == ("1", "89.11")
    member.goto(first)
    expect(member.locator("main")).to_contain_text("本版已被第 2 版取代，只供查阅")
    assert shown(member)["实验小学"] == ("1", "89.01")
    assert found_on(member) == []

    bureau.goto(f"{first}scores/")
    follow(bureau, bureau.get_by_role("link", name="举水乡小"))
    assert bureau.locator("main input:not([type=hidden])").count() == 0
    token = next(it["value"] for it in bureau.context.cookies() if it["name"] == "csrftoken")
    refused = bureau.request.post(
        bureau.url,
        form={"csrfmiddlewaretoken": token, field: "90"},
        headers={"Referer": bureau.url},
    )
    assert refused.status == 422
    assert f"没有保存：已发布（局长丙，{FIRST_DAY}），{LOCKED}" in refused.text()
    bureau.goto(first)
    assert shown(bureau)["举水乡小"] == ("12", "78.40")
    tab(bureau, "记录")
    moves = bureau.locator(".tl .what").all_inner_texts()
    assert moves == ["发布", "送审", "发起更正", "发布", "送审", "建立"]


def exported(page, path):
    with page.expect_download() as waited:
        page.get_by_role("button", name="导出").click()
    waited.value.save_as(path)
    return load_workbook(path)
