"""X-9: papers wait for a post; for a period somebody else handles what waits for it."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from core.errors import Denied
from core.models import AuditEvent
from core.periods import period
from directory.actions import posts
from directory.enums import Role
from directory.models import User
from directory.selectors import people
from filings.actions import deputyships
from filings.enums import FilingState, Move
from filings.models import Deputyship
from filings.selectors import integrity
from filings.selectors.deputyships import stood_in_for
from filings.selectors.filings import acts_of, inbox, moves_of
from tests.factories import county as made
from tests.filings.scenes import DAY, NOW, Scene
from tests.groups.test_races import at_once, sentences


ONE = datetime.timedelta(days=1)
UNTIL = DAY + 6 * ONE


@pytest.fixture
def scene(db):
    return named(Scene())


def named(scene):
    """The head's post has 教育股 for a deputy; people have names of their own."""
    scene.deputy = scene.actor(Role.BUREAU_EDUCATION)
    for which, name in [("head", "李四"), ("deputy", "张三"), ("clerk", "王五")]:
        user = User.objects.get(pk=getattr(scene, which).user_id)
        user.name = name
        user.save()
        setattr(scene, which, people.actor_for(user, DAY)[0])
    return scene


def stand_in(scene, *, actor=None, post=None, deputy=None, first=DAY, last=UNTIL, reason="外出"):
    return deputyships.name(
        post_id=(post or scene.head).post_id, deputy_id=(deputy or scene.deputy).post_id,
        first_day=first, last_day=last, reason=reason, actor=actor or scene.head, now=NOW, on=DAY,
    )  # fmt: skip


def end(scene, held, *, last=DAY - ONE, reason="提前回来", actor=None, on=DAY):
    return deputyships.end(
        deputyship_id=held.pk, last_day=last, reason=reason, actor=actor or scene.head, now=NOW,
        on=on,
    )  # fmt: skip


def test_x_9_the_deputy_finds_it_acts_and_both_names_stay(scene):
    filing = scene.filed(FilingState.VALIDATED)
    deputy = scene.deputy
    assert list(inbox(deputy, DAY)) == []
    stand_in(scene)
    assert [(it.role, it.holder, it.last_day) for it in stood_in_for(deputy, DAY)] == [
        (Role.BUREAU_HEAD, "李四", UNTIL)
    ]
    assert list(inbox(deputy, DAY)) == [filing]
    assert acts_of(deputy, filing, DAY)[0] == Move.APPROVE
    filing = scene.move(Move.APPROVE, filing, deputy)
    line = moves_of(filing)[-1]
    assert (line.by_name, line.post_label) == ("张三", "教育股")
    assert (line.deputy_for_name, line.deputy_for_label) == ("李四", "局领导")
    event = AuditEvent.objects.get(act="filings.filing.approve")
    assert event.user_id == deputy.user_id
    assert event.details["stood_in_for_post"] == scene.head.post_id
    assert list(integrity.violations()) == []


def test_x_9_the_holder_still_acts_in_their_own_name(scene):
    stand_in(scene)
    line = moves_of(scene.filed(FilingState.APPROVED))[-1]
    assert (line.by_name, line.deputy_for_name) == ("李四", "")


@pytest.mark.parametrize(
    ("day", "stands"), [(DAY - ONE, 0), (DAY, 1), (UNTIL, 1), (UNTIL + ONE, 0)]
)
def test_x_9_it_holds_from_its_first_day_to_its_last(scene, day, stands):
    filing = scene.filed(FilingState.VALIDATED)
    stand_in(scene)
    assert inbox(scene.deputy, day).count() == stands
    assert len(stood_in_for(scene.deputy, day)) == stands
    assert bool(acts_of(scene.deputy, filing, day)) == bool(stands)


@pytest.mark.parametrize("whose", ["head", "deputy"])
def test_x_9_it_ends_with_the_post_on_either_side(scene, whose):
    stand_in(scene)
    posts.end(
        post_id=getattr(scene, whose).post_id, last_day=DAY, reason="调离", actor=None, now=NOW
    )
    assert len(stood_in_for(scene.deputy, DAY)) == 1
    assert stood_in_for(scene.deputy, DAY + ONE) == []


def test_x_9_nothing_is_orphaned_when_the_holder_leaves(scene):
    filing = scene.filed(FilingState.VALIDATED)
    posts.end(post_id=scene.head.post_id, last_day=DAY, reason="调离", actor=None, now=NOW)
    successor = scene.actor(Role.BUREAU_HEAD, username="successor")
    assert list(inbox(successor, DAY + ONE)) == [filing]


