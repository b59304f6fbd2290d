from celery import shared_task

from core import clock


@shared_task
def make_due() -> None:
    """Every few minutes by beat: reports that a schedule asks for."""
    from reports.actions import schedules  # noqa: PLC0415 - tasks are leaves

    schedules.run_due(now=clock.now(), today=clock.today())
