"""What-if: saved readings of the same data side by side, with rank moves; the record stays."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.actions import variants
from assessment.guards.variants import MOST
from assessment.models import Result, Variant
from assessment.selectors import what_if
from core.errors import Denied
from core.models import AuditEvent
from directory.enums import Role
from directory.models import User
from tests.assessment import judged as scenes
from tests.factories import county as made


D = Decimal


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2025-07-10T09:30:00+08:00")


@pytest.fixture
def scene(db):
    return scenes.judged()


def save(scene, name="70 : 30", actor=None, **figures):
    return variants.create(
        scheme_id=scene.scheme.pk, name=name, actor=actor or scene.clerk, now=scenes.NOW, **figures
    )


def sign_in(client, actor):
    client.force_login(User.objects.get(pk=actor.user_id))


def page(client, scene):
    answer = client.get(reverse("scheme-what-if", args=[scene.scheme.pk]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("figures", "school", "final"),
    [
        ({"own_weight": D("0.7")}, "实验小学", "88.69"),
        ({"exemption": "ANY"}, "实验小学", "92.50"),
        ({"exemption": "EACH"}, "实验小学", "91.37"),
        ({"exemption": "NONE"}, "屏都小学", "82.63"),
        ({"places": 2}, "实验小学", "92.50"),
        ({"places": 9}, "屏都小学", "82.63"),
        ({"project_cap": D("0.5")}, "菊隆中学", "83.50"),
        ({"packs": ["b1-bundled"]}, "实验小学", "89.96"),
    ],
)
def test_a_variant_is_judged_from_the_same_data(scene, figures, school, final):
    tried = what_if.tried(scene.scheme, [save(scene, **figures)])[0]
    assert str(tried.final(school)) == final
    assert tried.final("江根乡小") == D("71.25")


def test_ranks_move_and_say_so_in_words(scene):
    """70 : 30 takes 实验小学 and 五都小学 down; with a weight of all, 五都小学 passes 竹口."""
    columns = what_if.tried(scene.scheme, [save(scene, name="不捆绑", own_weight=D(1))])
    rows = {row.name: row for row in what_if.side_by_side(scene.scheme, columns)}
    assert list(rows) == ["实验小学", "屏都小学", "五都小学", "菊隆中学"]
    five = rows["五都小学"]
    assert (five.rank, five.cells[0].rank, five.cells[0].word) == (6, 4, "升 2 位")
    assert (rows["实验小学"].cells[0].final, rows["实验小学"].cells[0].word) == (D("92.50"), "不变")


def test_c_11_a_pack_without_weights_says_so_and_computes_nothing(scene, client):
    save(scene, name="松阳", packs=["b2-songyang"])
    sign_in(client, scene.clerk)
    assert "试算“松阳”不能计算：所采用方案未规定权重" in page(client, scene)


def test_the_page_saves_draws_and_takes_away(client, scene):
    sign_in(client, scene.clerk)
    before = list(Result.objects.order_by("pk").values_list("pk", "final", "final_rank"))
    address = reverse("scheme-what-if", args=[scene.scheme.pk])
    said = {"name": "70 : 30", "own_percent": "70", "pack_1": "", "pack_2": "", "pack_3": ""}
    assert client.post(address, said).status_code == 302
    shown = page(client, scene)
    assert "88.69" in shown
    assert "试算不改动记录" in shown
    variant = Variant.objects.get()
    assert (variant.own_weight, variant.packs) == (D("0.7"), [])
    again = client.post(address, said).content.decode()
    assert "已有同名的试算，请换一个名称。" in again
    assert client.post(address, {"delete": variant.pk}).status_code == 302
    assert client.post(address, {"delete": variant.pk}).status_code == 302
    assert not Variant.objects.exists()
    assert list(Result.objects.order_by("pk").values_list("pk", "final", "final_rank")) == before
    acts = AuditEvent.objects.filter(act__startswith="assessment.variant").order_by("pk")
    assert [it.act for it in acts] == ["assessment.variant.create", "assessment.variant.delete"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": ""}, "请给这种试算起个名称。"),
        ({"name": "空"}, "请至少改动一项"),
        ({"name": "多", "own_percent": "120"}, "权重不超过 100。"),
        ({"name": "零", "own_percent": "0"}, "权重应大于 0。"),
        ({"name": "字", "own_percent": "七十"}, "请填写数字，例如 70。"),
        ({"name": "零名", "places": "0"}, "应为 1 以上的整数。"),
        ({"name": "负", "project_cap": "-1"}, "上限不能为负数。"),
    ],
)
def test_what_can_not_be_is_told_at_the_field_and_kept(client, scene, said, sentence):
    sign_in(client, scene.clerk)
    answer = client.post(reverse("scheme-what-if", args=[scene.scheme.pk]), said)
    shown = answer.content.decode()
    assert sentence in shown
    assert not said["name"] or f'value="{said["name"]}"' in shown
    assert not Variant.objects.exists()


def test_who_may_save_and_who_may_look(client, scene):
    save(scene, own_weight=D("0.7"))
    leader = made.actor(Role.LEADERSHIP, at=scene.county)
    with pytest.raises(Denied, match="试算由教育股和局领导保存"):
        save(scene, name="又一种", own_weight=D("0.6"), actor=leader)
    sign_in(client, leader)
    shown = page(client, scene)
    assert "88.69" in shown
    assert "保存一种试算" not in shown
    save(scene, name="局领导的", own_weight=D("0.6"), actor=scene.head)
    stranger = made.clerk_of(made.district("331124", "松阳县"))
    with pytest.raises(Denied, match="不在您的管理范围内"):
        save(scene, name="外县", own_weight=D("0.6"), actor=stranger)


def test_there_is_room_for_a_screenful(scene):
    for number in range(MOST):
        save(scene, name=f"试算 {number}", own_weight=D("0.7"))
    with pytest.raises(Denied, match=f"最多保存 {MOST} 种试算"):
        save(scene, name="再一种", own_weight=D("0.7"))


def test_a_published_version_can_be_tried_too(scene):
    scene.publish()
    save(scene, own_weight=D("0.7"))
    assert Variant.objects.count() == 1


def test_variants_are_judged_with_one_reading_of_the_data(scene):
    saved = [save(scene, name=f"试算 {n}", own_weight=D("0.7")) for n in range(3)]
    counts = []
    for wanted in (saved[:1], saved):
        with CaptureQueriesContext(connection) as asked:
            what_if.tried(scene.scheme, wanted)
        counts.append(len(asked))
    assert counts[0] == counts[1]
