"""Each sees only their own: lists, search, typed addresses; and 显示 leaves its trace."""

import json
import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT
from tests.browser.moves import follow, sign_in
from tests.factories import tables


pytestmark = pytest.mark.xdist_group("browser")

SCHOOL, TEACHER, GROUP = "别县试行小学", "别县甲", "别县试行集团"
MAKE = """
import json
from django.core.management import call_command
from directory.models import SchoolFacts, Teacher
from groups.models import GroupFacts
call_command("add_district", "990099", "别县", "--json", stdout=open("/dev/null", "w"))
for name, file in (("groups", {groups!r}), ("teachers", {teachers!r})):
    start = ["--start", "2025-09-01"] if name == "groups" else []
    call_command(f"import_{{name}}", file, "--district", "990099", *start, "--json",
                 stdout=open("/dev/null", "w"))
print(json.dumps([
    SchoolFacts.objects.get(name={school!r}).school_id,
    Teacher.objects.get(district__code="990099", staff_number="70001").pk,
    GroupFacts.objects.get(name={group!r}).group_id,
]))
"""


@pytest.fixture(scope="module")
def other_county(server, tmp_path_factory):
    """The addresses of a school, a teacher and a group of another county on the same server."""
    folder = tmp_path_factory.mktemp("other")
    groups = tables.csv_file(
        folder / "groups.csv",
        [
            {"类型": "共建型", "集团": GROUP, "学校": SCHOOL, "角色": "核心校"},
            {"类型": "共建型", "集团": GROUP, "学校": "别县试行乡小", "角色": "成员校"},
        ],
    )
    teachers = tables.csv_file(
        folder / "teachers.csv", [tables.teacher(70001, SCHOOL, 姓名=TEACHER)]
    )
    (var,) = [it for it in folder.parent.glob("served*") if not it.is_symlink()]
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    script = MAKE.format(groups=str(groups), teachers=str(teachers), school=SCHOOL, group=GROUP)
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", script],
        cwd=ROOT,
        env={**kept, "TONGXING_VAR": str(var), "TONGXING_NOW": "2026-11-21T09:30:00+08:00"},
        check=False,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 0, done.stderr
    school, teacher, group = json.loads(done.stdout.splitlines()[-1])
    return [f"/schools/{school}/", f"/teachers/{teacher}/", f"/groups/{group}/"]


@pytest.fixture
def own_county(visit):
    """``own_county(list, word)``: the address behind the first name that the bureau's list finds.

    So that the tests type addresses that do exist, but are out of the visitor's sight.
    """
    page = visit()
    sign_in(page, "bureau")

    def find(address, word):
        page.goto(f"{address}?q={word}")
        return page.locator("main tbody th a, main tbody td a").first.get_attribute("href")

    return find


def statuses(page, addresses):
    """(status, heading) of each typed address; each has a page of its own to fall back on."""
    said = set()
    for address in addresses:
        answer = page.goto(address)
        said.add((answer.status, page.locator("h1").inner_text()))
    return said


def names(page, address):
    page.goto(address)
    return page.locator("main tbody th a, main tbody td:first-child a").all_inner_texts()


def search(page, word):
    page.goto(f"/search/?q={word}")
    return page.locator(".found-name").all_inner_texts()


GONE = {(404, "没有这个页面")}


def test_principal_sees_own_school_and_groups_and_nothing_else(visit, own_county, other_county):
    page = visit()
    sign_in(page, "principal")
    assert sorted(names(page, "/schools/")) == ["坑西小学", "实验小学"]
    page.goto("/groups/")
    listed = page.locator("main tbody a").all_inner_texts()
    assert sorted(listed) == ["实验小学教共体(融合)", "庆元县实验小学教育集团"]
    page.goto("/teachers/")
    units = set(page.locator("main tbody td:nth-child(3)").all_inner_texts())
    assert units <= {"坑西小学", "实验小学", "举水乡小"}  # who is hosted: 教师丁, shadowing here
    found = search(page, "实验小学")
    assert "实验小学" in found
    assert "实验二小" not in found
    for word in ("菊隆中学", "jlzx", "校长乙", "2002", SCHOOL, TEACHER, GROUP):
        assert search(page, word) == [], word
    own = [
        own_county("/schools/", "菊隆中学"),
        own_county("/groups/", "菊隆中学"),
        own_county("/teachers/", "2002"),
    ]
    typed = [*own, *other_county, "/schools/999999/", f"{own[0]}bells/", f"{own[1]}members/"]
    assert statuses(page, typed) == GONE


