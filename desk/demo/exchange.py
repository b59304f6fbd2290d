"""The demo county's rosters of this school year, each step at its own time, and who has arrived.

Every person is made up.
"""

import datetime
from collections.abc import Mapping, Sequence

from django.utils import timezone

from core.school_years import FIRST_MONTH, school_year_of
from desk.demo.county import CORE, MEMBER, first_day_for
from directory.actions import accounts
from directory.enums import Permission, Role
from directory.selectors import people, schools, teachers
from exchange.actions import lines, placements, rosters
from exchange.actions.lines import Wanted
from exchange.models import Placement, Roster
from filings.actions import filings


SECTION = "竹口镇校小学部"
# Principals of schools without a demo account, who have yet to activate theirs.
HEADS = (
    ("jiangbin", "校长丙", "江滨小学"),
    ("pingdu", "校长丁", "屏都小学"),
    ("zhukou", "校长戊", SECTION),
)
# The steps of the two rosters of the summer, by (month, day) before the school year.
BEGUN, FILED, CHECKED, DECIDED = (8, 10), (8, 15), (8, 20), (8, 25)
# (to, staff number, kind, way, school years, subject, duty)
POSTED = (
    (MEMBER, "1001", "POSTING", "PERSONAL", 3, "语文", "副校长"),
    (MEMBER, "1002", "POSTING", "PERSONAL", 3, "数学", ""),
    (SECTION, "1003", "SUPPORT", "PERSONAL", 1, "英语", ""),
)
SHADOWING = ((CORE, "2001", "SHADOWING", "RECOMMENDED", 1, "语文", ""),)
HOSTS = {MEMBER: "principal2", CORE: "principal", SECTION: "zhukou"}  # who confirms arrivals
SECOND_BATCH, ITS_MEMBERS = "江滨小学", ("淤上乡小", "黄田镇校小学部")
BEGUN_ONLY, ITS_MEMBER = "屏都小学", "安南乡小"
DAY = datetime.timedelta(days=1)


def load(*, district, today: datetime.date, now: datetime.datetime, users: Mapping) -> None:
    """Two approved rosters whose teachers are on post, one before 人事股, one begun.

    ``users`` are the demo accounts by name. Accounts that were there before keep their posts:
    where they do not work in this district nothing is laid.
    """
    year = _Year(district, today, now, users)
    if not year.may_be_laid():
        return
    year.appoint()
    year.approve(CORE, "principal", POSTED)
    year.approve(MEMBER, "principal2", SHADOWING)
    year.arrive()
    year.file_second_batch()
    year.begin_one()


