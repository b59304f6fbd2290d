import datetime
import io

import pytest
from django.core.management import call_command
from stdnum.cn import ric

from core.periods import period
from core.words import pinyin
from desk.demo import county, places
from directory.enums import Role, SchoolKind
from directory.models import (
    BellSchedule,
    District,
    Employment,
    Post,
    School,
    SchoolFacts,
    SchoolHeadcount,
    Teacher,
    Term,
    User,
)
from directory.selectors import people
from exchange.models import Placement, Roster
from groups.models import GroupFacts, Membership
from policies import selectors as policies


COUNTED = (School, User, Post, Teacher, Employment, GroupFacts, Membership, SchoolHeadcount, Term)


@pytest.fixture(autouse=True)
def day(monkeypatch, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)


def load(monkeypatch=None, password=None):
    if password:
        monkeypatch.setenv("DEMO_PASSWORD", password)
    out = io.StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def counts():
    return [model.objects.count() for model in COUNTED]


@pytest.fixture
def loaded(db):
    return load()


def test_demo_county_is_loaded_once_and_marked_as_sample(db, monkeypatch):
    told = load(monkeypatch, "first-Password1")
    before = counts()
    assert before == [27, 15, 16, 1514, 1514, 11, 26, 72, 8]
    assert "bureau" in told
    assert "evaluator" in told
    SchoolFacts.objects.filter(name="举水乡小").update(name="改名小学")
    load(monkeypatch)
    assert counts() == before
    assert SchoolFacts.objects.filter(name="改名小学").exists()
    assert District.objects.get().is_sample
    assert User.objects.get(username="bureau").check_password("first-Password1")


def test_demo_password_is_taken_on_any_later_load(db, monkeypatch):
    load(monkeypatch, "first-Password1")
    load(monkeypatch, "second-Password2")
    assert User.objects.get(username="teacher2").check_password("second-Password2")


def test_demo_is_laid_around_the_day_of_loading(loaded):
    first_day = county.datetime.date(2021, 9, 1)
    assert {facts.period for facts in GroupFacts.objects.all()} == {period(first_day)}
    assert {post.period.lower.year for post in Post.objects.all()} == {2021, 2024}
    years = SchoolHeadcount.objects.order_by("school_year").values_list("school_year", flat=True)
    assert set(years) == {2022, 2023, 2024}


def test_demo_is_the_same_for_the_same_day():
    def drawn():
        schools = places.places(places.group_rows())
        ids = {place.name: number for number, place in enumerate(schools)}
        day = county.first_day_for(county.datetime.date(2024, 10, 15))
        sizes = county.staff_sizes(schools)
        return list(county.teachers(schools, sizes, ids, day, 2024, {}))

    assert drawn() == drawn()


def test_demo_county_follows_three_packs_from_its_first_day(loaded):
    load()
    (adoption,) = policies.adoptions_of(District.objects.get().pk)
    assert [it.pack.code for it in adoption.packs] == ["b3-qingyuan", "b1-bundled", "a-xx-county"]
    assert (adoption.first_day, adoption.last_day) == (county.datetime.date(2021, 9, 1), None)


def test_demo_schools_are_what_the_list_says(loaded):
    facts = {row.name: row for row in SchoolFacts.objects.select_related("parent")}
    kinds = SchoolFacts.objects.order_by("pk").values_list("kind", flat=True)
    assert sorted(kinds).count(SchoolKind.CAMPUS) == 2
    assert sorted(kinds).count(SchoolKind.SECTION) == 6
    assert facts["坑西小学"].parent_id == facts["实验小学"].school_id
    assert facts["蔚文学校初中部"].stage == "JUNIOR"
    assert facts["蔚文学校"].stage == "NINE_YEAR"
    assert facts["隆宫乡小"].code is None
    assert BellSchedule.objects.count() == 27
    employer = Employment.objects.filter(unit=facts["竹口镇校小学部"].school_id).first().employer_id
    assert employer == facts["竹口中心学校"].school_id


def test_demo_teachers_are_made_up_and_well_formed(loaded):
    teachers = list(Teacher.objects.all())
    assert all(ric.calc_check_digit(t.id_number) == t.id_number[-1] for t in teachers)
    assert {teacher.id_number[6:14] for teacher in teachers} == {
        f"{teacher.born_on:%Y%m%d}" for teacher in teachers
    }
    assert {teacher.phone[:5] for teacher in teachers} == {"19900"}
    assert len({teacher.phone for teacher in teachers}) == len(teachers)
    initials = {teacher.name[0] for teacher in teachers}
    assert set("仇曾解覃盖朴查翟区单尉") < initials
    everything = "".join(teacher.name for teacher in teachers)
    assert set("㐂𠮷喆堃犇龘") < set(everything)
    assert pinyin("尉迟甲子", person=True)[0] == "yuchijiazi"
    ages = [teacher.hired_on.year - teacher.born_on.year for teacher in teachers]
    assert min(ages) >= 22
    assert all(t.position_since is None or t.position_since >= t.hired_on for t in teachers)


def test_demo_holds_the_people_of_the_roster_linked_to_their_accounts(loaded):
    linked = Teacher.objects.filter(staff_number__in=["1001", "1002", "1003", "2001"])
    rows = linked.order_by("staff_number").values_list("staff_number", "name", "user__username")
    assert list(rows) == [
        ("1001", "教师甲", "teacher"),
        ("1002", "教师乙", None),
        ("1003", "教师丙", None),
        ("2001", "教师丁", "teacher2"),
    ]


def test_x10_one_demo_account_wears_two_hats(loaded):
    user = User.objects.get(username="principal2")
    _, hats = people.actor_for(user, county.datetime.date(2024, 10, 15))
    assert [(hat.role, hat.unit) for hat in hats] == [
        (Role.PRINCIPAL.label, "举水乡小"),
        (Role.PRINCIPAL.label, "安南乡小"),
    ]


def test_demo_rosters_stand_where_a_year_has_them(loaded):
    told = {
        (it.filing.school.facts.get().name, it.filing.state, it.lines.count())
        for it in Roster.objects.order_by("pk")
    }
    assert told == {
        ("实验小学", "APPROVED", 3), ("举水乡小", "APPROVED", 1), ("江滨小学", "SUBMITTED", 2),
        ("屏都小学", "DRAFT", 2),
    }  # fmt: skip
    on_post = {(it.teacher.name, it.state, it.kind) for it in Placement.objects.order_by("pk")}
    assert on_post == {
        ("教师甲", "ON_POST", "POSTING"), ("教师乙", "ON_POST", "POSTING"),
        ("教师丙", "ON_POST", "SUPPORT"), ("教师丁", "ON_POST", "SHADOWING"),
    }  # fmt: skip
    writes = people.actor_for(User.objects.get(username="teacher"), datetime.date(2024, 10, 15))[0]
    assert Placement.objects.filter(teacher=writes.teacher_id, state="ON_POST").exists()
