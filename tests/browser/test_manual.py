"""The manuals' steps, walked as their readers; with MANUAL_PICTURES=1 their pictures are drawn.

    MANUAL_PICTURES=1 script/test tests/browser/test_manual.py -n 0 -p no:randomly

An ordinary run visits the same places and looks for the words that the manual puts in quotes. What
other tests of the shared county change is looked at only when pictures are drawn: then this module
has the county for itself, and its tests must run in the order of the file.
"""

import dataclasses
import io
import os
import re
import tempfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from desk import manual
from tests.browser import importing
from tests.browser.conftest import PHONE, WIDE
from tests.browser.moves import follow, sign_in
from tests.browser.test_looks import CUT, faults
from tests.factories import tables


DRAWING = os.environ.get("MANUAL_PICTURES") == "1"
pytestmark = pytest.mark.xdist_group("browser")
DRAWN = {"width": 1080, "height": 800}  # so that a picture is legible at the width of the text
MARGIN = 16  # around parts of a page
COLOURS = 64  # of a picture: pages are few flat colours and text
# The browser's own words, as a Chinese one has them; the tests' browser has only English.
IN_CHINESE = """() => {
  for (const it of document.querySelectorAll('[type=file]')) {
    it.type = 'text';
    it.value = '选择文件　未选择任何文件';
  }
  for (const it of document.querySelectorAll('[type=date]')) {
    const day = it.value.replaceAll('-', '/');
    it.type = 'text';
    it.value = day || '年 / 月 / 日';
  }
}"""
UPLOAD = "a table of teachers"
TEACHERS = [
    tables.teacher(90001, "实验小学", 姓名="教师戊"),
    tables.teacher(90002, "实验小字", 姓名="教师己"),
    tables.teacher(90003, "举水乡小", 姓名="教师庚", 身份证号="331126198501010001"),
]
TODAY = "2026-11-21"
YEAR, LAST_YEAR = "2026—2027学年", "2025—2026学年"
ROSTER = "江滨小学2026—2027学年教师交流轮岗花名册"
ROOM = "录播教室（二）"


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a section's step is done.

    ``way`` is an address and the links to follow from it; ``words`` are in quotes in the section
    and stand on the page. ``picture`` shows the parts that the selectors ``crop`` find, no higher
    than ``most`` pixels.
    """

    section: str
    way: tuple[str, ...]
    words: tuple[str, ...] = ()
    picture: str = ""
    crop: tuple[str, ...] = ()
    most: int = 620
    when_drawing: bool = False


def at(section, *way, words="", **rest):
    return Place(section, way, tuple(words.split()), **rest)


# (manual, account, size, places); "" is a stranger.
WALKS = [
    ("start", "", WIDE, [
        at("sign-in", "/sign-in/", words="账号 密码 登录",
           picture="sign-in", crop=(".login-main h1", ".login-form", ".login-help")),
        at("password", "/activate/", words="账号 激活码 设好密码"),
    ]),
    ("start", "principal", WIDE, [
        at("workbench", "/", words="待我办理 当前身份",
           picture="workbench", crop=("main .cols",), when_drawing=True),
    ]),
    ("start", "bureau", WIDE, [
        at("import", "/imports/", "导入教师", words="下载模板 上传并核对 文件"),
        at("import", UPLOAD, words="下载错误标注 放弃本次导入",
           picture="import", crop=("main",), most=600, when_drawing=True),
    ]),
    ("bureau", "bureau", WIDE, [
        at("groups", "/groups/", words="成立集团"),
        at("groups", "/groups/", "庆元县实验小学教育集团", words="加入成员 概况 成员 历史",
           picture="group", crop=(".crumbs", ".page-head", ".gmap")),
        at("accounts", "/accounts/", words="单个开通 批量开通教师账号 给选中的发激活码"),
        at("rules", "/rules/", words="调整所采用方案"),
        at("assessment", "/assessment/", words="建立年度考核"),
        at("scores", "/assessment/", YEAR, "谁还没交", words="谁还没交 催报文字 得分",
           picture="missing", crop=("main",), most=600),
        at("explain", "/assessment/", LAST_YEAR, "实验小学", words="怎样算出 豁免核对",
           picture="explain", crop=(".drawer",), most=760),
        at("reports", "/reports/new/", words="生成报告"),
    ]),
    ("personnel", "bureau_hr", WIDE, [
        at("review", "/rosters/", ROSTER, words="方案核对 退回起草 初核通过",
           picture="review", crop=("main",), most=640),
        at("deputy", "/deputyships/", words="指定代理人"),
        at("placements", "/placements/", "教师甲", words="提前结束"),
        at("teachers", "/teachers/?q=1002", "教师乙", words="调动 离岗 显示"),
    ]),
    ("head", "bureau_head", WIDE, [
        at("approve", "/rosters/", ROSTER, "批准", picture="approve", crop=("main",), most=640,
           when_drawing=True),
        at("correct", "/assessment/", LAST_YEAR, words="发起更正 记录",
           picture="published", crop=("main",), most=420),
        at("audit", "/audit/", words="经办人 行为 查找", picture="audit", crop=("main",), most=420),
    ]),
    ("leader", "leader", WIDE, [
        at("dashboard", "/dashboard/", words="概览", picture="dashboard", crop=("main",), most=640),
        at("scores", "/assessment/", LAST_YEAR, "实验小学", words="怎样算出 试算"),
    ]),
    ("school", "principal", WIDE, [
        at("rosters", "/rosters/", words="填报花名册"),
        at("rosters", "/rosters/new/", words="学年 建立草稿",
           picture="roster", crop=(".crumbs", ".page-head", "main form"), most=520),
        at("rooms", "/facilities/", ROOM, picture="room", crop=("main",), most=640),
        at("own-rooms", "/facilities/", words="登记场地"),
        at("requests", "/bookings/requests/", words="审批"),
        at("requests", "/", "安南乡小申请体育馆", picture="request", crop=("main",), most=560,
           when_drawing=True),
        at("logs", "/logs/all/?comment=NONE", words="意见"),
        at("filings", "/filings/", words="我校报送 代理"),
    ]),
    ("teacher", "teacher", PHONE, [
        at("offline", "/logs/", picture="week", crop=("main",), most=700, when_drawing=True),
        at("log", "/logs/", "考勤、管理", "修改", f"day {TODAY}",
           words="今天做了什么 一句话 照片 提交日志", picture="log", crop=("body",), most=844,
           when_drawing=True),
        at("rooms", "/facilities/", "体育馆", words="预约",
           picture="room", crop=("main",), most=760),
    ]),
]  # fmt: skip


def quoted_in(name: str, section: str) -> set[str]:
    text = (manual.FOLDER / f"{name}.md").read_text(encoding="utf-8")
    (part,) = re.findall(rf"^## .* {{#{section}}}$(.*?)(?=^## |\Z)", text, re.M | re.S)
    return set(re.findall(r"“([^“”]+)”", part))


def go(page, way):
    if way[0] == UPLOAD:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "教师名册.csv"
            importing.upload(page, "教师", tables.csv_file(path, TEACHERS))
        return
    page.goto(way[0])
    for step in way[1:]:
        if step.startswith("day "):  # the page's address, of another day: NOW is a Saturday
            page.goto(re.sub(r"\d{4}-\d\d-\d\d", step[4:], page.url))
        else:
            name = re.compile(rf"^{re.escape(step)}(\s|$)")  # a count may follow
            follow(page, page.locator("main").get_by_role("link", name=name).first)


def look_for(page, word):
    """The word as a control, a heading or a label."""
    found = page.get_by_role("button", name=word).or_(page.get_by_role("link", name=word))
    found = found.or_(page.get_by_label(word)).or_(page.locator("#main, #why").get_by_text(word))
    expect(found.locator("visible=true").first).to_be_visible()


def draw(page, name, place):
    """Cut the parts out of the page, with few colours."""
    page.evaluate(IN_CHINESE)
    boxes = [page.locator(part).first.bounding_box() for part in place.crop]
    margin = 0 if {"main", "body", ".drawer"} & set(place.crop) else MARGIN
    left = min(box["x"] for box in boxes) - margin
    top = min(box["y"] for box in boxes) - margin
    right = max(box["x"] + box["width"] for box in boxes) + margin
    bottom = max(box["y"] + box["height"] for box in boxes) + margin
    height = min(bottom - top, place.most)
    top += page.evaluate("scrollY")  # boxes are told as the window stands
    clip = {"x": left, "y": top, "width": right - left, "height": height}
    shot = page.screenshot(clip=clip, full_page=True, animations="disabled")
    image = Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(manual.FOLDER / "pictures" / f"{name}-{place.picture}.png", optimize=True)


@pytest.fixture
def enter(visit, browser, server):
    """A page of a visitor; for pictures with two pixels to one."""
    drawn = []

    def enter(size):
        if not DRAWING:
            return visit(size)
        context = browser.new_context(
            base_url=server,
            viewport=DRAWN if size == WIDE else size,
            locale="zh-CN",
            device_scale_factor=2,
        )
        drawn.append(context)
        return context.new_page()

    yield enter
    for context in drawn:
        context.close()


@pytest.mark.parametrize(
    ("name", "login", "size", "places"), WALKS, ids=[f"{name}-{login}" for name, login, *_ in WALKS]
)
def test_steps_of_the_manual_are_there(enter, name, login, size, places):
    assert [it for it in places if not set(it.words) <= quoted_in(name, it.section)] == []
    places = [it for it in places if DRAWING or not it.when_drawing]
    if not places:
        return
    page = enter(size)
    if login:
        sign_in(page, login)
        page.wait_for_url("**/")
    if DRAWING and name == "head":
        pass_on(enter(WIDE))
    for place in places:
        go(page, place.way)
        for word in place.words:
            look_for(page, word)
        if DRAWING and place.picture:
            draw(page, name, place)


def pass_on(page):
    """The roster of the pictures reaches the head."""
    sign_in(page, "bureau_hr")
    page.wait_for_url("**/")
    go(page, ("/rosters/", ROSTER))
    if page.get_by_role("link", name="初核通过").count():
        follow(page, page.get_by_role("link", name="初核通过"))
        follow(page, page.get_by_role("button", name="初核通过"))


@pytest.mark.skipif(DRAWING, reason="the server shows the pictures that lay there at its start")
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1440", "390"])
def test_manual_is_whole_and_opened_from_the_page_it_explains(visit, size):
    page = visit(size)
    page.goto("/sign-in/")
    for link in page.get_by_role("link", name="使用手册").all():
        expect(link).to_be_visible()
    page.goto("/manual/")
    assert faults(page, "light") == []
    for it in manual.MANUALS:
        page.goto(f"/manual/{it.name}/")
        assert page.evaluate(CUT) == []
        broken = "them => them.filter(it => it.complete && !it.naturalWidth).map(it => it.src)"
        assert page.locator("main img").evaluate_all(broken) == []
    assert faults(page, "light") == []
    sign_in(page, "principal")
    page.wait_for_url("**/")
    page.goto("/rosters/")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="帮助").press("Enter")
    helped = opened.value
    helped.wait_for_url("**/manual/school/#rosters")
    expect(helped.locator("h2:target")).to_have_text("怎样上报花名册")
    expect(helped.locator("h2:target")).to_be_in_viewport()
