"""A county's assessments for the walk: last year published within its window, this year a draft."""

import dataclasses
import datetime
from decimal import Decimal

from assessment.actions import publications, schemes, scores, variants
from assessment.enums import ShownTo
from assessment.models import (
    Entrant,
    Indicator,
    Pool,
    Project,
    Publication,
    Result,
    Scheme,
    SchemeMove,
    Score,
    Variant,
)
from assessment.selectors import snapshots
from directory.enums import Role
from directory.selectors import people
from filings.actions import objections
from filings.models import Objection, PublicNotice
from policies.actions import adoptions
from tests.factories import county as made


NOW = datetime.datetime(2024, 10, 15, 1, tzinfo=datetime.UTC)
DAY = NOW.date()


@dataclasses.dataclass(frozen=True)
class Judged:
    """``scheme`` is published, ``draft`` is not. By school: the entrant of the draft, and so on."""

    scheme: Scheme
    draft: Scheme
    entrants: dict[int, Entrant]
    secrets: tuple[str, ...]

    def side(self, school, principal, word: str) -> dict[str, int]:
        """What addresses name of one school: its entrant, a variant, an objection that it filed."""
        objection = objections.file(
            notice_id=self.scheme.publication.notice_id, school_id=school.pk, about_id=school.pk,
            text=f"{self.secrets[0]}{word}异议", actor=principal, now=NOW, on=DAY,
        )  # fmt: skip
        variant = variants.create(
            scheme_id=self.draft.pk, name=f"{word}试算", own_weight=Decimal("0.7"), actor=None,
            now=NOW,
        )  # fmt: skip
        return {
            "scheme": self.scheme.pk,
            "draft": self.draft.pk,
            "entrant": self.entrants[school.pk].pk,
            "pool": self.entrants[school.pk].pool_id,
            "variant": variant.pk,
            "objection": objection.pk,
            "result": Result.objects.get(scheme=self.scheme, school=school).pk,
            "score": Score.objects.get(entrant__scheme=self.scheme, entrant__school=school).pk,
        }


def judge(letter: str, county, users) -> Judged:
    """``users`` by role. Memberships of the published year are those of its very first day."""
    adoptions.adopt(
        district_id=county.pk, packs=[("b1-bundled", None, None)], first_day=made.DAY,
        reason="试行", actor=None, now=made.NOW,
    )  # fmt: skip
    clerk = people.actor_for(users[Role.BUREAU_EDUCATION], DAY)[0]
    head = people.actor_for(users[Role.BUREAU_HEAD], DAY)[0]
    title = f"{letter}县捆绑考核"
    asked = {"district_id": county.pk, "title": title, "actor": clerk, "now": NOW}
    last = schemes.create(school_year=2024, cut_off_on=made.DAY, **asked)
    only = Indicator.objects.get(scheme=last)
    for place, entrant in enumerate(Entrant.objects.filter(scheme=last).order_by("pk")):
        scores.enter(
            entrant_id=entrant.pk, points={only.pk: Decimal(90 - place)}, actor=clerk, now=NOW
        )
    last.refresh_from_db()
    said = {"scheme_id": last.pk, "seen": snapshots.seen_digest(last), "now": NOW}
    publications.submit(**said, actor=clerk)
    publications.publish(
        **said, first_day=DAY, last_day=DAY + datetime.timedelta(7), shown_to=ShownTo.OWN,
        actor=head,
    )  # fmt: skip
    draft = schemes.create(school_year=2025, cut_off_on=datetime.date(2025, 9, 1), **asked)
    entrants = {it.school_id: it for it in Entrant.objects.filter(scheme=draft).order_by("pk")}
    return Judged(Scheme.objects.get(pk=last.pk), draft, entrants, (title,))


def snapshot(district_id: int) -> dict:
    """Every row of the county's assessments that a stranger could have changed."""
    of_scheme = (Entrant, Indicator, Pool, Publication, Result, SchemeMove, Variant)
    of_entrant = (Project, Score)
    return (
        {model.__name__: model.objects.filter(scheme__district=district_id) for model in of_scheme}
        | {
            model.__name__: model.objects.filter(entrant__scheme__district=district_id)
            for model in of_entrant
        }
        | {
            "Scheme": Scheme.objects.filter(district=district_id),
            "PublicNotice": PublicNotice.objects.filter(district=district_id),
            "Objection": Objection.objects.filter(notice__district=district_id),
        }
    )
