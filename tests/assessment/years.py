"""A county's year of assessment, as tests need it; groups and packs reached by real actions."""

import dataclasses
import datetime
from decimal import Decimal
from typing import Any

from assessment.actions import reckonings
from assessment.models import Entrant, Indicator, Pool, Result, Scheme, Score
from directory.enums import Role, SchoolKind
from policies.actions import adoptions
from tests.factories import county as made
from tests.groups.scenes import found


CUT_OFF = datetime.date(2025, 7, 1)
YEAR = 2024
NOW = datetime.datetime(2025, 7, 10, 8, tzinfo=datetime.UTC)
WINDOW = (datetime.date(2025, 7, 11), datetime.date(2025, 7, 18))
OWN = {
    "实验小学": "92.50", "坑西小学": "84.20", "举水乡小": "78.40", "城东小学": "88.00",
    "五大堡乡小": "81.20",
}  # fmt: skip


@dataclasses.dataclass
class Year:
    county: Any
    clerk: Any
    head: Any
    schools: dict[str, Any]
    scheme: Scheme
    pool: Pool
    indicator: Indicator

    def entrant(self, name: str) -> Entrant:
        return Entrant.objects.get(scheme=self.scheme, school=self.schools[name])

    def score(self, name: str, points: str | None) -> None:
        """Put a score down past the actions; ``None`` takes it away."""
        Score.objects.filter(entrant=self.entrant(name), indicator=self.indicator).delete()
        if points is not None:
            Score.objects.create(
                entrant=self.entrant(name), indicator=self.indicator, points=Decimal(points)
            )

    def reckon(self) -> dict[str, Result]:
        self.scheme.refresh_from_db()
        reckonings.reckon(scheme=self.scheme, now=NOW)
        return self.results()

    def results(self) -> dict[str, Result]:
        return {it.school_name: it for it in Result.objects.filter(scheme=self.scheme)}


def adopt(county, *codes):
    adoptions.adopt(
        district_id=county.pk, packs=[(code, None, None) for code in codes], reason="县政府会议定",
        first_day=made.DAY, actor=None, now=made.NOW,
    )  # fmt: skip


def county(code="331126", name="庆元县", suffix=""):
    """A county whose 实验小学 is core of a 融合型 and a 共建型 group; (county, schools by name)."""
    here = made.district(code, name)
    adopt(here, "b3-qingyuan", "b1-bundled")
    schools = {it: made.school(here, f"{it}{suffix}") for it in OWN if it != "坑西小学"}
    core = schools["实验小学"]
    schools["坑西小学"] = made.school(
        here, f"坑西小学{suffix}", kind=SchoolKind.CAMPUS, parent_id=core.pk
    )
    found(here, core, [schools["坑西小学"]], f"实验小学教共体{suffix}", made.DAY, "INTEGRATED")
    found(here, core, [schools["举水乡小"]], f"实验小学教育集团{suffix}", made.DAY)
    return here, schools


def year(
    *, scores=OWN, pupils=(1850, 310), start=YEAR, cut_off_on=CUT_OFF, held=None, **fields
) -> Year:
    """The draft of a year with one pool and one indicator, reckoned."""
    here, schools = held or county()
    scheme = Scheme.objects.create(
        district=here, school_year=start, title=f"{start}学年捆绑考核", created_at=NOW,
        cut_off_on=cut_off_on, **fields,
    )  # fmt: skip
    pool = Pool.objects.create(scheme=scheme, name="小学", position=1)
    only = Indicator.objects.create(
        scheme=scheme, name="得分", position=1, possible=100, weight=100
    )
    weights = dict(zip(("实验小学", "坑西小学"), pupils, strict=True))
    for name, school in schools.items():
        Entrant.objects.create(scheme=scheme, school=school, pool=pool, pupils=weights.get(name))
    made_year = Year(
        county=here,
        clerk=made.actor(Role.BUREAU_EDUCATION, at=here, username=f"clerk-{scheme.pk}"),
        head=made.actor(Role.BUREAU_HEAD, at=here, username=f"head-{scheme.pk}"),
        schools=schools,
        scheme=scheme,
        pool=pool,
        indicator=only,
    )
    for name, points in scores.items():
        made_year.score(name, points)
    made_year.reckon()
    return made_year
