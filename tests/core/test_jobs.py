"""Long work: one open job a key, one worker at a time, an end that is told (X-14)."""

import datetime
import threading

import pytest
from django.db import OperationalError, connection

from core import ports, tasks
from core.actions import jobs
from core.enums import JobState
from core.errors import Denied
from core.models import AuditEvent, Job
from directory.enums import Role
from directory.models import User
from tests.factories import county as made


NOW = datetime.datetime(2024, 10, 15, 1, tzinfo=datetime.UTC)
LATER = NOW + jobs.LEASE + datetime.timedelta(seconds=1)
OPEN = {JobState.QUEUED, JobState.RUNNING}


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    """No broker: the ids that would have been sent to a worker."""
    ids = []
    monkeypatch.setattr(tasks.run_job, "delay", ids.append)
    monkeypatch.setattr(tasks.run_job, "delay_on_commit", ids.append)
    return ids


def enqueue(key="import:1", actor=None, kind="import.check", **params):
    return jobs.enqueue(kind=kind, key=key, actor=actor, now=NOW, params=params)


def claim(job, now=NOW):
    return jobs.claim(job_id=job.pk, now=now)


def in_state(state):
    """A job that came to that state by real actions."""
    job, _ = enqueue(key=f"key of {state}")
    if state in {JobState.RUNNING, JobState.DONE}:
        held = claim(job)
    if state == JobState.DONE:
        jobs.finish(job=held, now=NOW, result={})
    elif state == JobState.FAILED:
        jobs.fail(job_id=job.pk, now=NOW, message="坏了")
    elif state == JobState.CANCELLED:
        jobs.cancel(job_id=job.pk, now=NOW)
    return Job.objects.get(pk=job.pk)


MOVES = {
    "claim": claim,
    "claim after the lease": lambda job: claim(job, LATER),
    "finish": lambda job: jobs.finish(job=job, now=NOW, result={"rows": 1}),
    "fail": lambda job: jobs.fail(job_id=job.pk, now=NOW, message="坏了"),
    "cancel": lambda job: jobs.cancel(job_id=job.pk, now=NOW),
}
LEADS_TO = {
    (JobState.QUEUED, "claim"): JobState.RUNNING,
    (JobState.QUEUED, "claim after the lease"): JobState.RUNNING,
    (JobState.QUEUED, "fail"): JobState.FAILED,
    (JobState.QUEUED, "cancel"): JobState.CANCELLED,
    (JobState.RUNNING, "claim after the lease"): JobState.RUNNING,
    (JobState.RUNNING, "finish"): JobState.DONE,
    (JobState.RUNNING, "fail"): JobState.FAILED,
    (JobState.RUNNING, "cancel"): JobState.CANCELLED,
}


@pytest.mark.django_db
@pytest.mark.parametrize("state", JobState)
@pytest.mark.parametrize("move", MOVES)
def test_full_square_of_states(state, move):
    job = in_state(state)
    MOVES[move](job)
    after = Job.objects.get(pk=job.pk)
    assert after.state == LEADS_TO.get((state, move), state)
    assert (after.finished_at is None) == (after.state in OPEN)
    assert (after.lease_until is not None) == (after.state == JobState.RUNNING)


@pytest.mark.django_db
def test_second_click_joins_the_first(woken):
    first, new = enqueue()
    second, newer = enqueue()
    assert (new, newer) == (True, False)
    assert first.pk == second.pk
    assert woken == [str(first.pk)]
    jobs.cancel(job_id=first.pk, now=NOW)
    third, newest = enqueue()
    assert newest
    assert third.pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_and_exactly_one_holds_the_job():
    job, _ = enqueue()
    start, held = threading.Barrier(2), []

    def work():
        try:
            start.wait(timeout=60)
            held.append(claim(job))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert [it.pk for it in held if it] == [job.pk]
    assert len(held) == 2
    assert Job.objects.get().attempts == 1


