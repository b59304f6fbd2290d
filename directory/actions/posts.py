import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.actions import audit
from core.actor import Actor
from core.errors import Denied
from directory.guards import accounts as guards
from directory.models import Post


@transaction.atomic
def end(
    *,
    post_id: int,
    last_day: datetime.date,
    reason: str,
    actor: Actor | None,
    now: datetime.datetime,
) -> Post:
    """End a post after that day, which may lie ahead. The row stays (rule 3).

    With the last post the account closes by itself from the next day on: nothing is switched off
    and nothing deleted, so that moving the end or a new post opens it again. A post that ends on
    that day already is left as it is. Grants to the post reach nobody afterwards.
    """
    post = Post.objects.select_for_update(of=("self",)).get(pk=post_id)
    guards.check_end(actor, post)
    if not reason.strip():
        raise Denied("请写明结束任职的原因。")
    if post.period.lower and last_day < post.period.lower:
        raise Denied(f"结束日期不能早于任职开始的 {post.period.lower}。")
    day_after = last_day + datetime.timedelta(days=1)
    if post.period.upper == day_after:
        return post
    post.period = DateRange(post.period.lower, day_after, "[)")
    post.full_clean()
    post.save(update_fields=["period"])
    audit.record(
        act="directory.post.end", actor=actor, now=now, object_type="post", object_id=post.pk,
        object_label=f"{post.user.name} {post.get_role_display()}",
        district_id=post.district_id or post.school.district_id, school_id=post.school_id,
        details={"last_day": str(last_day), "reason": reason.strip()[:200]},
    )  # fmt: skip
    return post


@transaction.atomic
def wear(*, actor: Actor, now: datetime.datetime) -> None:
    """Record that somebody works in this post from now on; the choice itself is the session's."""
    audit.record(
        act="directory.post.wear", actor=actor, now=now, object_type="post",
        object_id=actor.post_id, object_label=actor.name,
    )  # fmt: skip
