"""Another core, another type; and the day each takes effect (rules 1–3)."""

import datetime

import pytest

from core.errors import Denied
from core.models import AuditEvent
from core.periods import last_day, period
from directory.actions import schools
from directory.enums import SchoolKind
from groups.actions import changes, groups, memberships
from groups.models import GroupFacts, Membership
from groups.selectors import groups as selectors
from groups.selectors import history, integrity, members
from tests.factories import county as made
from tests.groups import scenes


LATER = datetime.date(2025, 9, 1)
BEFORE = datetime.date(2025, 8, 31)


@pytest.fixture
def scene(db):
    return scenes.two_groups_of_one_core()


def replace(scene, school, *, stays=True, day=LATER, reason="校长轮岗"):
    return changes.replace_core(
        group_id=scene.co_built.pk, school_id=school.pk, first_day=day, old_core_stays=stays,
        reason=reason, actor=scene.clerk, now=made.NOW,
    )  # fmt: skip


def change_type(scene, new, *, day=LATER, name="", group=None):
    changes.change_type(
        group_id=(group or scene.co_built).pk, type=new, first_day=day, reason="升格",
        actor=scene.clerk, now=made.NOW, name=name,
    )  # fmt: skip


def shown(scene, day, group=None):
    found = members.members_of(scene.clerk, (group or scene.co_built).pk, day)
    return [(row.name, row.is_core) for row in found]


def test_a_member_becomes_core_and_the_old_core_stays_as_member(scene):
    replace(scene, scene.village)
    before = [("实验小学", True), ("举水乡小", False), ("竹口镇校小学部", False)]
    after = [("举水乡小", True), ("实验小学", False), ("竹口镇校小学部", False)]
    assert shown(scene, BEFORE) == before
    assert shown(scene, LATER) == after
    assert integrity.broken_groups() == []
    event = AuditEvent.objects.get(act="groups.group.replace_core")
    assert event.details["from"] == "2025-09-01"


def test_a_school_from_outside_becomes_core_and_the_old_core_leaves(scene):
    replace(scene, scene.other_core, stays=False)
    assert shown(scene, LATER) == [
        ("城东小学", True), ("举水乡小", False), ("竹口镇校小学部", False),
    ]  # fmt: skip


def test_replacing_the_core_is_refused(scene):
    with pytest.raises(Denied, match="已是核心校"):
        replace(scene, scene.core)
    with pytest.raises(Denied, match="请填写更换核心校的原因"):
        replace(scene, scene.village, reason=" ")
    with pytest.raises(Denied, match="已有在这一天或之后生效的变更"):
        replace(scene, scene.village, day=made.DAY)
    far = made.school(made.district("331124", "松阳县"), "古市小学")
    with pytest.raises(Denied, match="核心校须是本行政区的学校"):
        replace(scene, far)
    pair = scenes.found(scene.county, scene.other_core, [scene.free], "两校集团", made.DAY)
    with pytest.raises(Denied, match="没有成员校"):
        changes.replace_core(
            group_id=pair.pk, school_id=scene.free.pk, first_day=LATER, old_core_stays=False,
            reason="试", actor=scene.clerk, now=made.NOW,
        )  # fmt: skip
    assert shown(scene, LATER, pair) == [("城东小学", True), ("五大堡乡小", False)]


def test_b3_1_changing_the_type_ends_and_begins_everything(scene):
    leaving = Membership.objects.get(group=scene.co_built, school=scene.section)
    memberships.leave(
        membership_id=leaving.pk, last_day=datetime.date(2026, 6, 30), reason="帮扶达标",
        actor=scene.clerk, now=made.NOW,
    )  # fmt: skip
    change_type(scene, "COLLABORATIVE", name="实验小学协作体")
    now = GroupFacts.objects.on(LATER).get(group=scene.co_built)
    assert (now.type, now.name) == ("COLLABORATIVE", "实验小学协作体")
    assert GroupFacts.objects.on(BEFORE).get(group=scene.co_built).type == "CO_BUILT"
    assert shown(scene, LATER) == shown(scene, BEFORE)
    anew = Membership.objects.on(LATER).get(group=scene.co_built, school=scene.section)
    assert (anew.type, last_day(anew.period)) == ("COLLABORATIVE", datetime.date(2026, 6, 30))
    assert integrity.broken_groups() == []


