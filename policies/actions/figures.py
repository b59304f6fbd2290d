import datetime
from typing import Any

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.periods import period
from directory.actions import districts
from policies import guards, schema, selectors
from policies.actions.adoptions import make_room
from policies.models import OwnFigure


@refusals_told()
@transaction.atomic
def set_own(
    *,
    district_id: int,
    identity: str,
    figures: dict[str, Any],
    first_day: datetime.date,
    reason: str,
    actor: Actor | None,
    now: datetime.datetime,
) -> OwnFigure:
    """Rule a figure of the bureau's own for a rule from that day on, with its reason.

    It wins over every pack until it is withdrawn. An earlier one ends the day before; one of the
    very day is withdrawn. Raises Denied as ``adopt`` does, and schema.WrongFigures (a sentence
    per field) for figures that the rule cannot have.
    """
    reason = _check(district_id, first_day, reason, actor)
    example = guards.check_identity(identity)
    if not schema.figures_of(type(example)):
        raise Denied("这条规则没有数值，不需要本局规定。")
    if not figures:
        raise Denied("请至少填写一项数值。")
    rule = schema.own_rule(example, figures, reason)
    return _write(
        "policies.figure.set_own", rule.title, first_day, now, actor,
        district_id=district_id, identity=identity, figures=rule.figures(), reason=reason,
    )  # fmt: skip


@refusals_told()
@transaction.atomic
def drop(
    *,
    district_id: int,
    identity: str,
    first_day: datetime.date,
    reason: str,
    actor: Actor | None,
    now: datetime.datetime,
) -> OwnFigure:
    """Drop a rule whose document is past its validity: from that day it has no value (X-22).

    Packs further down the list do not step in. Raises Denied for a rule that has not lapsed.
    """
    reason = _check(district_id, first_day, reason, actor)
    example = guards.check_identity(identity)
    guards.check_droppable(district_id, identity, first_day)
    return _write(
        "policies.figure.drop", example.title, first_day, now, actor,
        district_id=district_id, identity=identity, dropped=True, reason=reason,
    )  # fmt: skip


@refusals_told()
@transaction.atomic
def withdraw(
    *,
    district_id: int,
    identity: str,
    first_day: datetime.date,
    reason: str,
    actor: Actor | None,
    now: datetime.datetime,
) -> None:
    """End the bureau's own figure, or its dropping of a rule: from that day the packs hold again.

    Raises Denied where the bureau ruled nothing on that day.
    """
    reason = _check(district_id, first_day, reason, actor)
    rows = OwnFigure.objects.filter(district_id=district_id, identity=identity)
    held = rows.on(first_day).filter(withdrawn_at__isnull=True).order_by("pk").first()
    if held is None:
        raise Denied("本局在这一天对这条规则没有规定，无需撤销。")
    make_room(rows, first_day, now)
    _record(
        "policies.figure.withdraw", held, selectors.catalogue()[identity].title, actor, now,
        {"from": str(first_day), "reason": reason},
    )  # fmt: skip


def _check(district_id, first_day, reason, actor) -> str:
    districts.hold(district_id=district_id)
    guards.check_manage(actor=actor, district_id=district_id)
    guards.check_open(district_id, first_day)
    return guards.check_reason(reason)


def _write(act, title, first_day, now, actor, *, district_id, identity, **values) -> OwnFigure:
    make_room(OwnFigure.objects.filter(district_id=district_id, identity=identity), first_day, now)
    row = OwnFigure(
        district_id=district_id, identity=identity, period=period(first_day), created_at=now,
        created_by_id=actor and actor.user_id, created_by_name=actor.name if actor else "命令行",
        **values,
    )  # fmt: skip
    row.full_clean()
    row.save()
    details = {"from": str(first_day), "reason": row.reason, "identity": identity}
    _record(act, row, title, actor, now, details)
    return row


def _record(act, row: OwnFigure, title, actor, now, details) -> None:
    audit.record(
        act=act, actor=actor, now=now, object_type="rule", object_id=row.pk, object_label=title,
        district_id=row.district_id, details=details,
    )  # fmt: skip
