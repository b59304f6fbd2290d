"""Founding, joining, leaving, dissolving and changing in the browser's forms."""

import datetime

import pytest
from django.urls import reverse

from directory.enums import Role
from directory.models import User
from groups.models import EducationGroup, GroupFacts, Membership
from tests.factories import county as made
from tests.groups import scenes


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:30:00+08:00")


@pytest.fixture
def scene(db):
    return scenes.two_groups_of_one_core()


@pytest.fixture
def signed_in(client, scene):
    client.force_login(User.objects.get(pk=scene.clerk.user_id))
    return client


def shown(response, status=200):
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def founding(scene, **extra):
    return {
        "name": "城东小学教育集团",
        "type": "CO_BUILT",
        "core": f"school:{scene.other_core.pk}",
        "members": [f"school:{scene.free.pk}"],
        "first_day": "2024-10-15",
        "mode": "",
        "reason": "县教育局文件",
    } | extra


def test_b3_1_founding_leads_to_the_group(signed_in, scene):
    form = shown(signed_in.get(reverse("group-new")))
    for sentence in ("一个法人", "各校法人独立", "各校自主管理"):
        assert sentence in form
    answer = signed_in.post(reverse("group-new"), founding(scene))
    group = EducationGroup.objects.latest("pk")
    assert answer.url == reverse("group-detail", args=[group.pk])
    assert "五大堡乡小" in shown(signed_in.get(answer.url))


def test_what_is_missing_is_said_beside_the_field_and_typed_text_is_kept(signed_in, scene):
    sent = founding(scene, name="", members=[], first_day="2024.9")
    page = shown(signed_in.post(reverse("group-new"), sent), 422)
    for sentence in (
        "请填写集团名称。", "请至少选择一所成员校或一个片区。", "日期应写成 2024-09-01 的样子。",
    ):  # fmt: skip
        assert sentence in page
    assert "县教育局文件" in page
    assert '<a href="#id_members">' in page
    assert f'value="school:{scene.other_core.pk}" selected' in page
    assert EducationGroup.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"type": "INTEGRATED"}, "“五大堡乡小”是独立法人"),
        ({"name": "实验小学教育集团"}, "本行政区在这段时间已有同名集团。"),
        ({"first_day": "2023-01-01"}, "核心校在这一天还没有或不再有信息"),
        ({"name": "长" * 101}, "100"),
        ({"first_day": "9999-12-31"}, "日期不能晚于 2100-12-31，请核对年份。"),
        ({"first_day": "0001-01-01"}, "日期不能早于 1949-10-01，请核对年份。"),
    ],
)
def test_what_the_rules_refuse_is_told_in_a_sentence(signed_in, scene, changed, sentence):
    page = shown(signed_in.post(reverse("group-new"), founding(scene, **changed)), 422)
    assert sentence in page
    assert EducationGroup.objects.count() == 2


def test_the_core_is_not_its_own_member(signed_in, scene):
    sent = founding(scene, members=[f"school:{scene.other_core.pk}"])
    assert "核心校不能同时作成员校" in shown(signed_in.post(reverse("group-new"), sent), 422)


def test_finding_narrows_the_list_and_loses_nothing(signed_in, scene):
    sent = founding(scene, q="jsxx", find="1", name="")
    page = shown(signed_in.post(reverse("group-new"), sent))
    assert "请填写集团名称" not in page
    assert "县教育局文件" in page
    assert f'value="school:{scene.free.pk}" checked' in page
    assert f'type="checkbox" name="members" value="school:{scene.village.pk}"' in page
    assert f'type="checkbox" name="members" value="school:{scene.section.pk}"' not in page
    assert EducationGroup.objects.count() == 2


def test_c_3_a_school_of_another_county_is_found_and_chosen(signed_in, scene):
    far = made.school(made.district("331124", "松阳县"), "古市小学")
    value = f"school:{far.pk}"
    assert value not in shown(signed_in.get(reverse("group-new")))
    found = shown(signed_in.post(reverse("group-new"), founding(scene, q="古市", find="1")))
    assert value in found
    assert "松阳县" in found
    refused = shown(signed_in.post(reverse("group-new"), founding(scene, members=[value])), 422)
    assert "只有协作型集团可以跨区县" in refused
    sent = founding(scene, members=[value], type="COLLABORATIVE")
    assert signed_in.post(reverse("group-new"), sent).status_code == 302
    assert Membership.objects.filter(school=far).exists()


@pytest.mark.parametrize("value", ["school:999999", "cluster:1", "school:x", "x", "school:-1", ""])
def test_made_up_values_are_refused(signed_in, scene, value):
    sent = founding(scene, members=[value], core=value)
    page = shown(signed_in.post(reverse("group-new"), sent), 422)
    assert "需要改正" in page
    assert EducationGroup.objects.count() == 2


