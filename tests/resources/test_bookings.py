"""One booking: who, when, what the loser is told, approval with its rivals (A-17, X-6, rule 5)."""

import datetime

import pytest
from django.utils import timezone

from core.errors import Denied
from core.models import AuditEvent
from groups.actions import groups
from groups.models import EducationGroup
from resources.actions import bookings, facilities
from resources.actions.bookings import Asked
from resources.models import Booking
from resources.selectors import bookings as selectors
from tests.resources import scenes
from tests.resources.scenes import MONDAY, NOW, THIRD, WEDNESDAY, T, book


pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return scenes.shared_room()


def state(pk):
    return Booking.objects.get(pk=pk).state


def test_a17_the_owner_books_at_once_and_another_school_asks(scene):
    own = Booking.objects.get(pk=book(scene, scene.teacher, scene.owner))
    assert (own.state, own.user_name, scenes.local(own.period)) == (
        "ACTIVE", "某人", ("10-16 10:20", "10-16 11:00"),
    )  # fmt: skip
    asked = Asked(first_lesson=4, last_lesson=5)
    theirs = Booking.objects.get(pk=book(scene, scene.member_teacher, scene.member, asked))
    assert (theirs.state, scenes.local(theirs.period)) == (
        "REQUESTED", ("10-16 13:30", "10-16 15:00"),
    )  # fmt: skip
    acts = AuditEvent.objects.filter(act="resources.booking.book").order_by("pk")
    assert [it.object_id for it in acts] == [str(own.pk), str(theirs.pk)]


def test_a17_without_approval_a_partner_books_at_once():
    scene = scenes.shared_room(needs_approval=False)
    assert state(book(scene, scene.member_clerk, scene.member)) == "ACTIVE"


def test_x6_the_loser_is_told_who_won_and_the_next_free_times(scene):
    book(scene, scene.teacher, scene.owner)
    with pytest.raises(Denied) as refused:
        book(scene, scene.member_clerk, scene.member, Asked(starts=T(10, 30), ends=T(11)))
    assert str(refused.value) == (
        "2024-10-16 10:20—11:00 已由实验小学预约（同步课堂）。接着的空闲时段："
        "10月16日 11:00—11:30；10月17日 08:20—08:50；10月18日 08:20—08:50。"
    )
    with pytest.raises(Denied, match="10月16日 第4节 13:30—14:10；"):
        book(scene, scene.principal, scene.owner, now=NOW + datetime.timedelta(days=2, hours=2))


def test_x6_several_requests_may_stand_but_not_two_of_one_school(scene):
    book(scene, scene.member_clerk, scene.member)
    book(scene, scene.partner_clerk, scene.partner)
    with pytest.raises(Denied, match="贵校某人已申请过这个时段（同步课堂），正等待批准。"):
        book(scene, scene.member_teacher, scene.member)


@pytest.mark.parametrize(
    ("asked", "day", "sentence"),
    [
        (Asked(starts=T(22), ends=T(1)), WEDNESDAY, "不能跨过午夜"),
        (Asked(starts=T(10), ends=T(10)), WEDNESDAY, "结束时间应晚于开始时间"),
        (Asked(starts=T(7), ends=T(9)), WEDNESDAY, "不开放：当天开放 08:20—17:00"),
        (THIRD, datetime.date(2024, 10, 19), "不开放：周六不开放"),
        (THIRD, datetime.date(2024, 10, 11), "已经过去"),
        (Asked(first_lesson=9, last_lesson=9), WEDNESDAY, "没有所选的节次"),
        (Asked(first_lesson=3, last_lesson=2), WEDNESDAY, "没有所选的节次"),
        (THIRD, datetime.date(2026, 10, 14), "一年以内"),
        (THIRD, datetime.date(9999, 12, 31), "一年以内"),
    ],
)
def test_a17_what_cannot_be_booked_is_refused_with_a_sentence(scene, asked, day, sentence):
    with pytest.raises(Denied, match=sentence):
        book(scene, scene.principal, scene.owner, asked, day)
    assert not Booking.objects.exists()


def test_a17_too_many_heads(scene):
    with pytest.raises(Denied, match="最多容纳 48 人，您填了 49 人"):
        book(scene, scene.principal, scene.owner, heads=49)


def test_a17_a_school_outside_the_group_is_refused(scene):
    with pytest.raises(Denied, match="只供本集团各校预约；2024-10-16 那天贵校与所属学校不在同一个"):
        book(scene, scene.outside_clerk, scene.outside)
    with pytest.raises(Denied, match="只能为本校预约"):
        book(scene, scene.outside_clerk, scene.member)
    with pytest.raises(Denied, match="只能为本校预约"):
        book(scene, scene.member_teacher, scene.owner)


def test_a17_the_county_and_the_own_school_only():
    scene = scenes.shared_room(sharing="DISTRICT")
    assert state(book(scene, scene.outside_clerk, scene.outside)) == "REQUESTED"
    scene.room.sharing = "OWN"
    scene.room.save()
    with pytest.raises(Denied, match="只供所属学校自己使用"):
        book(scene, scene.member_clerk, scene.member)


def test_rule7_a_day_past_the_end_of_the_group_is_refused(scene):
    group = EducationGroup.objects.get()
    groups.dissolve(
        group_id=group.pk, last_day=WEDNESDAY, reason="调整", actor=None, now=NOW
    )  # fmt: skip
    assert state(book(scene, scene.member_clerk, scene.member)) == "REQUESTED"
    with pytest.raises(Denied, match="2024-10-17 那天贵校与所属学校不在同一个集团"):
        book(scene, scene.member_clerk, scene.member, day=datetime.date(2024, 10, 17))


