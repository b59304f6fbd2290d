"""Teachers: who sees whom, what is masked, the recorded look, moving and leaving."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Denied
from core.models import AuditEvent
from core.privacy import masked_birth, masked_id_number, masked_phone
from directory.actions import bulk, staff
from directory.enums import Role, SchoolKind
from directory.models import Employment, Teacher, User
from directory.selectors import teacher_pages
from directory.selectors import teachers as selectors
from tests.factories import county as made


LATER = datetime.date(2025, 9, 1)
NUMBER, PHONE = "331126198503071234", "13800005678"


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def school(county):
    return made.school(county, "实验小学")


@pytest.fixture
def village(county):
    return made.school(county, "举水乡小")


def teacher(county, unit, name="某甲", number="A001", **fields):
    row = {"name": name, "staff_number": number, **fields}
    bulk.enter_teachers(district=county, teachers=[(row, unit.pk, unit.pk, made.DAY)], now=made.NOW)
    return Teacher.objects.get(staff_number=number, district=county)


@pytest.fixture
def person(county, school):
    return teacher(
        county, school, id_number=NUMBER, phone=PHONE, born_on=datetime.date(1985, 3, 7),
        subject="语文",
    )  # fmt: skip


@pytest.fixture
def as_(client, monkeypatch):
    """Signs somebody in by role and unit."""
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")

    def sign_in(role, at):
        actor = made.actor(role, at=at)
        client.force_login(User.objects.get(pk=actor.user_id))
        return client

    return sign_in


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        (NUMBER, "331126********1234"),
        ("331126850307123", "331126*****7123"),
        ("1234", "****"),
        ("", ""),
        (None, ""),
    ],
)
def test_masked_id_number(number, masked):
    assert masked_id_number(number) == masked


@pytest.mark.parametrize(
    ("phone", "masked"), [(PHONE, "138****5678"), ("612345", "******"), ("1", "*"), (None, "")]
)
def test_masked_phone(phone, masked):
    assert masked_phone(phone) == masked


def test_masked_birth():
    assert masked_birth(datetime.date(1985, 3, 7)) == "1985-**-**"
    assert masked_birth(None) == ""


# Who sees whom.


def test_scope_of_bureau_school_and_teacher(county, school, village):
    here, there = teacher(county, school), teacher(county, village, "某乙", "A002")
    neighbours = made.district("331124", "松阳县")
    stranger = teacher(neighbours, made.school(neighbours, "松阳一小"), "某丙", "A001")
    account = made.user("teacher")
    Teacher.objects.filter(pk=here.pk).update(user=account)

    def seen(actor):
        return set(teacher_pages.teacher_list(actor, made.DAY).values_list("pk", flat=True))

    assert seen(made.actor(Role.BUREAU_PERSONNEL, at=county)) == {here.pk, there.pk}
    assert seen(made.actor(Role.PRINCIPAL, at=village)) == {there.pk}
    assert seen(made.actor(Role.TEACHER, at=school, username="teacher")) == {here.pk}
    assert seen(made.actor(Role.TEACHER, at=school)) == set()
    assert seen(made.actor(Role.EVALUATOR, at=county)) == set()
    assert seen(made.actor(Role.BUREAU_HEAD, at=neighbours)) == {stranger.pk}


def test_principal_sees_the_staff_of_campuses(county, school):
    campus = made.school(county, "坑西小学", kind=SchoolKind.CAMPUS, parent_id=school.pk)
    there = teacher(county, campus)
    principal = made.actor(Role.PRINCIPAL, at=school)
    assert selectors.teacher_visible_to(principal, there.pk) == there


@pytest.mark.parametrize("word", ["曾某", "zengmou", "zm", "A00"])
def test_x23_found_by_name_pinyin_initials_and_number(as_, county, school, word):
    teacher(county, school, "曾某", "A009")
    rows = as_(Role.BUREAU_PERSONNEL, county).get("/teachers/", {"q": word}).context["rows"]
    assert [(row.name, row.unit_name) for row in rows] == [("曾某", "实验小学")]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_as_often_for_three_rows_as_for_one(as_, county, school, rows):
    for number in range(rows):
        teacher(county, school, "某甲", f"A{number}")
    browser = as_(Role.BUREAU_PERSONNEL, county)
    with CaptureQueriesContext(connection) as asked:
        assert len(browser.get("/teachers/").context["rows"]) == rows
    assert len(asked) == 5


def test_list_by_unit_subject_and_those_who_left(as_, county, school, village):
    gone = teacher(county, school, "某甲", "A001", subject="语文")
    teacher(county, village, "某乙", "A002", subject="数学")
    staff.leave(
        teacher_id=gone.pk, last_day=datetime.date(2024, 9, 30), reason="退休", actor=None,
        now=made.NOW,
    )  # fmt: skip
    browser = as_(Role.BUREAU_PERSONNEL, county)

    def seen(**query):
        return [row.name for row in browser.get("/teachers/", query).context["rows"]]

    assert seen() == ["某乙"]
    assert seen(state="left") == ["某甲"]
    assert seen(on="2024-09-15", sort="unit") == ["某乙", "某甲"]
    assert seen(on="2024-09-15", subject="语文") == ["某甲"]
    assert seen(unit=str(village.pk)) == ["某乙"]


def test_list_and_export_hold_nothing_unmasked(as_, county, person, tmp_path):
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load, one test needs it

    browser = as_(Role.BUREAU_PERSONNEL, county)
    page = browser.get("/teachers/").content.decode()
    assert "331126" not in page
    (tmp_path / "x.xlsx").write_bytes(browser.post("/teachers/").content)
    cells = [
        str(cell)
        for row in load_workbook(tmp_path / "x.xlsx").active.iter_rows(values_only=True)
        for cell in row
    ]
    assert {"331126********1234", "138****5678"} <= set(cells)
    assert not {NUMBER, PHONE} & set(cells)
    event = AuditEvent.objects.get(act="directory.teacher.export")
    assert event.details["rows"] == 1


# The recorded look.


def test_page_is_masked_for_everybody(as_, county, school, person):
    for role, unit in ((Role.BUREAU_PERSONNEL, county), (Role.PRINCIPAL, school)):
        page = as_(role, unit).get(f"/teachers/{person.pk}/").content.decode()
        assert "331126********1234" in page
        assert "138****5678" in page
        assert "1985-**-**" in page
        assert NUMBER not in page
        assert PHONE not in page


@pytest.mark.parametrize(
    ("field", "value"), [("id_number", NUMBER), ("phone", PHONE), ("born_on", "1985-03-07")]
)
def test_showing_is_recorded_and_shows_once(as_, county, person, field, value):
    browser = as_(Role.BUREAU_PERSONNEL, county)
    url = f"/teachers/{person.pk}/reveal/"
    answer = browser.post(url, {"field": field, "reason": "核对社保"})
    page = answer.content.decode()
    assert value in page
    assert "no-store" in answer["Cache-Control"]
    assert page.count(value) == 1
    event = AuditEvent.objects.get(act="directory.teacher.reveal")
    assert (event.object_id, event.object_label) == (str(person.pk), "某甲")
    assert event.details == {"field": field, "reason": "核对社保"}
    assert value not in browser.get(f"/teachers/{person.pk}/").content.decode()
    assert browser.get(url).status_code == 405


@pytest.mark.parametrize(
    ("typed", "at", "sentence"),
    [
        ({"field": "phone", "reason": ""}, "reason", "请写明查看的原因，原因会记入审计记录。"),
        ({"field": "phone", "reason": " 1 "}, "reason", "原因太短，请写明为什么要看。"),
        ({"field": "phone_index", "reason": "核对社保"}, "field", None),
    ],
)
def test_showing_needs_a_reason_and_a_known_field(as_, county, person, typed, at, sentence):
    answer = as_(Role.BUREAU_PERSONNEL, county).post(f"/teachers/{person.pk}/reveal/", typed)
    assert list(answer.context["form"].errors) == [at]
    if sentence:
        assert answer.context["form"].errors[at] == [sentence]
    assert PHONE not in answer.content.decode()
    assert not AuditEvent.objects.filter(act="directory.teacher.reveal").exists()


def test_showing_is_for_those_who_may_and_in_their_scope(as_, county, school, village, person):
    typed, url = {"field": "phone", "reason": "核对社保"}, f"/teachers/{person.pk}/reveal/"
    assert as_(Role.BUREAU_EDUCATION, county).post(url, typed).status_code == 403
    assert as_(Role.SCHOOL_CLERK, school).post(url, typed).status_code == 403
    assert as_(Role.PRINCIPAL, village).post(url, typed).status_code == 404
    neighbour = made.district("331124", "松阳县")
    assert as_(Role.BUREAU_PERSONNEL, neighbour).post(url, typed).status_code == 404
    assert not AuditEvent.objects.filter(act="directory.teacher.reveal").exists()


def test_no_value_without_its_record(county, person, monkeypatch):
    personnel = made.actor(Role.BUREAU_PERSONNEL, at=county)

    def broken(**_):
        raise RuntimeError("the audit log is full")

    monkeypatch.setattr("core.actions.audit.record", broken)
    with pytest.raises(RuntimeError):
        staff.reveal(
            teacher_id=person.pk, field="phone", reason="核对社保", actor=personnel, now=made.NOW
        )


# Moving and leaving.


def move(person, unit, on=LATER, actor=None, employer=None):
    return staff.move(
        teacher_id=person.pk, unit_id=unit.pk, employer_id=employer and employer.pk, first_day=on,
        actor=actor, now=made.NOW, reason="调动",
    )  # fmt: skip


def test_move_keeps_where_the_teacher_was(county, village, person):
    move(person, village)
    before = LATER - datetime.timedelta(days=1)
    units = {day: selectors.units_on(day, [person.pk]) for day in (before, LATER)}
    assert units == {before: {person.pk: "实验小学"}, LATER: {person.pk: "举水乡小"}}


def test_employer_is_the_legal_person_of_the_unit(county, school, village):
    campus = made.school(county, "坑西小学", kind=SchoolKind.CAMPUS, parent_id=school.pk)
    person = teacher(county, village)
    assert move(person, campus).employer_id == school.pk


def test_move_on_the_same_day_corrects(county, village, person):
    move(person, village, on=made.DAY)
    assert [row.unit_id for row in Employment.objects.all()] == [village.pk]


def test_who_left_comes_back_by_a_move(county, village, person):
    last_day = datetime.date(2024, 12, 31)
    staff.leave(teacher_id=person.pk, last_day=last_day, reason="借调", actor=None, now=made.NOW)
    assert selectors.units_on(datetime.date(2025, 1, 1), [person.pk]) == {}
    move(person, village)
    assert selectors.units_on(LATER, [person.pk]) == {person.pk: "举水乡小"}


def test_refusals_of_moving_and_leaving(county, school, village, person):
    neighbours = made.district("331124", "松阳县")
    theirs = made.school(neighbours, "松阳一小")
    with pytest.raises(Denied, match="属于另一行政区"):
        move(person, theirs)
    with pytest.raises(Denied, match="没有变化"):
        move(person, school)
    with pytest.raises(Denied, match="只有教育股和人事股"):
        move(person, village, actor=made.actor(Role.PRINCIPAL, at=school))
    with pytest.raises(Denied, match="不在您的管理范围内"):
        move(person, theirs, actor=made.actor(Role.BUREAU_PERSONNEL, at=neighbours))
    move(person, village)
    with pytest.raises(Denied, match="已有调动或离岗"):
        staff.leave(
            teacher_id=person.pk, last_day=made.DAY, reason="退休", actor=None, now=made.NOW
        )


def test_move_and_leave_by_the_forms(as_, county, village, person):
    browser = as_(Role.BUREAU_PERSONNEL, county)
    typed = {"unit": village.pk, "employer": "", "first_day": "2024-10-01", "reason": ""}
    answer = browser.post(f"/teachers/{person.pk}/move/", typed)
    assert answer["Location"] == f"/teachers/{person.pk}/"
    again = browser.post(f"/teachers/{person.pk}/move/", typed)
    assert again.context["form"].non_field_errors() == [
        "该教师在这一天已在这个单位任教，编制也相同，没有变化。"
    ]
    typed = {"last_day": "2025-07-31", "reason": "退休"}
    assert browser.post(f"/teachers/{person.pk}/leave/", typed).status_code == 302
    page = browser.get(f"/teachers/{person.pk}/")
    assert [(it.unit_name, str(it.first), str(it.last)) for it in page.context["places"]] == [
        ("举水乡小", "2024-10-01", "2025-07-31"),
        ("实验小学", "2024-09-01", "2024-09-30"),
    ]


def test_teacher_out_of_sight_is_404(as_, county, school, village, person):
    browser = as_(Role.PRINCIPAL, village)
    for page in ("", "move/", "leave/"):
        assert browser.get(f"/teachers/{person.pk}/{page}").status_code == 404
    browser = as_(Role.PRINCIPAL, school)
    assert browser.get(f"/teachers/{person.pk}/move/").status_code == 403
