"""How many pupils schools have in a school year."""

from collections.abc import Collection

from directory.models import SchoolHeadcount


def pupils_in(school_year: int, school_ids: Collection[int]) -> dict[int, int]:
    """Pupils by school id, where they were entered. One query; for rules and seeds.

    Asks no actor: the caller passes only schools that its reader may see.
    """
    rows = SchoolHeadcount.objects.filter(
        school__in=school_ids, school_year=school_year, pupils__isnull=False
    )
    return dict(rows.order_by("school_id").values_list("school_id", "pupils"))
