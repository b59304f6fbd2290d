"""An objection to published results decided, with what follows from it (X-15)."""

import datetime

from django.db import transaction

from assessment.actions import corrections, schemes
from assessment.enums import SchemeState
from assessment.models import Scheme
from core.actor import Actor
from core.errors import refusals_told
from filings.actions import objections


LONGEST = 500  # of a version's reason


@refusals_told()
@transaction.atomic
def decide(
    *, objection_id: int, upheld: bool, reason: str, actor: Actor, now: datetime.datetime
) -> Scheme | None:
    """Uphold or reject an objection to results, with a reason, once.

    One that is upheld opens a correction of the version in force, unless one is under way already;
    returns the draft in which it is to be put right, None when the objection is rejected.
    """
    objection = objections.decide(
        objection_id=objection_id, upheld=upheld, reason=reason, actor=actor, now=now
    )
    if not upheld:
        return None
    about = Scheme.objects.get(publication__notice=objection.notice_id)
    versions = Scheme.objects.filter(district=about.district_id, school_year=about.school_year)
    published = versions.filter(state=SchemeState.PUBLISHED).order_by("-version").first()
    schemes.lock(published.pk)  # two upheld at once open one correction
    draft = versions.exclude(state=SchemeState.PUBLISHED).first()
    return draft or corrections.open_correction(
        scheme_id=published.pk, reason=f"异议成立：{reason.strip()}"[:LONGEST], actor=actor, now=now
    )
