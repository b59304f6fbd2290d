"""Jobs: queued once per key, held by a lease, told step by step, ended once."""

import datetime
import uuid

from django.db import IntegrityError, transaction

from core.actions import audit
from core.actor import Actor
from core.acts import job_label
from core.enums import JobState
from core.errors import Denied
from core.models import Job
from core.tasks import run_job


LEASE = datetime.timedelta(seconds=30)
MOST_LEASE = 2 * LEASE  # as another machine's clock may see it, which is half a minute behind
MOST_ATTEMPTS = 3


def enqueue(
    *,
    kind: str,
    key: str,
    actor: Actor | None,
    now: datetime.datetime,
    params: dict | None = None,
    district_id: int | None = None,
) -> tuple[Job, bool]:
    """Queue work and wake a worker after commit. An open job of that key is joined instead."""
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                key=key,
                params=params or {},
                user_id=actor.user_id if actor else None,
                post_id=actor.post_id if actor else None,
                district_id=district_id,
                created_at=now,
            )
    except IntegrityError:
        return Job.objects.get(key=key, state__in=[JobState.QUEUED, JobState.RUNNING]), False
    run_job.delay_on_commit(str(job.pk))
    return job, True


@transaction.atomic
def claim(*, job_id: uuid.UUID, now: datetime.datetime) -> Job | None:
    """Take the job for one worker; None when another holds it, it has ended or is tried out.

    A lease longer than ``MOST_LEASE`` was written by a clock that has been put back since.
    """
    job = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id).first()
    if job is None or job.state in JobState.ended():
        return None
    if job.state == JobState.RUNNING and now < job.lease_until <= now + MOST_LEASE:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        _end(job, JobState.FAILED, now, message="多次中断，已停止；可以重新发起。")
        return None
    job.state, job.attempts = JobState.RUNNING, job.attempts + 1
    job.lease_until, job.started_at = now + LEASE, job.started_at or now
    job.done, job.message = 0, ""
    job.save()
    return job


def step(*, job: Job, now: datetime.datetime, done: int, total: int, message: str = "") -> None:
    """Tell how far the work is and renew the lease. Raises Denied when it was cancelled or lost."""
    held = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    if not held.update(done=done, total=total, message=message, lease_until=now + LEASE):
        raise Denied("任务已取消或已由别的进程接手。")


@transaction.atomic
def finish(*, job: Job, now: datetime.datetime, result: dict) -> bool:
    """End the job with its result, once; False when this worker no longer holds it."""
    held = Job.objects.select_for_update().get(pk=job.pk)
    if held.state != JobState.RUNNING or held.attempts != job.attempts:
        return False
    _end(held, JobState.DONE, now, result=result)
    return True


@transaction.atomic
def fail(
    *, job_id: uuid.UUID, now: datetime.datetime, message: str, attempt: int | None = None
) -> None:
    """End the job with a sentence for its owner; one that has ended stays as it is.

    So does one that another worker has taken over since the given attempt.
    """
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state not in JobState.ended() and attempt in {None, job.attempts}:
        _end(job, JobState.FAILED, now, message=message)


@transaction.atomic
def cancel(*, job_id: uuid.UUID, now: datetime.datetime, actor: Actor | None = None) -> bool:
    """Stop the work; a running worker notices at its next step. An ended job stays as it is.

    Recorded when a person asks; False when the job had ended.
    """
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state in JobState.ended():
        return False
    _end(job, JobState.CANCELLED, now)
    if actor:
        audit.record(
            act="core.job.cancel", actor=actor, now=now, object_type="job", object_id=job.pk,
            object_label=job_label(job.kind), district_id=job.district_id,
        )  # fmt: skip
    return True


def sweep(*, now: datetime.datetime) -> list[uuid.UUID]:
    """Wake workers for jobs whose worker died or whose message was lost; returns their ids.

    Those of a clock that has been put back since are among them: they would wait till it is there.
    """
    lost = Job.objects.filter(state=JobState.RUNNING).exclude(
        lease_until__range=(now, now + MOST_LEASE)
    )
    waiting = Job.objects.filter(state=JobState.QUEUED).exclude(
        created_at__range=(now - LEASE, now + LEASE)
    )
    ids = [job.pk for job in lost | waiting]
    for job_id in ids:
        run_job.delay(str(job_id))
    return ids


def _end(job: Job, state: JobState, now: datetime.datetime, *, message: str = "", result=None):
    job.state, job.finished_at, job.lease_until = state, now, None
    job.message, job.result = message[:300], result
    if state == JobState.DONE:
        job.done = job.total
    job.save()
