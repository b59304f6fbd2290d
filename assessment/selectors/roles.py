"""What groups make of a school in an assessment: core, campus, leader of projects."""

import dataclasses
import datetime

from groups.enums import GroupType, MembershipRole
from groups.selectors.scoring import places_on


@dataclasses.dataclass(frozen=True)
class Roles:
    """A school's places on the cut-off day, as (type, role) pairs."""

    pairs: frozenset[tuple[str, str]] = frozenset()

    @property
    def core(self) -> bool:
        return any(role == MembershipRole.CORE for _, role in self.pairs)

    @property
    def campus(self) -> bool:
        """Of a 融合型 group: may be scored with its core (不单独评分)."""
        return (GroupType.INTEGRATED, MembershipRole.MEMBER) in self.pairs

    @property
    def leads_projects(self) -> bool:
        """Core of a 协作型 group: its projects bring points (B3-10)."""
        return (GroupType.COLLABORATIVE, MembershipRole.CORE) in self.pairs

    @property
    def marks(self) -> list[str]:
        """As tables name them."""
        return [label for label, holds in (("核心", self.core), ("校区", self.campus)) if holds]


NONE = Roles()


def roles_on(district_id: int, on: datetime.date) -> dict[int, Roles]:
    """By school id, also of schools elsewhere; one in no group is absent. At most four queries."""
    found: dict[int, set[tuple[str, str]]] = {}
    for place in places_on(district_id, on):
        found.setdefault(place.school_id, set()).add((place.type, place.role))
    return {pk: Roles(frozenset(pairs)) for pk, pairs in found.items()}
