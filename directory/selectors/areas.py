import datetime

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.actor import Actor
from directory.models import AreaUnit, SchoolFacts


def areas_visible_to(actor: Actor, on: datetime.date | None = None) -> QuerySet[AreaUnit]:
    """Area units of the actor's districts with ``schools``, the number that point to each."""
    pointing = (
        SchoolFacts.objects.on(on or actor.on)
        .filter(area_unit=OuterRef("pk"))
        .order_by()
        .values("area_unit")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return AreaUnit.objects.filter(
        Q(district_id__in=actor.district_ids) | Q(district_id=actor.home_district_id)
    ).annotate(schools=Coalesce(Subquery(pointing, output_field=IntegerField()), 0))


def towns_of(actor: Actor) -> list[str]:
    """The towns that the visible area units lie in."""
    rows = areas_visible_to(actor).exclude(town="").order_by("town")
    return list(rows.values_list("town", flat=True).distinct())


def area_by_code(district_id: int, code: str) -> AreaUnit | None:
    return AreaUnit.objects.filter(district_id=district_id, code=code).first()