def test_rule_6_a_deputy_counts_as_themselves(scene):
    """Who validated does not approve for the head; nor the principal's deputy what they filed."""
    filing = scene.filed(FilingState.VALIDATED)
    stand_in(scene, deputy=scene.section)
    with pytest.raises(Denied, match="由您初核，不能再由本人批准"):
        scene.move(Move.APPROVE, filing, scene.section)
    assert list(inbox(scene.section, DAY)) == []


def test_x_9_the_clerk_files_for_the_principal(scene):
    filing = scene.start()
    with pytest.raises(Denied, match="由校长代表学校报送"):
        scene.move(Move.SUBMIT, filing, scene.clerk)
    stand_in(scene, actor=scene.principal, post=scene.principal, deputy=scene.clerk)
    filing = scene.move(Move.SUBMIT, filing, scene.clerk)
    (line,) = moves_of(filing)
    assert (line.by_name, line.post_label) == ("王五", "实验小学经办")
    assert (line.deputy_for_name, line.deputy_for_label) == ("某人", "校长")


def test_a_deputy_of_a_deputy_is_none(scene):
    third = scene.actor(Role.BUREAU_RESEARCH)
    stand_in(scene)
    with pytest.raises(Denied, match="没有报送事项要办理"):
        stand_in(scene, actor=scene.head, post=scene.deputy, deputy=third)
    filing = scene.filed(FilingState.VALIDATED)
    with pytest.raises(Denied, match="由本县局领导办理"):
        scene.move(Move.APPROVE, filing, third)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason": " "}, "请写明代理的原因"),
        ({"first": DAY - ONE}, "不能从过去的日期开始"),
        ({"last": DAY - ONE}, "最后一天不能早于第一天"),
    ],
)
def test_what_a_deputyship_needs(scene, change, sentence):
    with pytest.raises(Denied, match=sentence):
        stand_in(scene, **change)
    assert not Deputyship.objects.exists()


def test_who_names_whom(scene):
    elsewhere = scene.actor(Role.PRINCIPAL, scene.other)
    teacher = scene.actor(Role.TEACHER, scene.school)
    stranger = scene.actor(Role.BUREAU_HEAD, made.district("331124", "松阳县"))
    leader = scene.actor(Role.LEADERSHIP)
    refused = [
        ({"deputy": scene.clerk}, "须是本单位的在任人员"),
        ({"deputy": stranger}, "须是本单位的在任人员"),
        ({"actor": stranger}, "须是本单位的在任人员"),
        ({"actor": elsewhere}, "须是本单位的在任人员"),
        ({"actor": scene.section}, "代理由本人、局领导"),
        ({"deputy": leader}, "不能代理报送事项"),
        (
            {"actor": scene.principal, "post": scene.principal, "deputy": teacher},
            "不能代理报送事项",
        ),
        ({"actor": scene.clerk, "post": scene.principal, "deputy": scene.clerk}, "代理由本人"),
        ({"deputy": scene.head}, "不能由本人代理本人"),
    ]  # fmt: skip
    for asked, sentence in refused:
        with pytest.raises(Denied, match=sentence):
            stand_in(scene, **asked)
    assert not Deputyship.objects.exists()
    stand_in(scene, actor=scene.section, post=scene.section)
    stand_in(scene, actor=scene.head, post=scene.head)
    stand_in(scene, actor=scene.principal, post=scene.clerk, deputy=scene.principal)
    assert AuditEvent.objects.filter(act="filings.deputyship.name").count() == 3