def test_teacher_sees_only_themselves(visit, own_county, other_county):
    page = visit()
    sign_in(page, "teacher")
    assert page.locator(".nav-list a").all_inner_texts() == ["工作台", "日志", "资源共享"]
    own = own_county("/teachers/", "1001")
    assert page.goto(own).status == 200
    expect(page.locator("h1")).to_have_text("教师甲")
    for word in ("教师乙", "1002", "教师丁", "菊隆中学", SCHOOL, TEACHER):
        assert search(page, word) == [], word
    typed = [
        own_county("/teachers/", "1002"),
        own_county("/teachers/", "2002"),
        own_county("/schools/", "菊隆中学"),
        own_county("/groups/", "菊隆中学"),
        *other_county,
    ]
    assert statuses(page, typed) == GONE
    assert page.goto("/imports/").status == 404
    assert page.goto("/accounts/").status == 403
    assert page.goto("/audit/").status == 403


def test_bureau_does_not_see_another_county(visit, other_county):
    page = visit()
    sign_in(page, "bureau")
    for word in (SCHOOL, TEACHER, GROUP):
        assert search(page, word) == []
    assert statuses(page, other_county) == GONE


def test_number_is_shown_once_and_the_head_finds_it_in_the_audit_log(visit):
    page = visit()
    sign_in(page, "principal")
    page.goto("/teachers/?q=1002")
    follow(page, page.get_by_role("link", name="教师乙"))
    personal = page.locator(".personal")
    assert re.search(r"331126\*{8}\d{4}", personal.inner_text())
    page.get_by_role("button", name="显示").click()  # without a reason
    expect(page.get_by_text("请写明查看的原因，原因会记入审计记录。")).to_be_visible()
    reason = "核对社保登记（试行）"
    page.get_by_label("查看原因").fill(reason)
    page.get_by_role("button", name="显示").click()
    number = page.locator("b.shown")
    expect(number).to_have_text(re.compile(r"^331126\d{11}[\dX]$"))
    shown, address = number.inner_text(), page.url.replace("reveal/", "")
    assert shown not in page.url
    page.goto(address)
    assert shown not in page.content()

    head = visit()
    sign_in(head, "bureau_head")
    head.get_by_role("link", name="系统管理").click()
    head.get_by_role("link", name="审计").click()
    head.get_by_label("行为").select_option(label="显示个人信息")
    head.get_by_label("经办人").fill("校长甲")
    follow(head, head.get_by_role("button", name="查找"))
    row = head.locator("main tbody tr").filter(has_text=reason)
    assert row.count() == 1
    text = row.inner_text()
    assert "校长甲" in text
    assert "教师乙" in text
    assert "身份证号" in text
    assert shown not in head.content()


def test_x10_principal_of_two_schools_switches_between_them(visit):
    page = visit()
    sign_in(page, "principal2")
    assert names(page, "/schools/") == ["举水乡小"]
    page.locator(".hats summary").click()
    follow(page, page.locator(".hats").get_by_role("button", name="校长 安南乡小"))
    assert page.locator(".hats summary").inner_text().split() == ["校长", "安南乡小"]
    assert names(page, "/schools/") == ["安南乡小"]
    page.locator(".hats summary").click()
    follow(page, page.locator(".hats").get_by_role("button", name="校长 举水乡小"))
    assert names(page, "/schools/") == ["举水乡小"]
