"""The lists of the API: scope, pages, filters, order, the day, masked personal data."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.actions import bulk, schools
from directory.enums import Role
from directory.models import Teacher, User
from groups.actions import groups
from tests.factories import county as made


LISTS = ("districts", "schools", "groups", "memberships", "teachers")
ID_NUMBER, PHONE = "33112619900101001X", "19900000001"


@pytest.fixture(autouse=True)
def day(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def core(county):
    return made.school(county, "实验小学", stage="PRIMARY")


@pytest.fixture
def village(county):
    return made.school(county, "举水乡小", stage="PRIMARY")


@pytest.fixture
def group(county, core, village):
    return groups.found(
        district_id=county.pk, name="实验小学教育集团", type="CO_BUILT", core_id=core.pk,
        member_ids=[village.pk], first_day=made.DAY, actor=None, now=made.NOW,
    )  # fmt: skip


@pytest.fixture
def clerk(county):
    return made.clerk_of(county)


def enter(county, school, *names, first=1):
    rows = [
        {
            "name": name, "staff_number": str(number), "born_on": datetime.date(1990, 1, 1),
            "id_number": ID_NUMBER if number == 1 else None, "phone": PHONE,
        }
        for number, name in enumerate(names, first)
    ]  # fmt: skip
    bulk.enter_teachers(
        district=county,
        teachers=[(row, school.pk, school.pk, made.DAY) for row in rows],
        now=made.NOW,
    )


@pytest.fixture
def ask(client):
    def get(actor, address, status=200, **params):
        client.force_login(User.objects.get(pk=actor.user_id))
        answer = client.get(f"/api/v1/{address}", params)
        assert answer.status_code == status, answer.content
        return answer.json()

    return get


def names(page):
    return [row["name"] for row in page["results"]]


def test_schools_come_by_pages_with_their_parents(ask, clerk, county, core):
    campus = made.school(county, "坑西小学", kind="CAMPUS", parent_id=core.pk)
    made.school(county, "城东小学")
    page = ask(clerk, "schools/", page_size=2)
    assert page["count"] == 3
    assert names(page) == ["城东小学", "坑西小学"]
    assert page["previous"] is None
    assert page["next"].endswith("/api/v1/schools/?page=2&page_size=2")
    assert page["results"][1] == {
        "id": campus.pk, "district": county.pk, "name": "坑西小学", "code": None, "kind": "CAMPUS",
        "stage": "", "parent": {"id": core.pk, "name": "实验小学"}, "area_class": "",
        "since": "2024-09-01",
    }  # fmt: skip
    assert page["results"][0]["parent"] is None
    assert names(ask(clerk, "schools/", page_size=2, page=2)) == ["实验小学"]
    assert ask(clerk, f"schools/{campus.pk}/") == page["results"][1]
    ask(clerk, "schools/", 404, page=9)


def test_page_size_is_at_most_200(ask, clerk, county, core):
    enter(county, core, *(f"王{number}" for number in range(201)), first=2)
    assert len(ask(clerk, "teachers/", page_size=1000)["results"]) == 200


def test_teachers_are_masked_and_placed(ask, clerk, county, core):
    enter(county, core, "王甲子")
    row = ask(clerk, "teachers/")["results"][0]
    assert row["id_number"] == "331126********001X"
    assert row["phone"] == "199****0001"
    assert row["born_on"] == "1990-**-**"
    assert row["unit"] == row["employer"] == {"id": core.pk, "name": "实验小学"}
    assert not {"search", "id_number_index", "phone_index", "user"} & row.keys()
    assert ask(clerk, f"teachers/{row['id']}/") == row


def test_groups_and_memberships(ask, clerk, group, core, village):
    row = ask(clerk, "groups/")["results"][0]
    assert (row["id"], row["name"], row["type"]) == (group.pk, "实验小学教育集团", "CO_BUILT")
    places = ask(clerk, "memberships/", ordering="id")["results"]
    assert [(it["role"], it["school"]["name"]) for it in places] == [
        ("CORE", "实验小学"),
        ("MEMBER", "举水乡小"),
    ]
    assert places[0]["group"] == {"id": group.pk, "name": "实验小学教育集团"}
    assert (places[0]["since"], places[0]["until"], places[0]["cluster"]) == (
        "2024-09-01",
        None,
        None,
    )
    found = ask(clerk, "memberships/", school=village.pk, role="MEMBER")
    assert [it["school"]["id"] for it in found["results"]] == [village.pk]


def test_districts_are_the_posts_own(ask, clerk, county):
    made.district("331124", "松阳县")
    assert names(ask(clerk, "districts/")) == ["庆元县"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "實驗"}, ["实验小学"]),
        ({"q": "jsxx"}, ["举水乡小"]),
        ({"stage": "JUNIOR"}, []),
        ({"ordering": "-name"}, ["实验小学", "举水乡小"]),
        ({"kind": "LEGAL_PERSON", "ordering": "name"}, ["举水乡小", "实验小学"]),
    ],
)
def test_filters_and_order(ask, clerk, core, village, query, found):
    assert names(ask(clerk, "schools/", **query)) == found


def test_teachers_of_a_school(ask, clerk, county, core, village):
    enter(county, core, "王甲子")
    enter(county, village, "王乙丑", first=2)
    assert names(ask(clerk, "teachers/", school=village.pk)) == ["王乙丑"]
    assert names(ask(clerk, "teachers/", staff_number="1")) == ["王甲子"]


def test_as_of_a_day(ask, clerk, core):
    schools.change(
        school_id=core.pk, facts={"name": "实验学校"}, first_day=datetime.date(2024, 10, 1),
        actor=None, now=made.NOW,
    )  # fmt: skip
    assert names(ask(clerk, "schools/")) == ["实验学校"]
    assert names(ask(clerk, "schools/", on="2024-09-30")) == ["实验小学"]
    assert names(ask(clerk, "schools/", on="2024-08-31")) == []


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.SCHOOL_CLERK])
def test_a_school_sees_its_own(ask, county, core, village, group, role):
    enter(county, core, "王甲子")
    enter(county, village, "王乙丑", first=2)
    actor = made.actor(role, at=village)
    assert names(ask(actor, "schools/")) == ["举水乡小"]
    assert names(ask(actor, "teachers/")) == ["王乙丑"]
    assert names(ask(actor, "groups/")) == ["实验小学教育集团"]
    ask(actor, f"schools/{core.pk}/", 404)
    other = Teacher.objects.get(name="王甲子")
    ask(actor, f"teachers/{other.pk}/", 404)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.EVALUATOR])
def test_who_has_no_list_gets_empty_ones(ask, county, core, group, role):
    enter(county, core, "王甲子")
    actor = made.actor(role, at=core if role == Role.TEACHER else county)
    for name in ("schools", "groups", "memberships", "teachers"):
        assert ask(actor, f"{name}/")["count"] == 0, name


def test_another_county_sees_nothing_of_it(ask, county, core, group):
    enter(county, core, "王甲子")
    stranger = made.clerk_of(made.district("331124", "松阳县"))
    for name in ("schools", "groups", "memberships", "teachers"):
        assert ask(stranger, f"{name}/")["count"] == 0, name
    assert ask(stranger, f"schools/{core.pk}/", 404)["status"] == 404


@pytest.mark.parametrize(
    ("name", "queries"),
    [("districts", 4), ("schools", 5), ("groups", 4), ("memberships", 6), ("teachers", 6)],
)
def test_queries_do_not_grow_with_the_rows(client, county, core, clerk, name, queries):
    client.force_login(User.objects.get(pk=clerk.user_id))

    def count():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/{name}/").status_code == 200
        return len(captured)

    def add(number):
        campus = made.school(county, f"第{number}校区", kind="CAMPUS", parent_id=core.pk)
        pair = [made.school(county, f"第{number}{word}小学") for word in "东西"]
        groups.found(
            district_id=county.pk, name=f"第{number}集团", type="CO_BUILT", core_id=pair[0].pk,
            member_ids=[pair[1].pk], first_day=made.DAY, actor=None, now=made.NOW,
        )  # fmt: skip
        enter(county, campus, f"王{number}", first=number + 10)

    add(1)
    assert count() == queries
    add(2)
    add(3)
    assert count() == queries
