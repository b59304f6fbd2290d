"""The product's own role of the database: reads and writes, and only adds where history is kept."""

import uuid

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.test import override_settings

from core.actions import audit, roles, seals
from core.management import owner, service_checks
from core.models import AuditEvent, AuditSeal
from tests.core.test_audit_chain import ACTOR, NOW
from tests.factories import county as made


KEPT = (
    "core_auditevent", "core_auditseal", "filings_filingmove", "exchange_placementmove",
    "assessment_schememove",
)  # fmt: skip
ADDED = (
    "INSERT INTO core_auditevent ({columns}, act, actor_name, role, object_type, object_id,"
    " object_label, details) VALUES ({values}, 'x', '', '', '', '', '', '{{}}')"
)


@pytest.fixture
def product(db):
    """A role as the product has it, with the rights that a migration gives; gone with the test."""
    role = f"product_{uuid.uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role}")
    with override_settings(OWNER_DATABASE={"USER": "owner"}, PRODUCT_ROLE=role):
        roles.grant()
        roles.grant()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
    yield role
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def refused(statement):
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    return True


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "DROP TABLE {table} CASCADE",
        "SELECT 1 FROM {table} FOR UPDATE",
    ],
)
def test_history_can_not_be_changed_by_the_product(product, table, statement):
    column = "number" if table == "core_auditseal" else "id"
    assert refused(statement.format(table=table, column=column))


def test_every_history_of_users_is_append_only():
    marked = {it._meta.db_table for it in apps.get_models() if getattr(it, "append_only", False)}
    moves = {it._meta.db_table for it in apps.get_models() if it.__name__.endswith("Move")}
    assert marked == set(KEPT)
    assert moves <= marked


def test_an_event_has_no_number_of_its_own_choice(product):
    assert refused(ADDED.format(columns="id, at", values="9, now()"))


def test_product_works_with_its_role(product):
    county = made.district()
    school = made.school(county, "实验小学")
    audit.record(act="directory.school.change", actor=ACTOR, now=NOW, object_id=school.pk)
    assert seals.seal(now=NOW) == AuditEvent.objects.count() > 0
    assert AuditSeal.objects.count() == 1
    made.user("somebody").delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM directory_school FOR UPDATE")


def test_nothing_is_granted_where_the_product_owns_its_tables(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        roles.grant()
    with (
        override_settings(OWNER_DATABASE=dict(connection.settings_dict)),
        override_settings(PRODUCT_ROLE=connection.settings_dict["USER"]),
        django_assert_num_queries(0),
    ):
        roles.grant()


def test_doctor_says_whether_the_log_can_be_changed(product):
    assert service_checks.append_only(connection).ok
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    answer = service_checks.append_only(connection)
    assert (answer.ok, answer.needed) == (False, False)
    assert "能修改和删除审计记录" in answer.message
    assert "MIGRATE_DATABASE_URL" in answer.cure


@pytest.fixture
def apart(transactional_db):
    """A second login beside the owner's, as in production; returns its address."""
    role, given = f"product_{uuid.uuid4().hex[:8]}", connection.get_connection_params()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x'")
    yield role, {**given, "user": role, "password": "x"}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {role}")
        cursor.execute(f"DROP ROLE {role}")


def test_migrate_works_as_the_owner_and_lets_the_product_in(apart, monkeypatch):
    """The process has the product's address; only ``migrate`` reaches the database as the owner."""
    role, address = apart
    held = dict(connection.settings_dict)
    of_owner = {key: held[key] for key in owner.ADDRESS}
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "USER", role)
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "x")
    with override_settings(OWNER_DATABASE=of_owner, PRODUCT_ROLE=role):
        call_command("migrate", verbosity=0)
    assert connection.settings_dict["USER"] == held["USER"]
    keys = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{key: address[key] for key in keys if address.get(key)}) as there:
        there.execute(ADDED.format(columns="at", values="now()"))
        there.execute("SELECT count(*) FROM directory_school").fetchone()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            there.execute("DELETE FROM core_auditevent")
