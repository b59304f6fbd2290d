"""Which versions of which year's assessment an actor sees."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessment.enums import SchemeState
from assessment.models import Scheme
from core.actor import Actor


def schemes_visible_to(actor: Actor) -> QuerySet[Scheme]:
    """Every version for bureau and leadership; for a school what its bureau has published.

    With ``superseded``: a later version of the year is published.
    """
    later = Scheme.objects.filter(
        district=OuterRef("district"), school_year=OuterRef("school_year"),
        version__gt=OuterRef("version"), state=SchemeState.PUBLISHED,
    )  # fmt: skip
    seen = Q(district_id__in=actor.district_ids)
    if actor.school_ids:
        seen |= Q(district_id=actor.home_district_id, state=SchemeState.PUBLISHED)
    return Scheme.objects.filter(seen).annotate(superseded=Exists(later))


def in_force(district_id: int, school_year: int) -> Scheme | None:
    """The published version of a year that counts: the latest. For rules, not for showing."""
    rows = Scheme.objects.filter(
        district=district_id, school_year=school_year, state=SchemeState.PUBLISHED
    )
    return rows.order_by("-version").first()


def years_taken(actor: Actor, district_id: int) -> set[int]:
    """The school years of a district that have a version which the actor sees. One query."""
    rows = schemes_visible_to(actor).filter(district=district_id)
    return set(rows.order_by().values_list("school_year", flat=True))
