"""A worker is killed in the middle of an import; two clerks import the same file at once."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection, connections

from core import clock
from core.actions import imports, jobs
from core.enums import JobState
from core.models import AuditEvent, ImportBatch, ImportRow, Job
from core.tasks import run_job
from desk.actions.imports import KINDS
from directory.models import Employment, Teacher
from tests.factories import county as made
from tests.factories import tables


ROOT = Path(__file__).resolve().parents[2]
MANY = 3000


@pytest.fixture
def county(transactional_db):
    district = made.district()
    made.school(district, "实验小学", first_day=made.DAY)
    return district


@pytest.fixture
def clerk(county):
    return made.clerk_of(county, username="bureau", on=clock.today())


@pytest.fixture
def worker():
    """Starts real Celery workers on the test's database; ends them."""
    started = []
    settings = connection.settings_dict
    url = os.environ["DATABASE_URL"]
    base, _, options = url.partition("?")
    url = f"{base.rsplit('/', 1)[0]}/{settings['NAME']}" + (f"?{options}" if options else "")

    def start():
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "solo",
             "--loglevel", "WARNING"],
            cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def upload(county, clerk, tmp_path, many=MANY):
    path = tables.csv_file(tmp_path / "名册.csv", [tables.teacher(n) for n in range(many)])
    return imports.open_batch(
        importer=KINDS["teachers"],
        district_id=county.pk,
        content=ContentFile(path.read_bytes(), "名册.csv"),
        name="名册.csv",
        start=made.DAY,
        actor=clerk,
        now=clock.now(),
    )


def wait(question, seconds=60):
    """The answer once it is true; the workers run meanwhile."""
    until = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < until, "the worker does not come on"
        time.sleep(0.01)
    return answer


def running(kind):
    return lambda: Job.objects.filter(kind=kind, state=JobState.RUNNING, done__gt=0).first()


def kill_and_sweep(process, kind):
    """Kill the worker inside the job; then its lease runs out and the sweeper wakes another."""
    job = wait(running(kind))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - jobs.LEASE)
    return job


def test_a_killed_worker_leaves_nothing_half_and_the_job_goes_on(county, clerk, worker, tmp_path):
    first = worker()
    batch = upload(county, clerk, tmp_path)
    kill_and_sweep(first, "import.check")
    assert ImportRow.objects.count() == 0
    batch.refresh_from_db()
    assert batch.state == "READING"

    second = worker()
    assert jobs.sweep(now=clock.now()) == [batch.job_id]
    wait(lambda: ImportBatch.objects.filter(pk=batch.pk, state="PREVIEWED").exists())
    assert ImportRow.objects.count() == MANY

    wait(lambda: not Job.objects.filter(state=JobState.RUNNING).exists())
    job = imports.request_write(
        batch_id=batch.pk, importer=KINDS["teachers"], actor=clerk, now=clock.now()
    )
    kill_and_sweep(second, "import.write")
    assert (Teacher.objects.count(), Employment.objects.count()) == (0, 0)

    worker()
    jobs.sweep(now=clock.now())
    wait(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists())
    assert (Teacher.objects.count(), Employment.objects.count()) == (MANY, MANY)
    assert AuditEvent.objects.filter(act="core.import.write").count() == 1


def test_two_clerks_with_one_file_at_once(county, clerk, tmp_path, monkeypatch):
    monkeypatch.setattr(run_job, "delay_on_commit", lambda _: None)
    importer, now, today = KINDS["teachers"], clock.now(), clock.today()
    batches = [upload(county, clerk, tmp_path, many=200) for _ in range(2)]
    for batch in batches:
        imports.check(batch_id=batch.pk, importer=importer, on=today, now=now)
    together, failures = threading.Barrier(2), []

    def write(batch):
        try:
            together.wait(10)
            imports.write(batch_id=batch.pk, importer=importer, on=today, actor=clerk, now=now)
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=[batch]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Teacher.objects.count() == 200
    states = sorted(ImportBatch.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["PREVIEWED", "WRITTEN"]
    later = ImportBatch.objects.get(state="PREVIEWED")
    assert (later.message, later.counts["UNCHANGED"]) == (imports.STALE, 200)
