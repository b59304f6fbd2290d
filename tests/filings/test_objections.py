"""X-15: windows, objections and decisions, whatever the notice is about."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from core.errors import Denied, sentence_of
from core.models import AuditEvent
from directory.enums import Role
from filings.actions import notices, objections
from filings.enums import NEXT, NoticeKind, NoticeState, ObjectionState
from filings.guards import objections as may
from filings.models import Objection, PublicNotice
from filings.selectors.objections import objections_visible_to, open_count
from tests.factories import county as made
from tests.groups.test_races import at_once, sentences


FIRST, LAST = datetime.date(2025, 7, 10), datetime.date(2025, 7, 16)
NOW = datetime.datetime(2025, 7, 10, 2, tzinfo=datetime.UTC)
TEXT = "教育质量一项少计两分。"


class Scene:
    def __init__(self):
        self.county = made.district()
        self.school = made.school(self.county, "举水乡小")
        self.other = made.school(self.county, "江根乡小")
        self.head = made.actor(Role.BUREAU_HEAD, at=self.county)
        self.clerk = made.clerk_of(self.county)
        self.principal = made.actor(Role.PRINCIPAL, at=self.school)
        self.notice = self.give()

    def give(self, first_day=FIRST, last_day=LAST):
        return notices.give(
            district_id=self.county.pk, kind=NoticeKind.RESULTS, title="考核结果公示",
            first_day=first_day, last_day=last_day, actor=self.head, now=NOW,
        )  # fmt: skip

    def file(self, *, text=TEXT, on=FIRST, actor=None, school=None, notice=None):
        school = school or self.school
        return objections.file(
            notice_id=(notice or self.notice).pk, school_id=school.pk, about_id=school.pk,
            text=text, actor=actor or self.principal, now=NOW, on=on,
        )  # fmt: skip

    def decide(self, objection, *, upheld=True, reason="属实。", actor=None):
        return objections.decide(
            objection_id=objection.pk, upheld=upheld, reason=reason, actor=actor or self.head,
            now=NOW,
        )  # fmt: skip


@pytest.fixture
def scene(db):
    return Scene()


def test_a_window_holds_both_its_days_and_says_where_it_stands(scene):
    day = datetime.timedelta(days=1)
    states = [scene.notice.state_on(it) for it in (FIRST - day, FIRST, LAST, LAST + day)]
    assert states == [
        NoticeState.UPCOMING, NoticeState.OPEN, NoticeState.OPEN, NoticeState.CLOSED,
    ]  # fmt: skip
    assert (scene.notice.first_day, scene.notice.last_day) == (FIRST, LAST)
    one = scene.give(FIRST, FIRST)
    assert one.state_on(FIRST) == NoticeState.OPEN


def test_a_window_does_not_end_before_it_begins(scene):
    with pytest.raises(Denied, match="公示结束日期不能早于开始日期。"):
        scene.give(LAST, FIRST)
    assert PublicNotice.objects.count() == 1


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (FIRST - datetime.timedelta(days=1), "公示从 2025-07-10 开始"),
        (LAST + datetime.timedelta(days=1), "公示期已于 2025-07-16 结束"),
    ],
)
def test_x_15_outside_the_window_nobody_objects(scene, on, sentence):
    with pytest.raises(Denied, match=sentence):
        scene.file(on=on)
    assert not Objection.objects.exists()


def test_x_15_within_it_a_principal_does_and_it_is_written_down(scene):
    objection = scene.file(on=LAST)
    assert (objection.state, objection.text) == (ObjectionState.OPEN, TEXT)
    assert objection.filed_by_post_id == scene.principal.post_id
    event = AuditEvent.objects.get(act="filings.objection.file")
    assert event.school_id == scene.school.pk


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_objection_says_something(scene, text):
    with pytest.raises(Denied, match="请写明异议内容。"):
        scene.file(text=text)


def test_only_a_principal_and_only_for_the_own_school(scene):
    clerk = made.actor(Role.SCHOOL_CLERK, at=scene.school)
    with pytest.raises(Denied, match="异议由校长代表学校提出"):
        scene.file(actor=clerk)
    with pytest.raises(Denied, match="异议由校长代表学校提出"):
        scene.file(actor=scene.clerk)
    with pytest.raises(Denied, match="只能代表本校提出异议。"):
        scene.file(school=scene.other)


def test_a_school_has_one_open_objection_to_a_notice(scene):
    first = scene.file()
    with pytest.raises(Denied, match="本校已有一条异议在处理中"):
        scene.file(text="又一条。")
    scene.file(notice=scene.give())
    scene.decide(first, upheld=False)
    scene.file(text="另一件事。")
    assert open_count([scene.notice.pk]) == {scene.notice.pk: 1}


@pytest.mark.parametrize(("upheld", "state"), [(True, "UPHELD"), (False, "REJECTED")])
def test_the_head_decides_once_with_a_reason(scene, upheld, state):
    objection = scene.file()
    with pytest.raises(Denied, match="处理异议须写明意见。"):
        scene.decide(objection, reason=" ")
    decided = scene.decide(objection, upheld=upheld, reason=" 已核对。 ")
    assert (decided.state, decided.decision, decided.decided_at) == (state, "已核对。", NOW)
    assert decided.decided_by_name == scene.head.name
    for again in (True, False):
        with pytest.raises(Denied, match="这条异议已处理"):
            scene.decide(objection, upheld=again)


def test_rule_6_who_may_not_decide(scene):
    objection = scene.file()
    for actor in (scene.clerk, scene.principal, made.actor(Role.LEADERSHIP, at=scene.county)):
        with pytest.raises(Denied, match="异议由局领导处理。"):
            scene.decide(objection, actor=actor)
        assert not may.can_decide(actor=actor, objection=objection)
    there = made.actor(Role.BUREAU_HEAD, at=made.district("331124", "松阳县"))
    with pytest.raises(Denied, match="不在您的管理范围内"):
        scene.decide(objection, actor=there)
    Objection.objects.update(filed_by_id=scene.head.user_id)
    objection.refresh_from_db()
    with pytest.raises(Denied, match="不能处理本人提出的异议"):
        scene.decide(objection)


def test_the_school_takes_it_back_while_it_is_open(scene):
    objection = scene.file()
    stranger = made.actor(Role.PRINCIPAL, at=scene.other)
    with pytest.raises(Denied, match="只有提出异议的学校可以撤回。"):
        objections.withdraw(objection_id=objection.pk, actor=stranger, now=NOW)
    objections.withdraw(objection_id=objection.pk, actor=scene.principal, now=NOW)
    objection.refresh_from_db()
    assert objection.state == ObjectionState.WITHDRAWN
    with pytest.raises(Denied, match="已撤回"):
        scene.decide(objection)


def test_every_move_of_an_objection_ends_it():
    assert set(NEXT) == set(ObjectionState)
    assert all(not NEXT[end] for ends in NEXT.values() for end in ends)
    assert all(state.kind and state.icon for state in ObjectionState)


def test_who_reads_which(scene):
    scene.file()
    seen = {
        scene.clerk: 1,
        made.actor(Role.LEADERSHIP, at=scene.county): 1,
        scene.principal: 1,
        made.actor(Role.SCHOOL_CLERK, at=scene.school): 1,
        made.actor(Role.PRINCIPAL, at=scene.other): 0,
        made.actor(Role.TEACHER, at=scene.school): 0,
        made.clerk_of(made.district("331124", "松阳县")): 0,
    }
    assert {it: objections_visible_to(it).count() for it in seen} == seen


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"text": ""}, "请写明异议内容。"),
        ({"state": "UPHELD", "decided_at": NOW}, "处理异议须写明意见。"),
        ({"state": "UPHELD", "decision": "属实"}, "处理异议须写明意见。"),
        ({"decision": "属实"}, "处理异议须写明意见。"),
    ],
)
def test_the_database_holds_what_an_objection_is(scene, change, sentence):
    scene.file()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Objection.objects.update(**change)
    assert sentence_of(refused.value) == sentence


@pytest.mark.django_db(transaction=True)
def test_two_heads_decide_at_the_same_instant():
    scene = Scene()
    second = made.actor(Role.BUREAU_HEAD, at=scene.county, username="head-2")
    objection = scene.file()
    told = at_once(
        lambda: scene.decide(objection, upheld=True),
        lambda: scene.decide(objection, upheld=False, actor=second),
    )
    (sentence,) = sentences(told)
    assert sentence.startswith("这条异议已处理")
    assert AuditEvent.objects.filter(act="filings.objection.decide").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_school_objects_twice_at_the_same_instant():
    scene = Scene()
    told = at_once(scene.file, lambda: scene.file(text="又一条。"))
    assert sentences(told) == ["本校已有一条异议在处理中，请等处理后再提，或先撤回。"]
    assert Objection.objects.count() == 1
