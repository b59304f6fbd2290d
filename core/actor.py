"""Who acts: plain values, built once per request by ``directory.selectors``."""

import dataclasses
import datetime


@dataclasses.dataclass(frozen=True)
class Actor:
    """A signed-in person in one of their posts on one day.

    ``role`` is a code of ``directory.enums.Role``; ``district_ids`` and ``school_ids`` are the
    units whose rows the post may see, empty where it sees none.
    """

    user_id: int
    name: str
    on: datetime.date
    post_id: int | None = None
    role: str = ""
    district_ids: frozenset[int] = frozenset()
    school_ids: frozenset[int] = frozenset()
