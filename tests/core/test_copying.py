"""New rows by COPY: ids, values of every kind, and the database's refusals."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from core.actions.copying import copy_in, copy_values, text_array
from core.periods import period
from directory.models import AreaUnit, Employment, School, SchoolHeadcount, Teacher
from tests.factories import county as made


pytestmark = pytest.mark.django_db
TRICKY = "逗号,制表\t换行\n反斜线\\N"


def teacher(county, number, **values):
    return Teacher(
        district=county, staff_number=number, name="某人", search="某人", sort_key="moren",
        created_at=made.NOW, **values,
    )  # fmt: skip


def test_what_goes_in_comes_out():
    county = made.district()
    born = datetime.date(1980, 5, 6)
    rows = [
        teacher(county, "1", title=TRICKY, phone="13000000001", phone_index="a", born_on=born),
        teacher(county, "2"),
    ]
    copy_in(rows)
    held = Teacher.objects.in_bulk([row.pk for row in rows])
    assert [held[row.pk].staff_number for row in rows] == ["1", "2"]
    first, second = (held[row.pk] for row in rows)
    assert (first.title, first.phone, first.born_on) == (TRICKY, "13000000001", born)
    assert (second.title, second.phone, second.born_on) == ("", None, None)
    assert second.created_at == made.NOW


def test_periods_and_later_ids():
    county = made.district()
    school = made.school(county, "某小学")
    person = teacher(county, "1")
    copy_in([person])
    copy_in([Employment(teacher=person, employer=school, unit=school, period=period(made.DAY))])
    assert Employment.objects.on(made.DAY).get(teacher=person).period.lower == made.DAY
    later = teacher(county, "2")
    later.save()
    assert later.pk > person.pk


def test_the_database_refuses_as_ever():
    county = made.district()
    with pytest.raises(IntegrityError, match="staff_number_once"), transaction.atomic():
        copy_in([teacher(county, "1"), teacher(county, "1")])


def test_nothing_is_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        copy_in([])


def test_ready_values_come_out_as_they_went_in():
    county = made.district()
    names = [TRICKY, "None", "\\None", 'N"引号', "{}"]
    fields = ("district", "code", "name", "town", "attribute", "national_class")
    rows = [(county.pk, f"33112600000{n}", name, "", "", "") for n, name in enumerate(names)]
    copy_values(AreaUnit, fields, iter(rows))
    assert list(AreaUnit.objects.order_by("code").values_list("name", flat=True)) == names


def test_no_value_is_told_from_the_word_none():
    county = made.district()
    school = School.objects.create(district=county, created_at=made.NOW)
    fields = ("school", "school_year", "pupils", "teachers")
    copy_values(SchoolHeadcount, fields, [(school.pk, 2024, None, 7), (school.pk, 2025, 0, None)])
    assert list(
        SchoolHeadcount.objects.order_by("school_year").values_list("pupils", "teachers")
    ) == [(None, 7), (0, None)]


def test_arrays_of_text():
    told = ['引号"', "反斜线\\", "逗号,", "{括号}", "NULL", ""]
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[], %s::text[]", [text_array(told), text_array([])])
        assert cursor.fetchone() == (told, [])
