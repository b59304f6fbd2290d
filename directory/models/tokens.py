from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.privacy import classified


@classified(plain="id user issued_at expires_at", secret="token_hash password_stamp")  # noqa: S106
class ApiToken(models.Model):
    """A token of the HTTP API. Only its hash is kept; a changed password ends it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    password_stamp = models.CharField(max_length=64)
    issued_at = models.DateTimeField("发放时间")
    expires_at = models.DateTimeField("有效期至")

    class Meta:
        verbose_name = "接口令牌"
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                name="directory_apitoken_expires_after_issue",
                condition=Q(expires_at__gt=F("issued_at")),
            )
        ]

    def __str__(self):
        return f"{self.user_id} {self.issued_at:%Y-%m-%d}"
