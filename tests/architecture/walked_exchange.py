"""A school's rosters and placements for the walk: one draft, one before the head, one approved."""

import datetime

from core.periods import period
from directory.enums import Role
from directory.models import Employment, Post, User
from directory.selectors import people
from exchange.actions import lines, rosters
from exchange.actions.lines import Wanted
from exchange.models import (
    LogEntry,
    LogPhoto,
    Placement,
    PlacementMove,
    Roster,
    RosterLine,
)
from filings.actions import filings
from tests.architecture import walked_logs
from tests.factories import county as made
from tests.factories import exchange as placed


DAY = datetime.date(2024, 10, 15)
NOW = datetime.datetime(2024, 10, 15, 1, tzinfo=datetime.UTC)


def side(county, school, partner, users: dict, principal: User) -> dict[str, int]:
    """What addresses name of one school: as it sends, as it receives, as it is asked to agree."""
    head = people.actor_for(principal, DAY, _post(principal, Role.PRINCIPAL))[0]
    section, chief = (
        people.actor_for(users[role], DAY, _post(users[role], role))[0]
        for role in (Role.BUREAU_PERSONNEL, Role.BUREAU_HEAD)
    )
    own, other = (Employment.objects.get(unit=it).teacher for it in (school, partner))
    found = {}
    for number, name in enumerate(("approved", "judged", "draft")):
        filer = {"actor": head, "now": NOW, "on": DAY}
        roster = rosters.start(
            district_id=county.pk, school_id=school.pk, school_year=2024 + number, **filer
        )
        first = made.DAY.replace(year=2024 + number)
        wanted = Wanted(
            sending_id=school.pk, receiving_id=partner.pk, teacher_id=own.pk, kind="POSTING",
            way="PERSONAL", first_day=first, last_day=first.replace(month=12),
        )  # fmt: skip
        line = lines.add(roster_id=roster.pk, wanted=wanted, **filer)
        found |= {f"{name}_roster": roster.filing_id, f"{name}_line": line.pk}
        asked = {"filing_id": roster.filing_id, "now": NOW, "on": DAY}
        if name != "draft":
            rosters.submit(roster_id=roster.pk, actor=head, **asked)
            filings.validate(actor=section, **asked)
        if name == "approved":
            rosters.approve(roster_id=roster.pk, actor=chief, **asked)
    asking = rosters.start(
        district_id=county.pk, school_id=partner.pk, school_year=2024, actor=None, now=NOW, on=DAY
    )
    waiting = RosterLine.objects.create(
        roster=asking, position=1, sending=school, receiving=partner, teacher=own, kind="SUPPORT",
        way="PERSONAL", period=period(DAY, DAY),
    )  # fmt: skip
    arriving = placed.placement(other, partner, school, state="APPROVED", first_day=made.DAY)
    running = placed.placement(
        other, partner, school, first_day=datetime.date(2026, 1, 1),
        last_day=datetime.date(2026, 8, 31),
    )  # fmt: skip
    sent = Placement.objects.get(line=found["approved_line"])
    return (
        found
        | walked_logs.of(sent, DAY, NOW)
        | {
            "line": found["draft_line"],
            "waiting_line": waiting.pk,
            "placement": sent.pk,
            "arriving": arriving.pk,
            "running": running.pk,
        }
    )


def _post(user: User, role: Role) -> int:
    return Post.objects.get(user=user, role=role).pk


def snapshot(district_id: int) -> dict:
    """Everything of a county that a stranger could have changed."""
    return {
        "Roster": Roster.objects.filter(filing__district=district_id),
        "RosterLine": RosterLine.objects.filter(roster__filing__district=district_id),
        "Placement": Placement.objects.filter(district=district_id),
        "PlacementMove": PlacementMove.objects.filter(placement__district=district_id),
        "LogEntry": LogEntry.objects.filter(placement__district=district_id),
        "LogPhoto": LogPhoto.objects.filter(entry__placement__district=district_id),
    }
