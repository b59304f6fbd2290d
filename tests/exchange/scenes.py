"""A county with one co-built group, its teachers and everybody who plays a part in a roster."""

import datetime
from types import SimpleNamespace

from directory.enums import Role
from directory.selectors import people
from exchange.actions import lines, rosters
from exchange.actions.lines import Wanted
from exchange.models import RosterLine
from filings.actions import filings
from groups.actions import groups
from policies.actions import adoptions
from tests.factories import county as made
from tests.factories import exchange as placed


ON = datetime.date(2024, 10, 15)
NOW = datetime.datetime(2024, 10, 15, 1, tzinfo=datetime.UTC)
FIRST, TEAM_END, YEAR_END = made.DAY, datetime.date(2027, 8, 31), datetime.date(2025, 8, 31)
PACKS = ("b3-qingyuan", "b1-bundled", "a-xx-county")


def build(packs=PACKS):
    """Core 实验小学, members 举水乡小 and 竹口小学; 江滨小学 stands alone."""
    county = made.district()
    names = {"core": "实验小学", "member": "举水乡小", "second": "竹口小学", "alone": "江滨小学"}
    scene = SimpleNamespace(county=county)
    for key, name in names.items():
        setattr(scene, key, made.school(county, name, stage="PRIMARY"))
    scene.group = groups.found(
        district_id=county.pk, name="实验教共体", type="CO_BUILT", core_id=scene.core.pk,
        member_ids=[scene.member.pk, scene.second.pk], first_day=made.DAY, actor=None,
        now=made.NOW,
    )  # fmt: skip
    if packs:
        adoptions.adopt(
            district_id=county.pk, packs=[(code, None, None) for code in packs],
            first_day=made.DAY, reason="试行", actor=None, now=made.NOW,
        )  # fmt: skip
    posts = {
        "principal": (Role.PRINCIPAL, scene.core), "clerk": (Role.SCHOOL_CLERK, scene.core),
        "host": (Role.PRINCIPAL, scene.member), "host_clerk": (Role.SCHOOL_CLERK, scene.member),
        "lone": (Role.PRINCIPAL, scene.alone), "hr": (Role.BUREAU_PERSONNEL, county),
        "hr2": (Role.BUREAU_PERSONNEL, county), "head": (Role.BUREAU_HEAD, county),
        "head2": (Role.BUREAU_HEAD, county), "education": (Role.BUREAU_EDUCATION, county),
    }  # fmt: skip
    for key, (role, unit) in posts.items():
        setattr(scene, key, made.actor(role, at=unit, username=key, on=ON))
    scene.a = placed.teacher(scene.core, "1001", "教师甲", position="教导主任", subject="语文")
    scene.b = placed.teacher(
        scene.core, "1002", "教师乙", position="班主任", backbone_level="县骨干教师"
    )
    scene.c = placed.teacher(scene.core, "1003", "教师丙", subject="英语")
    scene.d = placed.teacher(scene.member, "2001", "教师丁", subject="语文")
    return scene


def again(actor):
    """The same person in the same post, with what was granted since."""
    from directory.models import User  # noqa: PLC0415

    return people.actor_for(User.objects.get(pk=actor.user_id), ON, actor.post_id)[0]


def start(scene, actor=None, school=None, year=2024):
    school = school or scene.core
    return rosters.start(
        district_id=scene.county.pk, school_id=school.pk, school_year=year,
        actor=actor or scene.principal, now=NOW, on=ON,
    )  # fmt: skip


def wanted(scene, teacher, **changed):
    said = {
        "sending_id": scene.core.pk, "receiving_id": scene.member.pk, "teacher_id": teacher.pk,
        "kind": "POSTING", "way": "PERSONAL", "first_day": FIRST, "last_day": TEAM_END,
    }  # fmt: skip
    return Wanted(**(said | changed))


def add(scene, roster, teacher, actor=None, **changed) -> RosterLine:
    return lines.add(
        roster_id=roster.pk, wanted=wanted(scene, teacher, **changed),
        actor=actor or scene.principal, now=NOW, on=ON,
    )  # fmt: skip


def move(actor):
    return {"actor": actor, "now": NOW, "on": ON}


def filed(scene, *teachers, actor=None, **changed):
    """A roster of the core with a line for each teacher, waiting for the head."""
    roster = start(scene, actor)
    for it in teachers:
        add(scene, roster, it, actor, **changed)
    rosters.submit(roster_id=roster.pk, **move(actor or scene.principal))
    filings.validate(filing_id=roster.filing_id, **move(scene.hr))
    return roster


def approved(scene, *teachers, **changed):
    roster = filed(scene, *teachers, **changed)
    rosters.approve(roster_id=roster.pk, **move(scene.head))
    return roster
