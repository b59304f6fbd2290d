"""The lists behind the figures of dashboard and papers, each counting the same (X-13)."""

import datetime

from django.urls import reverse
from django.utils.http import urlencode

from core.school_years import school_year_of


# Of the day, …
OF_THE_DAY = {
    "groups": ("group-list", {"state": "ACTIVE"}),
    "covered": ("group-covered", {}),
    "outside": ("group-outside", {}),
    "rooms": ("facility-list", {"others": "BOOK"}),
}
# … of the published version, …
OF_RESULTS = {
    "scored": ("scheme-results", {"pool": "all", "state": "final"}),
    "freed": ("scheme-results", {"pool": "all", "state": "freed"}),
    "undecided": ("scheme-objections", {"state": "OPEN"}),
}
# … and of the school year until the day.
OF_THE_YEAR = {
    "awaited": ("placement-list", {"state": "APPROVED"}),
    "ended_early": ("placement-list", {"state": "TERMINATED"}),
    "logs": ("log-list", {}),
    "on_post": ("placement-list", {"state": "ON_POST"}),
    "lent": ("booking-used", {"by": "OTHERS"}),
}


def of_the_day(key: str, on: datetime.date | None) -> str:
    """The list of a day, today's without one; empty for a figure of no such list."""
    if key not in OF_THE_DAY:
        return ""
    name, asked = OF_THE_DAY[key]
    return _address(name, asked | ({"on": on} if on else {}))


def of_results(key: str, version, on: datetime.date | None) -> str:
    """The list of a published version; empty without one."""
    if key not in OF_RESULTS or version is None:
        return ""
    name, asked = OF_RESULTS[key]
    return _address(name, asked | ({"on": on} if on else {}), version.pk)


def of_the_year(key: str, day: datetime.date, on: datetime.date | None) -> str:
    """The list of the day's school year; ``on`` where the day is not today."""
    if key not in OF_THE_YEAR:
        return ""
    name, asked = OF_THE_YEAR[key]
    return _address(name, {"year": school_year_of(day)} | asked | ({"on": on} if on else {}))


def of_paper(key: str, told, version, group) -> str:
    """The list behind a frozen figure, as of the paper's day; its changes stand on its page."""
    report = told.report
    if key == "changes" and told.changes:
        return "#changes"
    if key == "members" and group:
        on = min(report.as_of, group.until or report.as_of)
        return _address("group-members", {"on": on}, group.group_id)
    return of_results(key, version, report.as_of) or of_the_day(key, report.as_of)


def _address(name: str, asked: dict, *args) -> str:
    return reverse(name, args=args) + (f"?{urlencode(asked)}" if asked else "")
