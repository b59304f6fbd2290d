import datetime

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from filings.enums import ObjectionState
from filings.guards import objections as may
from filings.models import Objection, PublicNotice


@refusals_told()
@transaction.atomic
def file(
    *,
    notice_id: int,
    school_id: int,
    about_id: int,
    text: str,
    actor: Actor,
    now: datetime.datetime,
    on: datetime.date,
) -> Objection:
    """Object for a school to what a notice shows, about one school's figure (X-15).

    ``about_id`` must be a school whose figures the objector sees: the caller has asked. Raises
    Denied outside the window, and while the school has an objection that is not yet decided.
    """
    notice = PublicNotice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    may.check_file(actor=actor, notice=notice, school_id=school_id, on=on)
    if not text.strip():
        raise Denied("请写明异议内容。")
    objection = Objection.objects.create(
        notice=notice,
        school_id=school_id,
        about_id=about_id,
        text=text.strip(),
        filed_at=now,
        filed_by_id=actor.user_id,
        filed_by_post_id=actor.post_id,
        filed_by_name=actor.name,
    )
    _record("file", objection, actor, now)
    return objection


def withdraw(*, objection_id: int, actor: Actor, now: datetime.datetime) -> Objection:
    """The school takes its objection back while nobody has decided it."""
    return _end(objection_id, ObjectionState.WITHDRAWN, "学校撤回", actor, now, may.check_withdraw)


def decide(
    *, objection_id: int, upheld: bool, reason: str, actor: Actor, now: datetime.datetime
) -> Objection:
    """Uphold or reject, with a reason, once. What follows is the caller's, in its transaction."""
    if not reason.strip():
        raise Denied("处理异议须写明意见。")
    to = ObjectionState.UPHELD if upheld else ObjectionState.REJECTED

    def check(*, actor, objection):
        may.check_decide(actor=actor, objection=objection, to=to)

    return _end(objection_id, to, reason.strip(), actor, now, check)


@transaction.atomic
def _end(objection_id, to, reason, actor, now, check) -> Objection:
    rows = Objection.objects.select_for_update(of=("self",)).select_related("notice")
    objection = rows.get(pk=objection_id)
    check(actor=actor, objection=objection)
    objection.state, objection.decision, objection.decided_at = to, reason, now
    objection.decided_by_id, objection.decided_by_name = actor.user_id, actor.name
    objection.decided_by_post_id = actor.post_id
    objection.save()
    verb = "withdraw" if to == ObjectionState.WITHDRAWN else "decide"
    _record(verb, objection, actor, now)
    return objection


def _record(verb: str, objection: Objection, actor: Actor, now: datetime.datetime) -> None:
    audit.record(
        act=f"filings.objection.{verb}", actor=actor, now=now, object_type="objection",
        object_id=objection.pk, object_label=objection.notice.title,
        district_id=objection.notice.district_id, school_id=objection.school_id,
        details={"reason": objection.decision} if objection.decision else {},
    )  # fmt: skip
