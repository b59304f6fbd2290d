"""Area units: 12 digits, 2 digits, the national class; schools point to theirs (B5-1)."""

import io

import openpyxl
import pytest

from directory.actions import areas
from directory.enums import Role
from directory.models import AreaUnit, SchoolFacts, User
from tests.factories import county as made


UNIT = {
    "code": "331126100001", "name": "竹口村", "town": "竹口镇", "attribute": "12",
    "national_class": "121",
}  # fmt: skip


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def unit(county):
    return areas.save(district_id=county.pk, values=UNIT, actor=None, now=made.NOW)


@pytest.fixture
def signed_in(client, county, monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")
    client.force_login(User.objects.get(pk=made.clerk_of(county).user_id))
    return client


def test_b5_1_school_points_to_its_unit_and_takes_its_class(signed_in, unit):
    answer = signed_in.post(
        "/schools/new/",
        {"name": "竹口小学", "kind": "LEGAL_PERSON", "area_unit": unit.code,
         "first_day": "2024-09-01"},
    )  # fmt: skip
    row = SchoolFacts.objects.get()
    assert (row.area_unit_id, row.area_class) == (unit.pk, "121")
    page = signed_in.get(answer["Location"]).content.decode()
    assert "331126100001 竹口镇竹口村，城乡属性 12" in page
    (listed,) = signed_in.get("/areas/").context["rows"]
    assert (listed.code, listed.schools) == ("331126100001", 1)


def test_b5_1_workbook_of_schools_holds_unit_and_class(signed_in, county, unit):
    made.school(county, "竹口小学", stage="PRIMARY", area_unit_id=unit.pk, area_class="121")
    made.school(county, "举水小学")
    answer = signed_in.post("/schools/")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [row[2:] for row in sheet.iter_rows(values_only=True)] == [
        ("办学类型", "学段", "所属学校", "城乡分类", "区划代码", "学生", "教师"),
        ("独立法人", None, None, None, None, None, 0),
        ("独立法人", "小学", None, "镇中心区", "331126100001", None, 0),
    ]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"code": "33112610000"}, "code", "区划代码应为 12 位数字，现在是 11 位，请核对。"),
        ({"code": "３３１１２６１０００02"}, "code",
         "区划代码应为 12 位数字，现在是 12 位，请核对。"),
        ({"code": UNIT["code"]}, "code", "这个区划代码已经录入，请核对。"),
        ({"attribute": "123"}, "attribute", "城乡属性应为 2 位数字。"),
        ({"national_class": "999"}, "national_class", None),
    ],
)  # fmt: skip
def test_wrong_codes_are_told_at_their_field(signed_in, unit, typed, field, sentence):
    answer = signed_in.post("/areas/new/", UNIT | {"code": "331126100002"} | typed)
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    if sentence:
        assert errors[field] == [sentence]
    assert AreaUnit.objects.count() == 1


def test_change_and_scope(signed_in, county, unit):
    url = f"/areas/{unit.pk}/"
    assert signed_in.post(url, UNIT | {"name": "竹口社区"}).status_code == 302
    assert AreaUnit.objects.get().name == "竹口社区"
    neighbours = made.district("331124", "松阳县")
    theirs = areas.save(
        district_id=neighbours.pk, values=UNIT | {"code": "331124100001"}, actor=None, now=made.NOW
    )
    assert signed_in.get(f"/areas/{theirs.pk}/").status_code == 404
    assert [row.code for row in signed_in.get("/areas/").context["rows"]] == [unit.code]


def test_others_do_not_change(client, county, unit, monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")
    actor = made.actor(Role.BUREAU_PERSONNEL, at=county)
    client.force_login(User.objects.get(pk=actor.user_id))
    assert "录入区划单元" not in client.get("/areas/").content.decode()
    assert client.post("/areas/new/", UNIT).status_code == 403
    assert client.get(f"/areas/{unit.pk}/").status_code == 403
