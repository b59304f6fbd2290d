from django.db import models
from django.db.models import Q

from core.enums import BatchState, RowState
from core.models.files import StoredFile
from core.privacy import classified


@classified(
    plain="id kind state district_id params file job_id user_id post_id counts created_at"
    " written_at undone_at message",
    name="file_name",
)
class ImportBatch(models.Model):
    """One file that somebody imports: what it would change, what it did change, undone or not."""

    kind = models.CharField("种类", max_length=20)
    state = models.CharField("状态", max_length=12, choices=BatchState, default=BatchState.READING)
    district_id = models.BigIntegerField("行政区")
    params = models.JSONField("参数", default=dict)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, verbose_name="文件")
    file_name = models.CharField("文件名", max_length=200)
    job_id = models.UUIDField("任务", null=True)
    user_id = models.BigIntegerField("经办人", null=True)
    post_id = models.BigIntegerField("身份", null=True)
    counts = models.JSONField("行数", default=dict)
    message = models.CharField("说明", max_length=300, blank=True)
    created_at = models.DateTimeField("上传时间")
    written_at = models.DateTimeField("写入时间", null=True)
    undone_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = "导入批次"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="core_importbatch_written_and_undone_are_dated",
                condition=(
                    Q(state=BatchState.WRITTEN, written_at__isnull=False, undone_at__isnull=True)
                    | Q(state=BatchState.UNDONE, written_at__isnull=False, undone_at__isnull=False)
                    | Q(
                        ~Q(state__in=[BatchState.WRITTEN, BatchState.UNDONE]),
                        written_at__isnull=True,
                        undone_at__isnull=True,
                    )
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["district_id", "-created_at"], name="core_batch_of_district")
        ]

    def __str__(self):
        return f"{self.file_name} {self.get_state_display()}"


@classified(plain="id batch sheet number state faults written object_id", identity="cells before")
class ImportRow(models.Model):
    """One row of an imported file. Cells hold what the file says, ID number and phone encrypted.

    ``before`` is what the row's object was before it was written, for undoing it.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    sheet = models.CharField("工作表", max_length=100, blank=True)
    number = models.PositiveIntegerField("行号")
    state = models.CharField("状态", max_length=10, choices=RowState)
    cells = models.JSONField("内容", default=dict)
    faults = models.JSONField("错误", default=list)
    written = models.BooleanField("已写入", default=False)
    object_id = models.BigIntegerField("对象", null=True)
    before = models.JSONField("原值", null=True)

    class Meta:
        verbose_name = "导入行"
        ordering = ["batch", "sheet", "number"]
        indexes = [
            models.Index(fields=["batch", "state", "number"], name="core_importrow_by_state")
        ]

    def __str__(self):
        return f"第 {self.number} 行 {self.get_state_display()}"
