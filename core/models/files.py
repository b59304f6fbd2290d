import uuid

from django.db import models

from core.privacy import classified


@classified(
    plain="id content_type size sha256 content guard owner_id created_at created_by_id",
    name="name",
)
class StoredFile(models.Model):
    """A file behind a guard: nobody reads it by knowing its address.

    ``guard`` names the port (``core.ports.file_guards``) that answers who may, asked with
    ``owner_id``, the id of the record that the file belongs to.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField("校验和", max_length=64)
    content = models.FileField("内容", upload_to="%Y/%m")
    guard = models.CharField("归属", max_length=40)
    owner_id = models.BigIntegerField("归属编号")
    created_at = models.DateTimeField("上传时间")
    created_by_id = models.BigIntegerField("上传人", null=True)

    class Meta:
        verbose_name = "文件"
        indexes = [models.Index(fields=["guard", "owner_id"], name="core_file_of_owner")]

    def __str__(self):
        return self.name
