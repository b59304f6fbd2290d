"""Rule 8, X-15: a correction is a new version with a reason; the old one stays readable."""

import datetime
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessment.actions import corrections, objections, publications
from assessment.models import Entrant, Indicator, Pool, Project, Scheme, Score, Variant
from core.errors import Denied
from directory.enums import Role
from directory.guards import closings
from directory.models import Closing
from filings.actions import objections as filed
from tests.assessment import years
from tests.assessment.test_publications import publish, seen, submit
from tests.factories import county as made
from tests.groups.scenes import found
from tests.groups.test_races import at_once, sentences


LATER = years.NOW + datetime.timedelta(days=1)


@pytest.fixture
def published(db):
    year = years.year()
    submit(year)
    publish(year)
    return year


def correct(year, reason="举水乡小得分登错", actor=None):
    return corrections.open_correction(
        scheme_id=year.scheme.pk, reason=reason, actor=actor or year.head, now=LATER
    )


def told(scheme):
    """Everything that hangs on a version, without ids."""
    scores = Score.objects.filter(entrant__scheme=scheme).order_by(
        "entrant__school_id", "indicator__name"
    )
    return {
        "pools": list(Pool.objects.filter(scheme=scheme).values_list("name", "position")),
        "indicators": list(
            Indicator.objects.filter(scheme=scheme).values_list(
                "name", "pool__name", "position", "possible", "weight"
            )
        ),
        "entrants": list(
            Entrant.objects.filter(scheme=scheme)
            .order_by("school_id")
            .values_list(
                "school_id", "pool__name", "apart", "pupils", "last_rank", "last_rank_given",
                "out_reason",
            )
        ),
        "scores": list(scores.values_list("entrant__school_id", "indicator__name", "points")),
        "projects": list(
            Project.objects.filter(entrant__scheme=scheme).values_list(
                "entrant__school_id", "name", "points", "review"
            )
        ),
        "variants": list(Variant.objects.filter(scheme=scheme).values_list("name", "own_weight")),
    }  # fmt: skip


def test_rule_8_copy_is_whole_and_the_old_version_stays(published):
    junior = Pool.objects.create(scheme=published.scheme, name="初中", position=2)
    Indicator.objects.create(
        scheme=published.scheme, pool=junior, name="初中项", position=2, possible=10, weight=100
    )
    Variant.objects.create(
        scheme=published.scheme, name="七三开", own_weight="0.7", created_at=years.NOW
    )
    before = told(published.scheme)
    results = {it.school_name: it.final for it in published.results().values()}
    new = correct(published)
    assert told(new) == before == told(published.scheme)
    assert (new.version, new.state, new.reason) == (2, "DRAFT", "举水乡小得分登错")
    assert {it.school_name: it.final for it in new.results.all()} == results
    assert published.results().keys() == results.keys()
    assert [(it.move, it.reason) for it in new.moves.all()] == [("CORRECTED", "举水乡小得分登错")]


def test_days_are_open_while_it_is_corrected_and_closed_again_after(published):
    new = correct(published)
    closings.check_open(published.county.pk, years.CUT_OFF)
    Score.objects.filter(entrant__scheme=new, entrant__school=published.schools["举水乡小"]).update(
        points=D("80.40")
    )
    published.scheme = new
    submit(published, seen=seen_after_reckoning(published))
    publication = publish(published)
    assert publication.notice.title == "2024学年捆绑考核（第 2 版）结果公示"
    with pytest.raises(Denied, match="已锁定"):
        closings.check_open(published.county.pk, years.CUT_OFF)
    assert Closing.objects.filter(ended_at__isnull=True).count() == 1
    assert published.results()["举水乡小"].final == D("80.40")


def seen_after_reckoning(year):
    year.reckon()
    return seen(year)


