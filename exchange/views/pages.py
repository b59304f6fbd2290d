"""What the pages of one roster share: who may see it, and what stands in its head."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from core import clock
from core.errors import Denied
from exchange.selectors import rosters
from filings.selectors.heads import head_of


REFUSED = "refused"


def check_on_opening(request, check, **asked) -> None:
    """Whoever opens a form out of turn, or late, is told why (403).

    A POST is not asked here: the action asks under its lock, and the form tells what it says.
    """
    if request.method == "POST":
        return
    try:
        check(**asked)
    except Denied as denied:
        raise PermissionDenied(str(denied)) from denied


def tried(request, act, **asked) -> bool:
    """Of a button without a form: whether it was done; the roster's page then says why not."""
    try:
        act(**asked)
    except Denied as denied:
        tell_refusal(request, str(denied))
        return False
    return True


def tell_refusal(request, sentence: str) -> None:
    messages.error(request, sentence, extra_tags=REFUSED)


def refusal_told(request) -> str:
    """What the last button was refused for: told once."""
    told = [it.message for it in messages.get_messages(request) if REFUSED in it.tags]
    return told[-1] if told else ""


class RosterOpens:
    """A form about ``self.roster`` that opens to whom ``asks`` lets at it today."""

    def check(self) -> None:
        asked = {"actor": self.request.actor, "roster": self.roster, "on": clock.today()}
        check_on_opening(self.request, self.asks, **asked)


class OneRoster:
    """Loads the roster of the address by its filing; out of sight is 404."""

    @cached_property
    def roster(self):
        if self.request.actor is None:
            raise PermissionDenied
        found = rosters.roster_of_filing(self.request.actor, self.kwargs["filing_id"])
        if found is None:
            raise Http404
        return found

    @property
    def reads_all(self) -> bool:
        """The bureau and the school that files; another sending school reads its own lines."""
        actor = self.request.actor
        return (
            self.filing.district_id in actor.district_ids
            or self.filing.school_id in actor.school_ids
        )

    @property
    def filing(self):
        return self.roster.filing

    @property
    def address(self) -> str:
        return reverse("roster-of-filing", args=[self.filing.pk])

    @property
    def acting(self) -> dict:
        return {"actor": self.request.actor, "now": clock.now(), "on": clock.today()}

    def head(self) -> dict:
        """The context of ``filings/head.html`` and ``filings/trail.html``."""
        request = self.request
        head = head_of(
            request.actor, self.filing, request.day, place="roster-of-filing",
            acting=request.as_of is None,
        )  # fmt: skip
        return {"head": head, "filing": self.filing}
