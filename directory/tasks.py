from celery import shared_task

from core import clock


@shared_task
def sweep_sessions() -> None:
    """Once a day by beat: rows of sessions that are over go."""
    from directory.actions import sessions  # noqa: PLC0415 - tasks are leaves

    sessions.sweep(now=clock.now())
