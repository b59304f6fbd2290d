"""Counties whose schools are assessed, reached by real actions. Every school is made up or public.

The year is 2024 with 15 June 2025 as its cut-off day; groups stand from its first day on.
"""

import dataclasses
import datetime
from decimal import Decimal
from typing import Any

import openpyxl

from assessment.actions import entrants, indicators, publications, schemes, scores
from assessment.actions.indicators import Wanted
from assessment.enums import ShownTo
from assessment.models import Entrant, Indicator, Pool, Result, Scheme, Score
from assessment.selectors import snapshots
from directory.actions import bulk
from directory.enums import Role, SchoolKind, Stage
from groups.actions import bulk as group_bulk
from groups.enums import ROLE_WORDS, GroupType, MembershipRole
from policies.actions import adoptions
from tests.assessment.sheets import QINGYUAN
from tests.factories import county as made


YEAR = 2024
CUT_OFF = datetime.date(2025, 6, 15)
NOW = datetime.datetime(2025, 7, 10, 1, tzinfo=datetime.UTC)
AT = "2025-07-10T09:00:00+08:00"  # for TONGXING_NOW
TITLE = "2024—2025学年捆绑考核"
TYPES = {type_.label: type_ for type_ in GroupType}


@dataclasses.dataclass(frozen=True)
class County:
    district: Any
    clerk: Any
    ids: dict[str, int]  # schools by name


def build(
    schools: dict[str, str],
    groups: dict[str, tuple[str, str, list[str]]] | None = None,
    *,
    packs: tuple[str, ...] = ("b3-qingyuan", "b1-bundled"),
    pupils: dict[str, int] | None = None,
    code: str = "331126",
    name: str = "庆元县",
) -> County:
    """``schools``: name → stage's label; ``groups``: name → (type's label, core, members)."""
    county = made.district(code, name)
    groups = groups or {}
    campus_of = {
        member: core
        for type_, core, members in groups.values()
        if type_ == "融合型"
        for member in members
    }
    facts = [
        {
            "name": school,
            "stage": Stage.values[Stage.labels.index(stage)] if stage else "",
            "kind": SchoolKind.CAMPUS if school in campus_of else SchoolKind.LEGAL_PERSON,
            "parent": campus_of.get(school, ""),
        }
        for school, stage in schools.items()
    ]
    ids = bulk.enter_schools(district=county, schools=facts, first_day=made.DAY, now=made.NOW)
    counted = [(ids[school], YEAR, count, None) for school, count in (pupils or {}).items()]
    bulk.enter_headcounts(district=county, headcounts=counted, now=made.NOW)
    group_bulk.found_many(
        district_id=county.pk,
        groups=[
            (group, TYPES[type_], ids[core], [ids[it] for it in members])
            for group, (type_, core, members) in groups.items()
        ],
        first_day=made.DAY,
        now=made.NOW,
    )
    if packs:
        adoptions.adopt(
            district_id=county.pk, packs=[(it, None, None) for it in packs], first_day=made.DAY,
            reason="县政府会议定", actor=None, now=made.NOW,
        )  # fmt: skip
    return County(county, made.clerk_of(county, username=f"clerk-{code}"), ids)


def pair(**extra) -> County:
    """甲小 with its campus 甲分校 and its member 乙小; 丙中 is in a group of its own kind."""
    return build(
        {"甲小": "小学", "甲分校": "小学", "乙小": "小学", "丙中": "初中", "丁中": "初中"},
        {
            "甲小教共体": ("融合型", "甲小", ["甲分校"]),
            "甲小教育集团": ("共建型", "甲小", ["乙小"]),
            "丙中协作体": ("协作型", "丙中", ["丁中"]),
        },
        **extra,
    )


