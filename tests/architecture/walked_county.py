"""A county with one of everything that an address can name. All of it is made up."""

import dataclasses
import datetime
from types import SimpleNamespace

from django.core.files.base import ContentFile

from core.actions import files
from core.enums import RowState
from core.models import ImportBatch, ImportRow, Job
from directory.actions import bulk
from directory.enums import DISTRICT_ROLES, Role
from directory.models import (
    AreaUnit,
    BellSchedule,
    CalendarDay,
    Employment,
    Grant,
    Post,
    SchoolFacts,
    SchoolHeadcount,
    Teacher,
    Term,
    User,
)
from directory.selectors import people as people_of
from groups.actions import clusters, groups
from groups.models import Cluster, ClusterSchool, GroupFacts, Membership
from policies.models import Adoption, OwnFigure
from tests.architecture import (
    walked_assessment,
    walked_exchange,
    walked_filings,
    walked_reports,
    walked_resources,
)
from tests.factories import county as made


@dataclasses.dataclass
class County:
    """``own``, ``near`` and so on hold what addresses name: ids of the core's and others' rows."""

    letter: str
    district_id: int
    users: dict[str, User]
    core: SimpleNamespace  # what belongs to the core school, where the school roles work
    far: SimpleNamespace  # what belongs to a school of the county that shares no group with it
    secrets: tuple[str, ...]  # names of people and groups, ID numbers, phones
    school_names: tuple[str, ...]


def build(letter: str, code: str, birthday: str) -> County:
    """``letter`` marks every name; ``birthday`` keeps the counties' ID numbers apart."""
    county = made.district(code, f"{letter}县")
    names = [f"{letter}县{name}" for name in ("核心小学", "成员小学", "远方小学", "远方二小")]
    schools = [made.school(county, name, stage="PRIMARY") for name in names]
    core, member, far, farther = schools
    users = {role: _user(letter, role, county, core) for role in Role}
    teachers = _teachers(letter, county, schools, birthday)
    Teacher.objects.filter(pk=teachers[0].pk).update(user=users[Role.TEACHER])
    pairs = ((core, member, "核心"), (far, farther, "远方"))
    sides = [
        _side(letter, county, here, partner, word, teacher, users)
        for (here, partner, word), teacher in zip(pairs, (teachers[0], teachers[2]), strict=True)
    ]
    people = [name for user in users.values() for name in (user.name,)]
    judged = walked_assessment.judge(letter, county, users)
    principals = (users[Role.PRINCIPAL], User.objects.get(username=f"{letter}-far-principal"))
    for side, (here, partner, word), principal in zip(sides, pairs, principals, strict=True):
        actor = people_of.actor_for(principal, walked_assessment.DAY)[0]
        vars(side).update(judged.side(here, actor, word))
        vars(side).update(walked_reports.side(letter, county, side.group, word))
        vars(side).update(walked_filings.side(letter, county, here.pk, users, principal))
        vars(side).update(walked_exchange.side(county, here, partner, users, principal))
        vars(side).update(walked_resources.side(letter, here, principal, word))
    return County(
        letter=letter,
        district_id=county.pk,
        users=users,
        core=sides[0],
        far=sides[1],
        secrets=(
            *people,
            *(secret for it in teachers for secret in (it.name, it.id_number, it.phone)),
            *(f"{letter}县{word}教育集团" for word in ("核心", "远方")),
            *(f"{letter}县{word}片区" for word in ("核心", "远方")),
            *judged.secrets,
        ),
        school_names=tuple(names),
    )


def _user(letter, role, county, core) -> User:
    at = county if role in DISTRICT_ROLES else core
    actor = made.actor(role, at=at, username=f"{letter}-{role.lower()}")
    User.objects.filter(pk=actor.user_id).update(name=f"{letter}县{role.label}某")
    return User.objects.get(pk=actor.user_id)


def _teachers(letter, county, schools, birthday) -> list[Teacher]:
    bulk.enter_teachers(
        district=county,
        teachers=[
            (
                {
                    "name": f"{letter}师{'甲乙丙丁'[number]}",
                    "staff_number": f"{letter}{number}",
                    "id_number": f"331126{birthday}{number}01{number}",
                    "phone": f"199{birthday}{number}"[:11],
                    "born_on": datetime.date(1990, 1, 1),
                },
                school.pk,
                school.pk,
                made.DAY,
            )
            for number, school in enumerate(schools)
        ],
        now=made.NOW,
    )
    return list(Teacher.objects.filter(district=county).order_by("staff_number"))


