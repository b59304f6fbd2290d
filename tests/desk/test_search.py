"""X-23: one box finds schools, groups, teachers and pages, each within the scope of the post."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from desk.selectors import search as selectors
from directory.actions import bulk
from directory.enums import Role
from directory.models import User
from groups.actions import groups
from tests.factories import county as made


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def core(county):
    return made.school(county, "实验小学")


@pytest.fixture
def village(county):
    return made.school(county, "举水乡小")


@pytest.fixture
def clerk(county):
    return made.clerk_of(county)


@pytest.fixture
def group(county, core, village):
    return groups.found(
        district_id=county.pk, name="实验小学教育集团", type="CO_BUILT", core_id=core.pk,
        member_ids=[village.pk], first_day=made.DAY, actor=None, now=made.NOW,
    )  # fmt: skip


def enter(county, school, *names, first=1):
    bulk.enter_teachers(
        district=county,
        teachers=[
            ({"name": name, "staff_number": str(9000 + number)}, school.pk, school.pk, made.DAY)
            for number, name in enumerate(names, first)
        ],
        now=made.NOW,
    )


def found(actor, word):
    hits = selectors.search(actor, word, made.DAY)
    return {kind: [row.name for row in it.rows] for kind, it in hits.items()}


@pytest.mark.parametrize(
    "word",
    [
        "实验小学",
        "實驗小學",
        "实验",
        "shiyanxiaoxue",
        "ShiYan",
        "syxx",
        "\uff53\uff59\uff58\uff58",
        "shi'yan",
        " 实 验 ",
    ],
)
def test_x23_every_way_of_writing_finds_the_school_and_its_group(clerk, group, word):
    hits = found(clerk, word)
    assert hits == {"school": ["实验小学"], "group": ["实验小学教育集团"]}


@pytest.mark.parametrize("word", ["仇甲子", "qiu", "qiujiazi", "qjz", "仇"])
def test_x23_a_surname_is_read_as_a_surname(county, core, clerk, word):
    enter(county, core, "仇甲子", "王乙丑")
    assert found(clerk, word) == {"teacher": ["仇甲子"]}


def test_a_teacher_is_found_by_staff_number_and_told_from_namesakes_by_unit(
    county, core, village, clerk
):
    enter(county, core, "王甲子")
    enter(county, village, "王甲子", first=2)
    rows = selectors.search(clerk, "王甲子", made.DAY)["teacher"].rows
    assert sorted(row.note for row in rows) == ["举水乡小", "实验小学"]
    rows = selectors.search(clerk, "9002", made.DAY)["teacher"].rows
    assert [row.note for row in rows] == ["举水乡小"]


def test_exact_comes_before_prefix_before_contains(county, clerk):
    for name in ("第一实验小学", "实验小学附属中学", "实验小学"):
        made.school(county, name)
    assert found(clerk, "实验小学")["school"] == ["实验小学", "实验小学附属中学", "第一实验小学"]


def test_at_most_eight_of_a_kind_and_a_link_to_the_rest(county, core, clerk):
    enter(county, core, *(f"王甲{letter}" for letter in "子丑寅卯辰巳午未"))
    assert not selectors.search(clerk, "王甲", made.DAY)["teacher"].more
    enter(county, core, "王甲申", first=20)
    hits = selectors.search(clerk, "王甲", made.DAY)["teacher"]
    assert len(hits.rows) == 8
    assert hits.more


@pytest.mark.parametrize("word", ["", "   ", "%", "_", "\x00", "不存在"])
def test_nothing_is_found_for_nothing_and_for_wild_cards(clerk, group, word):
    assert found(clerk, word) == {}


def test_everybody_finds_only_what_lies_in_their_scope(county, core, village, clerk, group):
    elsewhere = made.district("331124", "松阳县")
    made.school(elsewhere, "实验小学")
    enter(county, core, "王甲子")
    enter(elsewhere, made.school(elsewhere, "松阳小学"), "王甲子")
    stranger = made.clerk_of(elsewhere)
    assert found(stranger, "王甲子") == {"teacher": ["王甲子"]}
    assert found(stranger, "教育集团") == {}
    assert found(clerk, "松阳") == {}
    principal = made.actor(Role.PRINCIPAL, at=village)
    assert found(principal, "实验") == {"group": ["实验小学教育集团"]}
    assert found(principal, "王甲子") == {}
    teacher = made.actor(Role.TEACHER, at=core)
    assert found(teacher, "实验") == {}
    evaluator = made.actor(Role.EVALUATOR, at=county)
    assert found(evaluator, "实验") == {}


def test_search_takes_two_queries_whatever_is_found(county, core, clerk, group):
    for count in (1, 3):
        enter(county, core, *(f"实验{letter}" for letter in "甲乙丙"[:count]), first=count * 10)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            selectors.search(clerk, "实验", made.DAY)
        assert len(captured) == 2


@pytest.mark.parametrize(
    "table", ["directory_teacher", "directory_schoolfacts", "groups_groupfacts"]
)
def test_the_trigram_index_answers_the_word(db, table):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT id FROM {table} WHERE search LIKE '%shiyan%'")  # noqa: S608
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "_search" in plan
    assert "Index Cond: ((search)::text ~~ '%shiyan%'" in plan


@pytest.fixture
def page(client, clerk, monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")

    def get(word, address="/search/", login=clerk):
        client.force_login(User.objects.get(pk=login.user_id))
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address, {"q": word})
        get.queries = len(captured)
        assert answer.status_code == 200
        return answer.content.decode()

    return get


def test_the_page_needs_no_script_and_at_most_eight_queries(page, group, county, core):
    enter(county, core, "实验甲")
    html = page("实验")
    assert "实验小学教育集团" in html
    assert "实验甲" in html
    assert "共建型" in html
    assert page.queries <= 8 + 2  # session and account besides
    assert "没有找到“松阳”" in page("松阳")
    assert "查找学校、集团、教师和页面" in page("")


def test_the_box_gives_options_alone(page, group):
    html = page("syxx", "/search/box/")
    assert "<html" not in html
    assert 'role="option"' in html or "found-name" not in html


def test_pages_of_the_navigation_are_found_by_pinyin(page):
    assert "工作台" in page("gzt").split('id="found-1"')[1]


def test_a_stranger_is_led_to_sign_in(client, db):
    for address in ("/search/?q=a", "/search/box/?q=a"):
        assert client.get(address).status_code == 302
