"""X-28: reports make themselves on the days that the bureau sets, each once."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from core import tasks
from core.errors import Denied
from core.models import AuditEvent, Job
from core.periods import period
from directory.enums import Role
from directory.models import Term
from reports.actions import builds, schedules
from reports.enums import ReportKind
from reports.models import Report, Schedule
from reports.tasks import make_due
from tests.reports import scenes


D = datetime.date
pytestmark = pytest.mark.usefixtures("printer")


SET_ON = D(2025, 9, 20)


def set_day(scene, kind=ReportKind.MONTHLY, day=5, today=SET_ON, **extra):
    asked = {"enabled": True, "actor": scene.clerk} | extra
    return schedules.set_day(
        district_id=scene.county.pk, kind=kind, day=day, now=scenes.NOW, today=today, **asked
    )


def run(today):
    return schedules.run_due(now=scenes.NOW, today=today)


def asked_for():
    return sorted(builds.subject_of(job).key for job in Job.objects.filter(kind="report.build"))


def test_a_bulletin_is_made_once_on_its_day(scene):
    set_day(scene)
    assert run(D(2025, 10, 4)) == 0
    assert run(D(2025, 10, 5)) == 1
    assert run(D(2025, 10, 5)) == 0
    assert asked_for() == [f"report:MONTHLY:{scene.county.pk}:2025::2025-09-01"]


def test_what_fell_due_before_it_was_set_is_not_made_up_for(scene):
    set_day(scene, today=D(2025, 10, 6))
    assert run(D(2025, 10, 6)) == 0
    assert Schedule.objects.get().last_made_on == D(2025, 10, 6)
    assert run(D(2025, 11, 5)) == 1


def test_a_beat_that_was_down_makes_up_for_the_latest_day_alone(scene):
    set_day(scene)
    assert run(D(2025, 12, 20)) == 1
    assert asked_for() == [f"report:MONTHLY:{scene.county.pk}:2025::2025-11-01"]


def test_yearly_and_group_reports_are_of_the_year_that_has_ended(scene):
    set_day(scene, ReportKind.YEARLY, 10, D(2025, 9, 1))
    set_day(scene, ReportKind.GROUP, 10, D(2025, 9, 1))
    assert run(D(2025, 9, 10)) == 3
    group_ids = sorted(scene.group_ids.values())
    assert asked_for() == sorted(
        [
            f"report:YEARLY:{scene.county.pk}:2024::",
            *(f"report:GROUP:{scene.county.pk}:2024:{pk}:" for pk in group_ids),
        ]
    )


def test_a_terms_report_is_made_in_the_month_after_the_term_by_the_bureaus_calendar(scene):
    set_day(scene, ReportKind.TERM, 3, D(2025, 9, 20))
    Term.objects.create(
        district=scene.county, school_year=2025, number=1,
        period=period(D(2025, 9, 1), D(2026, 2, 6)),
    )  # fmt: skip
    assert run(D(2026, 2, 28)) == 0
    assert run(D(2026, 3, 3)) == 1
    assert run(D(2026, 3, 3)) == 0
    assert asked_for() == [f"report:TERM:{scene.county.pk}:2025::1"]
    [job] = Job.objects.filter(kind="report.build")
    assert builds.subject_of(job).last_day == D(2026, 2, 6)
    assert run(D(2026, 9, 3)) == 1
    assert asked_for()[1:] == [f"report:TERM:{scene.county.pk}:2025::2"]


def test_switched_off_makes_nothing(scene):
    set_day(scene, enabled=False)
    assert run(D(2025, 10, 5)) == 0


def test_the_schedules_report_is_the_bureaus_own(scene, monkeypatch):
    set_day(scene)
    monkeypatch.setenv("TONGXING_NOW", "2025-10-05T00:10:00+08:00")
    make_due()
    [job] = Job.objects.filter(kind="report.build")
    tasks.run_job(str(job.pk))
    report = Report.objects.get()
    assert (report.title, report.made_by_id, report.made_by_name) == (
        "庆元县集团化办学工作月报（2025年9月）", None, "定期生成",
    )  # fmt: skip
    assert report.as_of == D(2025, 9, 30)
    assert AuditEvent.objects.get(act="reports.report.build").user_id is None


def test_who_may_set_and_what(scene):
    with pytest.raises(Denied, match="只有教育股和局领导"):
        set_day(scene, actor=scene.actor(Role.LEADERSHIP))
    for day in (0, 29):
        with pytest.raises(ValidationError, match="1 至 28 日"):
            set_day(scene, day=day)
    assert Schedule.objects.count() == 0
    set_day(scene, day=6)
    set_day(scene, day=8)
    assert [it.day for it in Schedule.objects.all()] == [8]
    assert AuditEvent.objects.filter(act="reports.schedule.set").count() == 2