def test_rule_2_every_member_must_fit_the_new_type(scene):
    with pytest.raises(Denied, match=r"“举水乡小”是独立法人|不属于"):
        change_type(scene, "INTEGRATED")
    with pytest.raises(Denied, match="自己的校区或学部"):
        change_type(scene, "CO_BUILT", group=scene.integrated)
    with pytest.raises(Denied, match="集团已是共建型"):
        change_type(scene, "CO_BUILT")
    assert GroupFacts.objects.filter(group=scene.co_built).count() == 1


def test_b3_3_a_campus_that_became_independent_may_go_on_as_a_member(scene):
    facts = {"kind": SchoolKind.LEGAL_PERSON, "parent_id": None}
    schools.change(
        school_id=scene.campus.pk, facts=facts, first_day=LATER, actor=None, now=made.NOW
    )
    change_type(scene, "CO_BUILT", group=scene.integrated)
    assert shown(scene, LATER, scene.integrated) == [("实验小学", True), ("坑西小学", False)]


def test_nothing_joins_past_a_change_that_is_already_entered(scene):
    change_type(scene, "COLLABORATIVE")
    with pytest.raises(Denied, match="自 2025-09-01 起已有解散或变更"):
        memberships.join(
            group_id=scene.co_built.pk, school_id=scene.free.pk,
            first_day=datetime.date(2025, 3, 1), actor=scene.clerk, now=made.NOW,
        )  # fmt: skip
    with pytest.raises(Denied, match="已有在这一天或之后生效的变更"):
        groups.dissolve(
            group_id=scene.co_built.pk, last_day=datetime.date(2025, 3, 1), reason="试",
            actor=scene.clerk, now=made.NOW,
        )  # fmt: skip


def test_the_last_member_does_not_leave_behind_one_who_leaves_later(scene):
    june = datetime.date(2025, 6, 30)
    first, second = Membership.objects.filter(group=scene.co_built, role="MEMBER").order_by("pk")
    memberships.leave(
        membership_id=first.pk, last_day=june, reason="达标", actor=scene.clerk, now=made.NOW
    )
    for day in (datetime.date(2025, 3, 1), june, LATER):
        with pytest.raises(Denied, match=r"至少要有一所成员校|没有成员校"):
            memberships.leave(
                membership_id=second.pk, last_day=day, reason="试", actor=scene.clerk, now=made.NOW
            )


def test_history_tells_every_change_with_who_entered_it(scene):
    replace(scene, scene.village)
    change_type(scene, "COLLABORATIVE", day=datetime.date(2026, 3, 1), name="举水协作体")
    group = selectors.group_on(scene.clerk, scene.co_built.pk, LATER)
    told = history.history_of(group, LATER)
    assert [(it.day.isoformat(), it.title, it.lines) for it in told.changes] == [
        (
            "2026-03-01",
            "改为协作型",
            ("由“实验小学教育集团”更名为“举水协作体”", "由共建型改为协作型，成员不变"),
        ),
        ("2025-09-01", "更换核心校", ("核心校由实验小学改为举水乡小", "实验小学改作成员校")),
        ("2024-09-01", "集团成立", ("核心校：实验小学", "成员校：举水乡小、竹口镇校小学部")),
    ]
    assert [it.entries[0].name for it in told.changes] == ["某人"] * 3
    assert [it.is_later for it in told.changes] == [True, False, False]
    assert len(told.spells) == 8


def test_integrity_finds_what_somebody_broke_behind_the_actions(scene):
    assert integrity.broken_groups() == []
    Membership.objects.filter(group=scene.integrated, role="MEMBER").update(
        period=period(made.DAY, BEFORE)
    )
    Membership.objects.filter(group=scene.co_built, role="CORE").delete()
    found = [(it.group_id, it.message) for it in integrity.broken_groups()]
    assert found == [
        (scene.integrated.pk, "“实验小学教共体（融合）”自 2025-09-01 起没有成员校。"),
        (scene.co_built.pk, "“实验小学教育集团”自 2024-09-01 起没有核心校。"),
    ]
