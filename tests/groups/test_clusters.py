"""片区: a centre school and the schools it manages; a member of a group (E-2, B2-7)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from core.errors import Denied
from core.models import AuditEvent
from directory.enums import Role
from directory.models import User
from groups.actions import clusters, groups, memberships
from groups.models import Cluster, ClusterSchool
from groups.selectors import clusters as selectors
from groups.selectors import integrity
from tests.factories import county as made
from tests.groups import scenes


LATER = datetime.date(2025, 9, 1)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:30:00+08:00")


@pytest.fixture
def scene(db):
    return scenes.two_groups_of_one_core()


@pytest.fixture
def area(scene):
    return create(scene)


def create(scene, name="荷地片区", centre=None, others=None, day=made.DAY):
    return clusters.create(
        district_id=scene.county.pk,
        name=name,
        centre_id=(centre or scene.other_core).pk,
        school_ids=[it.pk for it in others or [scene.free]],
        first_day=day,
        actor=scene.clerk,
        now=made.NOW,
    )


def with_area(scene, area, type="CO_BUILT", core=None, name="片区集团"):  # noqa: A002
    return groups.found(
        district_id=scene.county.pk, name=name, type=type, core_id=(core or scene.core).pk,
        member_ids=[], cluster_ids=[area.pk], first_day=made.DAY, actor=scene.clerk, now=made.NOW,
    )  # fmt: skip


def test_e_2_a_cluster_has_a_centre_and_schools_and_one_event(scene, area):
    assert selectors.cluster_on(area.pk, made.DAY).centre_id == scene.other_core.pk
    places = [(it.school_id, it.is_centre) for it in selectors.places_of(area.pk)]
    assert places == [(scene.other_core.pk, True), (scene.free.pk, False)]
    assert AuditEvent.objects.get(act="groups.cluster.create").object_label == "荷地片区"


def test_what_no_cluster_may_be(scene, area):
    far = made.school(made.district("331124", "松阳县"), "古市小学")
    with pytest.raises(Denied, match="至少要有一所学校"):
        create(scene, "乙片区", scene.village, [scene.village])
    with pytest.raises(Denied, match="片区须由本行政区的学校组成"):
        create(scene, "乙片区", scene.village, [far])
    with pytest.raises(ValidationError, match="该学校在这段时间已属于一个片区"):
        create(scene, "乙片区", scene.village, [scene.free])
    with pytest.raises(ValidationError, match="本行政区已有同名片区"):
        create(scene, "荷地片区", scene.village, [scene.section])
    head = made.actor(Role.PRINCIPAL, at=scene.core)
    with pytest.raises(Denied, match="只有教育股"):
        clusters.create(
            district_id=scene.county.pk, name="丙", centre_id=scene.village.pk,
            school_ids=[scene.section.pk], first_day=made.DAY, actor=head, now=made.NOW,
        )  # fmt: skip
    assert Cluster.objects.count() == 1


def test_b2_7_a_cluster_joins_co_built_and_collaborative_groups_only(scene, area):
    with_area(scene, area)
    with_area(scene, area, "COLLABORATIVE", name="协作体")
    with pytest.raises(Denied, match="片区不能参加融合型集团"):
        with_area(scene, area, "INTEGRATED", scene.village, "融合")
    assert integrity.broken_groups() == []


def test_rule_1_a_school_is_not_in_a_group_by_itself_and_by_its_cluster(scene, area):
    with pytest.raises(Denied, match="既自己参加，又在参加的片区里"):
        with_area(scene, area, core=scene.other_core)
    group = with_area(scene, area)
    with pytest.raises(Denied, match="既自己参加，又在参加的片区里"):
        memberships.join(
            group_id=group.pk, school_id=scene.free.pk, first_day=LATER, actor=scene.clerk,
            now=made.NOW,
        )  # fmt: skip
    with pytest.raises(Denied, match="既自己参加，又在参加的片区里"):
        clusters.take_in(
            cluster_id=area.pk, school_id=scene.core.pk, first_day=LATER, actor=scene.clerk,
            now=made.NOW,
        )  # fmt: skip


def test_schools_come_and_go_and_the_record_stays(scene, area):
    place = clusters.take_in(
        cluster_id=area.pk, school_id=scene.village.pk, first_day=LATER, actor=scene.clerk,
        now=made.NOW,
    )  # fmt: skip
    first = ClusterSchool.objects.get(school=scene.free)
    clusters.let_go(place_id=first.pk, last_day=LATER, actor=scene.clerk, now=made.NOW)
    with pytest.raises(Denied, match="已有退出日期"):
        clusters.let_go(place_id=first.pk, last_day=LATER, actor=scene.clerk, now=made.NOW)
    with pytest.raises(Denied, match="最后一所退出时请撤销片区"):
        clusters.let_go(
            place_id=place.pk, last_day=datetime.date(2026, 1, 1), actor=scene.clerk, now=made.NOW
        )
    centre = ClusterSchool.objects.get(school=scene.other_core)
    with pytest.raises(Denied, match="中心校不能退出片区"):
        clusters.let_go(place_id=centre.pk, last_day=LATER, actor=scene.clerk, now=made.NOW)
    assert ClusterSchool.objects.filter(cluster=area).count() == 3


def test_a_cluster_in_a_group_is_not_dissolved(scene, area):
    group = with_area(scene, area)
    june = datetime.date(2025, 6, 30)

    def dissolve():
        clusters.dissolve(cluster_id=area.pk, last_day=june, actor=scene.clerk, now=made.NOW)

    with pytest.raises(Denied, match="片区还是集团的成员"):
        dissolve()
    groups.dissolve(
        group_id=group.pk, last_day=june, reason="周期结束", actor=scene.clerk, now=made.NOW
    )
    dissolve()
    assert selectors.cluster_on(area.pk, june) is not None
    assert selectors.cluster_on(area.pk, LATER) is None
    assert integrity.broken_groups() == []


def test_pages_of_a_cluster(client, scene, area):
    with_area(scene, area)
    address = reverse("cluster-detail", args=[area.pk])
    client.force_login(User.objects.get(pk=scene.clerk.user_id))
    page = client.get(address).content.decode()
    assert "片区集团" in page
    assert "加入学校" in page
    sent = {"school": f"school:{scene.village.pk}", "first_day": "2025-09-01"}
    assert client.post(reverse("cluster-join", args=[area.pk]), sent).url == address
    page = client.get(address).content.decode()
    assert "即将加入" in page
    place = ClusterSchool.objects.get(school=scene.free)
    leave = reverse("cluster-leave", args=[place.pk])
    assert "五大堡乡小退出荷地片区" in client.get(leave).content.decode()
    assert client.post(leave, {"last_day": "2024-10-01"}).status_code == 422
    assert client.post(leave, {"last_day": "2025-10-01"}).url == address
    dissolve = reverse("cluster-dissolve", args=[area.pk])
    refused = client.post(dissolve, {"last_day": "2025-12-31"})
    assert "片区还是集团的成员" in refused.content.decode()
    sent = {
        "name": "竹口片区", "centre": f"school:{scene.section.pk}",
        "schools": [f"school:{scene.campus.pk}"], "first_day": "2024-10-15",
    }  # fmt: skip
    answer = client.post(reverse("cluster-new"), sent)
    assert "竹口片区" in client.get(answer.url).content.decode()


def test_who_sees_a_cluster(client, scene, area):
    address = reverse("cluster-detail", args=[area.pk])
    inside = made.actor(Role.PRINCIPAL, at=scene.free)
    outside = [
        made.actor(Role.PRINCIPAL, at=scene.village),
        made.actor(Role.TEACHER, at=scene.free),
        made.clerk_of(made.district("331124", "松阳县")),
    ]
    client.force_login(User.objects.get(pk=inside.user_id))
    page = client.get(address).content.decode()
    assert "荷地片区" in page
    assert "加入学校" not in page
    for actor in outside:
        client.force_login(User.objects.get(pk=actor.user_id))
        for name in ("cluster-detail", "cluster-join", "cluster-dissolve"):
            assert client.get(reverse(name, args=[area.pk])).status_code == 404
        place = ClusterSchool.objects.get(school=scene.free)
        assert client.get(reverse("cluster-leave", args=[place.pk])).status_code == 404


@pytest.mark.parametrize("counties", [1, 10])
def test_queries(client, scene, area, django_assert_num_queries, counties):
    scenes.more_counties(counties - 1)
    with_area(scene, area)
    client.force_login(User.objects.get(pk=scene.clerk.user_id))
    with django_assert_num_queries(6):
        client.get(reverse("cluster-detail", args=[area.pk]))
    inside = made.actor(Role.PRINCIPAL, at=scene.free)
    client.force_login(User.objects.get(pk=inside.user_id))
    with django_assert_num_queries(6):
        client.get(reverse("cluster-detail", args=[area.pk]))
