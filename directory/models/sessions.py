import datetime

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from core.privacy import classified


@classified(
    plain="expire_date user device seen_at idle_minutes",
    contact="address",
    secret="session_key session_data",  # noqa: S106
)
class Session(AbstractBaseSession):
    """A browser in which somebody is signed in, with what its owner is told of it.

    ``idle_minutes``: after so many minutes without a request it is over; None: never before its
    ``expire_date``. ``device`` is empty for a session that no sign-in began.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions"
    )
    device = models.CharField("设备", max_length=60, blank=True)
    address = models.GenericIPAddressField("登录地址", null=True)
    seen_at = models.DateTimeField("最近使用")
    idle_minutes = models.PositiveIntegerField("闲置多久退出（分钟）", null=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "会话"
        verbose_name_plural = "会话"

    def __str__(self):
        return f"{self.user_id} {self.device}"

    @classmethod
    def get_session_store_class(cls):
        from directory.sessions import SessionStore  # noqa: PLC0415 - the store knows this model

        return SessionStore

    def idle_too_long(self, now: datetime.datetime) -> bool:
        return self.idle_minutes is not None and now - self.seen_at > datetime.timedelta(
            minutes=self.idle_minutes
        )
