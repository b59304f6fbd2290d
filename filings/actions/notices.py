import datetime

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import Denied
from core.periods import period
from filings.enums import NoticeKind
from filings.models import PublicNotice


@transaction.atomic
def give(
    *,
    district_id: int,
    kind: NoticeKind,
    title: str,
    first_day: datetime.date,
    last_day: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
) -> PublicNotice:
    """Open a window for objections; both days inclusive. Who may publish is the caller's question.

    Raises Denied when the window ends before it begins.
    """
    if last_day < first_day:
        raise Denied("公示结束日期不能早于开始日期。")
    notice = PublicNotice.objects.create(
        district_id=district_id,
        kind=kind,
        title=title,
        period=period(first_day, last_day),
        created_at=now,
        created_by_id=actor.user_id if actor else None,
        created_by_post_id=actor.post_id if actor else None,
        created_by_name=actor.name if actor else "命令行",
    )
    audit.record(
        act="filings.notice.give", actor=actor, now=now, object_type="public_notice",
        object_id=notice.pk, object_label=title, district_id=district_id,
        details={"from": str(first_day), "last_day": str(last_day)},
    )  # fmt: skip
    return notice