def qingyuan(**extra) -> County:
    """The county of the score sheet in ``tests/data``."""
    book = openpyxl.load_workbook(QINGYUAN)
    rows = list(book["学校"].iter_rows(min_row=2, values_only=True))
    groups: dict[str, dict] = {}
    for group, type_, school, role in book["集团"].iter_rows(min_row=2, values_only=True):
        sides = groups.setdefault(group, {"type": type_, "core": "", "members": []})
        if ROLE_WORDS[role] == MembershipRole.CORE:
            sides["core"] = school
        else:
            sides["members"].append(school)
    return build(
        {row[0]: row[1] for row in rows},
        {name: (it["type"], it["core"], it["members"]) for name, it in groups.items()},
        pupils={row[0]: row[3] for row in rows},
        **extra,
    )


def draft(county: County, *, year: int = YEAR, **extra) -> Scheme:
    return schemes.create(
        **{
            "district_id": county.district.pk, "school_year": year, "title": TITLE,
            "cut_off_on": datetime.date(year + 1, 6, 15), "actor": county.clerk, "now": NOW,
        } | extra
    )  # fmt: skip


def indicate(county: County, scheme: Scheme, *rows: tuple) -> list[Indicator]:
    """Make the indicators these: (name, possible, weight[, pool's name])."""
    pools = dict(Pool.objects.filter(scheme=scheme).values_list("name", "pk"))
    return indicators.replace(
        scheme_id=scheme.pk,
        wanted=[
            Wanted(row[0], Decimal(row[1]), Decimal(row[2]), pools[row[3]] if row[3:] else None)
            for row in rows
        ],
        actor=county.clerk,
        now=NOW,
    )


def entrant(scheme: Scheme, county: County, name: str) -> Entrant:
    return Entrant.objects.get(scheme=scheme, school=county.ids[name])


def score(county: County, scheme: Scheme, **points) -> None:
    """Enter the only indicator's score of schools by name; None takes it away."""
    only = Indicator.objects.get(scheme=scheme)
    for name, value in points.items():
        scores.enter(
            entrant_id=entrant(scheme, county, name).pk,
            points={only.pk: None if value is None else Decimal(str(value))},
            actor=county.clerk,
            now=NOW,
        )


def apart(county: County, scheme: Scheme, name: str, value: bool) -> Entrant:
    held = entrant(scheme, county, name)
    return entrants.change(
        entrant_id=held.pk, pool_id=held.pool_id, apart=value, pupils=held.pupils,
        last_rank=held.last_rank, actor=county.clerk, now=NOW,
    )  # fmt: skip


def publish(county: County, scheme: Scheme) -> Scheme:
    """Score who lacks a score, submit as the clerk, publish as a head of the bureau."""
    only = Indicator.objects.get(scheme=scheme)
    lacking = Entrant.objects.filter(scheme=scheme, apart=True, scores__isnull=True)
    for place, held in enumerate(lacking.order_by("pk")):
        points = {only.pk: Decimal(90 - place)}
        scores.enter(entrant_id=held.pk, points=points, actor=county.clerk, now=NOW)
    head = made.actor(Role.BUREAU_HEAD, at=county.district, username=f"head-{scheme.pk}")
    scheme.refresh_from_db()
    seen = {"scheme_id": scheme.pk, "seen": snapshots.seen_digest(scheme), "now": NOW}
    publications.submit(**seen, actor=county.clerk)
    return publications.publish(
        **seen, first_day=NOW.date(), last_day=NOW.date() + datetime.timedelta(7),
        shown_to=ShownTo.OWN, actor=head,
    )  # fmt: skip


def finals(scheme: Scheme) -> dict[str, str | None]:
    """Final scores by school, as the page shows them."""
    rows = Result.objects.filter(scheme=scheme).order_by("pk")
    return {it.school_name: None if it.final is None else str(it.final) for it in rows}


def entered(scheme: Scheme) -> dict[tuple[int, str], str]:
    """Every score as (school id, indicator) → text."""
    rows = Score.objects.filter(entrant__scheme=scheme).select_related("entrant", "indicator")
    return {
        (it.entrant.school_id, it.indicator.name): f"{it.points.normalize():f}"
        for it in rows.order_by("pk")
    }
