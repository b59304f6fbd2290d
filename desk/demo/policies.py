"""The packs that the demo county follows, from its first day on."""

import datetime

from desk.demo.county import first_day_for
from policies import selectors
from policies.actions import adoptions


ORDER = ("b3-qingyuan", "b1-bundled", "a-xx-county")
REASON = "示例：县教育局局务会议定"


def adopt(*, district, today: datetime.date, now: datetime.datetime) -> None:
    """Adopt the list; a county that ever adopted anything is left as it is."""
    if selectors.adoptions_of(district.pk):
        return
    adoptions.adopt(
        district_id=district.pk, packs=[(code, None, None) for code in ORDER],
        first_day=first_day_for(today), reason=REASON, actor=None, now=now,
    )  # fmt: skip