def test_joining(signed_in, scene):
    address = reverse("group-join", args=[scene.co_built.pk])
    page = shown(signed_in.get(address))
    assert f'value="school:{scene.free.pk}"' in page
    assert f'value="school:{scene.village.pk}"' not in page
    assert "请选择一所学校或一个片区" in shown(signed_in.post(address, {}), 422)
    sent = {"member": f"school:{scene.free.pk}", "first_day": "2025-02-01", "reason": "帮扶"}
    assert signed_in.post(address, sent).url == reverse("group-members", args=[scene.co_built.pk])
    page = shown(signed_in.get(reverse("group-detail", args=[scene.co_built.pk])))
    assert "2025年2月1日起有已录入的变更" in page
    again = shown(signed_in.post(address, sent), 422)
    assert "该学校在这段时间已在本集团中" in again


def test_leaving_names_what_will_happen(signed_in, scene):
    place = Membership.objects.get(group=scene.co_built, school=scene.village)
    address = reverse("membership-leave", args=[place.pk])
    page = shown(signed_in.get(address))
    assert "举水乡小自最后一天的次日起不再是成员" in page
    assert "集团还有成员：竹口镇校小学部" in page
    assert "btn-danger-line" in page
    refused = shown(signed_in.post(address, {"last_day": "2024-10-31", "reason": " "}), 422)
    assert "请填写原因。" in refused
    sent = {"last_day": "2024-10-31", "reason": "帮扶达标"}
    assert signed_in.post(address, sent).status_code == 302
    place.refresh_from_db()
    assert place.period.upper == datetime.date(2024, 11, 1)
    assert "已有退出日期" in shown(signed_in.post(address, sent), 422)
    core = Membership.objects.get(group=scene.co_built, role="CORE")
    assert signed_in.get(reverse("membership-leave", args=[core.pk])).status_code == 404


def test_dissolving_names_every_place_that_ends(signed_in, scene):
    address = reverse("group-dissolve", args=[scene.co_built.pk])
    page = shown(signed_in.get(address))
    assert "3 个席位同日结束：实验小学（核心校）、举水乡小、竹口镇校小学部" in page
    sent = {"last_day": "2024-10-14", "reason": "周期结束"}
    answer = signed_in.post(address, sent)
    assert "集团解散" in shown(signed_in.get(answer.url))
    assert signed_in.get(address).status_code == 404


def test_replacing_the_core_and_changing_the_type(signed_in, scene):
    address = reverse("group-core", args=[scene.co_built.pk])
    assert "现在的成员" in shown(signed_in.get(address))
    sent = {
        "core": str(scene.village.pk), "old_core": "MEMBER", "first_day": "2025-02-01",
        "reason": "轮岗",
    }  # fmt: skip
    assert signed_in.post(address, sent).status_code == 302
    address = reverse("group-type", args=[scene.co_built.pk])
    page = shown(signed_in.get(address))
    assert 'value="CO_BUILT"' not in page
    sent = {
        "type": "COLLABORATIVE", "name": "举水协作体", "first_day": "2025-09-01", "reason": "升格",
    }  # fmt: skip
    assert signed_in.post(address, sent).status_code == 302
    assert GroupFacts.objects.filter(group=scene.co_built).count() == 2


def test_forms_are_only_for_who_may_manage_and_for_today(client, scene):
    place = Membership.objects.get(group=scene.co_built, school=scene.village)
    addresses = [
        reverse("group-new"),
        reverse("cluster-new"),
        reverse("membership-leave", args=[place.pk]),
        *(
            reverse(name, args=[scene.co_built.pk])
            for name in ("group-join", "group-core", "group-type", "group-dissolve")
        ),
    ]
    others = [
        made.actor(Role.PRINCIPAL, at=scene.core),
        made.actor(Role.LEADERSHIP, at=scene.county),
        made.actor(Role.BUREAU_PERSONNEL, at=scene.county),
        made.actor(Role.TEACHER, at=scene.core),
    ]
    stranger = made.clerk_of(made.district("331124", "松阳县"))
    for actor in others:
        client.force_login(User.objects.get(pk=actor.user_id))
        for address in addresses:
            assert client.get(address).status_code == 404, (actor.role, address)
            assert client.post(address, {}).status_code == 404, (actor.role, address)
    client.force_login(User.objects.get(pk=stranger.user_id))
    for address in addresses[2:]:
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code == 404
    client.force_login(User.objects.get(pk=scene.clerk.user_id))
    for address in addresses:
        assert client.get(f"{address}?on=2024-09-20").url == address
    client.logout()
    for address in addresses:
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("counties", [1, 10])
def test_queries_of_the_forms(signed_in, scene, django_assert_num_queries, counties):
    scenes.more_counties(counties - 1)
    place = Membership.objects.get(group=scene.co_built, school=scene.village)
    for address, count in (
        (reverse("group-new"), 4),
        (reverse("cluster-new"), 3),
        (reverse("membership-leave", args=[place.pk]), 6),
        (reverse("group-join", args=[scene.co_built.pk]), 6),
        (reverse("group-core", args=[scene.co_built.pk]), 6),
        (reverse("group-type", args=[scene.co_built.pk]), 3),
        (reverse("group-dissolve", args=[scene.co_built.pk]), 5),
    ):
        with django_assert_num_queries(count, info=address):
            signed_in.get(address)
