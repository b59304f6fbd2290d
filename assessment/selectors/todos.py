"""What of the assessments waits for a post, for the workbench."""

import datetime
from collections.abc import Iterator

from django.urls import reverse

from assessment.enums import SchemeMoveKind, SchemeState
from assessment.models import Scheme, SchemeMove
from assessment.selectors import missing, publications
from assessment.selectors.schemes import schemes_visible_to
from core.actor import Actor
from core.clock import day_of
from core.todos import Todo, TodoKind
from directory.enums import Permission
from filings.enums import NoticeState, ObjectionState
from filings.selectors.objections import objections_visible_to


TOPIC, ICON = "考核", "clipboard-check"
TOLD = datetime.timedelta(days=30)  # for so long a decision stays on the list


def todos_for(actor: Actor, on: datetime.date) -> list[Todo]:
    """For 教育股 the years under way, for the head what waits for a decision, for a principal
    windows that are open and objections that were decided. At most seven queries."""
    found: list[Todo] = []
    if actor.may(Permission.MANAGE_ASSESSMENT):
        found.extend(_under_way(actor))
    if actor.may(Permission.PUBLISH_RESULTS):
        found.extend(_submitted(actor))
    if actor.may(Permission.DECIDE_OBJECTIONS):
        found.extend(_to_decide(actor))
    if actor.may(Permission.OBJECT):
        found.extend(_open_windows(actor, on))
        found.extend(_decided(actor, on))
    return found


def _under_way(actor: Actor) -> Iterator[Todo]:
    drafts = list(_in_state(actor, SchemeState.DRAFT))
    counts = missing.counts_of(actor, [it.pk for it in drafts]) if drafts else {}
    last = _last_moves(drafts)
    for scheme in drafts:
        move, count = last.get(scheme.pk), counts.get(scheme.pk, missing.Counts())
        said = f"局领导退回：{move.reason}" if move and move.move == SchemeMoveKind.RETURNED else ""
        if scheme.blocked:
            yield _line(
                scheme, "不能计算", scheme.blocked, "改正", "scheme-results", TodoKind.WRONG
            )
        elif count.missing:
            told = f"参评 {count.owing} 所，还有 {count.missing} 所没交齐得分"
            yield _line(scheme, f"{count.missing} 所没交", said or told, "催报", "scheme-missing")
        elif count.entrants:
            told = f"{count.owing} 所都已出分，可以送审"
            yield _line(scheme, "可以送审", said or told, "送审", "scheme-results")


def _submitted(actor: Actor) -> Iterator[Todo]:
    waiting = list(_in_state(actor, SchemeState.SUBMITTED))
    last = _last_moves(waiting)
    for scheme in waiting:
        move = last[scheme.pk]
        if move.by_id != actor.user_id:
            told = f"{move.by_name} {day_of(move.at):%Y-%m-%d} 送审，待发布"
            yield _line(scheme, "待发布", told, "审阅", "scheme-results", since=day_of(move.at))


def _to_decide(actor: Actor) -> Iterator[Todo]:
    rows = objections_visible_to(actor).filter(
        state=ObjectionState.OPEN, notice__district_id__in=actor.district_ids
    )
    for objection in rows.exclude(filed_by_id=actor.user_id).select_related("notice"):
        yield Todo(
            title=objection.notice.title,
            detail=objection.text[:60],
            act="处理",
            url=reverse("objection-detail", args=[objection.pk]),
            topic="异议",
            since=day_of(objection.filed_at),
            icon="message-report",
        )


def _open_windows(actor: Actor, on: datetime.date) -> Iterator[Todo]:
    published = schemes_visible_to(actor).filter(
        state=SchemeState.PUBLISHED, superseded=False, district=actor.home_district_id
    )
    for publication in publications.notices_of(published).values():
        notice = publication.notice
        if notice.state_on(on) == NoticeState.OPEN:
            yield Todo(
                title=f"{publication.scheme.title}结果公示",
                detail=f"对本校或集团各校的得分有异议的，{notice.last_day:%m-%d} 前提出",
                act="查看",
                url=reverse("scheme-results", args=[publication.scheme_id]),
                topic="公示",
                due_on=notice.last_day,
                kind=TodoKind.NEWS,
                icon="eye",
            )


def _decided(actor: Actor, on: datetime.date) -> Iterator[Todo]:
    since = on - TOLD
    rows = objections_visible_to(actor).filter(
        school_id__in=actor.school_ids, decided_at__date__gte=since
    )
    for objection in rows.exclude(state=ObjectionState.WITHDRAWN).select_related("notice"):
        yield Todo(
            title=f"异议{objection.get_state_display()}：{objection.notice.title}",
            detail=objection.decision[:60],
            act="查看",
            url=reverse("objection-detail", args=[objection.pk]),
            topic="异议",
            kind=TodoKind.NEWS,
            since=day_of(objection.decided_at),
            icon="message-report",
        )


def _in_state(actor: Actor, state: SchemeState):
    rows = schemes_visible_to(actor).filter(state=state, district__in=actor.district_ids)
    return rows.order_by("-school_year", "-version")


def _last_moves(schemes: list[Scheme]) -> dict[int, SchemeMove]:
    """The latest move of each version. One query, none for none."""
    if not schemes:
        return {}
    rows = SchemeMove.objects.filter(scheme__in=schemes).order_by("at", "pk")
    return {row.scheme_id: row for row in rows}


def _line(scheme, what, told, act, page, kind=TodoKind.WAITING, since=None) -> Todo:
    return Todo(
        title=f"{scheme.title}：{what}",
        detail=told,
        act=act,
        url=reverse(page, args=[scheme.pk]),
        topic=TOPIC,
        kind=kind,
        since=since,
        icon=ICON,
    )