def test_refusals(published):
    with pytest.raises(Denied, match="请写明更正的原因"):
        correct(published, reason=" ")
    with pytest.raises(Denied, match="只有局领导"):
        correct(published, actor=published.clerk)
    new = correct(published)
    with pytest.raises(Denied, match="已发起更正，第 2 版正在办理"):
        correct(published)
    old, published.scheme = published.scheme, new
    with pytest.raises(Denied, match="还没有发布，不用更正"):
        correct(published)
    submit(published)
    publish(published)
    published.scheme = old
    with pytest.raises(Denied, match="已被第 2 版取代"):
        correct(published)


def test_copying_takes_the_same_statements_however_many_schools(published):
    other = years.year(held=years.county("331127", "景宁县"))
    for number in range(3):
        school = made.school(other.county, f"新校{number}")
        entrant = Entrant.objects.create(scheme=other.scheme, school=school, pool=other.pool)
        Score.objects.create(entrant=entrant, indicator=other.indicator, points=70)
        found(other.county, school, [other.schools["城东小学"]], f"集团{number}", made.DAY)
    other.reckon()
    submit(other)
    publish(other)
    counts = []
    for year in (published, other):
        with CaptureQueriesContext(connection) as queries:
            correct(year)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# ---- objections


def object_to(year, school="举水乡小"):
    principal = made.actor(Role.PRINCIPAL, at=year.schools[school])
    return filed.file(
        notice_id=year.scheme.publication.notice_id, school_id=year.schools[school].pk,
        about_id=year.schools[school].pk, text="语文分登错", actor=principal, now=LATER,
        on=years.WINDOW[0],
    )  # fmt: skip


def decide(year, objection, *, upheld, actor=None):
    return objections.decide(
        objection_id=objection.pk, upheld=upheld, reason="核对原始成绩", now=LATER,
        actor=actor or year.head,
    )  # fmt: skip


def test_x15_upheld_objection_opens_a_correction_once(published):
    first, second = object_to(published), object_to(published, "城东小学")
    draft = decide(published, first, upheld=True)
    assert (draft.version, draft.state, draft.reason) == (2, "DRAFT", "异议成立：核对原始成绩")
    assert decide(published, second, upheld=True) == draft
    assert Scheme.objects.filter(district=published.county).count() == 2


def test_x15_rejected_objection_changes_nothing(published):
    assert decide(published, object_to(published), upheld=False) is None
    assert Scheme.objects.get(district=published.county) == published.scheme


def test_x15_correction_waits_for_every_objection(published):
    first, second = object_to(published), object_to(published, "城东小学")
    old, published.scheme = published.scheme, decide(published, first, upheld=True)
    submit(published)
    with pytest.raises(Denied, match="还有 1 条异议未处理"):
        publish(published)
    published.scheme = old
    decide(published, second, upheld=False)
    published.scheme = Scheme.objects.get(version=2)
    publish(published)


def test_decision_needs_the_head(published):
    with pytest.raises(Denied, match="异议由局领导处理"):
        decide(published, object_to(published), upheld=True, actor=published.clerk)


@pytest.mark.django_db(transaction=True)
def test_two_objections_upheld_at_the_same_instant_open_one_correction():
    year = years.year()
    submit(year)
    publish(year)
    first, second = object_to(year), object_to(year, "城东小学")
    drafts = at_once(
        lambda: decide(year, first, upheld=True), lambda: decide(year, second, upheld=True)
    )
    assert sentences(drafts) == []
    assert drafts[0] == drafts[1]
    assert Scheme.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_heads_correct_at_the_same_instant():
    year = years.year()
    submit(year)
    publish(year)
    other = made.actor(Role.BUREAU_HEAD, at=year.county, username="second-head")
    outcome = at_once(lambda: correct(year), lambda: correct(year, actor=other))
    assert sentences(outcome) == ["已发起更正，第 2 版正在办理，请在那一版上继续。"]
    assert Scheme.objects.count() == 2


def test_history_of_returned_correction(published):
    published.scheme = correct(published)
    submit(published)
    publications.give_back(
        scheme_id=published.scheme.pk, reason="再核对", actor=published.head, now=LATER
    )
    moves = published.scheme.moves.order_by("pk").values_list("move", flat=True)
    assert list(moves) == ["CORRECTED", "SUBMITTED", "RETURNED"]
