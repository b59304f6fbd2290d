import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.periods import period
from directory.actions import districts
from policies import guards
from policies.models import AdoptedPack, Adoption


Listed = tuple[str, datetime.date | None, datetime.date | None]


@refusals_told()
@transaction.atomic
def adopt(
    *,
    district_id: int,
    packs: Sequence[Listed],
    first_day: datetime.date,
    reason: str,
    actor: Actor | None,
    now: datetime.datetime,
) -> Adoption:
    """Let a district follow these packs, (code, valid from, valid until) in order, from that day.

    The adoption in force until then ends the day before; one that begins on the very day is
    withdrawn and stays readable. Own figures of the bureau stay. Raises Denied for an unknown
    pack, a pack twice, a day before an adoption entered later, or a day that a published result
    has closed; nothing is saved then.
    """
    districts.hold(district_id=district_id)
    guards.check_manage(actor=actor, district_id=district_id)
    reason = guards.check_reason(reason)
    guards.check_codes([code for code, *_ in packs])
    for _, valid_from, valid_until in packs:
        if valid_from and valid_until and valid_until < valid_from:
            raise Denied("有效期至不能早于执行日期，请核对。")
    guards.check_open(district_id, first_day)
    make_room(Adoption.objects.filter(district_id=district_id), first_day, now)
    adoption = Adoption(
        district_id=district_id, period=period(first_day), reason=reason, created_at=now,
        created_by_id=actor and actor.user_id, created_by_name=actor.name if actor else "命令行",
    )  # fmt: skip
    adoption.full_clean()
    adoption.save()
    AdoptedPack.objects.bulk_create(
        AdoptedPack(
            adoption=adoption, position=number, code=code, valid_from=start, valid_until=end
        )
        for number, (code, start, end) in enumerate(packs, 1)
    )
    audit.record(
        act="policies.adoption.adopt", actor=actor, now=now, object_type="adoption",
        object_id=adoption.pk, object_label="、".join(code for code, *_ in packs),
        district_id=district_id, details={"from": str(first_day), "reason": reason},
    )  # fmt: skip
    return adoption


def make_room(rows, first_day: datetime.date, now: datetime.datetime) -> None:
    """End what is in force on that day, under the caller's lock; asks no guard.

    Raises Denied where a later row is entered already.
    """
    rows = rows.filter(withdrawn_at__isnull=True)
    later = rows.filter(period__startswith__gt=first_day).order_by("period").first()
    if later:
        raise Denied(
            f"已录入自 {later.period.lower} 起的变更（{later.created_by_name}），"
            "请填写不早于那一天的日期。"
        )
    for row in rows.on(first_day).order_by("pk"):
        if row.period.lower == first_day:
            row.withdrawn_at = now
            row.save(update_fields=["withdrawn_at"])
        else:
            row.period = DateRange(row.period.lower, first_day, "[)")
            row.save(update_fields=["period"])
