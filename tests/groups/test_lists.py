"""The lists of groups, of schools in none, and of 片区."""

import datetime
import io

import openpyxl
import pytest
from django.urls import reverse

from core.models import AuditEvent
from directory.enums import Role, SchoolKind
from directory.models import User
from groups.actions import changes, clusters, groups
from tests.factories import county as made
from tests.groups import scenes


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:30:00+08:00")


@pytest.fixture
def scene(db):
    return scenes.two_groups_of_one_core()


def sign_in(client, actor):
    client.force_login(User.objects.get(pk=actor.user_id))


def text(client, name, query="", **kwargs):
    response = client.get(reverse(name, **kwargs) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def area(scene, name="荷地片区", day=made.DAY):
    return clusters.create(
        district_id=scene.county.pk, name=name, centre_id=scene.other_core.pk,
        school_ids=[scene.free.pk], first_day=day, actor=scene.clerk, now=made.NOW,
    )  # fmt: skip


def test_b3_2_groups_stand_by_type_and_a_core_of_two_is_marked(client, scene):
    sign_in(client, scene.clerk)
    shown = text(client, "group-list")
    assert shown.index("融合型</th>") < shown.index("共建型</th>")
    assert shown.count("2 个集团的核心校") == 2
    assert "举水乡小、竹口镇校小学部" in shown
    assert "成立集团" in shown


def test_filter_search_and_day(client, scene):
    scenes.found(scene.county, scene.other_core, [scene.free], "城东集团", "2025-03-01")
    sign_in(client, scene.clerk)
    only = text(client, "group-list", "?type=INTEGRATED")
    assert "实验小学教共体" in only
    assert "实验小学教育集团" not in only
    assert "城东集团" in text(client, "group-list", "?q=cdjt")
    coming = text(client, "group-list")
    assert "2025-03-01 起" in coming
    later = text(client, "group-list", "?on=2025-03-01")
    assert "2025-03-01 起" not in later
    assert "您看到的是 2025年3月1日 的情况" in later
    assert "成立集团" not in later
    assert "没有符合条件的记录" in text(client, "group-list", "?q=zzz")
    for column in ("-name", "size", "-since", "type"):
        assert "城东集团" in text(client, "group-list", f"?sort={column}")


def test_b3_1_sorted_by_members_and_by_type_both_ways(client, scene):
    scenes.found(
        scene.county, scene.other_core, [scene.free], "协作集团", made.DAY, "COLLABORATIVE"
    )
    scenes.found(scene.county, scene.other_core, [scene.free], "来年集团", "2025-09-01")
    sign_in(client, scene.clerk)
    for query, order in (
        ("size", ["来年集团", "实验小学教共体（融合）", "协作集团", "实验小学教育集团"]),
        ("-size", ["实验小学教育集团", "协作集团", "实验小学教共体（融合）", "来年集团"]),
        ("type", ["实验小学教共体（融合）", "来年集团", "实验小学教育集团", "协作集团"]),
        ("-type", ["协作集团", "实验小学教育集团", "来年集团", "实验小学教共体（融合）"]),
    ):
        rows = client.get(reverse("group-list"), {"sort": query}).context["rows"]
        assert [row.name for row in rows] == order, query


def test_e_3_a_group_of_two_phases_is_listed_once_since_its_founding(client, scene):
    later = datetime.date(2025, 9, 1)
    changes.change_type(
        group_id=scene.co_built.pk, type="COLLABORATIVE", first_day=later, reason="升格",
        actor=scene.clerk, now=made.NOW, name="实验小学协作体",
    )  # fmt: skip
    sign_in(client, scene.clerk)
    for day, name in ((made.DAY, "实验小学教育集团"), (later, "实验小学协作体")):
        rows = client.get(reverse("group-list"), {"on": str(day)}).context["rows"]
        [row] = [row for row in rows if row.group_id == scene.co_built.pk]
        assert (row.name, row.since, row.count) == (name, made.DAY, 2)


def test_export_holds_the_same_groups_and_leaves_an_event(client, scene):
    sign_in(client, scene.clerk)
    answer = client.post(reverse("group-list"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][:5] == ["融合型", "实验小学教共体（融合）", "实验小学", 1, "坑西小学"]
    assert len(rows) == 3
    assert AuditEvent.objects.filter(act="groups.group.export").count() == 1


def test_d_1_b1_1_schools_in_no_group_are_counted_and_listed(client, scene):
    sign_in(client, scene.clerk)
    assert "还有 2 所学校没有加入任何集团" in text(client, "group-list")
    listed = text(client, "group-outside")
    assert "城东小学" in listed
    assert "五大堡乡小" in listed
    # 竹口中心学校 is covered by its section, 举水乡小 by itself.
    assert "竹口中心学校" not in listed
    assert "举水乡小" not in listed
    made.school(
        scene.county, "举水教学点", kind=SchoolKind.TEACHING_POINT, parent_id=scene.village.pk
    )
    assert "举水教学点" not in text(client, "group-outside")
    scenes.found(scene.county, scene.other_core, [scene.free], "城东集团", made.DAY)
    assert "学校都已加入集团" in text(client, "group-list")
    assert "没有未加入集团的学校" in text(client, "group-outside")


def test_a_cluster_covers_its_schools(client, scene):
    cluster = area(scene)
    groups.found(
        district_id=scene.county.pk, name="片区集团", type="CO_BUILT", core_id=scene.core.pk,
        member_ids=[], cluster_ids=[cluster.pk], first_day=made.DAY, actor=scene.clerk,
        now=made.NOW,
    )  # fmt: skip
    sign_in(client, scene.clerk)
    assert "学校都已加入集团" in text(client, "group-list")
    assert "荷地片区（2 校）" in text(client, "group-list")


def test_a_core_is_counted_once_a_group_and_a_cluster_by_its_schools_of_the_day(client, scene):
    point = made.school(scene.county, "荷地小学")
    cluster = area(scene)
    clusters.take_in(
        cluster_id=cluster.pk, school_id=point.pk, first_day=datetime.date(2025, 9, 1),
        actor=scene.clerk, now=made.NOW,
    )  # fmt: skip
    groups.found(
        district_id=scene.county.pk, name="片区集团", type="CO_BUILT", core_id=scene.core.pk,
        member_ids=[scene.village.pk], cluster_ids=[cluster.pk], first_day=made.DAY,
        actor=scene.clerk, now=made.NOW,
    )  # fmt: skip
    sign_in(client, scene.clerk)
    for query, size in (({}, 2), ({"on": "2025-09-01"}, 3)):
        rows = client.get(reverse("group-list"), query).context["rows"]
        assert [row.core_count for row in rows] == [3, 3, 3]
        [row] = [row for row in rows if row.name == "片区集团"]
        assert sorted(row.partners) == ["举水乡小", f"荷地片区（{size} 校）"]


def test_d_1_a_part_is_covered_by_a_school_that_its_reader_does_not_see(client, scene):
    point = made.school(
        scene.county, "举水教学点", kind=SchoolKind.TEACHING_POINT, parent_id=scene.village.pk
    )
    sign_in(client, made.actor(Role.PRINCIPAL, at=point))
    assert "没有未加入集团的学校" in text(client, "group-outside")
    sign_in(client, made.actor(Role.PRINCIPAL, at=scene.free))
    assert "五大堡乡小" in text(client, "group-outside")


def test_who_sees_which_groups(client, scene):
    sign_in(client, made.actor(Role.PRINCIPAL, at=scene.village))
    shown = text(client, "group-list")
    assert "实验小学教育集团" in shown
    assert "实验小学教共体" not in shown
    assert "成立集团" not in shown
    sign_in(client, made.clerk_of(made.district("331124", "松阳县")))
    shown = text(client, "group-list")
    assert "还没有教育集团" in shown
    assert "实验小学" not in shown
    for role in (Role.TEACHER, Role.EVALUATOR):
        at = scene.core if role == Role.TEACHER else scene.county
        sign_in(client, made.actor(role, at=at))
        for name in ("group-list", "group-outside", "cluster-list"):
            assert client.get(reverse(name)).status_code == 404


def test_e_2_the_list_of_clusters(client, scene):
    area(scene)
    sign_in(client, scene.clerk)
    shown = text(client, "cluster-list")
    assert "荷地片区" in shown
    assert "五大堡乡小" in shown
    assert "2024-09-01 起" in text(client, "cluster-list", "?on=2024-08-01")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("counties", [1, 10])
def test_queries(client, django_assert_num_queries, db, rows, counties):
    county = made.district()
    clerk = made.clerk_of(county)
    scenes.more_counties(counties - 1)
    for number in range(rows):
        core, member, centre, point = (
            made.school(county, f"{word}{number}") for word in ("核心", "成员", "中心", "小学")
        )
        scenes.found(county, core, [member], f"集团{number}", made.DAY)
        clusters.create(
            district_id=county.pk, name=f"片区{number}", centre_id=centre.pk,
            school_ids=[point.pk], first_day=made.DAY, actor=None, now=made.NOW,
        )  # fmt: skip
    head = made.actor(Role.PRINCIPAL, at=core)
    sign_in(client, clerk)
    for name, count in (("group-list", 7), ("group-outside", 5), ("cluster-list", 4)):
        with django_assert_num_queries(count, info=name):
            client.get(reverse(name))
    sign_in(client, head)
    with django_assert_num_queries(5):
        client.get(reverse("group-list"))


def test_a_date_that_is_none_is_passed_over(client, scene):
    sign_in(client, scene.clerk)
    assert "实验小学教育集团" in text(client, "group-list", "?on=2024-13-45")
