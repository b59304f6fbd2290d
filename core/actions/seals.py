"""Sealing the audit log: every minute one more link of the chain (``core.selectors.audit_chain``).

Nobody who writes an event waits for it: a lock over the table would hold up every act behind the
longest import, and the product's role may not take one (ADR 18).
"""

import datetime
import time

from django.db import IntegrityError, connection, transaction

from core.models import AuditEvent, AuditSeal
from core.selectors import audit_chain


MOST = 5000  # events of one seal
PATIENCE = 3  # seconds for those who are writing; after a longer import a minute later
WRITERS = """
SELECT virtualtransaction FROM pg_locks
 WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND relation = %s::regclass AND mode = 'RowExclusiveLock'
   AND pid IS DISTINCT FROM pg_backend_pid()
"""


def seal(*, now: datetime.datetime, patience: float = PATIENCE) -> int:
    """Seal the events that nobody sealed; returns how many.

    None while somebody who began to write before is not done within ``patience`` seconds: their
    events may have smaller ids than those that are seen. None when another process seals at the
    same moment. Each seal is one row, there or not: a process killed between two loses nothing.
    """
    upto = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    if upto is None or not _writers_are_done(patience):
        return 0
    sealed = 0
    while many := _next(upto, now):
        sealed += many
    return sealed


def _next(upto: int, now: datetime.datetime) -> int:
    """One more seal, of events up to that id; returns how many it holds."""
    before = audit_chain.last_seal()
    after = before.last_id if before else audit_chain.FIRST
    events = [it for it in audit_chain.events_after(after, MOST) if it[0] <= upto]
    if not events:
        return 0
    made = AuditSeal(
        number=before.number + 1 if before else 1,
        sealed_at=now,
        last_id=events[-1][0],
        digests=b"".join(audit_chain.RECORD.pack(it[0], audit_chain.digest(it)) for it in events),
        previous=before.hash if before else "",
    )
    made.hash = audit_chain.seal_hash(made)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # another process has sealed these meanwhile
        return 0
    return len(events)


def _writers_are_done(patience: float) -> bool:
    """Whether all whose transaction has begun to write events by now have ended it.

    A transaction takes its lock before its event gets an id, and gives it up after the event is
    to be seen; whoever holds none now will write greater ids than those that are there.
    """
    deadline = time.monotonic() + patience
    writing = _writers()
    while writing and time.monotonic() < deadline:
        time.sleep(0.05)
        writing &= _writers()
    return not writing


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS, [AuditEvent._meta.db_table])  # noqa: SLF001
        return {name for (name,) in cursor.fetchall()}
