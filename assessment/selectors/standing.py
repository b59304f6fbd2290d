"""How far a version is: what is reckoned, and whom the rest waits for."""

import dataclasses

from django.db.models import Count

from assessment.enums import ResultState, SchemeState
from assessment.models import Publication, Result, Scheme
from assessment.selectors.schemes import schemes_visible_to
from core.actor import Actor


MOST_NAMED = 200


@dataclasses.dataclass(frozen=True)
class Standing:
    """Counts of a whole version by state, and the names behind those that wait."""

    final: int = 0
    waiting: int = 0
    out: int = 0
    missing: tuple[str, ...] = ()  # schools that have no score yet
    held: tuple[str, ...] = ()  # schools that wait for another one's score
    pools: tuple[str, ...] = ()  # whose ranks are provisional

    @property
    def total(self) -> int:
        return self.final + self.waiting + self.out


def standing_of(scheme: Scheme) -> Standing:
    """For bureau and leadership. One query, and one more while a school waits."""
    counted = dict(
        Result.objects.filter(scheme=scheme).order_by().values_list("status").annotate(Count("pk"))
    )
    counts = {state.name.lower(): counted.get(state, 0) for state in ResultState}
    if not counts["waiting"]:
        return Standing(**counts)
    rows = list(
        Result.objects.filter(scheme=scheme, status=ResultState.WAITING)
        .order_by("pool__position", "school_name")
        .values_list("school_name", "pool__name", "waits_for")[:MOST_NAMED]
    )
    missing = tuple(dict.fromkeys(name for *_, waits_for in rows for name in waits_for))
    return Standing(
        **counts,
        missing=missing,
        held=tuple(name for name, *_ in rows if name not in missing),
        pools=tuple(dict.fromkeys(pool for _, pool, _ in rows)),
    )


def versions_of(actor: Actor, scheme: Scheme) -> list[Scheme]:
    """The versions of the same year that the actor sees, the newest first. One query."""
    rows = schemes_visible_to(actor).filter(
        district=scheme.district_id, school_year=scheme.school_year
    )
    return list(rows.order_by("-version"))


def publication_of(scheme: Scheme) -> Publication | None:
    """How the version was published, with its notice and without its long text. One query."""
    if scheme.state != SchemeState.PUBLISHED:
        return None
    return Publication.objects.defer("snapshot").select_related("notice").get(scheme=scheme)