@pytest.mark.django_db
def test_step_renews_the_lease_and_tells_how_far():
    job, _ = enqueue()
    held = claim(job)
    soon = NOW + datetime.timedelta(seconds=20)
    jobs.step(job=held, now=soon, done=3, total=8, message="第 3 行")
    told = Job.objects.get()
    assert (told.done, told.total, told.message, told.percent) == (3, 8, "第 3 行", 37)
    assert told.lease_until == soon + jobs.LEASE
    assert claim(job, LATER) is None


@pytest.mark.django_db
def test_worker_that_lost_its_lease_neither_steps_nor_finishes():
    job, _ = enqueue()
    slow = claim(job)
    quick = claim(job, LATER)
    with pytest.raises(Denied, match="由别的进程接手"):
        jobs.step(job=slow, now=LATER, done=1, total=2)
    assert jobs.finish(job=slow, now=LATER, result={"by": "slow"}) is False
    assert jobs.finish(job=quick, now=LATER, result={"by": "quick"}) is True
    assert Job.objects.get().result == {"by": "quick"}


@pytest.mark.django_db
def test_sweep_wakes_lost_jobs_and_no_others(woken):
    lost, _ = enqueue(key="lost")
    claim(lost)
    forgotten, _ = enqueue(key="message was lost")
    done = in_state(JobState.DONE)
    woken.clear()
    assert jobs.sweep(now=NOW) == []
    held, _ = enqueue(key="held")
    claim(held, LATER)
    woken.clear()
    assert set(jobs.sweep(now=LATER)) == {lost.pk, forgotten.pk}
    assert set(woken) == {str(lost.pk), str(forgotten.pk)}
    assert str(done.pk) not in woken


@pytest.mark.django_db
def test_third_lost_attempt_ends_it_with_a_sentence():
    job, _ = enqueue()
    now = NOW
    for attempt in range(1, jobs.MOST_ATTEMPTS + 1):
        assert claim(job, now).attempts == attempt
        now += jobs.LEASE + datetime.timedelta(seconds=1)
    assert claim(job, now) is None
    ended = Job.objects.get()
    assert (ended.state, ended.message) == (JobState.FAILED, "多次中断，已停止；可以重新发起。")


@pytest.mark.django_db
def test_cancelled_while_running_stops_at_the_next_step_and_stays_cancelled(monkeypatch):
    done = []

    def work(job, step):
        done.append(1)
        step(1, 2)
        jobs.cancel(job_id=job.pk, now=NOW)
        step(2, 2)
        done.append(2)
        return {}

    monkeypatch.setitem(ports.job_handlers, "import.check", work)
    job, _ = enqueue()
    tasks.run_job(str(job.pk))
    assert done == [1]
    assert Job.objects.get().state == JobState.CANCELLED


@pytest.mark.django_db
def test_result_and_last_count_are_kept(monkeypatch):
    def work(job, step):
        step(5, 8)
        return {"rows": job.params["rows"]}

    monkeypatch.setitem(ports.job_handlers, "import.check", work)
    job, _ = enqueue(rows=8)
    tasks.run_job(str(job.pk))
    ended = Job.objects.get()
    assert (ended.state, ended.result, ended.done, ended.total) == ("DONE", {"rows": 8}, 8, 8)


@pytest.mark.django_db
def test_failure_is_a_sentence_and_never_a_trace(monkeypatch):
    def work(job, step):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setitem(ports.job_handlers, "import.check", work)
    job, _ = enqueue()
    with pytest.raises(ZeroDivisionError):
        tasks.run_job(str(job.pk))
    ended = Job.objects.get()
    assert ended.state == JobState.FAILED
    assert ended.message == "出现意外错误，已记录；请稍后重试。"


