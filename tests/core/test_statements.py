"""Statements whose plan a connection keeps."""

import datetime
import decimal

import pytest
from django.db import DatabaseError, connection, transaction

from config.postgresql.base import KEPT_FROM
from core import statements
from core.statements import Ask


pytestmark = pytest.mark.django_db
KINDS = """
SELECT %(number)s::bigint, %(word)s::text, %(day)s::date, %(none)s::bigint,
       2 = ANY(%(numbers)s), 'a' = ANY(%(words)s), %(percent)s::text LIKE '50%%'
"""
LISTED = "SELECT item FROM unnest(%s::KIND[]) WITH ORDINALITY AS told (item, n) ORDER BY n"


def kept():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql")
        return cursor.fetchone()[0]


def asked(**changed):
    told = {
        "number": 2**40, "word": "实验小学", "day": datetime.date(2024, 9, 1), "none": None,
        "numbers": [1, 2], "words": ["a"], "percent": "50%",
    }  # fmt: skip
    return told | changed


def test_values_of_every_kind_arrive_planned_or_not():
    told = (2**40, "实验小学", datetime.date(2024, 9, 1), None, True, True, True)
    for _ in range(KEPT_FROM + 2):
        assert statements.rows(KINDS, asked()) == [told]
    without = statements.rows(KINDS, asked(number=1, numbers=[], words=[]))
    assert without == [(1, *told[1:4], False, False, True)]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", ["", "a,b", '"', "\\", "{}", "NULL", "实验小学", None, "a\nb", '\\"']),
        ("bigint", [2**40, -1, None]),
        ("date", [datetime.date(2024, 9, 1), datetime.date(9999, 12, 31)]),
        ("timestamptz", [datetime.datetime(2024, 9, 1, 8, 0, 0, 1, datetime.UTC), None]),
        ("boolean", [True, False, None]),
        ("numeric", [decimal.Decimal("83.10"), decimal.Decimal("-0.005")]),
        ("text", []),
    ],
)
def test_lists_arrive_item_by_item(kind, values):
    sql = LISTED.replace("KIND", kind)
    for _ in range(KEPT_FROM + 2):
        assert statements.rows(sql, [values]) == [(value,) for value in values]


def test_the_plan_is_kept_until_a_rollback():
    before = kept()
    for _ in range(KEPT_FROM + 1):
        statements.rows("SELECT %s::int + 1", [1])
    assert kept() == before + 1


def test_statements_are_counted_and_belong_to_the_callers_transaction(django_assert_num_queries):
    with django_assert_num_queries(2), transaction.atomic(durable=False, savepoint=False):
        statements.rows("SELECT %s::int", [1])
        (transaction_,) = statements.rows("SELECT pg_current_xact_id()::text WHERE %s", [True])
    (again,) = statements.rows("SELECT pg_current_xact_id()::text WHERE %s", [True])
    assert transaction_ == again  # that of the test


def test_several_are_told_in_their_order_and_counted(django_assert_num_queries):
    for _ in range(KEPT_FROM + 2):
        with django_assert_num_queries(3):
            assert statements.together(
                Ask("SELECT %s::int, %s::text", [1, "实验小学"], dict),
                Ask("SELECT n FROM generate_series(1, %(most)s::int) n", {"most": 3}, len),
                Ask("SELECT 1 WHERE %s", [False], list),
            ) == [{1: "实验小学"}, 3, []]


def test_one_that_is_refused_is_djangos_error_and_the_connection_lives():
    right = Ask("SELECT %s::int", [1], list)
    with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic():
        statements.together(right, Ask("SELECT 1 / %s::int", [0], list), right)
    assert statements.together(right, right) == [[(1,)], [(1,)]]
