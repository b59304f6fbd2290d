"""Audit rows: written in the transaction of the act, or the act does not happen."""

import contextlib
import datetime

import pytest
from django.db import transaction

from core import acts
from core.actions import audit
from core.actor import Actor
from core.models import AuditEvent


NOW = datetime.datetime(2024, 10, 15, 1, tzinfo=datetime.UTC)
ACTOR = Actor(
    user_id=5, name="经办甲", on=NOW.date(), post_id=7, role="BUREAU_HEAD", home_district_id=9,
    address="10.0.0.1",
)  # fmt: skip


@pytest.mark.django_db
def test_event_tells_who_in_which_post_from_where():
    pk = audit.record(
        act="directory.teacher.reveal", actor=ACTOR, now=NOW, object_type="teacher", object_id=3,
        object_label="教师甲", school_id=4, details={"field": "phone", "why": "核对"},
    )  # fmt: skip
    row = AuditEvent.objects.values().get(pk=pk)
    row.pop("id")
    assert row == {
        "at": NOW,
        "act": "directory.teacher.reveal",
        "user_id": 5,
        "actor_name": "经办甲",
        "post_id": 7,
        "role": "BUREAU_HEAD",
        "district_id": 9,
        "school_id": 4,
        "address": "10.0.0.1",
        "object_type": "teacher",
        "object_id": "3",
        "object_label": "教师甲",
        "details": {"field": "phone", "why": "核对"},
    }


@pytest.mark.django_db
def test_without_an_actor_it_is_the_command_line():
    pk = audit.record(act="core.import.write", actor=None, now=NOW, district_id=9)
    event = AuditEvent.objects.get(pk=pk)
    assert (event.actor_name, event.user_id, event.district_id) == ("命令行", None, 9)


@pytest.mark.django_db
def test_many_objects_are_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        ids = audit.record_all(
            act="directory.account.open", actor=ACTOR, now=NOW, object_type="user",
            objects=[
                (number, f"教师“{number}”", number or None, {"why": f"'{number}', \\{{}}"})
                for number in range(50)
            ],
        )  # fmt: skip
    rows = AuditEvent.objects.in_bulk(ids)
    assert len(rows) == AuditEvent.objects.count() == 50
    for number, pk in enumerate(ids):
        assert rows[pk].object_id == str(number)
        assert rows[pk].object_label == f"教师“{number}”"
        assert rows[pk].school_id == (number or None)
        assert rows[pk].details == {"why": f"'{number}', \\{{}}"}


@pytest.mark.django_db
def test_no_object_is_no_event():
    assert audit.record_all(act="core.x.y", actor=None, now=NOW, object_type="x", objects=[]) == []


@pytest.mark.django_db(transaction=True)
def test_act_that_fails_leaves_no_event():
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        audit.record(act="core.import.write", actor=None, now=NOW)
        raise ZeroDivisionError
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_long_names_are_cut_and_empty_values_left_out():
    pk = audit.record(act="core.import.write", actor=None, now=NOW, object_label="长" * 300)
    assert len(AuditEvent.objects.get(pk=pk).object_label) == 200
    assert acts.told({"reason": "", "rows": 3, "internal": 1}, {}) == "行数：3"
    assert acts.told({"fields": ["name", "x"]}, {"name": "名称"}) == "项目：名称、x"
    assert acts.label("an.old.act") == "an.old.act"
