"""Which days may be logged. Pure."""

import datetime

from core.errors import Denied


CATCH_UP = datetime.timedelta(days=7)


def check_day(
    day: datetime.date,
    *,
    today: datetime.date,
    arrived_on: datetime.date | None,
    last_day: datetime.date,
) -> None:
    """A log is of a day on post that has come: not of tomorrow, before arrival or after the end.

    How late one may write is kept and shown; after the end there is a week to catch up, a figure of
    ours (ADR 16). Raises Denied.
    """
    if arrived_on is None:
        raise Denied("接收学校还没有确认到岗，确认后就可以写日志。")
    if day > today:
        raise Denied("明天以后的日志，到当天再写。")
    if today > last_day + CATCH_UP:
        raise Denied(f"这项交流 {last_day} 已结束，日志到结束后一周为止，现在不能再写。")
    if day < arrived_on:
        raise Denied(f"您 {arrived_on} 到岗，日志从那天写起。")
    if day > last_day:
        raise Denied(f"这项交流到 {last_day} 为止，之后没有日志。")