def test_one_deputy_at_a_time(scene):
    stand_in(scene)
    with pytest.raises(Denied, match="这一身份在这段时间已有代理人"):
        stand_in(scene, deputy=scene.section, first=UNTIL, last=UNTIL + ONE)
    stand_in(scene, deputy=scene.section, first=UNTIL + ONE, last=UNTIL + 2 * ONE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Deputyship.objects.create(
            post_id=scene.head.post_id, deputy_id=scene.head.post_id, created_at=NOW,
            period=period(UNTIL + 9 * ONE, UNTIL + 9 * ONE), reason="x", created_by_name="某",
        )  # fmt: skip


def test_x_9_it_is_ended_early_with_a_reason(scene):
    held = stand_in(scene)
    with pytest.raises(Denied, match="请写明提前结束的原因"):
        end(scene, held, reason=" ")
    with pytest.raises(Denied, match="请选择更早的日期"):
        end(scene, held, last=UNTIL)
    with pytest.raises(Denied, match="最早可以从今天起结束"):
        end(scene, held, last=DAY, on=DAY + 2 * ONE)
    for actor in (scene.deputy, scene.section, scene.principal):
        with pytest.raises(Denied, match="代理由本人、局领导"):
            end(scene, held, actor=actor)
    held = end(scene, held, last=DAY)
    assert (held.last_day, held.ended_reason) == (DAY, "提前回来")
    assert stood_in_for(scene.deputy, DAY + ONE) == []
    with pytest.raises(Denied, match="已经结束"):
        end(scene, held, on=DAY + 3 * ONE)
    stand_in(scene, deputy=scene.section, first=DAY + ONE)


def test_one_that_has_not_begun_never_comes_into_force(scene):
    held = stand_in(scene, first=DAY + ONE)
    held = end(scene, held, last=DAY)
    assert held.period.isempty
    stand_in(scene, deputy=scene.section, first=DAY + ONE)


@pytest.mark.django_db(transaction=True)
def test_two_deputies_named_at_the_same_instant():
    scene = named(Scene())
    told = at_once(
        lambda: stand_in(scene), lambda: stand_in(scene, deputy=scene.section, reason="休假")
    )
    assert sentences(told) == ["这一身份在这段时间已有代理人。"]
    assert Deputyship.objects.count() == 1


def test_the_pages_of_deputies(scene, client, monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")
    client.force_login(User.objects.get(pk=scene.head.user_id))
    page = client.get("/deputyships/").content.decode()
    assert "没有代理" in page
    form = client.get("/deputyships/new/").content.decode()
    assert "张三（教育股）" in form
    asked = {
        "post": scene.head.post_id, "deputy": scene.deputy.post_id, "first_day": "2024-10-15",
        "last_day": "2024-10-21", "reason": "外出学习",
    }  # fmt: skip
    twice = client.post("/deputyships/new/", asked | {"deputy": scene.head.post_id})
    assert "不能由本人代理本人" in twice.content.decode()
    assert client.post("/deputyships/new/", asked).status_code == 302
    again = client.post("/deputyships/new/", asked).content.decode()
    assert "这一身份在这段时间已有代理人。" in again
    held = Deputyship.objects.get()
    page = client.get("/deputyships/").content.decode()
    assert "张三（教育股）" in page
    assert "提前结束" in page
    client.force_login(User.objects.get(pk=scene.section.user_id))
    form = client.get("/deputyships/new/").context["form"]
    assert [pk for pk, _ in form.fields["post"].choices] == [scene.section.post_id]
    assert scene.section.post_id not in dict(form.fields["deputy"].choices)  # nobody for oneself
    client.force_login(User.objects.get(pk=scene.deputy.user_id))
    page = client.get("/deputyships/").content.decode()
    assert "您正在代理 李四" in page
    assert "提前结束" not in page
    assert client.get(f"/deputyships/{held.pk}/end/").status_code == 403
    client.force_login(User.objects.get(pk=scene.principal.user_id))
    assert client.get(f"/deputyships/{held.pk}/end/").status_code == 404
    client.force_login(User.objects.get(pk=scene.head.user_id))
    ended = client.post(
        f"/deputyships/{held.pk}/end/", {"last_day": "2024-10-14", "reason": "会议取消"}
    )
    assert ended.status_code == 302
    page = client.get("/deputyships/").content.decode()
    assert "会议取消" in page
    assert "没有开始" in page


def test_x_9_the_page_says_for_whom_one_acts(scene, client, monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")
    filing = scene.filed(FilingState.VALIDATED)
    stand_in(scene)
    client.force_login(User.objects.get(pk=scene.deputy.user_id))
    assert filing.title in client.get("/filings/").content.decode()
    assert "，您代 李四 办理" in client.get(f"/filings/{filing.pk}/").content.decode()
    address = f"/filings/{filing.pk}/to-draft/"
    assert "您代 李四（局领导）办理" in client.get(address).content.decode()
    assert client.post(address, {"said": "请补附件。"}).status_code == 302
    page = client.get(f"/filings/{filing.pk}/").content.decode()
    assert "张三（教育股）代 李四（局领导）" in " ".join(page.split())
