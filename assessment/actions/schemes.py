"""Schemes: a year's draft is made, named, given its cut-off day; and how a draft is edited."""

import datetime

from django.db import transaction

from assessment.actions import reckonings, seeds
from assessment.enums import SchemeMoveKind, SchemeState
from assessment.guards import schemes as may
from assessment.models import Scheme, SchemeMove
from assessment.selectors.schemes import in_force
from core.actions import audit
from core.actions.undoing import label_of
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.school_years import school_year_label


def lock(scheme_id: int) -> Scheme:
    """The version, held until the transaction ends: whoever changes or judges it comes alone."""
    return Scheme.objects.select_for_update(of=("self",)).get(pk=scheme_id)


def draft(*, scheme_id: int, actor: Actor | None) -> Scheme:
    """The version, locked and found fit to be edited by the actor. Raises Denied."""
    scheme = lock(scheme_id)
    may.check_manage(actor=actor, district_id=scheme.district_id)
    may.check_editable(scheme)
    return scheme


def changed(
    *,
    scheme: Scheme,
    act: str,
    actor: Actor | None,
    now: datetime.datetime,
    school_id: int | None = None,
    details: dict | None = None,
) -> None:
    """Something that the results rest on has changed: reckon anew and write down who did what."""
    reckonings.reckon(scheme=scheme, now=now)
    audit.record(
        act=act, actor=actor, now=now, object_type="scheme", object_id=scheme.pk,
        object_label=str(scheme), district_id=scheme.district_id, school_id=school_id,
        details=details or {},
    )  # fmt: skip


def moved(
    *,
    scheme: Scheme,
    move: SchemeMoveKind,
    actor: Actor | None,
    now: datetime.datetime,
    reason: str = "",
) -> SchemeMove:
    """A line of the history that users see."""
    return SchemeMove.objects.create(
        scheme=scheme, move=move, at=now, reason=reason, by_id=actor.user_id if actor else None,
        by_post_id=actor.post_id if actor else None, by_name=actor.name if actor else "命令行",
    )  # fmt: skip


@refusals_told()
@transaction.atomic
def create(
    *,
    district_id: int,
    school_year: int,
    title: str,
    cut_off_on: datetime.date,
    copy_last: bool = True,
    actor: Actor | None,
    now: datetime.datetime,
) -> Scheme:
    """The first version of a year as a draft, with pools, indicators and entrants but no scores.

    ``copy_last``: pools and indicators are those of last year's published version (X-29), where
    there is one; else a pool for each stage and one indicator 得分. Entrants are the district's
    schools in a group on the cut-off day and last year's. Raises Denied when the year has one.
    """
    may.check_manage(actor=actor, district_id=district_id)
    _check(title, cut_off_on, school_year)
    held = Scheme.objects.filter(district_id=district_id, school_year=school_year)
    if newest := held.order_by("-version").first():
        raise Denied(_stands(newest))
    scheme = Scheme.objects.create(
        district_id=district_id, school_year=school_year, title=title.strip(),
        cut_off_on=cut_off_on, created_at=now,
    )  # fmt: skip
    seeds.fill(scheme=scheme, last=in_force(district_id, school_year - 1), copy=copy_last)
    moved(scheme=scheme, move=SchemeMoveKind.CREATED, actor=actor, now=now)
    changed(scheme=scheme, act="assessment.scheme.create", actor=actor, now=now)
    return scheme


@refusals_told()
@transaction.atomic
def change(
    *,
    scheme_id: int,
    title: str,
    cut_off_on: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
) -> Scheme:
    """Name a draft or move its cut-off day. Entrants stay as they are; memberships are read anew.

    What stays the same is no change and leaves no event.
    """
    scheme = draft(scheme_id=scheme_id, actor=actor)
    _check(title, cut_off_on, scheme.school_year)
    fields = {"title": title.strip(), "cut_off_on": cut_off_on}
    names = [name for name, value in fields.items() if getattr(scheme, name) != value]
    if not names:
        return scheme
    for name in names:
        setattr(scheme, name, fields[name])
    scheme.save(update_fields=names)
    changed(
        scheme=scheme, act="assessment.scheme.change", actor=actor, now=now,
        details={"fields": [label_of(Scheme, name) for name in names]},
    )  # fmt: skip
    return scheme


def _check(title: str, cut_off_on: datetime.date, school_year: int) -> None:
    if not title.strip():
        raise Denied("请填写名称。")
    first, last = datetime.date(school_year, 9, 1), datetime.date(school_year + 1, 8, 31)
    if not first <= cut_off_on <= last:
        raise Denied(
            f"成员关系截至日应在 {school_year_label(school_year)}之内（{first} 至 {last}）。"
        )


def _stands(newest: Scheme) -> str:
    if newest.state == SchemeState.PUBLISHED:
        return (
            f"{newest.year_label}的考核结果已发布（第 {newest.version} 版）；"
            "需要修改时，由局领导发起更正。"
        )
    return f"{newest.year_label}已有未发布的考核方案，请在那一版上继续。"
