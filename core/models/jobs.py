import uuid

from django.db import models
from django.db.models import Q

from core.enums import JobState
from core.privacy import classified


@classified(
    plain="id kind key state done total message params result user_id post_id district_id"
    " created_at started_at finished_at lease_until attempts",
)
class Job(models.Model):
    """Long work with progress. This row is the truth; the broker only wakes a worker.

    A worker holds the job by a lease that it renews; a lease that ran out means the worker died,
    and the sweeper queues the job again. One open job a key: a second click joins the first.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("种类", max_length=40)
    key = models.CharField("键", max_length=120)
    state = models.CharField("状态", max_length=12, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    message = models.CharField("说明", max_length=300, blank=True)
    params = models.JSONField("参数", default=dict)
    result = models.JSONField("结果", null=True)
    user_id = models.BigIntegerField("发起人", null=True)
    post_id = models.BigIntegerField("身份", null=True)
    district_id = models.BigIntegerField("行政区", null=True)
    created_at = models.DateTimeField("发起时间")
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    lease_until = models.DateTimeField("租约到", null=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)

    class Meta:
        verbose_name = "后台任务"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="core_job_one_open_per_key",
                violation_error_message="同样的任务正在进行。",
            ),
            models.CheckConstraint(
                name="core_job_running_has_a_lease",
                condition=~Q(state=JobState.RUNNING) | Q(lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="core_job_end_is_dated",
                condition=Q(finished_at__isnull=True) ^ Q(state__in=JobState.ended()),
            ),
        ]
        indexes = [models.Index(fields=["user_id", "-created_at"], name="core_job_of_user")]

    def __str__(self):
        return f"{self.kind} {self.get_state_display()} {self.done}/{self.total}"

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0
