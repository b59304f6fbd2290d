"""The making of reports while it goes on, and what of it failed."""

import dataclasses
import datetime

from core.actor import Actor
from core.enums import JobState
from core.selectors import jobs_about


BUILD, ISSUE = "report.build", "report.issue"
SHOWN = datetime.timedelta(days=30)  # for so long a failure is told
JUST_NOW = datetime.timedelta(minutes=15)  # and for so long what is done

ORDER = (JobState.RUNNING, JobState.FAILED, JobState.QUEUED, JobState.DONE)


@dataclasses.dataclass(frozen=True)
class Making:
    """A job of a report as the page tells it."""

    job: object
    state: JobState
    title: str
    report_id: int | None  # of the draft that is issued, or of what was made

    @property
    def is_open(self) -> bool:
        return self.state not in JobState.ended()

    @property
    def is_done(self) -> bool:
        return self.state == JobState.DONE


def makings(actor: Actor, now: datetime.datetime) -> list[Making]:
    """The latest job of every paper: running, failed, queued, done just now. One query."""
    latest: dict[str, object] = {}
    for job in jobs_about(actor, (BUILD, ISSUE)).filter(created_at__gt=now - SHOWN):
        if job.state not in JobState.ended():
            latest[job.key] = job  # of which there is one a key, whatever the clocks say
        latest.setdefault(job.key, job)
    wanted = [
        job
        for job in latest.values()
        if job.state in ORDER and (job.state != JobState.DONE or job.finished_at > now - JUST_NOW)
    ]
    wanted.sort(key=lambda job: (ORDER.index(job.state), job.created_at))
    return [
        Making(
            job=job,
            state=JobState(job.state),
            title=job.params["title"],
            report_id=job.params.get("report") or (job.result or {}).get("report"),
        )
        for job in wanted
    ]


def making(actor: Actor, job_id) -> object | None:
    """One job of a report in the actor's districts."""
    return jobs_about(actor, (BUILD, ISSUE)).filter(pk=job_id).first()
