"""Every read of filings."""

import contextlib
import datetime
import functools
import operator
from collections.abc import Sequence

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.actor import Actor
from core.errors import Denied
from directory.enums import Permission
from filings.enums import FilingState, Move
from filings.models import Filing, FilingMove
from filings.rules import LETTERS, OFFERED, Hat, check_move, moves_from
from filings.selectors.deputyships import hats_of


def filings_visible_to(actor: Actor) -> QuerySet[Filing]:
    """Those that reached the actor's districts, and every one of the own schools.

    The bureau sees no first draft; what it has had and returned it still sees.
    """
    reached = ~Q(number="") | Q(version__gt=1)
    return Filing.objects.filter(
        reached & Q(district_id__in=actor.district_ids) | Q(school_id__in=actor.school_ids)
    )


def inbox(actor: Actor, on: datetime.date) -> QuerySet[Filing]:
    """What waits for the actor's post, or for one that they stand in for, in no order.

    A school's drafts and what came back to it wait for the school. What the actor filed or
    validated waits for somebody else.
    """
    waiting = [_waiting(hat, actor.user_id) for hat in hats_of(actor, on)]
    return Filing.objects.filter(functools.reduce(operator.or_, waiting, Q(pk__in=[])))


def _waiting(hat: Hat, user_id: int) -> Q:
    if Permission.REVIEW_FILINGS in hat.permissions:
        # A user of None never equals, and SQL calls that unknown: both are asked for.
        not_filed = Q(submitted_by_id__isnull=True) | ~Q(submitted_by_id=user_id)
        not_validated = Q(validated_by_id__isnull=True) | ~Q(validated_by_id=user_id)
        here = Q(district_id=hat.district_id) & not_filed
        return here & (
            Q(state=FilingState.SUBMITTED, validator=hat.role)
            | Q(state=FilingState.VALIDATED, approver=hat.role) & not_validated
        )
    if Permission.PREPARE_FILINGS in hat.permissions:
        return Q(state=FilingState.DRAFT, school_id__in=hat.school_ids)
    return Q(pk__in=[])


def moved_at() -> Coalesce:
    """When somebody last did something to a filing, for sorting."""
    last = FilingMove.objects.filter(filing=OuterRef("pk")).order_by("-pk").values("at")[:1]
    return Coalesce(Subquery(last), F("created_at"))


def visible_filing(actor: Actor, filing_id: int) -> Filing | None:
    """The filing, or None when it does not exist or is not the actor's to see."""
    rows = filings_visible_to(actor).select_related("district", "scan")
    return rows.filter(pk=filing_id).first()


def may_read(actor: Actor, filing_id: int) -> bool:
    """Whether the actor may read the files of a filing: the guard of stored files."""
    return filings_visible_to(actor).filter(pk=filing_id).exists()


def moves_of(filing: Filing) -> list[FilingMove]:
    """The history of a version, the oldest first, begun by why it was reopened from the last.

    The caller has checked that the filing is visible. One query.
    """
    begun = Q(filing=filing.previous_id, move=Move.REOPEN) if filing.previous_id else Q(pk__in=[])
    return list(FilingMove.objects.filter(Q(filing=filing) | begun).order_by("pk"))


def acts_of(actor: Actor, filing: Filing, on: datetime.date) -> list[Move]:
    """The moves that the actor may make now, for buttons: the next step first. One query."""
    return list(lawful(actor, filing, on))


def lawful(actor: Actor, filing: Filing, on: datetime.date) -> dict[Move, Hat]:
    """The moves that the actor may make now, each with the post in which they make it. One query.

    Of two ways back to the same state only 退回起草 is offered. 备案 is for the owner of a kind
    that is recorded instead of approved to offer.
    """
    hats, found = hats_of(actor, on), {}
    leads = moves_from(filing)
    for move in OFFERED:
        if move == Move.RECORD or (
            move == Move.STEP_BACK and leads.get(move) == leads.get(Move.TO_DRAFT)
        ):
            continue
        with contextlib.suppress(Denied):
            found[move] = check_move(move, filing=filing, hats=hats, user_id=actor.user_id)
    return found


def last_move_of(filing: Filing) -> FilingMove | None:
    return FilingMove.objects.filter(filing=filing).order_by("-pk").first()


def scan_is_older(filing: Filing, trail: Sequence[FilingMove]) -> bool:
    """Whether the scan shows an earlier form: it came back before the last 报送."""
    filed = [it.at for it in trail if it.move == Move.SUBMIT and it.filing_id == filing.pk]
    return bool(filing.scan and filed and filing.scan.created_at < max(filed))


def next_number(filing: Filing) -> str:
    """The number that the filing takes when it leaves the school: 331126-2026-HMC-0007.

    Counts what has a number in the district, year and kind, without gap as nothing that has one
    goes away. The caller holds the district's row.
    """
    taken = Filing.objects.filter(
        district=filing.district_id, school_year=filing.school_year, kind=filing.kind
    ).exclude(number="")
    letters = LETTERS[filing.kind]
    return f"{filing.district.code}-{filing.school_year}-{letters}-{taken.count() + 1:04d}"


def next_version(filing: Filing) -> int:
    """The version that follows one in force, those of it that were rejected counted."""
    return (filing.successors.aggregate(n=Max("version"))["n"] or filing.version) + 1