class _Year:
    """This school year's rosters while they are laid down."""

    def __init__(self, district, today, now, users):
        self.district, self.today, self.now, self.users = district, today, now, dict(users)
        self.school_year = school_year_of(today)
        self.first_day = datetime.date(self.school_year, FIRST_MONTH, 1)
        self.held = schools.by_name(district.pk, today)

    def may_be_laid(self) -> bool:
        on = self.first_day
        bureau = [self._actor(name, on) for name in ("bureau_hr", "bureau_head")]
        own = [self._actor(name, on) for name in ("principal", "principal2")]
        return all(
            self.district.pk in it.district_ids and it.may(Permission.REVIEW_FILINGS)
            for it in bureau
        ) and [people.school_of(it) for it in own] == [self.held[it].pk for it in (CORE, MEMBER)]

    def appoint(self) -> None:
        """The principals who file or host here besides the demo accounts."""
        for username, name, school in HEADS:
            user, _ = accounts.open_account(
                username=username, name=name, password=None, now=self.now
            )
            accounts.give_post(
                user=user, role=Role.PRINCIPAL, school=self.held[school],
                first_day=first_day_for(self.today), now=self.now,
            )  # fmt: skip
            self.users[username] = user

    def approve(self, school: str, head: str, rows) -> None:
        """Filed, checked and approved in the August before the year."""
        steps = [
            datetime.date(self.school_year, *step) for step in (BEGUN, FILED, CHECKED, DECIDED)
        ]
        begun, filed, checked, decided = steps
        roster = self._start(school, head, begun)
        for to, number, kind, way, years, subject, duty in rows:
            last = datetime.date(self.school_year + years, 8, 31)
            self._add(
                roster, head, begun, school, number, receiving_id=self.held[to].pk, kind=kind,
                way=way, subject=subject, duty=duty, first_day=self.first_day, last_day=last,
            )  # fmt: skip
        rosters.submit(roster_id=roster.pk, filing_id=roster.filing_id, **self._step(head, filed))
        filings.validate(filing_id=roster.filing_id, **self._step("bureau_hr", checked))
        rosters.approve(
            roster_id=roster.pk, filing_id=roster.filing_id, **self._step("bureau_head", decided)
        )

    def arrive(self) -> None:
        """Everybody reported on the first day; on that very day it is confirmed already."""
        for school, head in HOSTS.items():
            step = self._step(head, self.first_day)
            rows = Placement.objects.filter(receiving=self.held[school]).order_by("pk")
            for row in rows:
                placements.arrive(
                    placement_id=row.pk, day=self.first_day, actor=step["actor"], now=step["now"]
                )

    def file_second_batch(self) -> None:
        """Another core sends people in the middle of the year; its roster waits for 人事股."""
        begun, filed = (max(self.today - back * DAY, self.first_day) for back in (6, 4))
        first = (self.today.replace(day=1) + 62 * DAY).replace(day=1)
        roster = self._start(SECOND_BATCH, "jiangbin", begun)
        staff = self._staff(SECOND_BATCH)
        for to, number, years in zip(ITS_MEMBERS, staff, (3, 1), strict=False):
            last = datetime.date(school_year_of(first) + years, 8, 31)
            self._add(
                roster, "jiangbin", begun, SECOND_BATCH, number, kind="POSTING", way="PERSONAL",
                receiving_id=self.held[to].pk, first_day=first, last_day=last,
            )  # fmt: skip
        rosters.submit(
            roster_id=roster.pk, filing_id=roster.filing_id, **self._step("jiangbin", filed)
        )

    def begin_one(self) -> None:
        """A draft of a third core, with a line that its member has yet to confirm."""
        begun = max(self.today - 2 * DAY, self.first_day)
        first = (self.today.replace(day=1) + 62 * DAY).replace(day=1)
        last = datetime.date(school_year_of(first) + 1, 8, 31)
        roster = self._start(BEGUN_ONLY, "pingdu", begun)
        pairs = ((BEGUN_ONLY, ITS_MEMBER, "SUPPORT"), (ITS_MEMBER, BEGUN_ONLY, "SHADOWING"))
        for sending, receiving, kind in pairs:
            self._add(
                roster, "pingdu", begun, sending, self._staff(sending)[1], kind=kind,
                way="PERSONAL", receiving_id=self.held[receiving].pk, first_day=first,
                last_day=last,
            )  # fmt: skip

    def _start(self, school: str, head: str, day: datetime.date) -> Roster:
        return rosters.start(
            district_id=self.district.pk, school_id=self.held[school].pk,
            school_year=self.school_year, **self._step(head, day),
        )  # fmt: skip

    def _add(self, roster, head: str, day: datetime.date, sending: str, number: str, **said):
        teacher = teachers.by_number([self.district.pk], [number])[number]
        said.setdefault("subject", teacher.subject)
        wanted = Wanted(sending_id=self.held[sending].pk, teacher_id=teacher.pk, **said)
        lines.add(roster_id=roster.pk, wanted=wanted, **self._step(head, day))

    def _staff(self, school: str) -> Sequence[str]:
        """The staff numbers of a school's deputies and other teachers; its head comes first."""
        rows = teachers.teachers_visible_to(self._actor("bureau_hr", self.today))
        rows = teachers.at_school(rows, self.held[school].pk, self.today).order_by("pk")
        return list(rows.values_list("staff_number", flat=True)[2:5])

    def _step(self, name: str, day: datetime.date) -> dict:
        """Who acts, when in the morning of that day (never in the future), as of that day."""
        at = timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
        return {"actor": self._actor(name, day), "now": min(at, self.now), "on": day}

    def _actor(self, name: str, on: datetime.date):
        return people.actor_for(self.users[name], on)[0]
