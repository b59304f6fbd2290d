"""X-9: what of the filings waits for a post, on the workbench."""

import datetime

from directory.enums import Role
from directory.models import User
from filings.actions import deputyships
from filings.enums import FilingState, Move
from filings.selectors.todos import MOST, todos_for
from tests.filings.scenes import DAY, DUE, NOW, REASON, Scene


def test_x_9_each_filing_waits_with_its_deadline(db):
    scene = Scene()
    soon = datetime.date(2024, 10, 20)
    later, first = scene.filed(title="甲"), scene.filed(title="乙", due_on=soon)
    scene.filed(title="丙", due_on=None)
    told = todos_for(scene.section, DAY)
    assert [(it.title, it.act, it.due_on, it.since) for it in told] == [
        ("乙", "初核", soon, DAY), ("甲", "初核", DUE, DAY), ("丙", "初核", None, DAY),
    ]  # fmt: skip
    assert [it.url for it in told][:2] == [f"/filings/{it.pk}/" for it in (first, later)]
    assert told[0].detail == f"实验小学，{first.number}"
    assert (told[0].topic, told[0].count) == ("花名册", 1)
    assert todos_for(scene.head, DAY) == []


def test_x_8_what_came_back_says_why(db):
    scene = Scene()
    scene.start(title="草稿")
    scene.move(Move.TO_DRAFT, scene.filed(title="退回的"))
    told = {it.title: it for it in todos_for(scene.clerk, DAY)}
    assert (told["草稿"].act, told["草稿"].since) == ("报送", None)
    assert (told["退回的"].act, told["退回的"].detail) == ("修改", f"某人退回起草：{REASON}")
    assert todos_for(scene.actor(Role.TEACHER, scene.school), DAY) == []


def test_x_9_what_waits_for_a_post_one_stands_in_for(db):
    scene = Scene()
    scene.filed(FilingState.VALIDATED, title="等局领导的")
    deputy = scene.actor(Role.BUREAU_EDUCATION)
    assert todos_for(deputy, DAY) == []
    deputyships.name(
        post_id=scene.head.post_id, deputy_id=deputy.post_id, first_day=DAY, last_day=DUE,
        reason="外出", actor=scene.head, now=NOW, on=DAY,
    )  # fmt: skip
    assert [(it.title, it.act) for it in todos_for(deputy, DAY)] == [("等局领导的", "审批")]


def test_x_9_many_are_counted_in_six_queries(db, django_assert_max_num_queries):
    scene = Scene()
    for number in range(MOST + 3):
        scene.filed(title=f"{number:02}", due_on=DUE + datetime.timedelta(number))
    User.objects.count()
    with django_assert_max_num_queries(6):
        told = todos_for(scene.section, DAY)
    assert len(told) == MOST + 1
    last = told[-1]
    assert (last.title, last.count, last.url) == ("还有 3 份报送待办理", 3, "/filings/")
    assert last.due_on == DUE + datetime.timedelta(MOST)