def test_x6_an_approval_turns_down_the_rivals_that_were_shown(scene):
    first = book(scene, scene.member_clerk, scene.member)
    second = book(scene, scene.partner_clerk, scene.partner, Asked(starts=T(10), ends=T(10, 30)))
    elsewhere = book(scene, scene.partner_clerk, scene.partner, day=MONDAY)
    with pytest.raises(Denied, match="同一时段的申请刚有变化"):
        bookings.approve(booking_id=first, rivals=[], actor=scene.principal, now=NOW)
    assert [it.pk for it in selectors.rivals_of(Booking.objects.get(pk=first))] == [second]
    bookings.approve(booking_id=first, rivals=[second], actor=scene.principal, now=NOW)
    lost = Booking.objects.get(pk=second)
    assert (state(first), lost.state, state(elsewhere)) == ("ACTIVE", "REFUSED", "REQUESTED")
    assert lost.reason == "这个时段已给举水乡小使用。"
    assert [it["said"] for it in lost.offered] == [
        "10月16日 11:00—11:30", "10月17日 08:20—08:50", "10月18日 08:20—08:50",
    ]  # fmt: skip
    assert AuditEvent.objects.filter(act="resources.booking.turn_down").count() == 1


def test_x6_the_owners_own_booking_turns_down_what_waits(scene):
    waiting = book(scene, scene.member_clerk, scene.member)
    book(scene, scene.principal, scene.owner)
    assert Booking.objects.get(pk=waiting).reason == "这个时段已给实验小学使用。"


def test_x6_nobody_but_the_owner_decides(scene):
    asked = book(scene, scene.member_clerk, scene.member)
    for actor in (scene.member_clerk, scene.partner_clerk, scene.teacher):
        with pytest.raises(Denied, match="只有场地所属学校的校长和经办"):
            bookings.approve(booking_id=asked, rivals=[], actor=actor, now=NOW)
    bookings.refuse(booking_id=asked, reason="当天有公开课", actor=scene.principal, now=NOW)
    with pytest.raises(Denied, match="这份预约未批准，不能再改为“已确认”"):
        bookings.approve(booking_id=asked, rivals=[], actor=scene.principal, now=NOW)
    assert Booking.objects.get().reason == "当天有公开课"


def test_x6_approval_after_the_owner_withdrew_the_room_is_refused(scene):
    asked = book(scene, scene.member_clerk, scene.member)
    facilities.withdraw(
        facility_id=scene.room.pk, first_day=WEDNESDAY, reason="改作教室", actor=scene.principal,
        now=NOW,
    )  # fmt: skip
    with pytest.raises(Denied, match="自 2024-10-16 起停用（改作教室），不能再批准"):
        bookings.approve(booking_id=asked, rivals=[], actor=scene.principal, now=NOW)
    with pytest.raises(Denied, match="场地已停用"):
        book(scene, scene.principal, scene.owner)
    facilities.put_back(facility_id=scene.room.pk, actor=scene.principal, now=NOW)
    bookings.approve(booking_id=asked, rivals=[], actor=scene.principal, now=NOW)
    assert state(asked) == "ACTIVE"


def test_x6_a_request_late_or_blacked_out_is_not_approved(scene):
    asked = book(scene, scene.member_clerk, scene.member)
    late = NOW + datetime.timedelta(days=3)
    with pytest.raises(Denied, match="已经过去"):
        bookings.approve(booking_id=asked, rivals=[], actor=scene.principal, now=late)
    facilities.black_out(
        facility_id=scene.room.pk, first_day=WEDNESDAY, last_day=WEDNESDAY, reason="检修",
        actor=scene.principal, now=NOW,
    )  # fmt: skip
    with pytest.raises(Denied, match="不开放：检修"):
        bookings.approve(booking_id=asked, rivals=[], actor=scene.principal, now=NOW)


def test_a17_cancelling_frees_the_time_and_keeps_the_reason(scene):
    held = book(scene, scene.teacher, scene.owner)
    with pytest.raises(Denied, match="只有预约人、使用学校和场地所属学校"):
        bookings.cancel(booking_id=held, reason="x", actor=scene.member_clerk, now=NOW)
    with pytest.raises(Denied, match="请写明取消的原因"):
        bookings.cancel(booking_id=held, reason=" ", actor=scene.teacher, now=NOW)
    bookings.cancel(booking_id=held, reason="改期", actor=scene.teacher, now=NOW)
    assert Booking.objects.get(pk=held).reason == "改期"
    assert state(book(scene, scene.principal, scene.owner)) == "ACTIVE"
    with pytest.raises(Denied, match="已经结束"):
        bookings.cancel(
            booking_id=Booking.objects.get(state="ACTIVE").pk, reason="迟了",
            actor=scene.principal, now=NOW + datetime.timedelta(days=3),
        )  # fmt: skip


def test_rule5_the_database_refuses_overlaps_whatever_wrote_them(scene):
    held = Booking.objects.get(pk=book(scene, scene.teacher, scene.owner))
    held.pk = None
    with pytest.raises(Denied, match="这个时段已被预约"), bookings.refusals_told():
        held.save(force_insert=True)


def test_the_scope_of_bookings(scene):
    asked = book(scene, scene.member_teacher, scene.member)

    def seen(actor):
        return [it.pk for it in selectors.bookings_visible_to(actor)]

    assert [seen(it) for it in (scene.member_teacher, scene.member_clerk, scene.principal)] == [
        [asked]
    ] * 3
    assert [seen(it) for it in (scene.teacher, scene.partner_clerk, scene.outside_clerk)] == [
        []
    ] * 3
    assert timezone.localtime(Booking.objects.get().period.lower).hour == 10