def _side(letter, county, school, partner, word, teacher, users) -> SimpleNamespace:
    """The rows around one school. Rows that belong to the bureau are made once a side as well."""
    number = {"核心": 1, "远方": 2}[word]
    group = groups.found(
        district_id=county.pk, name=f"{letter}县{word}教育集团", type="CO_BUILT",
        core_id=school.pk, member_ids=[partner.pk], first_day=made.DAY, actor=None, now=made.NOW,
    )  # fmt: skip
    cluster = clusters.create(
        district_id=county.pk, name=f"{letter}县{word}片区", centre_id=school.pk,
        school_ids=[partner.pk], first_day=made.DAY, actor=None, now=made.NOW,
    )  # fmt: skip
    unit = AreaUnit.objects.create(
        district=county, code=f"{county.code}00000{number}", name=f"{letter}县{word}村"
    )
    day = CalendarDay.objects.create(
        district=county, day=made.DAY + datetime.timedelta(number), kind="EVENT", name="运动会"
    )
    bureau = users[Role.BUREAU_EDUCATION]
    batch = ImportBatch.objects.create(
        kind="teachers", district_id=county.pk, file_name=f"{letter}县{word}.xlsx",
        user_id=bureau.pk, created_at=made.NOW, state="PREVIEWED",
        counts=dict.fromkeys(RowState, 1),
    )  # fmt: skip
    row = ImportRow.objects.create(
        batch=batch, number=5, state="WRONG", cells={"new": {}, "old": {}}, faults=[]
    )
    job = Job.objects.create(
        kind="import", key=f"{letter}-{word}", user_id=bureau.pk, district_id=county.pk,
        created_at=made.NOW,
    )  # fmt: skip
    ImportBatch.objects.filter(pk=batch.pk).update(job_id=job.pk)
    stored = files.store(
        content=ContentFile(b"secret", name="a.xlsx"), name=f"{letter}县{word}.xlsx",
        content_type="text/plain", guard="import", owner_id=batch.pk, actor=None, now=made.NOW,
    )  # fmt: skip
    ImportBatch.objects.filter(pk=batch.pk).update(file=stored)
    membership = Membership.objects.get(group=group, role="MEMBER")
    place = ClusterSchool.objects.get(cluster=cluster, is_centre=False)
    holder = users[Role.TEACHER] if word == "核心" else _far_holder(letter, school)
    return SimpleNamespace(
        district=county.pk,
        school=school.pk,
        partner=partner.pk,
        group=group.pk,
        membership=membership.pk,
        cluster=cluster.pk,
        place=place.pk,
        teacher=teacher.pk,
        user=holder.pk,
        post=Post.objects.get(user=holder).pk,
        unit=unit.pk,
        day=day.pk,
        school_year=2024,
        batch=batch.pk,
        row=row.pk,
        row_number=row.number,
        job=job.pk,
        file=stored.pk,
        kind="teachers",
        identity="bundle_weights",
        manual_name="start",
    )


def _far_holder(letter, school) -> User:
    actor = made.actor(Role.PRINCIPAL, at=school, username=f"{letter}-far-principal")
    return User.objects.get(pk=actor.user_id)


SNAPPED = (
    SchoolFacts, GroupFacts, Cluster, AreaUnit, CalendarDay, Term, Teacher, Adoption, OwnFigure,
)  # fmt: skip


def snapshot(county: County) -> dict:
    """Everything of a county that a stranger could have changed."""
    here = {model.__name__: model.objects.filter(district=county.district_id) for model in SNAPPED}
    here |= {
        "Membership": Membership.objects.filter(group__district=county.district_id),
        "ClusterSchool": ClusterSchool.objects.filter(cluster__district=county.district_id),
        "Employment": Employment.objects.filter(teacher__district=county.district_id),
        "SchoolHeadcount": SchoolHeadcount.objects.filter(school__district=county.district_id),
        "BellSchedule": BellSchedule.objects.filter(school__district=county.district_id),
        "Post": Post.objects.filter(user__username__startswith=f"{county.letter}-"),
        "Grant": Grant.objects.filter(school__district=county.district_id),
        "ImportBatch": ImportBatch.objects.filter(district_id=county.district_id),
        "Job": Job.objects.filter(district_id=county.district_id),
        "User": User.objects.filter(username__startswith=f"{county.letter}-").defer("last_login"),
    }
    here |= walked_assessment.snapshot(county.district_id)
    here |= walked_reports.snapshot(county.district_id)
    here |= walked_filings.snapshot(county.district_id)
    here |= walked_exchange.snapshot(county.district_id)
    here |= walked_resources.snapshot(county.district_id)
    return {
        name: sorted(map(repr, rows.order_by("pk").values_list())) for name, rows in here.items()
    }
