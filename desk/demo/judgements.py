"""The demo county's assessments: two judged years and the one under way. Every score is made up."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone

from assessment.actions import (
    indicators,
    objections,
    publications,
    schemes,
    score_imports,
    variants,
)
from assessment.actions.indicators import Wanted
from assessment.enums import ShownTo
from assessment.selectors import snapshots
from assessment.selectors.schemes import schemes_visible_to
from core.actions import imports
from core.actor import Actor
from core.school_years import school_year_label, school_year_of
from core.spreadsheets.importing import Occasion
from desk.demo.places import DATA
from directory.enums import Permission
from directory.selectors import people, schools
from filings.actions import objections as filings


# Indicator, points possible, weight; columns of the sheets of scores, on which 坑西小学 is scored
# with its core and 大济小学, the other campus, has a score of its own.
INDICATORS = (
    ("办学质量", 100, 40), ("教师发展", 50, 20), ("课程与教研", 30, 15), ("学生发展", 60, 15),
    ("管理与安全", 20, 10),
)  # fmt: skip
SHEETS = ("scores-two-years-ago.csv", "scores-last-year.csv", "scores-this-year.csv")
SHOWN_TO = (ShownTo.POOL, ShownTo.OWN)  # of the two years that are published
TRIED = Decimal("0.7")  # another weight of the core
OBJECTOR, HEADMASTER = "举水乡小", "principal2"
OBJECTION = "本校教师发展一项少计两次县级公开课，请核对原始记录。"
DECISION = "经核对原始记录，两次公开课均在上一学年，得分不变。"
# A step's day: 0 in the calendar year in which the school year begins, 1 in which it ends.
DRAFTED, FIRST_SCORES, CUT_OFF = (0, 9, 10), (1, 3, 1), (1, 6, 15)
SCORED, SUBMITTED, PUBLISHED, LAST_DAY = (1, 7, 8), (1, 7, 15), (1, 7, 20), (1, 7, 26)
OBJECTED, DECIDED = (1, 7, 22), (1, 7, 24)


def load(*, district, today: datetime.date, now: datetime.datetime, users: Mapping) -> None:
    """Judge and publish the last two years and begin this one, each step at its own time.

    ``users`` are the demo accounts by name. Accounts that were there before keep their posts:
    where bureau and head do not work in this district nothing is judged.
    """
    first, last, this = (
        _Year(district, school_year_of(today) - back, users, today, now) for back in (2, 1, 0)
    )
    if not first.may_be_judged():
        return
    for year, sheet, shown_to in zip((first, last), SHEETS, SHOWN_TO, strict=False):
        year.draft(copy=year is not first)
        year.enter(sheet, SCORED)
        year.publish(shown_to)
    last.try_out(SUBMITTED)
    last.object_and_decide(schools.by_name(district.pk, today))
    this.draft(copy=True)
    if today >= this.day(FIRST_SCORES):
        this.enter(SHEETS[2], FIRST_SCORES)
        this.try_out(FIRST_SCORES)


class _Year:
    """One school year's assessment while it is laid down."""

    def __init__(self, district, school_year: int, users: Mapping, today, now):
        self.district, self.school_year = district, school_year
        self.users, self.today, self.now = users, today, now
        self.scheme = self.publication = None

    def day(self, step: tuple[int, int, int]) -> datetime.date:
        later, month, day = step
        return datetime.date(self.school_year + later, month, day)

    def at(self, step: tuple[int, int, int]) -> datetime.datetime:
        """In the morning of that day; never in the future."""
        morning = datetime.datetime.combine(self.day(step), datetime.time(9))
        return min(timezone.make_aware(morning), self.now)

    def actor(self, username: str, step: tuple[int, int, int]) -> Actor:
        return people.actor_for(self.users[username], min(self.day(step), self.today))[0]

    def may_be_judged(self) -> bool:
        clerk, head = self.actor("bureau", DRAFTED), self.actor("bureau_head", DRAFTED)
        here = clerk.district_ids & head.district_ids
        return (
            self.district.pk in here
            and clerk.may(Permission.MANAGE_ASSESSMENT)
            and head.may(Permission.PUBLISH_RESULTS)
        )

    def draft(self, *, copy: bool) -> None:
        """The year's scheme: last year's copied, else a new one with the indicators."""
        actor, at = self.actor("bureau", DRAFTED), self.at(DRAFTED)
        self.scheme = schemes.create(
            district_id=self.district.pk, school_year=self.school_year,
            title=f"{school_year_label(self.school_year)}捆绑考核", cut_off_on=self.day(CUT_OFF),
            actor=actor, now=at,
        )  # fmt: skip
        if not copy:
            wanted = [Wanted(it, Decimal(most), Decimal(share)) for it, most, share in INDICATORS]
            indicators.replace(scheme_id=self.scheme.pk, wanted=wanted, actor=actor, now=at)

    def enter(self, sheet: str, step) -> None:
        """Import the sheet as the clerk would."""
        imports.run(
            importer=score_imports.importer_for(self._fresh()), path=DATA / sheet,
            occasion=Occasion(
                district_id=self.district.pk, on=self.day(step), start=self.day(step),
                now=self.at(step),
            ),
            dry_run=False, actor=self.actor("bureau", step),
        )  # fmt: skip

    def try_out(self, step) -> None:
        """Save another reading of the same scores."""
        variants.create(
            scheme_id=self.scheme.pk, name="70 : 30", own_weight=TRIED,
            actor=self.actor("bureau", step), now=self.at(step),
        )  # fmt: skip

    def publish(self, shown_to: ShownTo) -> None:
        publications.submit(
            scheme_id=self.scheme.pk, seen=snapshots.seen_digest(self._fresh()),
            actor=self.actor("bureau", SUBMITTED), now=self.at(SUBMITTED),
        )  # fmt: skip
        self.publication = publications.publish(
            scheme_id=self.scheme.pk, seen=snapshots.seen_digest(self._fresh()),
            first_day=self.day(PUBLISHED), last_day=self.day(LAST_DAY), shown_to=shown_to,
            actor=self.actor("bureau_head", PUBLISHED), now=self.at(PUBLISHED),
        )  # fmt: skip

    def _fresh(self):
        """The version as it is stored by now."""
        return schemes_visible_to(self.actor("bureau", DRAFTED)).get(pk=self.scheme.pk)

    def object_and_decide(self, held: Mapping) -> None:
        """A member doubts its score; the head looks into it and rejects the objection."""
        actor, school = self.actor(HEADMASTER, OBJECTED), held[OBJECTOR].pk
        if school not in actor.school_ids:
            return
        objection = filings.file(
            notice_id=self.publication.notice_id, school_id=school, about_id=school,
            text=OBJECTION, actor=actor, now=self.at(OBJECTED), on=self.day(OBJECTED),
        )  # fmt: skip
        objections.decide(
            objection_id=objection.pk, upheld=False, reason=DECISION,
            actor=self.actor("bureau_head", DECIDED), now=self.at(DECIDED),
        )  # fmt: skip