@pytest.mark.django_db
def test_a_database_that_went_away_leaves_the_job_to_its_lease(monkeypatch):
    def work(job, step):
        raise OperationalError("terminating connection")

    monkeypatch.setitem(ports.job_handlers, "import.check", work)
    job, _ = enqueue()
    with pytest.raises(OperationalError):
        tasks.run_job(str(job.pk))
    assert Job.objects.get().state == JobState.RUNNING


@pytest.mark.django_db
def test_a_worker_that_lost_the_job_does_not_end_it_for_the_other(monkeypatch):
    def work(job, step):
        Job.objects.filter(pk=job.pk).update(attempts=2)  # its lease ran out, another took over
        step(1, 2)

    monkeypatch.setitem(ports.job_handlers, "import.check", work)
    job, _ = enqueue()
    tasks.run_job(str(job.pk))
    assert Job.objects.get().state == JobState.RUNNING


@pytest.mark.django_db
def test_refusal_of_the_work_is_told(monkeypatch):
    def work(job, step):
        raise Denied("文件里没有表头。")

    monkeypatch.setitem(ports.job_handlers, "import.check", work)
    job, _ = enqueue()
    tasks.run_job(str(job.pk))
    assert Job.objects.get().message == "文件里没有表头。"


# Its page.


@pytest.fixture
def clerk(db):
    return made.clerk_of(made.district(), username="clerk")


@pytest.fixture
def page(client, clerk):
    client.force_login(User.objects.get(pk=clerk.user_id))
    return client


def test_page_tells_counts_and_that_one_may_leave(page, clerk):
    job, _ = enqueue(actor=clerk)
    assert "正在排队" in page.get(f"/jobs/{job.pk}/").content.decode()
    jobs.step(job=claim(job), now=NOW, done=3, total=8, message="正在核对")
    shown = page.get(f"/jobs/{job.pk}/").content.decode()
    assert "核对导入文件" in shown
    assert "3 / 8" in shown
    assert "可以离开本页" in shown
    assert 'max="8"' in shown
    assert "data-open" in shown


def test_page_of_an_ended_job_asks_no_more_and_offers_no_cancel(page, clerk):
    job, _ = enqueue(actor=clerk)
    jobs.fail(job_id=job.pk, now=NOW, message="文件里没有表头。")
    shown = page.get(f"/jobs/{job.pk}/").content.decode()
    assert "文件里没有表头。" in shown
    assert "data-open" not in shown
    assert "/cancel/" not in shown


def test_cancel_is_recorded_once_and_the_second_click_is_harmless(page, clerk):
    job, _ = enqueue(actor=clerk)
    for _ in range(2):
        assert page.post(f"/jobs/{job.pk}/cancel/")["Location"] == f"/jobs/{job.pk}/"
    assert Job.objects.get().state == JobState.CANCELLED
    event = AuditEvent.objects.get(act="core.job.cancel")
    assert (event.user_id, event.object_label) == (clerk.user_id, "核对导入文件")


def test_jobs_of_others_are_404(page, clerk):
    other = made.actor(Role.BUREAU_HEAD, at=made.district("331124", "松阳县"))
    theirs, _ = enqueue(key="theirs", actor=other)
    nobodys, _ = enqueue(key="of the command line")
    for job in (theirs, nobodys):
        assert page.get(f"/jobs/{job.pk}/").status_code == 404
        assert page.post(f"/jobs/{job.pk}/cancel/").status_code == 404
        assert Job.objects.get(pk=job.pk).state == JobState.QUEUED
    page.logout()
    assert page.get(f"/jobs/{theirs.pk}/")["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("others", [1, 3])
def test_page_lists_ones_other_running_jobs(page, clerk, others, django_assert_num_queries):
    job, _ = enqueue(actor=clerk)
    for number in range(others):
        enqueue(key=f"other {number}", actor=clerk)
    with django_assert_num_queries(4):
        shown = page.get(f"/jobs/{job.pk}/").content.decode()
    assert f"{others} 项进行中" in shown
