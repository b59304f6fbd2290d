"""List pages against a bare Django view of the same rows, with 1 and with 10 counties of data.

Both answer through the whole stack of middleware to the same account, turn about; the bare view
draws the same rows by one query of its own in the simplest table that shows their columns.
"""

import json
import statistics
import sys
import time

import django


django.setup()

from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.urls import include, path

from core import clock
from directory.actions import accounts
from directory.enums import Role
from directory.models import District, SchoolFacts, Teacher, User
from groups.models import GroupFacts, Membership


ROUNDS, LEAST_RATIO, MOST_QUERIES, PAGE = 40, 0.5, 10, 50
COUNTIES = (1, 10)
BARE = """<!DOCTYPE html><html lang="zh-CN"><title>x</title><table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}
</table><p>{{ count }}</p></html>"""
LISTS = ("/schools/", "/teachers/", "/groups/")


def bare(request, name):
    """What anybody would write for the same rows: a count, a page of rows, one small template."""
    day = clock.today()
    rows, shown = ROWS[name](day)
    page = list(rows.order_by("sort_key", "pk")[:PAGE])
    template = engines["django"].from_string(BARE)
    context = {"rows": shown(page, day), "count": rows.count()}
    return HttpResponse(template.render(context, request))


def schools(day):
    rows = SchoolFacts.objects.filter(district__code="990001", period__contains=day)
    return rows, with_parents


def with_parents(page, day):
    names = names_of({it.parent_id for it in page}, day)
    return [
        (it.name, it.code, it.kind, it.stage, it.area_class, names.get(it.parent_id, ""))
        for it in page
    ]


def teachers(day):
    rows = Teacher.objects.filter(
        district__code="990001", employments__period__contains=day,
        employments__unit__facts__period__contains=day,
    ).values_list(
        "staff_number", "name", "gender", "stage", "subject", "title", "position",
        "backbone_level", "employments__unit__facts__name",
    )  # fmt: skip
    return rows, lambda page, day: page


def groups(day):
    rows = GroupFacts.objects.filter(district__code="990001", period__contains=day)
    return rows, with_members


def with_members(page, day):
    held = list(
        Membership.objects.filter(
            group__in=[it.group_id for it in page], period__contains=day
        ).values_list("group_id", "role", "school_id")
    )
    names = names_of({school for _, _, school in held}, day)
    listed = {it.group_id: [] for it in page}
    for group, _, school in held:
        listed[group].append(names[school])
    return [(it.name, it.type, it.period.lower, "、".join(listed[it.group_id])) for it in page]


def names_of(ids, day):
    rows = SchoolFacts.objects.filter(school__in=ids - {None}, period__contains=day)
    return dict(rows.values_list("school_id", "name"))


ROWS = {"schools": schools, "teachers": teachers, "groups": groups}
urlpatterns = [path("bare/<str:name>/", bare), path("", include("config.urls"))]


def main() -> dict:
    figures = {}
    for counties in COUNTIES:
        call_command("seed_scale", counties=counties, verbosity=0, stdout=sys.stderr)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        client = signed_in()
        for address in LISTS:
            figures[f"{address} {counties}"] = measured(client, address)
    return {
        "lists": figures,
        "least_ratio": LEAST_RATIO,
        "most_queries": MOST_QUERIES,
        "ok": all(
            it["ratio"] >= LEAST_RATIO and it["queries"] <= MOST_QUERIES for it in figures.values()
        ),
    }


def signed_in() -> Client:
    now = clock.now()
    user, created = accounts.open_account(username="bench", name="某人", password=None, now=now)
    if created:
        county = District.objects.get(code="990001")
        accounts.give_post(
            user=user, role=Role.BUREAU_EDUCATION, district=county, first_day=clock.today(), now=now
        )
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def measured(client: Client, address: str) -> dict:
    ours, theirs = [], []
    for _ in range(3):
        timed(client, address), timed(client, f"/bare{address}")
    queries = []
    with connection.execute_wrapper(lambda run, sql, *rest: queries.append(sql) or run(sql, *rest)):
        timed(client, address)
    for _ in range(ROUNDS):
        ours.append(timed(client, address))
        theirs.append(timed(client, f"/bare{address}"))
    mine, plain = statistics.median(ours), statistics.median(theirs)
    return {
        "ms": round(mine * 1000, 1),
        "bare_ms": round(plain * 1000, 1),
        "ratio": round(plain / mine, 2),
        "queries": len(queries),
    }


def timed(client: Client, address: str) -> float:
    start = time.perf_counter()
    answer = client.get(address)
    taken = time.perf_counter() - start
    if answer.status_code != 200:
        raise RuntimeError(f"{address} {answer.status_code}")
    return taken


if __name__ == "__main__":
    with override_settings(ALLOWED_HOSTS=["testserver"], ROOT_URLCONF="bench.pages"):
        sys.stdout.write(json.dumps(main(), ensure_ascii=False))
