"""The Celery application: a job row in PostgreSQL is the truth, the broker only wakes workers."""

from celery import Celery


app = Celery("tongxing")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
