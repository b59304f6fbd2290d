"""X-15: a principal objects to published results, the head decides, and what follows."""

import pytest
from django.urls import reverse

from assessment.actions import objections as decisions
from assessment.models import Scheme
from core.errors import Denied
from directory.enums import Role
from directory.models import User
from filings.enums import ObjectionState
from filings.models import Objection
from tests.assessment import judged as scenes
from tests.factories import county as made


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2025-07-10T09:30:00+08:00")


@pytest.fixture
def scene(db):
    return scenes.judged().publish()


def sign_in(client, actor):
    client.force_login(User.objects.get(pk=actor.user_id))


def get(client, name, *args, status=200):
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def file(client, scene, **said):
    data = {"about": scene.schools["举水乡小"].pk, "text": "教育质量一项少计两分。"} | said
    return client.post(reverse("objection-new", args=[scene.scheme.pk]), data)


def test_x_15_a_principal_objects_for_the_own_school_and_sees_the_answer(client, scene):
    sign_in(client, scene.principal("举水乡小"))
    shown = get(client, "scheme-results", scene.scheme.pk)
    assert "公示期 2025-07-10 至 2025-07-16" in shown
    assert "提出异议" in shown
    form = get(client, "objection-new", scene.scheme.pk)
    for name in ("举水乡小", "实验小学", "竹口镇校小学部"):
        assert f">{name}</option>" in form
    assert "屏都小学" not in form
    answer = file(client, scene)
    objection = Objection.objects.get()
    assert objection.school_id == scene.schools["举水乡小"].pk
    assert answer["Location"] == reverse("objection-detail", args=[objection.pk])
    assert "等局领导处理" not in get(client, "objection-detail", objection.pk)
    assert "撤回这条异议" in get(client, "objection-detail", objection.pk)
    assert "待处理" in get(client, "scheme-objections", scene.scheme.pk)


def test_an_objection_may_be_about_a_partner_and_about_nobody_else(client, scene):
    sign_in(client, scene.principal("举水乡小"))
    wrong = file(client, scene, about=scene.schools["屏都小学"].pk, text="他们的分不对，请查。")
    assert "请从列出的学校中选择" in wrong.content.decode()
    assert "他们的分不对，请查。" in wrong.content.decode()
    assert not Objection.objects.exists()
    assert file(client, scene, about=scene.schools["实验小学"].pk).status_code == 302
    assert Objection.objects.get().about_id == scene.schools["实验小学"].pk


def test_what_was_typed_is_not_lost(client, scene):
    sign_in(client, scene.principal("举水乡小"))
    answer = file(client, scene, about="", text="少计两分，有记录为证。").content.decode()
    assert "请选择学校。" in answer
    assert "少计两分，有记录为证。" in answer
    file(client, scene)
    again = file(client, scene, text="又一条。").content.decode()
    assert "本校已有一条异议在处理中" in again
    assert "又一条。" in again


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("2025-07-09", "公示从 2025-07-10 开始"), ("2025-07-17", "公示期已于 2025-07-16 结束")],
)
def test_outside_the_window_the_page_says_when(client, scene, monkeypatch, day, sentence):
    monkeypatch.setenv("TONGXING_NOW", f"{day}T09:30:00+08:00")
    sign_in(client, scene.principal("举水乡小"))
    assert "提出异议</a>" not in get(client, "scheme-results", scene.scheme.pk)
    assert sentence in get(client, "objection-new", scene.scheme.pk)
    assert sentence in file(client, scene).content.decode()
    assert not Objection.objects.exists()


