"""Schools: facts by day, who may change them, what a race or a ring meets (E-2, E-3, B3-14)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Denied
from core.models import AuditEvent
from directory.actions import headcounts, school_ends, schools
from directory.enums import Role, SchoolKind
from directory.models import School, SchoolFacts, User
from directory.selectors import school_pages
from directory.selectors import schools as selectors
from tests.factories import county as made


LATER = datetime.date(2025, 9, 1)
DAY_BEFORE = LATER - datetime.timedelta(days=1)


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def bureau(county):
    return made.clerk_of(county, username="bureau")


@pytest.fixture
def signed_in(client, bureau, monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")
    client.force_login(User.objects.get(pk=bureau.user_id))
    return client


def facts(school, on):
    return selectors.facts_on(on, {school.pk}).get(school.pk)


def change(school, on=LATER, actor=None, **changed):
    return schools.change(
        school_id=school.pk, facts=changed, first_day=on, actor=actor, now=made.NOW
    )


# The rules.


def test_e3_change_keeps_what_was(county, bureau):
    school = made.school(county, "五都小学")
    change(school, name="五都中心小学", actor=bureau)
    assert facts(school, DAY_BEFORE).name == "五都小学"
    assert facts(school, LATER).name == "五都中心小学"
    event = AuditEvent.objects.get(act="directory.school.change")
    assert event.details == {"from": "2025-09-01", "fields": ["name"], "reason": ""}
    assert event.user_id == bureau.user_id


def test_correction_mends_the_whole_time_and_keeps_the_wrong_value_in_the_log(county):
    school = made.school(county, "五都小学", code="3311260001")
    schools.correct(
        school_id=school.pk, facts={"code": "3311260002"}, on=LATER, actor=None, now=made.NOW
    )
    assert facts(school, made.DAY).code == "3311260002"
    assert SchoolFacts.objects.count() == 1
    event = AuditEvent.objects.get(act="directory.school.correct")
    assert event.details["wrong"] == {"code": "3311260001"}


def test_second_change_ahead_is_refused_until_the_first_is_withdrawn(county):
    school = made.school(county, "五都小学")
    change(school, name="五都中心小学")
    with pytest.raises(Denied, match="2025-09-01 起已有变更"):
        change(school, on=datetime.date(2025, 1, 1), name="五都学校")
    school_ends.withdraw(school_id=school.pk, today=made.DAY, actor=None, now=made.NOW)
    change(school, on=datetime.date(2025, 1, 1), name="五都学校")
    assert facts(school, LATER).name == "五都学校"


def test_nothing_ahead_nothing_withdrawn(county):
    school = made.school(county, "五都小学")
    with pytest.raises(Denied, match="没有尚未生效的变更"):
        school_ends.withdraw(school_id=school.pk, today=LATER, actor=None, now=made.NOW)


def test_e3_closing_ends_the_facts_and_loses_nothing(county, bureau):
    school = made.school(county, "隆宫乡小")
    school_ends.close(
        school_id=school.pk, last_day=DAY_BEFORE, reason="并入五都小学", actor=bureau, now=made.NOW
    )
    assert facts(school, DAY_BEFORE).name == "隆宫乡小"
    assert facts(school, LATER) is None
    assert [row.name for row in selectors.school_history(bureau, school.pk)] == ["隆宫乡小"]
    assert selectors.names_on(LATER, {school.pk}) == {school.pk: "隆宫乡小"}


def test_closing_needs_a_reason(county):
    school = made.school(county, "隆宫乡小")
    with pytest.raises(Denied, match="请填写撤并原因"):
        school_ends.close(school_id=school.pk, last_day=LATER, reason=" ", actor=None, now=made.NOW)


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_parent_cycle_is_refused(county, depth):
    top = made.school(county, "实验小学")
    middle = made.school(county, "坑西小学", kind=SchoolKind.CAMPUS, parent_id=top.pk)
    low = made.school(county, "坑西教学点", kind=SchoolKind.TEACHING_POINT, parent_id=middle.pk)
    with pytest.raises(Denied, match="是本校或本校的下属单位"):
        change(top, parent_id=[top, middle, low][depth].pk)


def test_parent_cycle_that_closes_only_later_is_refused(county):
    """The campus gets its parent next year; making it the parent today would close the ring."""
    school, campus = made.school(county, "实验小学"), made.school(county, "坑西小学")
    change(campus, parent_id=school.pk)
    with pytest.raises(Denied, match="是本校或本校的下属单位"):
        change(school, on=datetime.date(2024, 10, 1), parent_id=campus.pk)


def test_parent_of_another_district_is_refused(county):
    elsewhere = made.school(made.district("331124", "松阳县"), "松阳一小")
    with pytest.raises(Denied, match="属于另一行政区"):
        made.school(county, "坑西小学", kind=SchoolKind.CAMPUS, parent_id=elsewhere.pk)
    assert not School.objects.filter(district=county).exists()


def test_code_is_never_reused(county):
    old = made.school(county, "旧校", code="3311260001")
    school_ends.close(
        school_id=old.pk, last_day=DAY_BEFORE, reason="撤销", actor=None, now=made.NOW
    )
    with pytest.raises(ValidationError, match="标识码不能重复使用"):
        made.school(county, "新校", code="3311260001", first_day=LATER)


def test_what_only_the_constraint_finds_is_told_as_a_sentence(county, monkeypatch):
    """Two clerks enter the same name at once: the question came too early for both."""
    made.school(county, "五都小学")
    monkeypatch.setattr(SchoolFacts, "full_clean", lambda self: None)
    with pytest.raises(Denied, match="本行政区在这段时间已有同名学校"):
        made.school(county, "五都小学")


def test_only_the_bureau_of_the_district_enters_and_changes(county):
    school = made.school(county, "实验小学")
    principal = made.actor(Role.PRINCIPAL, at=school)
    with pytest.raises(Denied, match="只有教育股"):
        change(school, name="改名", actor=principal)
    neighbour = made.clerk_of(made.district("331124", "松阳县"))
    with pytest.raises(Denied, match="不在您的管理范围内"):
        change(school, name="改名", actor=neighbour)


def test_headcount_twice_corrects(county, bureau):
    school = made.school(county, "实验小学")
    for pupils in (90, 92):
        headcounts.count(
            school_id=school.pk, school_year=2024, pupils=pupils, teachers=None, actor=bureau,
            now=made.NOW,
        )  # fmt: skip
    assert [row.pupils for row in school_pages.headcounts_of(school.pk)] == [92]


# The list.


def names(response):
    return [row.name for row in response.context["rows"]]


@pytest.mark.parametrize("word", ["实验", "實驗", "shiyan", "syxx", "实 验", "33112600"])
def test_x23_list_finds_by_any_script(signed_in, county, word):
    made.school(county, "实验小学", code="3311260001")
    made.school(county, "举水乡小")
    assert names(signed_in.get("/schools/", {"q": word})) == ["实验小学"]


def test_list_filters_sorts_and_keeps_its_state_in_the_address(signed_in, county):
    top = made.school(county, "实验小学", stage="PRIMARY")
    made.school(county, "坑西小学", stage="PRIMARY", kind=SchoolKind.CAMPUS, parent_id=top.pk)
    made.school(county, "庆元二中", stage="JUNIOR")
    page = signed_in.get("/schools/", {"stage": "PRIMARY", "sort": "-name"})
    assert names(page) == ["实验小学", "坑西小学"]
    head = page.context["list"]["heads"][0]
    assert (head.way, head.address) == ("descending", "?stage=PRIMARY&sort=name")
    assert page.context["list"]["cleared"] == "?sort=-name"
    assert names(signed_in.get("/schools/", {"parent": "x", "stage": "NONSENSE"})) == [
        "坑西小学", "庆元二中", "实验小学",
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99", "sort=bad", "q=%00", "on=x"])
def test_list_survives_any_address(signed_in, county, query):
    made.school(county, "实验小学")
    assert names(signed_in.get(f"/schools/?{query}")) == ["实验小学"]


def test_list_in_pages(signed_in, county):
    for number in range(51):
        made.school(county, f"第{number:02}小学")
    page = signed_in.get("/schools/")
    assert (len(page.context["rows"]), page.context["list"]["count"]) == (50, 51)
    assert page.context["list"]["after"] == "?page=2"
    page = signed_in.get("/schools/", {"page": "2", "stage": ""})
    assert len(page.context["rows"]) == 1
    assert page.context["list"]["count"] == 51
    assert page.context["list"]["before"] == "?page=1&stage="


def test_list_shows_the_day_asked_for(signed_in, county):
    school = made.school(county, "五都小学")
    change(school, name="五都中心小学")
    assert names(signed_in.get("/schools/")) == ["五都小学"]
    later = signed_in.get("/schools/", {"on": "2025-09-01"})
    assert names(later) == ["五都中心小学"]
    assert f'href="/schools/{school.pk}/?on=2025-09-01"' in later.content.decode()
    assert "录入学校" not in later.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_as_often_for_three_rows_as_for_one(signed_in, county, rows):
    for number in range(rows):
        made.school(county, f"第{number}小学")
    with CaptureQueriesContext(connection) as asked:
        assert len(names(signed_in.get("/schools/"))) == rows
    assert len(asked) == 3


def test_export_is_recorded_and_takes_what_the_address_asks(signed_in, county, bureau, tmp_path):
    made.school(county, "实验小学", stage="PRIMARY", code="3311260001")
    made.school(county, "庆元二中", stage="JUNIOR")
    made.school(made.district("331124", "松阳县"), "松阳一小", stage="PRIMARY")
    answer = signed_in.post("/schools/?stage=PRIMARY")
    assert answer.status_code == 200
    (tmp_path / "x.xlsx").write_bytes(answer.content)
    sheet = _cells(tmp_path / "x.xlsx")
    assert [row[:4] for row in sheet] == [
        ["学校", "标识码", "办学类型", "学段"],
        ["实验小学", "3311260001", "独立法人", "小学"],
    ]
    event = AuditEvent.objects.get(act="directory.school.export")
    assert (event.user_id, event.details["rows"], event.details["stage"]) == (
        bureau.user_id, 1, "PRIMARY",
    )  # fmt: skip


def _cells(path):
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load, one test needs it

    return [list(row) for row in load_workbook(path).active.iter_rows(values_only=True)]


def test_export_without_the_permission_is_refused_and_leaves_nothing(client, county, monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")
    school = made.school(county, "实验小学")
    teacher = made.actor(Role.TEACHER, at=school)
    client.force_login(User.objects.get(pk=teacher.user_id))
    assert client.post("/schools/").status_code == 403
    assert not AuditEvent.objects.filter(act__endswith=".export").exists()


# The page and its forms.


def form(**typed):
    return {
        "name": "", "code": "", "kind": "LEGAL_PERSON", "stage": "", "parent": "",
        "area_unit": "", "area_class": "", "first_day": "2024-09-01", "source": "", **typed,
    }  # fmt: skip


def test_school_out_of_sight_is_404_like_one_that_does_not_exist(signed_in):
    theirs = made.school(made.district("331124", "松阳县"), "松阳一小")
    for school_id in (theirs.pk, theirs.pk + 1):
        for page in ("", "change/", "close/", "withdraw/", "headcount/", "bells/"):
            assert signed_in.get(f"/schools/{school_id}/{page}").status_code == 404


def test_page_tells_facts_tree_and_history(signed_in, county):
    top = made.school(county, "实验小学")
    made.school(county, "坑西小学", kind=SchoolKind.CAMPUS, parent_id=top.pk)
    change(top, name="第一实验小学")
    page = signed_in.get(f"/schools/{top.pk}/")
    assert [(b.facts.name, b.depth) for b in page.context["tree"]] == [("坑西小学", 1)]
    assert [span.facts.name for span in page.context["spans"]] == ["第一实验小学", "实验小学"]
    assert page.context["ahead"].name == "第一实验小学"
    assert "各自为独立的考核、班级编制和招生片区单元" in page.content.decode()


def test_new_school_by_the_form(signed_in, county):
    answer = signed_in.post("/schools/new/", form(name="新 校", code="3311260009"))
    row = SchoolFacts.objects.get()
    assert answer["Location"] == f"/schools/{row.school_id}/"
    assert (row.name, row.code, str(row.period.lower)) == ("新校", "3311260009", "2024-09-01")


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": "实验小学"}, "name", "本行政区在这段时间已有同名学校。"),
        ({"code": "3311260001"}, "code", "该学校标识码已属于另一所学校，标识码不能重复使用。"),
        ({"code": "12"}, "code", "学校标识码应为 10 位数字。"),
        ({"kind": "CAMPUS"}, "parent", "校区、学部是某所学校的一部分，请选择所属学校。"),
        ({"area_unit": "331126100001"}, "area_unit",
         "区划表中没有代码 331126100001，请核对，或先到“区划”中录入。"),
        ({"first_day": "2024-02-30"}, "first_day",
         "日期不存在或格式不对，请写成 2024-09-01 的样子。"),
    ],
)  # fmt: skip
def test_error_stands_at_its_field_and_what_was_typed_stays(
    signed_in, county, typed, field, sentence
):
    made.school(county, "实验小学", code="3311260001")
    answer = signed_in.post("/schools/new/", form(**{"name": "新校", "source": "依据文"} | typed))
    assert answer.context["form"].errors == {field: [sentence]}
    assert 'value="依据文"' in answer.content.decode()
    assert SchoolFacts.objects.count() == 1


def test_race_reaches_the_field_too(signed_in, county, monkeypatch):
    made.school(county, "实验小学")
    monkeypatch.setattr(SchoolFacts, "full_clean", lambda self: None)
    answer = signed_in.post("/schools/new/", form(name="实验小学"))
    assert answer.context["form"].errors == {"name": ["本行政区在这段时间已有同名学校。"]}


def test_change_from_a_day_and_correction_by_the_form(signed_in, county):
    school = made.school(county, "五都小学")
    url = f"/schools/{school.pk}/change/"
    missing = signed_in.post(url, form(name="五都中心小学", how="CHANGE", first_day=""))
    assert missing.context["form"].errors == {"first_day": ["请填写从哪天起变更。"]}
    signed_in.post(url, form(name="五都中心小学", how="CHANGE", first_day="2024-10-01"))
    assert facts(school, made.DAY).name == "五都小学"
    signed_in.post(url, form(name="五都镇中心小学", how="CORRECT", first_day=""))
    assert facts(school, datetime.date(2024, 10, 1)).name == "五都镇中心小学"
    assert facts(school, made.DAY).name == "五都小学"


def test_close_names_who_is_still_there(signed_in, county):
    top = made.school(county, "实验小学")
    made.school(county, "坑西小学", kind=SchoolKind.CAMPUS, parent_id=top.pk)
    page = signed_in.get(f"/schools/{top.pk}/close/").content.decode()
    assert "下属单位 1 个：坑西小学" in page
    answer = signed_in.post(
        f"/schools/{top.pk}/close/", {"last_day": "2024-12-31", "into": "", "reason": "撤销"}
    )
    assert answer.status_code == 302
    assert facts(top, datetime.date(2025, 1, 1)) is None
    assert "撤回" in signed_in.get(f"/schools/{top.pk}/").content.decode()
    signed_in.post(f"/schools/{top.pk}/withdraw/")
    assert facts(top, datetime.date(2025, 1, 1)).name == "实验小学"


def test_principal_sees_and_does_not_change(client, county, monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")
    school, other = made.school(county, "实验小学"), made.school(county, "举水乡小")
    principal = made.actor(Role.PRINCIPAL, at=school)
    client.force_login(User.objects.get(pk=principal.user_id))
    assert names(client.get("/schools/")) == ["实验小学"]
    page = client.get(f"/schools/{school.pk}/")
    assert page.status_code == 200
    assert "修改信息" not in page.content.decode()
    assert client.get(f"/schools/{other.pk}/").status_code == 404
    assert client.get(f"/schools/{school.pk}/change/").status_code == 403
    assert client.post("/schools/new/", form(name="某校")).status_code == 403
    bells = {"name": "夏季", "first_day": "2024-09-01", "lines": "8:20-9:00 第一节\n09:10—09:50"}
    assert client.post(f"/schools/{school.pk}/bells/", bells).status_code == 302
    lessons = school_pages.bells_of(school.pk, made.DAY).lessons.all()
    assert [(it.number, it.name, str(it.ends_at)) for it in lessons] == [
        (1, "第一节", "09:00:00"),
        (2, "", "09:50:00"),
    ]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("8:20", "第 1 行“8:20”读不出时间，请写成“08:20—09:00 第一节”。"),
        ("9:00-8:20", "09:00 开始的一节，下课时间应晚于上课时间。"),
        ("8:00-9:00\n8:30-9:10", "08:30 开始的一节早于上一节下课，请按时间先后填写。"),
    ],
)
def test_bell_lines_that_make_no_sense(signed_in, county, lines, sentence):
    school = made.school(county, "实验小学")
    answer = signed_in.post(
        f"/schools/{school.pk}/bells/",
        {"name": "夏季", "first_day": "2024-09-01", "lines": lines},
    )
    assert [it for errors in answer.context["form"].errors.values() for it in errors] == [sentence]
