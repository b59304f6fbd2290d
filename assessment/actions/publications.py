"""送审, 撤回, 退回 and 发布: how a version goes from the desk of 教育股 to the public (X-15)."""

import datetime

from django.db import transaction

from assessment.actions import reckonings, schemes
from assessment.enums import ResultState, SchemeMoveKind, ShownTo
from assessment.guards import publications as may_publish
from assessment.guards import schemes as may
from assessment.models import Publication, Result, Scheme
from assessment.selectors import inputs, snapshots
from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from directory.actions import closings
from filings.actions import notices
from filings.enums import NoticeKind


SOURCE = "assessment.scheme"  # of closings; their source_id is the school year
VERBS = {
    SchemeMoveKind.SUBMITTED: "submit",
    SchemeMoveKind.WITHDRAWN: "withdraw",
    SchemeMoveKind.RETURNED: "give_back",
    SchemeMoveKind.PUBLISHED: "publish",
}
CHANGED = "数据有变化，已重新计算，请再看一遍。"


@refusals_told()
def submit(*, scheme_id: int, seen: str, actor: Actor | None, now: datetime.datetime) -> Scheme:
    """教育股 puts the results, as it has ``seen`` them, before the head of the bureau.

    Reckons anew first. Raises Denied when the results differ from what was seen (they are stored
    all the same), or cannot be reckoned, or a school waits.
    """
    with transaction.atomic():
        scheme = schemes.lock(scheme_id)
        may.check_manage(actor=actor, district_id=scheme.district_id)
        may.check_move(scheme, SchemeMoveKind.SUBMITTED)
        if fresh := _as_seen(scheme, seen, now):
            _check_whole(scheme)
            _move(scheme, SchemeMoveKind.SUBMITTED, actor, now)
    if not fresh:
        raise Denied(CHANGED)
    return scheme


@refusals_told()
@transaction.atomic
def withdraw(*, scheme_id: int, actor: Actor | None, now: datetime.datetime) -> Scheme:
    """教育股 takes a submitted version back to go on with it."""
    scheme = schemes.lock(scheme_id)
    may.check_manage(actor=actor, district_id=scheme.district_id)
    return _move(scheme, SchemeMoveKind.WITHDRAWN, actor, now)


@refusals_told()
@transaction.atomic
def give_back(
    *, scheme_id: int, reason: str, actor: Actor | None, now: datetime.datetime
) -> Scheme:
    """The head of the bureau returns a submitted version with a reason; nothing in it is lost."""
    scheme = schemes.lock(scheme_id)
    may.check_publish(actor=actor, district_id=scheme.district_id)
    if not reason.strip():
        raise Denied("请写明退回的原因。")
    return _move(scheme, SchemeMoveKind.RETURNED, actor, now, reason.strip())


@refusals_told()
def publish(
    *,
    scheme_id: int,
    seen: str,
    first_day: datetime.date,
    last_day: datetime.date,
    shown_to: ShownTo,
    actor: Actor | None,
    now: datetime.datetime,
) -> Publication:
    """Publish a submitted version for good, with a window for objections from day to day.

    Waits for changes of schools and groups under way and closes the days up to the cut-off day;
    then reckons anew and freezes everything as text with a checksum. Raises Denied when the
    results differ from what was ``seen`` (they are stored all the same), while a school waits or
    an objection to an earlier version is undecided, and to whoever submitted it (rule 6).
    """
    with transaction.atomic():
        scheme = schemes.lock(scheme_id)
        may.check_publish(actor=actor, district_id=scheme.district_id)
        may.check_move(scheme, SchemeMoveKind.PUBLISHED)
        may_publish.check_not_own(actor=actor, scheme=scheme)
        may_publish.check_no_open_objection(scheme)
        closings.hold(district_id=scheme.district_id)
        if fresh := _as_seen(scheme, seen, now):
            _check_whole(scheme)
            publication = _publish(scheme, first_day, last_day, shown_to, actor, now)
    if not fresh:
        raise Denied(CHANGED)
    return publication


def _publish(scheme, first_day, last_day, shown_to, actor, now) -> Publication:
    told = f"{scheme.title}{f'（第 {scheme.version} 版）' if scheme.version > 1 else ''}"
    closings.close(
        district_id=scheme.district_id, until=scheme.cut_off_on, source=SOURCE,
        source_id=scheme.school_year, reason=f"{scheme.title}的结果已发布", actor=actor, now=now,
    )  # fmt: skip
    notice = notices.give(
        district_id=scheme.district_id, kind=NoticeKind.RESULTS, title=f"{told}结果公示"[:200],
        first_day=first_day, last_day=last_day, actor=actor, now=now,
    )  # fmt: skip
    text = snapshots.text_of(scheme, inputs.read(scheme))
    publication = Publication.objects.create(
        scheme=scheme, notice=notice, shown_to=shown_to, published_at=now, snapshot=text,
        checksum=snapshots.checksum(text), published_by_id=actor.user_id if actor else None,
        published_by_post_id=actor.post_id if actor else None,
        published_by_name=actor.name if actor else "命令行",
    )  # fmt: skip
    _move(scheme, SchemeMoveKind.PUBLISHED, actor, now)
    return publication


def _as_seen(scheme: Scheme, seen: str, now: datetime.datetime) -> bool:
    """Reckon anew; whether the results are still those that the person had before their eyes."""
    reckonings.reckon(scheme=scheme, now=now)
    return snapshots.seen_digest(scheme) == seen


def _check_whole(scheme: Scheme) -> None:
    if scheme.blocked:
        raise Denied(f"还不能计算：{scheme.blocked}")
    waits = Result.objects.filter(scheme=scheme, status=ResultState.WAITING)
    names = sorted({name for it in waits.values_list("waits_for", flat=True) for name in it})
    if names:
        told = "、".join(names[:5]) + (f"等 {len(names)} 所学校" if len(names) > 5 else "")
        raise Denied(
            f"{told}还没有出分，不能送审和发布；请补齐得分，"
            "或由教育股在“参评学校”页注明原因后退出本年考核。"
        )


def _move(scheme: Scheme, move: SchemeMoveKind, actor, now, reason: str = "") -> Scheme:
    scheme.state = may.check_move(scheme, move)
    scheme.save(update_fields=["state"])
    schemes.moved(scheme=scheme, move=move, actor=actor, now=now, reason=reason)
    audit.record(
        act=f"assessment.scheme.{VERBS[move]}", actor=actor, now=now, object_type="scheme",
        object_id=scheme.pk, object_label=str(scheme), district_id=scheme.district_id,
        details={"reason": reason} if reason else {},
    )  # fmt: skip
    return scheme