def test_the_last_day_counts(client, scene, monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2025-07-16T23:30:00+08:00")
    sign_in(client, scene.principal("举水乡小"))
    assert file(client, scene).status_code == 302


def test_a_clerk_of_a_school_is_told_who_objects_and_the_bureau_finds_no_form(client, scene):
    sign_in(client, scene.principal("举水乡小", Role.SCHOOL_CLERK))
    assert "异议由校长代表学校提出" in get(client, "objection-new", scene.scheme.pk)
    assert not file(client, scene).headers.get("Location")
    sign_in(client, scene.clerk)
    get(client, "objection-new", scene.scheme.pk, status=404)


def test_x_15_one_that_is_upheld_leads_to_a_new_version(client, scene):
    objection = scene.object()
    sign_in(client, scene.head)
    assert "待处理 1 条" in get(client, "scheme-objections", scene.scheme.pk)
    page = get(client, "objection-detail", objection.pk)
    assert "处理这条异议" in page
    address = reverse("objection-detail", args=[objection.pk])
    assert "请写明处理意见。" in client.post(address, {"upheld": "yes"}).content.decode()
    answer = client.post(address, {"upheld": "yes", "reason": "属实，补计两分。"})
    draft = Scheme.objects.get(version=2)
    assert answer["Location"] == reverse("scheme-results", args=[draft.pk])
    assert "属实，补计两分。" in draft.reason
    objection.refresh_from_db()
    assert objection.state == ObjectionState.UPHELD
    assert "第 2 版正在办理" in get(client, "scheme-results", scene.scheme.pk)
    again = client.post(address, {"upheld": "no", "reason": "不属实"}).content.decode()
    assert "这条异议已处理" in again
    sign_in(client, scene.principal("举水乡小"))
    told = get(client, "objection-detail", objection.pk)
    assert "成立" in told
    assert "属实，补计两分。" in told


def test_one_that_is_rejected_changes_nothing(client, scene):
    objection = scene.object()
    sign_in(client, scene.head)
    address = reverse("objection-detail", args=[objection.pk])
    answer = client.post(address, {"upheld": "no", "reason": "公开课在上一学年。"})
    assert answer["Location"] == address
    assert Scheme.objects.count() == 1
    assert "不成立" in get(client, "scheme-objections", scene.scheme.pk)


def test_a_school_takes_its_objection_back_while_it_is_open(client, scene):
    objection = scene.object()
    address = reverse("objection-detail", args=[objection.pk])
    sign_in(client, scene.principal("举水乡小"))
    assert client.post(address, {"withdraw": "1"})["Location"] == address
    assert "已撤回" in get(client, "objection-detail", objection.pk)
    refused = client.post(address, {"withdraw": "1"}).content.decode()
    assert "这条异议已处理（已撤回）" in refused


def test_nobody_else_reads_or_decides(client, scene):
    objection = scene.object()
    for actor in (
        scene.principal("江根乡小"),
        scene.principal("实验小学"),
        made.actor(Role.TEACHER, at=scene.schools["举水乡小"]),
        made.clerk_of(made.district("331124", "松阳县")),
    ):
        sign_in(client, actor)
        get(client, "objection-detail", objection.pk, status=404)
    for actor in (scene.clerk, made.actor(Role.LEADERSHIP, at=scene.county)):
        sign_in(client, actor)
        assert "处理这条异议" not in get(client, "objection-detail", objection.pk)
        answer = client.post(
            reverse("objection-detail", args=[objection.pk]), {"upheld": "no", "reason": "不属实"}
        )
        assert "异议由局领导处理" in answer.content.decode()
    objection.refresh_from_db()
    assert objection.state == ObjectionState.OPEN


def test_an_old_version_takes_no_more_objections(client, scene, monkeypatch):
    objection = scene.object()
    draft = decisions.decide(
        objection_id=objection.pk, upheld=True, reason="属实", actor=scene.head, now=scenes.NOW
    )
    scenes.Judged(scene.county, draft, scene.schools, {}, scene.clerk, scene.head).publish()
    sign_in(client, scene.principal("举水乡小"))
    assert "本版已被新版本取代" in get(client, "objection-new", scene.scheme.pk)
    assert "本版已被新版本取代" in file(client, scene).content.decode()
    assert Objection.objects.count() == 1
    assert "第 1 版" in get(client, "scheme-objections", draft.pk)


def test_x_15_a_correction_is_not_published_over_an_open_objection(scene):
    first = scene.object()
    draft = decisions.decide(
        objection_id=first.pk, upheld=True, reason="属实", actor=scene.head, now=scenes.NOW
    )
    scene.object("实验小学", "也请核对本校。")
    second = scenes.Judged(scene.county, draft, scene.schools, {}, scene.clerk, scene.head)
    with pytest.raises(Denied, match="异议"):
        second.publish()
