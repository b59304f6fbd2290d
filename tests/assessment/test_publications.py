"""X-15, rules 6–9: 送审, 撤回, 退回, 发布; what is locked then, and two who do it at once."""

import datetime
import json

import pytest

from assessment.actions import publications, reckonings
from assessment.models import Entrant, Publication, Result, Scheme
from assessment.selectors import inputs, snapshots
from core.errors import Denied
from core.models import AuditEvent
from directory.enums import Role
from directory.guards import closings
from groups.actions import memberships
from tests.assessment import years
from tests.factories import county as made
from tests.groups.test_races import at_once, sentences


LATER = years.NOW + datetime.timedelta(hours=1)


def seen(year):
    return snapshots.seen_digest(Scheme.objects.get(pk=year.scheme.pk))


def submit(year, actor=None, **over):
    asked = {"scheme_id": year.scheme.pk, "seen": seen(year), "actor": actor or year.clerk}
    return publications.submit(**asked | over, now=years.NOW)


def publish(year, actor=None, **over):
    first_day, last_day = years.WINDOW
    asked = {
        "scheme_id": year.scheme.pk, "seen": seen(year), "actor": actor or year.head,
        "first_day": first_day, "last_day": last_day, "shown_to": "OWN",
    }  # fmt: skip
    return publications.publish(**asked | over, now=LATER)


def state(year):
    return Scheme.objects.get(pk=year.scheme.pk).state


@pytest.fixture
def year(db):
    return years.year()


@pytest.fixture
def submitted(year):
    submit(year)
    return year


def test_x15_from_draft_to_published(submitted):
    publication = publish(submitted)
    assert state(submitted) == "PUBLISHED"
    moves = submitted.scheme.moves.order_by("at", "pk")
    assert [(it.move, it.by_id) for it in moves] == [
        ("SUBMITTED", submitted.clerk.user_id),
        ("PUBLISHED", submitted.head.user_id),
    ]
    notice = publication.notice
    assert (notice.first_day, notice.last_day) == years.WINDOW
    assert notice.title == "2024学年捆绑考核结果公示"
    assert publication.published_by_name == submitted.head.name
    acts = AuditEvent.objects.filter(act__startswith="assessment.").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == [
        "assessment.scheme.submit", "assessment.scheme.publish",
    ]  # fmt: skip


def test_snapshot_holds_everything_and_has_its_checksum(submitted):
    publication = publish(submitted)
    assert snapshots.checksum(publication.snapshot) == publication.checksum
    paper = json.loads(publication.snapshot)
    assert paper["scheme"]["cut_off_on"] == "2025-07-01"
    assert len(paper["entrants"]) == len(paper["results"]) == len(years.OWN)
    core = next(it for it in paper["results"] if it["school_name"] == "实验小学")
    assert (core["final"], core["final_rank"], core["steps"][0][2]) == ("88.73", 1, "91.308796")
    village = submitted.schools["举水乡小"].pk
    entrant = next(it for it in paper["entrants"] if it["school_id"] == village)
    assert entrant["points"] == {"得分": "78.4"}
    assert ["实验小学教育集团", "CO_BUILT", "举水乡小", "MEMBER"] in paper["frozen"]["places"]
    assert paper["frozen"]["policy"]["weight_clause"] == "B1-9 五、4"
    scheme = Scheme.objects.get(pk=submitted.scheme.pk)
    assert snapshots.text_of(scheme, inputs.read(scheme)) == publication.snapshot
    frozen = paper["frozen"]
    assert snapshots.policy_of(frozen) == inputs.read(scheme).policy
    assert snapshots.places_of(frozen) == inputs.read(scheme).places


def test_rule_8_published_version_stays_and_closes_its_days(submitted):
    publish(submitted)
    with pytest.raises(Denied, match="2025-07-01 及以前的学校和集团关系已锁定"):
        closings.check_open(submitted.county.pk, years.CUT_OFF)
    closings.check_open(submitted.county.pk, years.CUT_OFF + datetime.timedelta(days=1))
    for act in (submit, publish):
        actor = submitted.clerk if act is submit else submitted.head
        with pytest.raises(Denied, match="这一版已发布"):
            act(submitted, actor=actor)


def test_withdrawn_and_returned_versions_are_drafts_again(submitted):
    publications.withdraw(scheme_id=submitted.scheme.pk, actor=submitted.clerk, now=LATER)
    assert state(submitted) == "DRAFT"
    submit(submitted)
    back = {"scheme_id": submitted.scheme.pk, "actor": submitted.head, "now": LATER}
    with pytest.raises(Denied, match="请写明退回的原因"):
        publications.give_back(**back, reason="  ")
    publications.give_back(**back, reason="举水乡小得分有误")
    assert state(submitted) == "DRAFT"
    last = submitted.scheme.moves.order_by("pk").last()
    assert (last.move, last.reason) == ("RETURNED", "举水乡小得分有误")


