"""The clock is put back or jumps ahead while a job waits or runs (X-14)."""

import datetime

import pytest

from core.actions import jobs
from core.enums import JobState
from core.errors import Denied
from core.tasks import run_job
from tests.factories import county as made


NOW = made.NOW
MONTH, HOUR, MOMENT = (datetime.timedelta(days=31), datetime.timedelta(hours=1), jobs.LEASE / 2)


@pytest.fixture
def job(db, monkeypatch):
    monkeypatch.setattr(run_job, "delay", lambda _: None)
    return jobs.enqueue(kind="import.check", key="甲", actor=None, now=NOW)[0]


def test_x14_a_job_that_a_fast_clock_queued_does_not_wait_for_that_day(job):
    assert jobs.sweep(now=NOW + MOMENT) == []
    assert jobs.sweep(now=NOW + MONTH) == [job.pk]
    assert jobs.sweep(now=NOW - MONTH) == [job.pk]


@pytest.mark.parametrize("jump", [-MONTH, -HOUR, HOUR, MONTH])
def test_x14_a_job_of_a_dead_worker_goes_on_and_is_done_once(job, jump):
    first = jobs.claim(job_id=job.pk, now=NOW)
    assert jobs.claim(job_id=job.pk, now=NOW + MOMENT) is None
    assert jobs.sweep(now=NOW + jump) == [job.pk]
    second = jobs.claim(job_id=job.pk, now=NOW + jump)
    assert second.attempts == 2
    with pytest.raises(Denied):
        jobs.step(job=first, now=NOW + jump, done=1, total=2)
    assert not jobs.finish(job=first, now=NOW + jump, result={})
    assert jobs.finish(job=second, now=NOW + jump, result={"rows": 1})
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, {"rows": 1})


@pytest.mark.parametrize("jump", [-MONTH, -HOUR])
def test_x14_a_worker_that_lives_keeps_its_job_when_the_clock_is_put_back(job, jump):
    held = jobs.claim(job_id=job.pk, now=NOW)
    jobs.step(job=held, now=NOW + jump, done=1, total=2)
    assert jobs.claim(job_id=job.pk, now=NOW + jump + MOMENT) is None
    assert jobs.sweep(now=NOW + jump + MOMENT) == []
    assert jobs.finish(job=held, now=NOW + jump + MOMENT, result={})
