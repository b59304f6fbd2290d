"""A school's filings for the walk: one filed, one validated, and somebody who stands in."""

import datetime

from core.periods import period
from directory.enums import Role
from directory.models import Post, User
from directory.selectors import people
from filings.actions import filings
from filings.enums import FilingKind
from filings.models import Deputyship, Filing, FilingMove
from tests.factories import county as made


DAY = datetime.date(2024, 10, 15)


def side(letter: str, county, school_id: int, users: dict, principal: User) -> dict:
    """What addresses name: a filing that waits for 人事股, one for the head, a 代理."""

    def acting(user, role):
        return people.actor_for(user, DAY, Post.objects.get(user=user, role=role).pk)[0]

    head_of_school = acting(principal, Role.PRINCIPAL)
    section = acting(users[Role.BUREAU_PERSONNEL], Role.BUREAU_PERSONNEL)
    made_here = []
    for title in ("待初核的花名册", "待审批的花名册"):
        filing = filings.start(
            kind=FilingKind.ROSTER, district_id=county.pk, school_id=school_id, school_year=2024,
            title=f"{letter}县{title}", validator=Role.BUREAU_PERSONNEL,
            approver=Role.BUREAU_HEAD, due_on=DAY, actor=head_of_school, now=made.NOW,
        )  # fmt: skip
        click = {"filing_id": filing.pk, "now": made.NOW, "on": DAY}
        filings.submit(actor=head_of_school, **click)
        made_here.append(filing.pk)
    filings.validate(actor=section, **click)
    clerk = Post.objects.filter(school=school_id, role=Role.SCHOOL_CLERK).first()
    if clerk is None:
        school = Post.objects.get(pk=head_of_school.post_id).school
        person = made.actor(Role.SCHOOL_CLERK, at=school, username=f"{letter}-far-clerk")
        clerk = Post.objects.get(pk=person.post_id)
    held = Deputyship.objects.create(
        post_id=head_of_school.post_id, deputy=clerk, reason="外出学习",
        period=period(DAY, DAY + datetime.timedelta(days=10)), created_at=made.NOW,
        created_by_name=f"{letter}县校长某",
    )  # fmt: skip
    return {"filing": made_here[0], "validated_filing": made_here[1], "deputyship": held.pk}


def snapshot(district_id: int) -> dict:
    """Everything of a county that a stranger could have changed."""
    return {
        "Filing": Filing.objects.filter(district=district_id),
        "FilingMove": FilingMove.objects.filter(filing__district=district_id),
        "Deputyship": Deputyship.objects.filter(post__school__district=district_id)
        | Deputyship.objects.filter(post__district=district_id),
    }
