from django.db import models

from core.privacy import classified


@classified(
    plain="id at act post_id role district_id school_id object_type object_id details",
    name="actor_name object_label",
    contact="user_id address",
)
class AuditEvent(models.Model):
    """Who did, read or exported what, when and in which post. For investigators; append-only.

    Holds plain ids and codes, so that it survives everything that it tells of.
    """

    at = models.DateTimeField("时间")
    act = models.CharField("行为", max_length=60)
    user_id = models.BigIntegerField("账号", null=True)
    actor_name = models.CharField("姓名", max_length=50, blank=True)
    post_id = models.BigIntegerField("身份", null=True)
    role = models.CharField("角色", max_length=30, blank=True)
    district_id = models.BigIntegerField("行政区", null=True)
    school_id = models.BigIntegerField("学校", null=True)
    address = models.GenericIPAddressField("地址", null=True)
    object_type = models.CharField("对象种类", max_length=40, blank=True)
    object_id = models.CharField("对象编号", max_length=40, blank=True)
    object_label = models.CharField("对象", max_length=200, blank=True)
    details = models.JSONField("详情", default=dict)

    append_only = True  # for the product's role of the database (core.actions.roles)

    class Meta:
        verbose_name = "审计记录"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["district_id", "-at"], name="core_audit_of_district"),
            models.Index(fields=["object_type", "object_id", "-at"], name="core_audit_of_object"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.act} {self.object_label}"


@classified(plain="number sealed_at last_id digests previous hash")
class AuditSeal(models.Model):
    """A link of the chain over the audit log: what the events since the seal before looked like.

    ``hash`` covers all the other fields, and by ``previous`` every seal before; so whoever keeps
    one hash elsewhere can tell whether anything up to it was changed (ADR 18). ``last_id`` is the
    last event that it covers; an event up to it whose digest no seal holds came later.
    """

    number = models.BigIntegerField("序号", primary_key=True)
    sealed_at = models.DateTimeField("封存时间")
    last_id = models.BigIntegerField("末条编号")
    digests = models.BinaryField("逐条校验值")  # of each event its id (8 bytes) and SHA-256 (32)
    previous = models.CharField("上一封存值", max_length=64, blank=True, unique=True)
    hash = models.CharField("封存值", max_length=64, unique=True)

    append_only = True

    class Meta:
        verbose_name = "审计封存"
        ordering = ["number"]

    def __str__(self):
        return f"{self.number} {self.hash}"
