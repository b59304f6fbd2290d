"""A county's judged year: 实验小学 with campus and members, 屏都小学 freed, 五都小学 may wait."""

import dataclasses
import datetime
from decimal import Decimal
from typing import Any

from assessment.actions import publications, reckonings
from assessment.enums import SchemeMoveKind, ShownTo
from assessment.models import Entrant, Indicator, Pool, Project, Scheme, SchemeMove, Score
from assessment.selectors import snapshots
from directory.enums import Role, SchoolKind
from filings.actions import objections
from policies.actions import adoptions
from tests.factories import county as made
from tests.groups.scenes import found


YEAR = 2024
CUT_OFF = datetime.date(2025, 6, 15)
NOW = datetime.datetime(2025, 7, 1, 2, tzinfo=datetime.UTC)
WINDOW = (datetime.date(2025, 7, 10), datetime.date(2025, 7, 16))
PACKS = ("b3-qingyuan", "b1-bundled", "a-xx-county")
# name: (pool, own score or None while missing, last year's rank)
PUPILS_OF_CORE = 1850
SCORES = {
    "实验小学": ("小学", "92.50", 1),
    "坑西小学": ("小学", None, None),
    "举水乡小": ("小学", "78.40", 15),
    "竹口镇校小学部": ("小学", "81.20", 6),
    "屏都小学": ("小学", "83.10", 3),
    "黄田乡小": ("小学", "80.75", 12),
    "五都小学": ("小学", "82.05", 5),
    "隆宫乡小": ("小学", "68.00", 10),
    "江根乡小": ("小学", "71.25", 9),
    "菊隆中学": ("初中", "83.00", 1),
    "大济中学": ("初中", "79.90", 2),
}


@dataclasses.dataclass
class Judged:
    county: Any
    scheme: Any
    schools: dict[str, Any]
    groups: dict[str, Any]
    clerk: Any
    head: Any

    def principal(self, name: str, role: Role = Role.PRINCIPAL):
        return made.actor(role, at=self.schools[name])

    def reckon(self):
        reckonings.reckon(scheme=self.scheme, now=NOW)
        self.scheme.refresh_from_db()

    def submit(self):
        publications.submit(
            scheme_id=self.scheme.pk, seen=snapshots.seen_digest(self.scheme), actor=self.clerk,
            now=NOW,
        )  # fmt: skip
        self.scheme.refresh_from_db()
        return self

    def publish(self, shown_to=ShownTo.OWN):
        """Submitted, and published with a window of ``WINDOW``."""
        self.submit()
        publications.publish(
            scheme_id=self.scheme.pk, seen=snapshots.seen_digest(self.scheme),
            first_day=WINDOW[0], last_day=WINDOW[1], shown_to=shown_to, actor=self.head, now=NOW,
        )  # fmt: skip
        self.scheme.refresh_from_db()
        return self

    def object(self, school="举水乡小", text="教育质量一项少计两分。"):
        """An objection of a school to its own result, within the window."""
        return objections.file(
            notice_id=self.scheme.publication.notice_id, school_id=self.schools[school].pk,
            about_id=self.schools[school].pk, text=text, actor=self.principal(school), now=NOW,
            on=WINDOW[0],
        )  # fmt: skip

    def score(self, name: str, own: str) -> None:
        """Give a school the points that make this own score."""
        enter(self.scheme, Entrant.objects.get(scheme=self.scheme, school=self.schools[name]), own)
        self.reckon()


def judged(*, missing: tuple[str, ...] = ()) -> Judged:
    """A draft of 2024—2025学年, reckoned; the schools named in ``missing`` have no score yet."""
    county = made.district()
    clerk = made.clerk_of(county)
    head = made.actor(Role.BUREAU_HEAD, at=county)
    adoptions.adopt(
        district_id=county.pk, packs=[(code, None, None) for code in PACKS], first_day=made.DAY,
        reason="县里发文", actor=None, now=made.NOW,
    )  # fmt: skip
    schools = {name: made.school(county, name) for name in SCORES if name != "坑西小学"}
    schools["坑西小学"] = made.school(
        county, "坑西小学", kind=SchoolKind.CAMPUS, parent_id=schools["实验小学"].pk
    )
    groups = {
        name: found(county, schools[core], [schools[it] for it in members], name, made.DAY, kind)
        for name, kind, core, members in (
            ("实验小学教共体（融合）", "INTEGRATED", "实验小学", ["坑西小学"]),
            ("实验小学教育集团", "CO_BUILT", "实验小学", ["举水乡小", "竹口镇校小学部"]),
            ("屏都教育集团", "CO_BUILT", "屏都小学", ["黄田乡小"]),
            ("五都教育集团", "CO_BUILT", "五都小学", ["隆宫乡小"]),
            ("菊隆协作体", "COLLABORATIVE", "菊隆中学", ["大济中学"]),
        )
    }
    scheme = Scheme.objects.create(
        district=county, school_year=YEAR, title="2024—2025学年捆绑考核", cut_off_on=CUT_OFF,
        created_at=NOW,
    )  # fmt: skip
    SchemeMove.objects.create(
        scheme=scheme, move=SchemeMoveKind.CREATED, at=NOW, by_id=clerk.user_id,
        by_post_id=clerk.post_id, by_name=clerk.name,
    )  # fmt: skip
    pools = {
        name: Pool.objects.create(scheme=scheme, name=name, position=number)
        for number, name in enumerate(("小学", "初中"), 1)
    }
    for number, (name, possible, weight) in enumerate(
        (("教育质量", 60, 60), ("学校管理", 50, 40)), 1
    ):
        Indicator.objects.create(
            scheme=scheme, name=name, position=number, possible=possible, weight=weight
        )
    for name, (pool, own, last) in SCORES.items():
        entrant = Entrant.objects.create(
            scheme=scheme, school=schools[name], pool=pools[pool], apart=name != "坑西小学",
            pupils=PUPILS_OF_CORE, last_rank=last, last_rank_given=last is not None,
        )  # fmt: skip
        if own and name not in missing:
            enter(scheme, entrant, own)
        if name == "菊隆中学":
            Project.objects.create(entrant=entrant, name="同步课堂", points=Decimal("0.9"))
    scene = Judged(county, scheme, schools, groups, clerk, head)
    scene.reckon()
    assert scheme.blocked == ""
    return scene


def enter(scheme, entrant, own: str) -> None:
    for name, share in (("教育质量", "0.6"), ("学校管理", "0.5")):
        Score.objects.create(
            entrant=entrant,
            indicator=Indicator.objects.get(scheme=scheme, name=name),
            points=Decimal(own) * Decimal(share),
        )
