"""The page of one group: its map, who sees it, and what it costs."""

import datetime

import pytest
from django.urls import reverse

from directory.enums import Role, SchoolKind
from directory.models import User
from groups.actions import clusters, groups
from tests.factories import county as made
from tests.groups import scenes


TODAY = datetime.date(2024, 10, 15)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:30:00+08:00")


@pytest.fixture
def scene(db):
    return scenes.two_groups_of_one_core()


def page(client, actor, group, name="group-detail", on=None):
    client.force_login(User.objects.get(pk=actor.user_id))
    address = reverse(name, args=[group.pk]) + (f"?on={on}" if on else "")
    return client.get(address)


def text(response):
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def test_b3_2_the_map_shows_core_members_and_the_other_group_of_the_core(client, scene):
    shown = text(page(client, scene.clerk, scene.co_built))
    assert "实验小学教育集团" in shown
    assert "举水乡小" in shown
    assert "竹口中心学校的学部" in shown
    assert "也是" in shown
    assert f'href="/groups/{scene.integrated.pk}/">实验小学教共体（融合）</a>' in shown
    assert "同一法人的校区：坑西小学" in shown
    assert "核心校派出" in shown  # a lane without anybody stays
    assert "尚无" in shown


def test_principals_of_core_and_members_are_named(client, scene):
    made.actor(Role.PRINCIPAL, at=scene.core, username="head-of-core")
    User.objects.filter(username="head-of-core").update(name="校长某")
    assert "校长某" in text(page(client, scene.clerk, scene.co_built))


@pytest.mark.parametrize("name", ["group-detail", "group-members", "group-history"])
def test_who_sees_a_group(client, scene, name):
    core_head = made.actor(Role.PRINCIPAL, at=scene.core)
    member_head = made.actor(Role.PRINCIPAL, at=scene.village)
    leader = made.actor(Role.LEADERSHIP, at=scene.county)
    for actor in (scene.clerk, leader, core_head, member_head):
        shown = text(page(client, actor, scene.co_built, name))
        assert ("加入成员" in shown) == (actor is scene.clerk)
    other = made.school(scene.county, "荷地镇小")
    strangers = [
        made.actor(Role.TEACHER, at=scene.core),
        made.actor(Role.PRINCIPAL, at=other),
        made.clerk_of(made.district("331124", "松阳县")),
        made.actor(Role.EVALUATOR, at=scene.county),
    ]
    for actor in strangers:
        assert page(client, actor, scene.co_built, name).status_code == 404
    client.force_login(User.objects.get(pk=scene.clerk.user_id))
    assert client.get(reverse(name, args=[10**9])).status_code == 404


def test_a_day_asked_for_wears_a_banner_and_has_no_buttons(client, scene):
    shown = text(page(client, scene.clerk, scene.co_built, on="2024-09-20"))
    assert "您看到的是 2024年9月20日 的情况" in shown
    assert "加入成员" not in shown
    assert f'href="/groups/{scene.co_built.pk}/members/?on=2024-09-20"' in shown


def test_a_group_to_come_and_one_that_is_over_say_so(client, scene):
    later = scenes.found(scene.county, scene.other_core, [scene.free], "新集团", "2025-03-01")
    assert "自 2025年3月1日 起生效" in text(page(client, scene.clerk, later))
    groups.dissolve(
        group_id=scene.co_built.pk, last_day=datetime.date(2024, 9, 30), reason="周期结束",
        actor=scene.clerk, now=made.NOW,
    )  # fmt: skip
    shown = text(page(client, scene.clerk, scene.co_built))
    assert "已解散" in shown
    assert "举水乡小" in shown
    assert "加入成员" not in shown
    was_member = made.actor(Role.PRINCIPAL, at=scene.village)
    assert "已解散" in text(page(client, was_member, scene.co_built))


def test_b2_7_a_cluster_stands_with_its_schools(client, scene):
    area = clusters.create(
        district_id=scene.county.pk, name="荷地片区", centre_id=scene.other_core.pk,
        school_ids=[scene.free.pk], first_day=made.DAY, actor=scene.clerk, now=made.NOW,
    )  # fmt: skip
    group = groups.found(
        district_id=scene.county.pk, name="片区帮扶集团", type="COLLABORATIVE",
        core_id=scene.core.pk, member_ids=[], cluster_ids=[area.pk], first_day=made.DAY,
        actor=scene.clerk, now=made.NOW,
    )  # fmt: skip
    shown = text(page(client, scene.clerk, group))
    assert "荷地片区" in shown
    assert "城东小学" in shown
    assert "五大堡乡小" in shown
    inside = made.actor(Role.PRINCIPAL, at=scene.free)
    assert "荷地片区" in text(page(client, inside, group))


def test_c_3_schools_of_other_districts_are_shown_by_name_only(client, scene):
    far = made.school(made.district("331124", "松阳县"), "古市小学", stage="PRIMARY")
    made.actor(Role.PRINCIPAL, at=far, username="far-head")
    User.objects.filter(username="far-head").update(name="外县校长")
    group = scenes.found(
        scene.county, scene.core, [far, scene.village], "协作体", made.DAY, type="COLLABORATIVE"
    )
    shown = text(page(client, scene.clerk, group))
    assert "古市小学" in shown
    assert "松阳县" in shown
    assert "外县校长" not in shown
    assert "其他区县的学校只列校名" in shown


@pytest.mark.parametrize("counties", [1, 10])
@pytest.mark.parametrize("name", ["group-detail", "group-members", "group-history"])
def test_queries(client, scene, django_assert_num_queries, name, counties):
    scenes.more_counties(counties - 1)
    head = made.actor(Role.PRINCIPAL, at=scene.core)
    counts = {
        "group-detail": {scene.clerk: 7, head: 7},
        "group-members": {scene.clerk: 5, head: 5},
        "group-history": {scene.clerk: 6, head: 6},
    }
    for actor, count in counts[name].items():
        client.force_login(User.objects.get(pk=actor.user_id))
        with django_assert_num_queries(count):
            client.get(reverse(name, args=[scene.co_built.pk]))


def test_campus_of_an_integrated_group_keeps_its_own_line(client, scene):
    shown = text(page(client, scene.clerk, scene.integrated))
    assert "坑西小学" in shown
    assert SchoolKind.CAMPUS.label in shown
