from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.privacy import classified
from exchange.enums import LogKind


@classified(
    plain="id placement day kinds lessons_given lessons_heard text written_at changed_at comment"
    " commented_at commented_by_id",
    name="commented_by_name",
)
class LogEntry(models.Model):
    """交流日志: what the teacher did at the host school on one day (B4-1, B4-2).

    One entry a day and placement, so that sending it again after a lost connection changes
    nothing (X-25). ``kinds`` are those of B4-1 that the day had. The host may comment.
    """

    placement = models.ForeignKey("exchange.Placement", models.PROTECT, related_name="logs")
    day = models.DateField("日期")
    kinds = ArrayField(models.CharField(max_length=15, choices=LogKind), verbose_name="做了什么")
    lessons_given = models.PositiveSmallIntegerField("上课节数", null=True)
    lessons_heard = models.PositiveSmallIntegerField("听课节数", null=True)
    text = models.TextField("一句话", max_length=1000, blank=True)
    written_at = models.DateTimeField("写下时间")
    changed_at = models.DateTimeField("修改时间")
    comment = models.TextField("接收学校意见", max_length=500, blank=True)
    commented_at = models.DateTimeField("意见时间", null=True)
    commented_by_id = models.BigIntegerField("意见人", null=True)
    commented_by_name = models.CharField("意见人姓名", max_length=50, blank=True)

    class Meta:
        verbose_name = "交流日志"
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "day"],
                name="exchange_logentry_once_a_day",
                violation_error_message="这一天已有日志，请在那一篇上改。",
            ),
            models.CheckConstraint(
                name="exchange_logentry_has_a_kind",
                condition=Q(kinds__len__gt=0),
                violation_error_message="请选今天做了什么。",
            ),
            models.CheckConstraint(
                name="exchange_logentry_comment_has_its_time",
                condition=Q(comment="", commented_at__isnull=True)
                | Q(~Q(comment=""), commented_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["day"], name="exchange_logentry_day")]

    def __str__(self):
        return f"{self.placement_id} {self.day}"


@classified(plain="id entry file key added_at")
class LogPhoto(models.Model):
    """A picture of a log entry, its content checked and its location data taken out.

    ``key`` is chosen by the phone, so that a picture sent twice is kept once.
    """

    entry = models.ForeignKey(LogEntry, models.PROTECT, related_name="photos")
    file = models.OneToOneField("core.StoredFile", models.PROTECT, related_name="+")
    key = models.UUIDField("提交标识")
    added_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "日志照片"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "key"], name="exchange_logphoto_sent_once")
        ]

    def __str__(self):
        return f"{self.entry_id} {self.key}"
