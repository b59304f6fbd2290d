import datetime
import json
from collections.abc import Iterable

from core import statements
from core.actor import Actor


INSERT = """
INSERT INTO core_auditevent (
    at, act, user_id, actor_name, post_id, role, address, district_id, school_id, object_type,
    object_id, object_label, details
)
SELECT %(at)s, %(act)s, %(user)s::bigint, %(name)s, %(post)s::bigint, %(role)s, %(address)s::inet,
       %(district)s::bigint, told.school_id, %(object_type)s, told.id, told.label, told.details
  FROM unnest(%(schools)s::bigint[], %(ids)s::text[], %(labels)s::text[], %(details)s::jsonb[])
       WITH ORDINALITY AS told (school_id, id, label, details, place)
 ORDER BY told.place
RETURNING id
"""
LABEL_MOST = 200  # characters that are kept


def record(
    *,
    act: str,
    actor: Actor | None,
    now: datetime.datetime,
    object_type: str = "",
    object_id: object = "",
    object_label: str = "",
    district_id: int | None = None,
    school_id: int | None = None,
    details: dict | None = None,
) -> int:
    """Write one audit event in the caller's transaction: if it fails, so does the act.

    Returns the event's id. ``act`` is ``app.noun.verb`` (``directory.teacher.reveal``). Without an
    actor the event is the command line's. Put no personal data into ``details``: name the field,
    not its value.
    """
    (pk,) = record_all(
        act=act, actor=actor, now=now, object_type=object_type,
        objects=[(object_id, object_label, school_id, details)], district_id=district_id,
    )  # fmt: skip
    return pk


def record_all(
    *,
    act: str,
    actor: Actor | None,
    now: datetime.datetime,
    object_type: str,
    objects: Iterable[tuple[object, str, int | None, dict | None]],
    district_id: int | None = None,
) -> list[int]:
    """Write the same act on many objects, (id, label, school id, details) each, as one query.

    Returns the events' ids in the same order.
    """
    objects = list(objects)
    told = {
        "at": now,
        "act": act,
        "user": actor.user_id if actor else None,
        "name": actor.name if actor else "命令行",
        "post": actor.post_id if actor else None,
        "role": actor.role if actor else "",
        "address": actor.address if actor else None,
        "district": district_id or (actor.home_district_id if actor else None),
        "object_type": object_type,
        "ids": [str(pk) for pk, _, _, _ in objects],
        "labels": [label[:LABEL_MOST] for _, label, _, _ in objects],
        "schools": [school_id for _, _, school_id, _ in objects],
        "details": [json.dumps(details or {}) for _, _, _, details in objects],
    }
    return [pk for (pk,) in statements.rows(INSERT, told)]
