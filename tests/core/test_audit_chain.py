"""The seals over the audit log, and what a check finds of whoever owns the tables (ADR 18)."""

import datetime
import hashlib
import json
import threading
import time

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from core.actions import audit, seals
from core.actor import Actor
from core.models import AuditEvent, AuditSeal
from core.selectors import audit_chain


NOW = datetime.datetime(2024, 10, 15, 1, tzinfo=datetime.UTC)
ACTOR = Actor(
    user_id=5, name="经办甲", on=NOW.date(), post_id=7, role="BUREAU_HEAD", home_district_id=9,
    address="10.0.0.1",
)  # fmt: skip


def write(many=1, at=NOW):
    return audit.record_all(
        act="directory.teacher.reveal", actor=ACTOR, now=at, object_type="teacher",
        objects=[(number, f"教师{number}", 4, {"field": "phone"}) for number in range(many)],
    )  # fmt: skip


def told(checked):
    return [(it.kind, it.table.removeprefix("core_audit"), it.id) for it in checked.breaks]


def as_owner(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def chain(db, monkeypatch):
    """Three seals of two events each, and one event that is not sealed yet."""
    monkeypatch.setattr(seals, "MOST", 2)
    ids = write(6)
    assert seals.seal(now=NOW) == 6
    return ids + write()


def test_everything_written_is_sealed_once_and_chained(chain):
    links = list(AuditSeal.objects.order_by("number"))
    assert [it.number for it in links] == [1, 2, 3]
    assert [it.last_id for it in links] == chain[1:6:2]
    assert [it.previous for it in links] == ["", links[0].hash, links[1].hash]
    assert seals.seal(now=NOW) == 1
    assert seals.seal(now=NOW) == 0
    found = audit_chain.check(expected=[links[1].hash])
    assert (found.breaks, found.seals, found.events, found.unsealed) == ([], 4, 7, 0)


@pytest.mark.django_db
def test_an_empty_log_has_no_seal_and_no_break():
    assert seals.seal(now=NOW) == 0
    found = audit_chain.check()
    assert found == audit_chain.Checked([], 0, 0, None, 0, None)


@pytest.mark.django_db
def test_what_is_sealed_can_be_reckoned_without_the_product():
    """The bytes are promised: JSON of the columns in their order, keys sorted, times in UTC."""
    [pk] = write()
    event = audit_chain.events_after(0, 1)[0]
    text = (
        f'[{pk},"2024-10-15T01:00:00.000000+00:00","directory.teacher.reveal",5,'
        '"\\u7ecf\\u529e\\u7532",7,"BUREAU_HEAD",9,4,"10.0.0.1","teacher","0","\\u6559\\u5e080",'
        '{"field":"phone"}]'
    )
    assert audit_chain.digest(event) == hashlib.sha256(text.encode()).digest()


def test_every_column_of_an_event_is_sealed():
    columns = {it.attname for it in AuditEvent._meta.concrete_fields}
    assert set(audit_chain.SEALED) == columns


TAMPERINGS = {
    "a label changed": (
        "UPDATE core_auditevent SET object_label = '别人' WHERE id = {2}",
        [("changed", "event", 2)],
    ),
    "who": ("UPDATE core_auditevent SET user_id = 6 WHERE id = {0}", [("changed", "event", 0)]),
    "when": (
        "UPDATE core_auditevent SET at = at + interval '1 microsecond' WHERE id = {3}",
        [("changed", "event", 3)],
    ),
    "the details": (
        "UPDATE core_auditevent SET details = '{{}}' WHERE id = {5}", [("changed", "event", 5)],
    ),
    "an event removed": ("DELETE FROM core_auditevent WHERE id = {4}", [("removed", "event", 4)]),
    "the first and another": (
        "DELETE FROM core_auditevent WHERE id IN ({0}, {3})",
        [("removed", "event", 0), ("removed", "event", 3)],
    ),
    "one inserted before all": (
        (
            "INSERT INTO core_auditevent (id, at, act, actor_name, role, object_type, object_id,"
            " object_label, details) VALUES (-5, now(), 'x', '', '', '', '', '', '{{}}')"
        ),
        [("inserted", "event", -5)],
    ),
    "one put in the place of another": (
        "UPDATE core_auditevent SET id = 0 WHERE id = {1}",
        [("inserted", "event", 0), ("removed", "event", 1)],
    ),
    "a seal's time": (
        "UPDATE core_auditseal SET sealed_at = now() WHERE number = 2", [("seal", "seal", 2)],
    ),
    "a seal's digests": (
        "UPDATE core_auditseal SET digests = substring(digests FROM 41) WHERE number = 1",
        [("seal", "seal", 1)],
    ),
    "a seal's reach": (
        "UPDATE core_auditseal SET last_id = last_id + 1 WHERE number = 3", [("seal", "seal", 3)],
    ),
    "a seal's hash": (
        "UPDATE core_auditseal SET hash = repeat('0', 64) WHERE number = 2",
        [("seal", "seal", 2), ("seal", "seal", 3)],
    ),
    "a seal removed": (
        "DELETE FROM core_auditseal WHERE number = 2", [("seal", "seal", 2)],
    ),
    "the first seal removed": (
        "DELETE FROM core_auditseal WHERE number = 1", [("seal", "seal", 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_and_named(chain, name):
    statement, wanted = TAMPERINGS[name]
    as_owner(statement.format(*chain))
    places = [
        (kind, table, chain[at] if table == "event" and kind != "inserted" else at)
        for kind, table, at in wanted
    ]
    found = audit_chain.check()
    assert told(found) == places
    assert all(str(it.id) in it.message for it in found.breaks if it.kind != "cut")


def test_an_event_with_a_skipped_id_is_found(db):
    """A transaction that was rolled back leaves a gap; an event put there later is no gap."""
    with transaction.atomic():
        [gone] = write()
        transaction.set_rollback(True)
    write()
    seals.seal(now=NOW)
    assert audit_chain.check().breaks == []
    as_owner("UPDATE core_auditevent SET id = %s", gone)
    assert [it[0] for it in told(audit_chain.check())] == ["inserted", "removed"]


def test_a_log_cut_off_with_its_seals_is_found_by_a_hash_kept_elsewhere(chain):
    kept = audit_chain.last_seal().hash
    as_owner("DELETE FROM core_auditseal WHERE number = 3")
    as_owner("DELETE FROM core_auditevent WHERE id > %s", chain[3])
    assert audit_chain.check().breaks == []  # nothing inside can tell
    assert told(audit_chain.check(expected=[kept])) == [("cut", "seal", 0)]


def test_a_log_sealed_anew_by_its_owner_is_found_by_a_hash_kept_elsewhere(chain):
    kept = audit_chain.last_seal().hash
    as_owner("DELETE FROM core_auditevent WHERE id = %s", chain[0])
    as_owner("DELETE FROM core_auditseal")
    seals.seal(now=NOW)
    assert audit_chain.check().breaks == []
    assert told(audit_chain.check(expected=[kept])) == [("cut", "seal", 0)]


def test_the_first_hundred_breaks_are_told(db, monkeypatch):
    write(150)
    seals.seal(now=NOW)
    as_owner("DELETE FROM core_auditevent")
    assert len(audit_chain.check().breaks) == audit_chain.MOST_TOLD


@pytest.mark.parametrize("many", [1, 3])
def test_a_check_asks_a_few_queries_whatever_it_reads(db, many, django_assert_num_queries):
    for _ in range(many):
        write(2)
        seals.seal(now=NOW)
    with django_assert_num_queries(6):
        audit_chain.check()


# ---- More than one at a time.


class Other:
    """Somebody else's connection: begins to write an event and commits when told to."""

    def __init__(self):
        self.written, self.go = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._work)
        self.thread.start()
        assert self.written.wait(10)

    def _work(self):
        try:
            with transaction.atomic():
                write()
                self.written.set()
                self.go.wait(10)
        finally:
            connections["default"].close()

    def commit(self):
        self.go.set()
        self.thread.join()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sealed_past_an_event_that_is_being_written():
    other = Other()
    try:
        write()  # has a greater id, and is committed
        assert seals.seal(now=NOW, patience=0.2) == 0
    finally:
        other.commit()
    assert seals.seal(now=NOW) == 2
    assert audit_chain.check().breaks == []


@pytest.mark.django_db(transaction=True)
def test_sealing_waits_for_writers_and_no_writer_waits_for_it():
    other = Other()
    write()
    sealed = []

    def work():
        sealed.append(seals.seal(now=NOW, patience=10))
        connections["default"].close()

    sealer = threading.Thread(target=work)
    sealer.start()
    begun = time.monotonic()
    while not sealed and time.monotonic() - begun < 0.3:
        write()  # is not held up, and not sealed this time
    assert sealed == []
    other.commit()
    sealer.join()
    assert sealed[0] >= 2
    seals.seal(now=NOW)
    found = audit_chain.check()
    assert (found.breaks, found.unsealed) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain(monkeypatch):
    monkeypatch.setattr(seals, "MOST", 3)
    write(30)
    start, counts = threading.Barrier(4), []

    def work():
        start.wait()
        counts.append(seals.seal(now=NOW))
        connections["default"].close()

    sealers = [threading.Thread(target=work) for _ in range(4)]
    for it in sealers:
        it.start()
    for it in sealers:
        it.join()
    while seals.seal(now=NOW):
        pass
    assert sum(counts) <= 30
    found = audit_chain.check()
    assert (found.breaks, found.seals, found.events, found.unsealed) == ([], 10, 30, 0)


@pytest.mark.django_db(transaction=True)
def test_a_sealer_killed_between_two_seals_is_gone_on_with(monkeypatch):
    monkeypatch.setattr(seals, "MOST", 2)
    write(6)
    reckon, calls = audit_chain.seal_hash, []

    def killed(seal):
        calls.append(seal.number)
        if seal.number == 2:
            raise SystemExit
        return reckon(seal)

    monkeypatch.setattr(audit_chain, "seal_hash", killed)
    with pytest.raises(SystemExit):
        seals.seal(now=NOW)
    monkeypatch.setattr(audit_chain, "seal_hash", reckon)
    assert (AuditSeal.objects.count(), seals.seal(now=NOW)) == (1, 4)
    assert audit_chain.check().breaks == []


# ---- The command.


def command(capsys, *arguments):
    code = 0
    try:
        call_command("check_audit", *arguments, "--json")
    except SystemExit as ended:
        code = ended.code
    return code, json.loads(capsys.readouterr().out)


def test_command_tells_in_json_and_by_its_exit_code(chain, capsys):
    last = audit_chain.last_seal()
    code, report = command(capsys, "--expect", last.hash.upper())
    assert code == 0
    assert report == {
        "ok": True, "seals": 3, "events": 6, "unsealed": 1,
        "unsealed_since": NOW.isoformat(),
        "last": {"number": 3, "sealed_at": NOW.isoformat(), "hash": last.hash},
        "violations": [],
    }  # fmt: skip
    as_owner("DELETE FROM core_auditevent WHERE id = %s", chain[2])
    code, report = command(capsys)
    assert (code, report["ok"]) == (1, False)
    assert report["violations"] == [
        {
            "kind": "removed", "table": "core_auditevent", "id": chain[2],
            "message": f"审计记录 {chain[2]} 在封存后被删除（第 2 号封存）。",
        }
    ]  # fmt: skip


def test_command_refuses_what_is_no_hash(db, capsys):
    with pytest.raises(Exception, match="64 位十六进制数"):
        command(capsys, "--expect", "9f")
