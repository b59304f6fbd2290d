"""Exceptions that carry a sentence for the person who caused them."""

import contextlib
import errno
import functools

from django.apps import apps
from django.db import IntegrityError, OperationalError
from psycopg import errors as refused


MEANWHILE = "有人正在同时办理同一事项，请刷新页面后重试。"


# No room on the disk, over the quota, over what one file may take.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Denied(Exception):
    """An act that may not be done, or not now. Its text is shown as it is."""


class DiskFull(Denied, OSError):
    """A file that found no room."""

    def __init__(self):
        super().__init__("服务器的磁盘已满，文件没有保存；请告诉管理员，清理后再传一次。")


@contextlib.contextmanager
def refusals_told():
    """Turn what the database refuses into Denied with the constraint's own sentence.

    For races: a form's and ``full_clean``'s question came too early, and the constraint found it.
    Goes outside ``transaction.atomic``, also as a decorator. A constraint that has no sentence is
    a fault of the program and passes through.
    """
    try:
        yield
    except IntegrityError as error:
        sentence = sentence_of(error)
        if sentence is None:
            raise
        raise Denied(sentence) from error
    except OperationalError as error:
        if isinstance(error.__cause__, refused.DeadlockDetected | refused.SerializationFailure):
            raise Denied(MEANWHILE) from error
        raise


def sentence_of(error: IntegrityError) -> str | None:
    """The ``violation_error_message`` of the constraint that was broken; None when it has none."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return _sentences().get(diagnosis and diagnosis.constraint_name)


@functools.cache
def _sentences() -> dict[str, str]:
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints  # noqa: SLF001 - Django documents _meta
        if constraint.violation_error_message != constraint.default_violation_error_message
    }
