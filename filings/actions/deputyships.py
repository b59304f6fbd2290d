"""Every write to 代理: for a period another person handles what waits for a post (X-9)."""

import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.periods import period
from filings.guards import deputyships as may
from filings.models import Deputyship
from filings.selectors.deputyships import is_here, posts_here


@refusals_told()
@transaction.atomic
def name(
    *,
    post_id: int,
    deputy_id: int,
    first_day: datetime.date,
    last_day: datetime.date,
    reason: str,
    actor: Actor,
    now: datetime.datetime,
    on: datetime.date,
) -> Deputyship:
    """Let ``deputy_id`` handle what waits for ``post_id`` from the first to the last day.

    The deputy acts in the own post; the history names both. Raises Denied for posts elsewhere, for
    days in the past, and while the post has another deputy in that time. A post that ends earlier
    ends it.
    """
    here = {it.post_id: it for it in posts_here(actor, on)}
    post, deputy = here.get(post_id), here.get(deputy_id)
    may.check_name(actor=actor, post=post, deputy=deputy)
    if not reason.strip():
        raise Denied("请写明代理的原因。")
    if first_day < on:
        raise Denied(f"代理不能从过去的日期开始，今天是 {on}。")
    if last_day < first_day:
        raise Denied(f"最后一天不能早于第一天（{first_day}）。")
    made = Deputyship.objects.create(
        post_id=post_id, deputy_id=deputy_id, period=period(first_day, last_day),
        reason=reason.strip()[:200], created_at=now, created_by_id=actor.user_id,
        created_by_name=actor.name,
    )  # fmt: skip
    _record("name", made, f"{deputy.name} 代 {post.name}（{post.label}）", actor, now)
    return made


@transaction.atomic
def end(
    *,
    deputyship_id: int,
    last_day: datetime.date,
    reason: str,
    actor: Actor,
    now: datetime.datetime,
    on: datetime.date,
) -> Deputyship:
    """End a 代理 after that day, which is yesterday at the earliest: what was done stays done.

    One that has not begun yet never comes into force; its row stays with the reason. Raises
    Denied for one that is over, and for a day later than it lasts.
    """
    rows = Deputyship.objects.select_for_update(of=("self",))
    held = rows.select_related("post__user", "deputy__user").get(pk=deputyship_id)
    may.check_whose(actor=actor, post_id=held.post_id, here=is_here(actor, held))
    if not reason.strip():
        raise Denied("请写明提前结束的原因。")
    if held.period.isempty or held.last_day < on:
        raise Denied("这项代理已经结束。")
    if last_day >= held.last_day:
        raise Denied(f"这项代理到 {held.last_day} 为止，请选择更早的日期。")
    if last_day < on - datetime.timedelta(days=1):
        raise Denied("最早可以从今天起结束，最后一天请填昨天或以后的日期。")
    begun = last_day >= held.first_day
    held.period = period(held.first_day, last_day) if begun else DateRange(empty=True)
    held.ended_reason = reason.strip()[:200]
    held.save(update_fields=["period", "ended_reason"])
    label = f"{held.deputy.user.name} 代 {held.post.user.name}（{held.post.get_role_display()}）"
    _record("end", held, label, actor, now, {"last_day": str(last_day)})
    return held


def _record(verb, held: Deputyship, label: str, actor: Actor, now, details=None) -> None:
    told = {"post": held.post_id, "deputy": held.deputy_id}
    if not held.period.isempty:
        told |= {"from": str(held.first_day), "until": str(held.last_day)}
    audit.record(
        act=f"filings.deputyship.{verb}", actor=actor, now=now, object_type="deputyship",
        object_id=held.pk, object_label=label, district_id=actor.home_district_id,
        school_id=held.post.school_id, details=told | (details or {}),
    )  # fmt: skip
