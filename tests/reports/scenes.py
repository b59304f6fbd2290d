"""A county with two judged and published years, reached by real actions; ``AT`` is later."""

import dataclasses
import datetime
from typing import Any

from assessment.actions import publications
from assessment.selectors import snapshots
from core.actor import Actor
from core.models import Job
from directory.enums import Role
from reports.actions import builds
from reports.models import Report
from reports.periods import of_group, yearly
from tests.assessment import years
from tests.factories import county as made


AT = "2025-10-10T09:00:00+08:00"
NOW = datetime.datetime.fromisoformat(AT)
TODAY = NOW.date()
AS_OF = datetime.date(2025, 8, 31)
LAST = {
    "实验小学": "90.00", "坑西小学": "80.00", "举水乡小": "76.40", "城东小学": "88.50",
    "五大堡乡小": "79.20",
}  # fmt: skip
LATER = datetime.timedelta(hours=1)


@dataclasses.dataclass
class Scene:
    county: Any
    clerk: Actor
    head: Actor
    schools: dict[str, Any]
    group_ids: dict[str, int]

    @property
    def yearly(self):
        return yearly(self.county.pk, years.YEAR)

    def of_group(self, name: str):
        return of_group(self.county.pk, years.YEAR, self.group_ids[name])

    def actor(self, role: Role, at=None) -> Actor:
        return made.actor(role, at=at or self.county, username=f"{role.lower()}-x", on=TODAY)


def publish(year: years.Year, *, now=years.NOW, window=years.WINDOW) -> None:
    """Through the desk of 教育股 to the public."""

    def seen():
        year.scheme.refresh_from_db()
        return snapshots.seen_digest(year.scheme)

    publications.submit(scheme_id=year.scheme.pk, seen=seen(), actor=year.clerk, now=now)
    publications.publish(
        scheme_id=year.scheme.pk, seen=seen(), actor=year.head, first_day=window[0],
        last_day=window[1], shown_to="OWN", now=now + LATER,
    )  # fmt: skip


def judged(*, publish_both: bool = True) -> Scene:
    """实验小学 with a campus and a member; 城东小学 and 五大堡乡小 are in no group."""
    last = years.year(
        start=years.YEAR - 1, cut_off_on=datetime.date(2024, 9, 15), scores=LAST,
    )  # fmt: skip
    held = (last.county, last.schools)
    if publish_both:
        publish(last, now=datetime.datetime(2024, 9, 20, 1, tzinfo=datetime.UTC),
                window=(datetime.date(2024, 9, 21), datetime.date(2024, 9, 27)))  # fmt: skip
    this = years.year(held=held)
    publish(this)
    groups = dict(_groups(last.county))
    return Scene(
        county=last.county,
        clerk=made.clerk_of(last.county, username="clerk-reports", on=TODAY),
        head=made.actor(Role.BUREAU_HEAD, at=last.county, username="head-reports", on=TODAY),
        schools=last.schools,
        group_ids=groups,
    )


def _groups(county):
    from groups.models import GroupFacts  # noqa: PLC0415 - rows of another app, for tests only

    return GroupFacts.objects.filter(district=county).order_by("pk").values_list("name", "group_id")


def asked(scene: Scene, subject, actor=None, reason="", now=NOW) -> Job:
    job, _ = builds.ask(
        subject=subject, actor=actor or scene.clerk, now=now, today=TODAY, reason=reason
    )
    return job


def silent(done: int, total: int, message: str = "") -> None:
    """Progress that nobody waits for."""


def drafted(scene: Scene, subject, actor=None, reason="") -> Report:
    """A draft, made as the worker makes it."""
    from core import tasks  # noqa: PLC0415 - after the handlers are registered

    job = asked(scene, subject, actor, reason)
    tasks.run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == "DONE", job.message
    return Report.objects.get(job_id=job.pk)


def issued(scene: Scene, report: Report) -> Report:
    from core import tasks  # noqa: PLC0415 - after the handlers are registered

    job, _ = builds.ask_to_issue(report_id=report.pk, actor=scene.head, now=NOW)
    tasks.run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == "DONE", job.message
    report.refresh_from_db()
    return report
