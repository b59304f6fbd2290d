"""项目加分: points that the bureau's review on site gave to a core's project (B3-10)."""

import datetime
from decimal import Decimal

from django.db import transaction

from assessment.actions import entrants, schemes
from assessment.guards import entrants as may
from assessment.guards import points as figures
from assessment.models import Project
from assessment.selectors import roles
from core.actor import Actor
from core.errors import Denied, refusals_told


@refusals_told()
@transaction.atomic
def enter(
    *,
    entrant_id: int,
    name: str,
    points: Decimal,
    review: str = "",
    actor: Actor | None,
    now: datetime.datetime,
) -> Project:
    """Put down a reviewed project of a school that is core of a 协作型 group on the cut-off day.

    The cap is not asked here: points over it are kept and said in the derivation.
    """
    scheme, entrant = entrants.locked(entrant_id=entrant_id, actor=actor)
    held = roles.roles_on(scheme.district_id, scheme.cut_off_on)
    may.check_projects(held.get(entrant.school_id))
    figures.check_project(points)
    project = Project.objects.create(
        entrant=entrant, name=_name(name), points=points, review=review.strip()
    )
    _changed("enter", scheme, project, actor, now)
    return project


@refusals_told()
@transaction.atomic
def change(
    *,
    project_id: int,
    name: str,
    points: Decimal,
    review: str = "",
    actor: Actor | None,
    now: datetime.datetime,
) -> Project:
    """Correct a project; the school stays. What stays the same is no change."""
    scheme, project = _project(project_id, actor)
    figures.check_project(points)
    said = (_name(name), points, review.strip())
    if (project.name, project.points, project.review) == said:
        return project
    project.name, project.points, project.review = said
    project.save()
    _changed("change", scheme, project, actor, now)
    return project


@refusals_told()
@transaction.atomic
def remove(*, project_id: int, actor: Actor | None, now: datetime.datetime) -> None:
    scheme, project = _project(project_id, actor)
    Project.objects.filter(pk=project.pk).delete()
    _changed("remove", scheme, project, actor, now)


def _project(project_id: int, actor: Actor | None):
    asked = Project.objects.select_related("entrant").filter(pk=project_id)
    scheme_id = asked.values_list("entrant__scheme_id", flat=True).first()
    scheme = scheme_id and schemes.draft(scheme_id=scheme_id, actor=actor)
    project = asked.first()
    if not scheme or project is None:
        raise Denied("这个项目已删除，可能有人刚办理过，请刷新页面。")
    return scheme, project


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Denied("请填写项目名称。")
    if len(name) > 100:
        raise Denied("项目名称最多 100 个字。")
    return name


def _changed(verb: str, scheme, project: Project, actor, now) -> None:
    schemes.changed(
        scheme=scheme, act=f"assessment.project.{verb}", actor=actor, now=now,
        school_id=project.entrant.school_id,
        details={"fields": [project.name], "points": str(project.points)},
    )  # fmt: skip