@pytest.mark.parametrize(
    ("role", "act"),
    [
        (Role.BUREAU_HEAD, submit),
        (Role.LEADERSHIP, submit),
        (Role.BUREAU_PERSONNEL, submit),
        (Role.BUREAU_EDUCATION, publish),
        (Role.LEADERSHIP, publish),
    ],
)
def test_who_may(year, role, act):
    if act is publish:
        submit(year)
    other = made.actor(role, at=year.county, username="somebody")
    before = state(year)
    with pytest.raises(Denied, match="只有"):
        act(year, actor=other)
    assert state(year) == before


def test_nobody_of_another_county_may(submitted):
    stranger = made.actor(Role.BUREAU_HEAD, at=made.district("331127", "景宁县"))
    with pytest.raises(Denied, match="不在您的管理范围内"):
        publish(submitted, actor=stranger)


def test_rule_6_whoever_submitted_does_not_publish(year):
    """One person with two posts: the act is theirs, whichever hat they wear."""
    submit(year)
    year.scheme.moves.update(by_id=year.head.user_id)
    with pytest.raises(Denied, match="由您本人送审"):
        publish(year)
    assert state(year) == "SUBMITTED"


def test_rule_9_nothing_is_submitted_or_published_while_a_school_waits(year):
    year.score("举水乡小", None)
    year.reckon()
    with pytest.raises(Denied, match="举水乡小还没有出分"):
        submit(year)
    Entrant.objects.filter(pk=year.entrant("举水乡小").pk).update(out_reason="校舍重建")
    year.reckon()
    submit(year)
    Entrant.objects.filter(pk=year.entrant("举水乡小").pk).update(out_reason="")
    year.reckon()
    with pytest.raises(Denied, match="举水乡小还没有出分"):
        publish(year)
    assert state(year) == "SUBMITTED"
    assert not Publication.objects.exists()


def test_version_that_cannot_be_reckoned_is_not_submitted(year):
    Entrant.objects.filter(pk=year.entrant("坑西小学").pk).update(pupils=None)
    year.reckon()
    with pytest.raises(Denied, match="还不能计算：“坑西小学”按学生数加权"):
        submit(year)


def test_what_changed_since_it_was_seen_is_stored_and_shown_first(submitted):
    """A membership entered after the results were reckoned, and before they are published."""
    memberships.join(
        group_id=submitted.schools["实验小学"].memberships.get(type="CO_BUILT").group_id,
        school_id=submitted.schools["城东小学"].pk, first_day=years.CUT_OFF, actor=None,
        now=made.NOW,
    )  # fmt: skip
    with pytest.raises(Denied, match="数据有变化，已重新计算，请再看一遍"):
        publish(submitted)
    assert state(submitted) == "SUBMITTED"
    assert str(submitted.results()["实验小学"].final) == "89.69"
    publish(submitted)
    assert state(submitted) == "PUBLISHED"


def test_submitting_what_somebody_else_changed_meanwhile(year):
    before = seen(year)
    year.score("举水乡小", "79.40")
    reckonings.reckon(scheme=year.scheme, now=years.NOW)
    with pytest.raises(Denied, match="数据有变化"):
        submit(year, seen=before)
    assert state(year) == "DRAFT"


def test_window_that_ends_before_it_begins(submitted):
    first_day, _ = years.WINDOW
    with pytest.raises(Denied, match="公示结束日期不能早于开始日期"):
        publish(submitted, last_day=first_day - datetime.timedelta(days=1))
    assert state(submitted) == "SUBMITTED"
    closings.check_open(submitted.county.pk, years.CUT_OFF)


@pytest.mark.django_db(transaction=True)
def test_two_heads_publish_at_the_same_instant():
    year = years.year()
    submit(year)
    other = made.actor(Role.BUREAU_HEAD, at=year.county, username="second-head")
    digest = seen(year)
    told = at_once(
        lambda: publish(year, seen=digest), lambda: publish(year, actor=other, seen=digest)
    )
    assert sentences(told) == ["这一版已发布，不能发布；可能有人刚办理过，请刷新页面。"]
    assert Publication.objects.count() == 1
    assert year.scheme.moves.filter(move="PUBLISHED").count() == 1


@pytest.mark.django_db(transaction=True)
def test_publishing_and_taking_back_at_the_same_instant():
    year = years.year()
    submit(year)
    digest = seen(year)
    told = at_once(
        lambda: publish(year, seen=digest),
        lambda: publications.withdraw(scheme_id=year.scheme.pk, actor=year.clerk, now=LATER),
    )
    assert len(sentences(told)) == 1
    assert state(year) == ("PUBLISHED" if Publication.objects.exists() else "DRAFT")
    assert Result.objects.filter(scheme=year.scheme).count() == len(years.OWN)
