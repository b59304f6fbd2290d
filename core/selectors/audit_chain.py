"""The chain of seals over the audit log: how it is reckoned, and whether it still holds (ADR 18).

A seal keeps the digest of every event that it covers, so that a check can name the very event.
"""

import dataclasses
import datetime
import hashlib
import json
import struct
from collections.abc import Collection, Iterator

from core.models import AuditEvent, AuditSeal


# What of an event is sealed, in this order. A later column needs another list beside this one, and
# the seal a number that tells which: what is sealed stays as it was reckoned.
SEALED = (
    "id", "at", "act", "user_id", "actor_name", "post_id", "role", "district_id", "school_id",
    "address", "object_type", "object_id", "object_label", "details",
)  # fmt: skip
RECORD = struct.Struct(">q32s")  # of an event its id and digest
FIRST = -(2**63)  # the smallest id there can be
EVENTS_AT_A_TIME, SEALS_AT_A_TIME = 2000, 20
MOST_TOLD = 100  # whoever lost more than this wants to know where it begins


@dataclasses.dataclass(frozen=True)
class Break:
    """Where log and chain part: ``kind`` is changed, removed, inserted, seal or cut."""

    kind: str
    table: str
    id: int
    message: str


@dataclasses.dataclass(frozen=True)
class Checked:
    """What a check saw. ``unsealed_since`` is the time of the oldest event not sealed yet."""

    breaks: list[Break]
    seals: int
    events: int
    last: AuditSeal | None
    unsealed: int
    unsealed_since: datetime.datetime | None


def last_seal() -> AuditSeal | None:
    """The newest link, without its digests."""
    return AuditSeal.objects.defer("digests").order_by("-number").first()


def digest(event: tuple) -> bytes:
    """SHA-256 of an event, the values of ``SEALED``: the same in every time zone."""
    number, at, *rest = event
    told = [number, _instant(at), *rest]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def seal_hash(seal: AuditSeal) -> str:
    """SHA-256 over all that a seal holds."""
    head = json.dumps([seal.number, _instant(seal.sealed_at), seal.last_id, seal.previous])
    return hashlib.sha256(head.encode() + b"\n" + bytes(seal.digests)).hexdigest()


def events_after(after: int, most: int) -> list[tuple]:
    """The next events in the order of their ids, as ``SEALED`` says."""
    rows = AuditEvent.objects.filter(pk__gt=after).order_by("pk")
    return list(rows.values_list(*SEALED)[:most])


def check(expected: Collection[str] = ()) -> Checked:
    """Reckon the chain again. ``expected`` are hashes that somebody kept outside.

    Without them a log whose end was cut off together with its seals looks like one that was never
    written, and one that its owner sealed anew looks whole: nothing inside can tell.
    """
    breaks: list[Break] = []
    hashes: set[str] = set()
    events = _every_event()
    event = next(events, None)
    count, upto, before, follows = 0, FIRST, None, True
    for seal in _every_seal():
        hashes.add(seal.hash)
        faults = _of_chain(seal, before)
        follows = follows and not faults  # else nobody knows where its events begin
        if _is_sound(seal):
            held, found = dict(RECORD.iter_unpack(bytes(seal.digests))), {}
            while event and event[0] <= seal.last_id:
                if follows or event[0] >= min(held):
                    found[event[0]] = event[1]
                event = next(events, None)
            faults += _of_events(seal, held, found)
            count, upto, follows = count + len(found), seal.last_id, True
        breaks += faults[: MOST_TOLD - len(breaks)]
        before = seal
    table = AuditSeal._meta.db_table  # noqa: SLF001 - Django documents _meta
    breaks += [
        Break("cut", table, 0, f"链上没有封存值 {lost}：末尾被截去，或整条链被换过。")
        for lost in sorted(set(expected) - hashes)
    ]
    rest = AuditEvent.objects.filter(pk__gt=upto)
    oldest = rest.order_by("at").values_list("at", flat=True).first()
    return Checked(breaks, len(hashes), count, before, rest.count(), oldest)


def _of_chain(seal: AuditSeal, before: AuditSeal | None) -> list[Break]:
    """What is wrong with a link. One that was changed tells nothing of its events any more."""
    number, previous = (before.number + 1, before.hash) if before else (1, "")
    told = []
    if seal.number != number:
        gap = f"{number}" if seal.number == number + 1 else f"{number}–{seal.number - 1}"
        told.append((number, f"第 {gap} 号封存不见了，其中的审计记录无从核对。"))
    elif seal.previous != previous:
        told.append((seal.number, f"第 {seal.number} 号封存接不上前一号。"))
    if not _is_sound(seal):
        told.append((seal.number, f"第 {seal.number} 号封存被改过，其中的审计记录无从核对。"))
    table = AuditSeal._meta.db_table  # noqa: SLF001
    return [Break("seal", table, pk, said) for pk, said in told]


def _is_sound(seal: AuditSeal) -> bool:
    whole = len(seal.digests) > 0 and len(seal.digests) % RECORD.size == 0
    return whole and seal.hash == seal_hash(seal)


def _of_events(seal: AuditSeal, held: dict[int, bytes], found: dict[int, bytes]) -> list[Break]:
    """Events that are not what the seal holds of them, in the order of their ids."""
    table = AuditEvent._meta.db_table  # noqa: SLF001
    words = {"removed": "在封存后被删除", "inserted": "是封存后插入的", "changed": "在封存后被改过"}
    kinds = {
        pk: "removed" if pk not in found else "inserted" if pk not in held else "changed"
        for pk in held.keys() | found.keys()
        if held.get(pk) != found.get(pk)
    }
    return [
        Break(kind, table, pk, f"审计记录 {pk} {words[kind]}（第 {seal.number} 号封存）。")
        for pk, kind in sorted(kinds.items())
    ]


def _every_event() -> Iterator[tuple[int, bytes]]:
    """Id and digest of every event, in the order of the ids; read as it is asked for."""
    after = FIRST
    while many := events_after(after, EVENTS_AT_A_TIME):
        for event in many:
            yield event[0], digest(event)
        after = many[-1][0]


def _every_seal() -> Iterator[AuditSeal]:
    """In the order of their numbers; a few at a time, for a seal may hold 200 KB."""
    rows, after = AuditSeal.objects.order_by("number"), FIRST
    while many := list(rows.filter(number__gt=after)[:SEALS_AT_A_TIME]):
        yield from many
        after = many[-1].number


def _instant(at: datetime.datetime) -> str:
    return at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
