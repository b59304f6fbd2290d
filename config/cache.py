"""The cache over Redis or Valkey. What is in it may be lost, so its absence stops nobody."""

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError


log = structlog.get_logger()


class Cache(RedisCache):
    """Answers as if nothing had been there while the server is down.

    Then no rate is limited; guessing at passwords is still counted, in the database.
    """

    def add(self, *args, **kwargs):
        return self._or(True, super().add, *args, **kwargs)

    def get(self, key, default=None, version=None):
        return self._or(default, super().get, key, default, version)

    def incr(self, *args, **kwargs):
        return self._or(1, super().incr, *args, **kwargs)

    def _or(self, otherwise, act, *args, **kwargs):
        try:
            return act(*args, **kwargs)
        except RedisError as error:
            log.warning("cache is down", error=type(error).__name__)
            return otherwise
