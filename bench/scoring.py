"""150 000 schools × 20 indicators judged, against one plain SQL statement that only sums them.

Ours goes from stored scores to stored results with ranks and derivations, memberships read and
last results replaced, in one committed transaction; the plain statement gives the sums. Turn
about; equal to the cent for every school. Neither gets parallel workers, so that both are the work
of one connection and a busy machine slows both alike; what the plain statement takes with
PostgreSQL's two workers is told beside it.
"""

import datetime
import json
import resource
import statistics
import sys
import time

import django


django.setup()

from django.db import connection, transaction

from assessment.actions import reckonings
from assessment.models import Indicator, Pool, Result, Scheme
from core import clock
from directory.actions import districts
from policies.actions import adoptions


SCHOOLS, INDICATORS, GROUPS, ROUNDS = 150_000, 20, 15_000, 5
MOST_TIMES, MOST_GIB = 4, 1.0
YEAR = 2024
FIRST, CUT_OFF = datetime.date(2020, 9, 1), datetime.date(2025, 7, 1)
# What makes a year of that size.
STATEMENTS = """
INSERT INTO directory_school (district_id, created_at)
SELECT %(district)s, now() FROM generate_series(1, %(schools)s);

INSERT INTO directory_schoolfacts (school_id, district_id, period, name, kind, stage, area_class,
                                   search, sort_key, created_at, source)
SELECT id, district_id, '[2020-09-01,)', '规模小学' || id, 'LEGAL_PERSON', 'PRIMARY', '', '',
       lpad(id::text, 9, '0'), now(), ''
  FROM directory_school WHERE district_id = %(district)s;

INSERT INTO groups_educationgroup (district_id, created_at)
SELECT %(district)s, now() FROM generate_series(1, %(groups)s);

INSERT INTO groups_groupfacts (group_id, district_id, period, name, type, mode, search, sort_key,
                               reason, ended_reason, created_at)
SELECT id, district_id, '[2020-09-01,)', '规模集团' || id, 'CO_BUILT', '', '', '', '', '', now()
  FROM groups_educationgroup WHERE district_id = %(district)s;

-- a group of a core and two members each; most schools are in none
INSERT INTO groups_membership (group_id, type, role, school_id, period, reason, ended_reason,
                               created_at)
SELECT grouped.id, 'CO_BUILT', CASE place WHEN 0 THEN 'CORE' ELSE 'MEMBER' END, school.id,
       '[2020-09-01,)', '', '', now()
  FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM groups_educationgroup
         WHERE district_id = %(district)s) grouped
 CROSS JOIN generate_series(0, 2) place
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM directory_school
         WHERE district_id = %(district)s) school ON school.n = grouped.n * 3 + place;

INSERT INTO assessment_entrant (scheme_id, school_id, pool_id, apart, last_rank, last_rank_given,
                                out_reason)
SELECT %(scheme)s, id, (%(pools)s)[1 + id %% 3], true, 1 + id %% 40000, true, ''
  FROM directory_school WHERE district_id = %(district)s ORDER BY id;

INSERT INTO assessment_score (entrant_id, indicator_id, points)
SELECT entrant.id, indicator.id,
       round(indicator.possible * (4000 + (entrant.id * 7919 + indicator.id * 104729) %% 6000)
             / 10000, 2)
  FROM assessment_entrant entrant CROSS JOIN assessment_indicator indicator
 WHERE entrant.scheme_id = %(scheme)s AND indicator.scheme_id = %(scheme)s;
"""
PLAIN = """
SELECT entrant.school_id, round(sum(score.points * indicator.weight / indicator.possible), 2)
  FROM assessment_score score
  JOIN assessment_indicator indicator ON indicator.id = score.indicator_id
  JOIN assessment_entrant entrant ON entrant.id = score.entrant_id
 WHERE entrant.scheme_id = %s
 GROUP BY entrant.school_id
"""


def main() -> dict:
    scheme = year()
    sums(scheme)  # whoever comes first would read from the disk
    ours, plain, helped = [], [], []
    for _ in range(ROUNDS):  # the plain statement leaves the session without workers
        helped.append(timed(lambda: sums(scheme, workers=2)))
        plain.append(timed(lambda: sums(scheme)))
        ours.append(timed(lambda: reckonings.reckon(scheme=scheme, now=clock.now())))
        vacuum()
    if scheme.blocked:
        raise RuntimeError(scheme.blocked)
    held = dict(Result.objects.filter(scheme=scheme).order_by().values_list("school_id", "own"))
    unlike = sum(held.get(school) != score for school, score in sums(scheme))
    mine, least = statistics.median(ours), statistics.median(plain)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    return {
        "schools": len(held),
        "indicators": INDICATORS,
        "seconds": round(mine, 2),
        "plain_sql_seconds": round(least, 2),
        "plain_sql_with_workers_seconds": round(statistics.median(helped), 2),
        "times": round(mine / least, 2),
        "most_times": MOST_TIMES,
        "unlike": unlike,
        "peak_gib": round(peak, 2),
        "most_gib": MOST_GIB,
        "ok": mine <= MOST_TIMES * least
        and not unlike
        and len(held) == SCHOOLS
        and peak <= MOST_GIB,
    }


@transaction.atomic
def year() -> Scheme:
    now = clock.now()
    county, _ = districts.add(code="990901", name="规模考核", now=now)
    adoptions.adopt(
        district_id=county.pk, packs=[("b1-bundled", None, None)], first_day=FIRST,
        reason="测量", actor=None, now=now,
    )  # fmt: skip
    scheme = Scheme.objects.create(
        district=county, school_year=YEAR, title="规模考核", cut_off_on=CUT_OFF, created_at=now
    )
    pools = [
        Pool.objects.create(scheme=scheme, name=name, position=place)
        for place, name in enumerate(("小学", "初中", "九年一贯"), 1)
    ]
    for place in range(INDICATORS):
        Indicator.objects.create(
            scheme=scheme, name=f"指标{place:02}", position=place, possible=10 + 5 * (place % 4),
            weight=5,
        )  # fmt: skip
    asked = {
        "district": county.pk, "scheme": scheme.pk, "schools": SCHOOLS, "groups": GROUPS,
        "pools": [pool.pk for pool in pools],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS, asked)
    transaction.on_commit(analyze)
    return scheme


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def vacuum() -> None:
    """Clear away the round's dead rows, as autovacuum does within a minute of a reckoning."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM assessment_result")


def sums(scheme: Scheme, workers: int = 0) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = %s", [workers])
        cursor.execute(PLAIN, [scheme.pk])
        return cursor.fetchall()


def timed(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(), ensure_ascii=False))
