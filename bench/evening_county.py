"""The county of the deadline evening: every teacher has an account and is placed elsewhere."""

import datetime
import itertools
import sys
import time

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection

from core import clock
from core.actions import imports
from core.enums import JobState
from core.models import ImportBatch, Job
from core.periods import period
from desk.actions.imports import KINDS
from directory.actions import accounts
from directory.enums import Role
from directory.models import District, Employment, Post, SchoolFacts, Teacher, User
from directory.selectors import people
from exchange.enums import PlacementKind, PlacementState, Way
from exchange.models import LogEntry, Placement
from reports.actions import builds
from reports.periods import monthly


COUNTY = "990001"
OF_A_COUNTY = 3800  # teachers of one county of ``seed_scale``
AWAY = datetime.timedelta(days=30)


def seed(count: int, password: str):
    """(today, [account, placement] of so many teachers, who works beside them)."""
    now, today = clock.now(), clock.today()
    counties = -(-count // OF_A_COUNTY)
    call_command("seed_scale", counties=counties, verbosity=0, stdout=sys.stderr)
    people_there = list(Teacher.objects.order_by("pk")[:count])
    at = dict(
        Employment.objects.on(today)
        .filter(teacher__in=people_there)
        .order_by("pk")
        .values_list("teacher_id", "unit_id")
    )
    first, _ = accounts.open_account(username="evening", name="教师", password=password, now=now)
    same = {
        it.attname: getattr(first, it.attname)
        for it in User._meta.concrete_fields  # noqa: SLF001 - Django documents _meta
        if it.attname not in {"id", "username", "name", "password"}
    }
    hashed = make_password(password)  # reckoned once: its cost is paid at sign-in
    users = User.objects.bulk_create(
        User(username=f"evening{it.pk}", name=it.name, password=hashed, **same)
        for it in people_there
    )
    for teacher, user in zip(people_there, users, strict=True):
        teacher.user_id = user.pk
    Teacher.objects.bulk_update(people_there, ["user"], batch_size=500)
    Post.objects.bulk_create(
        Post(user=user, role=Role.TEACHER, school_id=at[it.pk], period=period(today - AWAY))
        for it, user in zip(people_there, users, strict=True)
    )
    placements = Placement.objects.bulk_create(_placements(people_there, at, today, now))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    county = District.objects.get(code=COUNTY)
    return (
        today,
        [(user.username, it.pk) for user, it in zip(users, placements, strict=True)],
        _clerk(county, today, now),
    )


def _placements(people_there, at, today, now):
    units = SchoolFacts.objects.on(today).order_by("school_id").values_list("school_id", flat=True)
    following = dict(itertools.pairwise([*units, units[0]]))
    for it in people_there:
        yield Placement(
            district_id=it.district_id, teacher=it, sending_id=at[it.pk],
            receiving_id=following[at[it.pk]], kind=PlacementKind.POSTING, full_time=True,
            way=Way.ARRANGED, state=PlacementState.ON_POST, arrived_on=today - AWAY,
            period=period(today - AWAY, today + 5 * AWAY), created_at=now,
        )  # fmt: skip


def _clerk(county, today, now):
    user, _ = accounts.open_account(username="evening-clerk", name="经办", password=None, now=now)
    accounts.give_post(
        user=user, role=Role.BUREAU_EDUCATION, district=county, first_day=today, now=now
    )
    return people.actor_for(user, today)[0]


def beside(clerk, rows: int, going, seconds: int) -> dict:
    """One report and one roster, begun when the county is well at work; how each job ended."""
    time.sleep(seconds / 3)
    now, today = clock.now(), clock.today()
    [district_id] = clerk.district_ids
    report, _ = builds.ask(subject=monthly(district_id, today), actor=clerk, now=now, today=today)
    batch = imports.open_batch(
        importer=KINDS["teachers"], district_id=district_id, name="名册.csv",
        content=ContentFile(_roster(district_id, today, rows), "名册.csv"), start=today,
        actor=clerk, now=now,
    )  # fmt: skip
    ended = {"report": "", "check": "", "write": ""}
    write = None
    deadline = time.monotonic() + max(seconds, 120)
    while time.monotonic() < deadline and (going() or "" in ended.values()):
        time.sleep(0.5)
        ended["report"] = _ended(report.pk)
        ended["check"] = _ended(batch.job_id)
        if write is None and ImportBatch.objects.filter(pk=batch.pk, state="PREVIEWED").exists():
            write = imports.request_write(
                batch_id=batch.pk, importer=KINDS["teachers"], actor=clerk, now=clock.now()
            )
        if write is not None:
            ended["write"] = _ended(write.pk)
    return ended


def _ended(job_id) -> str:
    job = Job.objects.get(pk=job_id)
    return job.state if job.state in JobState.ended() else ""


def _roster(district_id: int, today, rows: int) -> bytes:
    facts = SchoolFacts.objects.on(today).filter(district=district_id, parent=None)
    names = itertools.cycle(facts.order_by("pk").values_list("name", flat=True))
    lines = [f"{next(names)},E{number:05},教师新{number},小学" for number in range(rows)]
    return "\n".join(["学校,工号,姓名,学段", *lines]).encode()


def logs(today) -> int:
    return LogEntry.objects.filter(day=today, placement__teacher__user__isnull=False).count()
