import uuid

import structlog
from celery import shared_task
from celery.contrib.django.task import DjangoTask
from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerAway

from core import clock
from core.errors import Denied
from core.ports import job_handlers


log = structlog.get_logger()


class Waking(DjangoTask):
    """A message that cannot be sent is no failure: the job is on file, and the sweeper finds it."""

    def delay(self, *args, **kwargs):
        try:
            return super().delay(*args, **kwargs)
        except BrokerAway:
            log.warning("no broker to wake a worker by", task=self.name)
            return None


@shared_task(base=Waking)
def run_job(job_id: str) -> None:
    """Run one job under its lease; what goes wrong ends as a sentence on the job, never a trace.

    A database that went away ends nothing: the lease runs out, and the sweeper has the job done
    again.
    """
    from core.actions import jobs  # noqa: PLC0415 - tasks are leaves

    job = jobs.claim(job_id=uuid.UUID(job_id), now=clock.now())
    if job is None:
        return

    def step(done: int, total: int, message: str = "") -> None:
        jobs.step(job=job, now=clock.now(), done=done, total=total, message=message)

    def fail(message: str) -> None:
        jobs.fail(job_id=job.pk, now=clock.now(), message=message, attempt=job.attempts)

    try:
        result = job_handlers[job.kind](job, step)
    except Denied as refusal:
        fail(str(refusal))
    except (OperationalError, InterfaceError):
        log.exception("database lost", job=job_id, kind=job.kind)
        raise
    except Exception:
        log.exception("job failed", job=job_id, kind=job.kind)
        fail("出现意外错误，已记录；请稍后重试。")
        raise
    else:
        jobs.finish(job=job, now=clock.now(), result=result)


@shared_task
def sweep_jobs() -> None:
    """Every few seconds by beat: jobs of dead workers go on."""
    from core.actions import jobs  # noqa: PLC0415 - tasks are leaves

    jobs.sweep(now=clock.now())


@shared_task
def sweep_files() -> None:
    """Once a day by beat: files that a killed process left without a row go."""
    from core.actions import files  # noqa: PLC0415 - tasks are leaves

    files.sweep(now=clock.now())


@shared_task
def seal_audit() -> None:
    """Every minute by beat: what was written into the audit log can no longer change unseen."""
    from core.actions import seals  # noqa: PLC0415 - tasks are leaves

    seals.seal(now=clock.now())
