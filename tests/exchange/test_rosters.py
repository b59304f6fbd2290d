"""A roster from its first line to placements: who may, what is refused, what it leaves behind."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from core.errors import Denied
from core.models import AuditEvent
from directory.selectors import teachers
from exchange.actions import lines, placements, rosters
from exchange.enums import LineState
from exchange.models import Placement, RosterLine
from filings.actions import filings
from tests.exchange import scenes
from tests.exchange.scenes import FIRST, NOW, ON, YEAR_END, move
from tests.factories import exchange as placed


@pytest.fixture
def scene(db):
    return scenes.build()


def refused(action, sentence, **asked):
    with pytest.raises((Denied, ValidationError), match=sentence):
        action(**asked)


def test_a4_a_roster_is_begun_by_the_school_itself(scene):
    for actor in (scene.hr, scene.head, scene.host, scene.lone):
        refused(scenes.start, "只能为本校|校长或经办", scene=scene, actor=actor)
    roster = scenes.start(scene, scene.clerk)
    assert roster.filing.title == "实验小学2024—2025学年教师交流轮岗花名册"
    refused(scenes.start, "已有一份花名册草稿", scene=scene)


LINES = {
    "another school's teacher": ({"teacher": "d"}, "不是“实验小学”的在岗教师"),
    "a school outside the group": ({"sending_id": "alone"}, "派出学校须是本校，或以本校为核心校"),
    "to itself": ({"receiving_id": "core"}, "不能是同一所学校"),
    "days turned round": ({"last_day": datetime.date(2024, 8, 31)}, "不能早于开始日期"),
    "a slip in the year": ({"last_day": datetime.date(2074, 8, 31)}, "请核对年份"),
}


@pytest.mark.parametrize("name", LINES)
def test_a10_lines_that_no_roster_takes(scene, name):
    changed, sentence = LINES[name]
    roster = scenes.start(scene)
    changed = {
        key: getattr(scene, value).pk if isinstance(value, str) else value
        for key, value in changed.items()
    }
    teacher = scene.d if "teacher" in changed else scene.a
    changed.pop("teacher", None)
    refused(scenes.add, sentence, scene=scene, roster=roster, teacher=teacher, **changed)
    assert not RosterLine.objects.exists()


def test_only_the_filing_school_writes_and_only_while_it_is_a_draft(scene):
    roster = scenes.start(scene)
    for actor in (scene.host, scene.hr, scene.head):
        refused(scenes.add, ".", scene=scene, roster=roster, teacher=scene.a, actor=actor)
    line = scenes.add(scene, roster, scene.a)
    refused(scenes.add, "已有一行", scene=scene, roster=roster, teacher=scene.a, kind="SUPPORT")
    rosters.submit(roster_id=roster.pk, **move(scene.principal))
    asked = {"line_id": line.pk, "actor": scene.principal, "now": NOW, "on": ON}
    refused(lines.remove, "不能修改", **asked)
    refused(lines.change, "不能修改", wanted=scenes.wanted(scene, scene.a), **asked)


def test_x1_a_line_of_another_school_waits_for_it(scene):
    roster = scenes.start(scene)
    changed = {"sending_id": scene.member.pk, "receiving_id": scene.core.pk, "kind": "SHADOWING",
               "last_day": YEAR_END}  # fmt: skip
    line = scenes.add(scene, roster, scene.d, **changed)
    assert line.confirmed_at is None
    asked = {"roster_id": roster.pk, **move(scene.principal)}
    refused(rosters.submit, "待派出学校确认（举水乡小）", **asked)
    said = {"line_id": line.pk, "now": NOW}
    refused(lines.confirm, "由派出学校的校长确认", actor=scene.principal, **said)
    refused(lines.confirm, "由派出学校的校长确认", actor=scene.host_clerk, **said)
    lines.decline(reason="毕业班缺人", actor=scene.host, **said)
    line.refresh_from_db()
    assert (line.reason, line.confirmed_at) == ("毕业班缺人", None)
    lines.confirm(actor=scene.host, **said)
    refused(lines.confirm, "已经确认过", actor=scene.host, **said)
    lines.change(
        line_id=line.pk, wanted=scenes.wanted(scene, scene.d, **changed | {"subject": "语文"}),
        actor=scene.principal, now=NOW, on=ON,
    )  # fmt: skip
    refused(rosters.submit, "待派出学校确认", **asked)
    lines.confirm(actor=scene.host, **said)
    rosters.submit(**asked)
    roster.filing.refresh_from_db()
    assert roster.filing.state == "SUBMITTED"


def test_a_roster_leaves_the_school_only_whole(scene):
    roster = scenes.start(scene)
    asked = {"roster_id": roster.pk, **move(scene.principal)}
    refused(rosters.submit, "还没有人员", **asked)
    scenes.add(scene, roster, scene.a)
    scenes.add(scene, roster, scene.a, first_day=YEAR_END, receiving_id=scene.second.pk)
    refused(rosters.submit, "教师甲在本花名册中有两段全职交流时间重叠", **asked)


def test_a7_approved_lines_become_placements_that_the_host_sees(scene):
    roster = scenes.filed(scene, scene.a, scene.b)
    for actor in (scene.hr, scene.principal, scene.education):
        refused(rosters.approve, ".", roster_id=roster.pk, **move(actor))
    assert teachers.teachers_visible_to(scenes.again(scene.host)).count() == 1
    rosters.approve(roster_id=roster.pk, **move(scene.head))
    found = Placement.objects.order_by("teacher_id").values_list(
        "teacher_id", "sending_id", "receiving_id", "group_id", "state", "full_time"
    )
    core, member, group = scene.core.pk, scene.member.pk, scene.group.pk
    assert list(found) == [
        (scene.a.pk, core, member, group, "APPROVED", True),
        (scene.b.pk, core, member, group, "APPROVED", True),
    ]
    assert set(roster.lines.values_list("state", flat=True)) == {"APPROVED"}
    roster.filing.refresh_from_db()
    assert roster.filing.state == "APPROVED"
    seen = teachers.teachers_visible_to(scenes.again(scene.host_clerk))
    assert {it.name for it in seen.order_by("pk")} == {"教师甲", "教师乙", "教师丁"}
    assert not teachers.teachers_visible_to(scenes.again(scene.lone)).exists()
    assert AuditEvent.objects.filter(act="exchange.placement.approve").count() == 2


def test_line_by_line_the_refused_one_gets_no_placement(scene):
    roster = scenes.filed(scene, scene.a, scene.b)
    first, second = roster.lines.order_by("position")
    judging = {"now": NOW, "on": ON}
    refused(lines.refuse, ".", line_id=second.pk, reason="本校缺编", actor=scene.hr, **judging)
    refused(lines.refuse, "请写明", line_id=second.pk, reason=" ", actor=scene.head, **judging)
    lines.refuse(line_id=second.pk, reason="本校缺编", actor=scene.head, **judging)
    lines.refuse(line_id=first.pk, reason="材料不全", actor=scene.head, **judging)
    refused(rosters.approve, "每一行都不予批准", roster_id=roster.pk, **move(scene.head))
    lines.take_back_refusal(line_id=first.pk, actor=scene.head, **judging)
    rosters.approve(roster_id=roster.pk, **move(scene.head))
    states = list(roster.lines.order_by("position").values_list("state", "reason"))
    assert states == [("APPROVED", ""), ("REFUSED", "本校缺编")]
    assert [it.teacher_id for it in Placement.objects.all()] == [scene.a.pk]


def test_a_refused_line_is_asked_again_with_the_next_filing(scene):
    roster = scenes.filed(scene, scene.a, scene.b)
    line = roster.lines.first()
    lines.refuse(line_id=line.pk, reason="材料不全", actor=scene.head, now=NOW, on=ON)
    filings.to_draft(filing_id=roster.filing_id, reason="补材料", **move(scene.head))
    rosters.submit(roster_id=roster.pk, **move(scene.principal))
    line.refresh_from_db()
    assert (line.state, line.reason) == (LineState.OPEN, "")


def test_rule_4_an_overlap_is_refused_naming_teacher_school_and_period(scene):
    placed.placement(scene.b, scene.core, scene.second, last_day=YEAR_END)
    roster = scenes.filed(scene, scene.a, scene.b)
    sentence = "教师乙 2024-09-01 至 2025-08-31 已由实验小学派往竹口小学全职交流（派驻任教）"
    refused(rosters.approve, sentence, roster_id=roster.pk, **move(scene.head))
    roster.filing.refresh_from_db()
    assert roster.filing.state == "VALIDATED"
    assert Placement.objects.count() == 1


def test_rule_4_itinerant_teachers_share_their_week(scene):
    placed.placement(scene.b, scene.core, scene.second, last_day=YEAR_END)
    scenes.approved(scene, scene.b, kind="ITINERANT", last_day=YEAR_END)
    assert Placement.objects.filter(teacher=scene.b).count() == 2


def _reopened(scene, *teachers):
    roster = scenes.approved(scene, *teachers)
    return roster, rosters.reopen(
        roster_id=roster.pk, reason="调整人员", actor=scene.principal, now=NOW, on=ON
    )


def _approve_again(scene, roster):
    rosters.submit(roster_id=roster.pk, **move(scene.principal))
    filings.validate(filing_id=roster.filing_id, **move(scene.hr))
    rosters.approve(roster_id=roster.pk, **move(scene.head))


def test_x8_reopened_lines_are_copied_and_unchanged_placements_go_on(scene):
    _, new = _reopened(scene, scene.a, scene.b)
    assert new.filing.version == 2
    before = {it.teacher_id: it.pk for it in Placement.objects.all()}
    line = new.lines.get(teacher=scene.b)
    lines.change(
        line_id=line.pk, wanted=scenes.wanted(scene, scene.b, subject="数学"),
        actor=scene.principal, now=NOW, on=ON,
    )  # fmt: skip
    scenes.add(scene, new, scene.c, kind="SUPPORT", last_day=YEAR_END)
    _approve_again(scene, new)
    after = {it.teacher_id: it.pk for it in Placement.objects.exclude(state="WITHDRAWN")}
    assert {it: after[it] for it in before} == before
    assert set(after) == {scene.a.pk, scene.b.pk, scene.c.pk}
    assert Placement.objects.get(teacher=scene.b).subject == "数学"


def test_x8_gone_lines_withdraw_who_has_not_arrived_and_leave_who_has(scene):
    _, new = _reopened(scene, scene.a, scene.b)
    on_post = Placement.objects.get(teacher=scene.a)
    placements.arrive(placement_id=on_post.pk, day=FIRST, actor=scene.host, now=NOW)
    for teacher in (scene.a, scene.b):
        line = new.lines.get(teacher=teacher)
        lines.remove(line_id=line.pk, actor=scene.principal, now=NOW, on=ON)
    scenes.add(scene, new, scene.c)
    _approve_again(scene, new)
    states = dict(Placement.objects.values_list("teacher_id", "state"))
    assert states == {scene.a.pk: "ON_POST", scene.b.pk: "WITHDRAWN", scene.c.pk: "APPROVED"}
    gone = Placement.objects.get(teacher=scene.b)
    assert gone.ended_reason == "花名册第 2 版已不列此项"


def test_x8_a_changed_line_of_who_is_on_post_is_refused_with_the_cure(scene):
    _, new = _reopened(scene, scene.a)
    on_post = Placement.objects.get(teacher=scene.a)
    placements.arrive(placement_id=on_post.pk, day=FIRST, actor=scene.host, now=NOW)
    lines.change(
        line_id=new.lines.get().pk,
        wanted=scenes.wanted(scene, scene.a, receiving_id=scene.second.pk),
        actor=scene.principal, now=NOW, on=ON,
    )  # fmt: skip
    with pytest.raises(Denied, match=r"教师甲.*派往举水乡小全职交流.*提前结束"):
        _approve_again(scene, new)
