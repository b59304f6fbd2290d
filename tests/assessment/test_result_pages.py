"""The results of a version on screen: ranked tables, the drawer, what may be done next."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.actions import corrections, variants
from assessment.enums import SchemeState
from assessment.models import Entrant, Publication
from core.models import AuditEvent
from directory.enums import Role
from directory.models import User
from filings.models import PublicNotice
from tests.assessment import judged as scenes
from tests.factories import county as made


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2025-07-10T09:30:00+08:00")


@pytest.fixture
def scene(db):
    return scenes.judged()


@pytest.fixture
def waiting(db):
    return scenes.judged(missing=("隆宫乡小",))


def sign_in(client, actor):
    client.force_login(User.objects.get(pk=actor.user_id))


def text(client, scene, query="", name="scheme-results", status=200):
    answer = client.get(reverse(name, args=[scene.scheme.pk]) + query)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def post(client, scene, name, **data):
    return client.post(reverse(name, args=[scene.scheme.pk]), data)


def cells(page, name):
    """The text of a school's row, tags off."""
    import re  # noqa: PLC0415

    row = next(it for it in page.split("<tr")[1:] if f">{name}</a>" in it or f"> {name} <" in it)
    return " ".join(re.sub(r"<[^>]*>", " ", row.partition(">")[2]).split())


def test_x_13_the_table_shows_the_stored_figures(client, scene):
    sign_in(client, scene.clerk)
    shown = text(client, scene)
    told = {
        "实验小学": "1 实验小学 核心 含 坑西小学，一体考核 92.50 1 79.80 89.96 不适用 89.96",
        "坑西小学": "1 坑西小学 校区 随 实验小学 一体考核 不单独评分 — — — — 89.96",
        "屏都小学": "3 屏都小学 核心 83.10 2 80.75 82.63 适用 83.10",
        "五都小学": "6 五都小学 核心 82.05 3 68.00 79.24 不适用 79.24",
        "江根乡小": "8 江根乡小 71.25 7 — — — 71.25",
    }
    assert {name: cells(shown, name) for name in told} == told
    assert "80 : 20" in shown
    assert "9 个考核单元，9 个已有最终得分" in shown
    assert "暂定" not in shown
    assert "菊隆中学" not in shown


def test_b3_10_the_other_pool_and_its_project_points(client, scene):
    sign_in(client, scene.clerk)
    pool = scene.scheme.pools.get(name="初中").pk
    assert "菊隆中学 核心 83.00 1 — — — 0.90 83.90" in cells(
        text(client, scene, f"?pool={pool}"), "菊隆中学"
    )


def test_the_role_narrows_the_table(client, scene):
    sign_in(client, scene.clerk)
    cores = text(client, scene, "?role=core")
    assert "核心校 3 个" in cores
    assert "江根乡小" not in cores
    assert "江根乡小" in text(client, scene, "?role=none")
    assert "举水乡小" in text(client, scene, "?role=member")
    assert "举水乡小" in text(client, scene, "?role=nonsense&pool=nonsense&page=9&variant=x")


def test_x13_all_pools_at_once_with_a_final_score_or_freed(client, scene):
    sign_in(client, scene.clerk)
    counted = {}
    for query in ("", "&state=final", "&state=freed", "&state=freed&role=member"):
        address = reverse("scheme-results", args=[scene.scheme.pk])
        counted[query] = client.get(f"{address}?pool=all{query}").context["page"].paginator.count
    every = scene.scheme.results.count()
    assert counted == {"": every, "&state=final": every, "&state=freed": 1,
                       "&state=freed&role=member": 0}  # fmt: skip
    freed = text(client, scene, "?pool=all&state=freed")
    assert "适用免捆绑 1 个" in freed
    assert "3 屏都小学 核心 小学 83.10" in cells(freed, "屏都小学")
    assert "没有适用免捆绑的成员校" in text(client, scene, "?pool=all&state=freed&role=member")


def test_x_31_while_a_school_waits_the_page_says_which_and_who_is_held(client, waiting):
    sign_in(client, waiting.clerk)
    shown = text(client, waiting)
    assert "隆宫乡小未出分：五都小学未计算，小学名次为暂定。补齐后可送审" in shown
    assert '<span class="wait">暂定</span>' in shown
    assert "五都小学 核心 等 隆宫乡小 出分 82.05 3 — — 待出分 未计算" in cells(shown, "五都小学")
    assert "— 隆宫乡小 未出分" in cells(shown, "隆宫乡小")
    assert "适用（暂定）" in cells(shown, "屏都小学")
    assert "催报缺分 1 校" in shown
    assert 'disabled aria-describedby="lock"' in shown
    refused = text(client, waiting, name="scheme-submit")
    assert "隆宫乡小未出分" in refused
    assert "送局领导审定" not in refused


def test_b1_9_b1_10_the_drawer_explains_a_core(client, scene):
    sign_in(client, scene.clerk)
    shown = text(client, scene, f"?school={scene.schools['实验小学'].pk}")
    drawer = shown[shown.index('id="why"') :]
    for told in (
        "92.50 × 80% + (78.40 + 81.20) ÷ 2 × 20% =",
        "74.000", "7.840", "8.120",
        "校区与核心校一体考核，不单独评分",
        "口径“全部成员校”进位 5 名及以上：有成员校不足即不适用，取捆绑得分。",
        "主体学校考核得分按2:8比例计算评估最终得分",
        "B1-9 五、4", "B1-10 五、4",
        "2024—2025学年 第 1 版", "2025-07-01 10:00",
        "教育质量", "55.5", "60", "55.500",
    ):  # fmt: skip
        assert told in drawer, told
    for word in ("怎样算出", "豁免核对", "依据", "本校得分", "留痕"):
        assert f"{word}" in drawer
    sections = [
        drawer.index(f"{word} <" if word == "豁免核对" else word)
        for word in ("怎样算出", "豁免核对", "依据", "留痕")
    ]
    assert sections == sorted(sections)


def test_b1_10_the_drawer_of_a_freed_core_says_that_its_own_score_stands(client, scene):
    sign_in(client, scene.clerk)
    shown = text(client, scene, f"?school={scene.schools['屏都小学'].pk}")
    assert "豁免：本校得分较高，取本校得分" in shown
    assert "成立，取本校得分。" in shown
    assert "82.630" in shown


def test_b3_10_the_drawer_of_a_campus_is_its_units(client, scene):
    sign_in(client, scene.clerk)
    shown = text(client, scene, f"?school={scene.schools['坑西小学'].pk}")
    assert "坑西小学是实验小学的校区，一体考核，取单位的最终得分" in shown
    assert "92.50 × 80% + (78.40 + 81.20) ÷ 2 × 20%" in shown


def test_b3_10_the_drawer_shows_points_that_the_bureau_gave(client, scene):
    sign_in(client, scene.clerk)
    shown = text(client, scene, f"?school={scene.schools['菊隆中学'].pk}")
    assert "项目加分（同步课堂）" in shown
    assert "+0.900" in shown


def test_rule_9_a_school_that_is_out_says_why(client, scene):
    Entrant.objects.filter(school=scene.schools["江根乡小"]).update(out_reason="停办一年")
    scene.reckon()
    sign_in(client, scene.clerk)
    shown = text(client, scene, f"?school={scene.schools['江根乡小'].pk}")
    assert "不参加本年考核：停办一年" in shown
    assert "— 江根乡小 — — — — — 不参加" in cells(shown, "江根乡小")


@pytest.mark.parametrize("asked", ["999999999", "x", "9" * 40, "-1"])
def test_a_school_that_is_not_there_is_404(client, scene, asked):
    sign_in(client, scene.clerk)
    text(client, scene, f"?school={asked}", status=404)


def test_the_pages_ask_a_constant_number_of_queries(client, scene):
    sign_in(client, scene.clerk)
    core = f"?school={scene.schools['实验小学'].pk}"
    client.get(reverse("scheme-results", args=[scene.scheme.pk]))  # warm: sessions, caches
    counts = {}
    for query in ("", core):
        with CaptureQueriesContext(connection) as asked:
            text(client, scene, query)
        counts[bool(query)] = len(asked)
    Entrant.objects.filter(
        school__in=[scene.schools[name].pk for name in ("屏都小学", "黄田乡小")]
    ).update(out_reason="停办一年")
    scene.reckon()
    for query in ("", core):
        with CaptureQueriesContext(connection) as asked:
            text(client, scene, query)
        assert len(asked) == counts[bool(query)]
    assert counts == {False: 9, True: 17}


def test_what_if_columns_stand_beside_the_record(client, scene):
    variant = variants.create(
        scheme_id=scene.scheme.pk, name="70 : 30", own_weight="0.7", actor=scene.clerk,
        now=scenes.NOW,
    )  # fmt: skip
    sign_in(client, scene.clerk)
    shown = text(client, scene, f"?variant={variant.pk}")
    assert "89.96 88.69 −1.27" in cells(shown, "实验小学")
    assert "83.10 83.10 0.00" in cells(shown, "屏都小学")
    drawer = text(client, scene, f"?school={scene.schools['实验小学'].pk}")
    assert "换一种口径" in drawer
    assert "−1.27" in drawer


def test_rule_6_from_draft_to_published_each_by_whom_it_is_for(client, scene):
    sign_in(client, scene.clerk)
    assert "送局领导审定" in text(client, scene, name="scheme-submit")
    seen = client.get(reverse("scheme-submit", args=[scene.scheme.pk])).context["form"]["seen"]
    answer = post(client, scene, "scheme-submit", seen=seen.value())
    assert answer["Location"] == reverse("scheme-results", args=[scene.scheme.pk])
    shown = text(client, scene)
    assert "撤回送审" in shown
    assert "等局领导发布" in shown
    assert client.get(reverse("scheme-publish", args=[scene.scheme.pk])).status_code == 404

    sign_in(client, scene.head)
    form = client.get(reverse("scheme-publish", args=[scene.scheme.pk])).context["form"]
    assert str(form["first_day"].value()) == "2025-07-10"
    assert str(form["last_day"].value()) == "2025-07-16"
    told = text(client, scene, name="scheme-publish")
    assert "小学 9 所、初中 2 所的得分、结果和计算过程锁定" in told
    assert "2025-06-15 及以前的学校信息、集团关系和所采用方案锁定" in told
    data = {"seen": form["seen"].value(), "first_day": "2025-07-10", "shown_to": "OWN"}
    wrong = post(client, scene, "scheme-publish", **data, last_day="2025-07-01")
    assert "最后一天不能早于第一天" in wrong.content.decode()
    assert (
        "不能从过去的日期开始"
        in post(
            client,
            scene,
            "scheme-publish",
            **data | {"first_day": "2025-07-01"},
            last_day="2025-07-16",
        ).content.decode()
    )
    assert not Publication.objects.exists()
    assert post(client, scene, "scheme-publish", **data, last_day="2025-07-16").status_code == 302
    assert PublicNotice.objects.get().last_day.isoformat() == "2025-07-16"
    shown = text(client, scene)
    assert "发布后的结果锁定" in shown
    assert "发起更正" in shown
    assert "发布后的结果锁定" in text(client, scene, name="scheme-history")
    again = post(client, scene, "scheme-publish", **data, last_day="2025-07-16")
    assert "已发布，不能发布" in again.content.decode()


def test_what_changed_since_it_was_seen_is_shown_again_before_it_counts(client, scene):
    sign_in(client, scene.clerk)
    seen = client.get(reverse("scheme-submit", args=[scene.scheme.pk])).context["form"]["seen"]
    scene.scheme.entrants.get(school=scene.schools["江根乡小"]).scores.update(points=1)
    answer = post(client, scene, "scheme-submit", seen=seen.value())
    assert "数据有变化，已重新计算，请再看一遍。" in answer.content.decode()
    fresh = answer.context["form"]["seen"].value()
    assert fresh != seen.value()
    assert post(client, scene, "scheme-submit", seen=fresh).status_code == 302


def test_a_return_needs_a_reason_and_stands_in_the_history(client, scene):
    scene.submit()
    sign_in(client, scene.head)
    assert "请写明原因。" in post(client, scene, "scheme-return", reason=" ").content.decode()
    assert post(client, scene, "scheme-return", reason="隆宫乡小的得分请核对").status_code == 302
    scene.scheme.refresh_from_db()
    assert scene.scheme.state == SchemeState.DRAFT
    assert "隆宫乡小的得分请核对" in text(client, scene, name="scheme-history")


def test_withdrawing_leads_back_to_a_draft(client, scene):
    scene.submit()
    sign_in(client, scene.clerk)
    assert post(client, scene, "scheme-withdraw").status_code == 302
    scene.scheme.refresh_from_db()
    assert scene.scheme.state == SchemeState.DRAFT


def test_x_11_the_old_version_stays_readable_and_says_what_took_its_place(client, scene):
    scene.publish()
    sign_in(client, scene.head)
    answer = post(client, scene, "scheme-correct", reason="江根乡小得分录错")
    draft = scene.county.scheme_set.get(version=2)
    assert answer["Location"] == reverse("scheme-results", args=[draft.pk])
    assert "第 2 版正在办理" in text(client, scene)
    sign_in(client, scene.principal("实验小学"))
    assert "第 2 版" not in text(client, scene)
    assert "江根乡小得分录错" not in text(client, scene, name="scheme-history")

    second = scenes.Judged(scene.county, draft, scene.schools, {}, scene.clerk, scene.head)
    second.publish()
    shown = text(client, scene)
    assert "本版已被第 2 版取代，只供查阅" in shown
    assert "92.50" in shown
    told = text(client, scene, name="scheme-history")
    assert "江根乡小得分录错" in told
    assert "已被取代" in told
    assert "送审" not in told
    assert "提出异议" not in shown


def test_the_history_of_the_bureau_has_every_move(client, scene):
    scene.publish()
    corrections.open_correction(
        scheme_id=scene.scheme.pk, reason="录错", actor=scene.head, now=scenes.NOW
    )
    sign_in(client, scene.clerk)
    told = text(client, scene, name="scheme-history")
    for word in (
        "建立",
        "送审",
        "发布",
        "发起更正",
        "原因：录错",
        scene.scheme.publication.checksum[:12],
    ):
        assert word in told


def test_x_13_the_workbook_holds_the_rows_that_the_actor_sees(client, scene):
    scene.publish()
    for actor, count in ((scene.clerk, 11), (scene.principal("举水乡小"), 3)):
        sign_in(client, actor)
        answer = post(client, scene, "scheme-export")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert book.sheetnames == ["结果", "计算过程"]
        rows = list(book["结果"].iter_rows(values_only=True))
        assert len(rows) == count + 1
        core = next(row for row in rows if row[0] == "实验小学")
        assert core[:9] == ("实验小学", "小学", 92.5, 1, 0, 89.96, 1, "已定", None)
        assert core[9:] == (79.8, 89.96, "不适用", None, "融合型、共建型核心校")
        steps = [
            row for row in book["计算过程"].iter_rows(values_only=True) if row[0] == "实验小学"
        ]
        assert ("实验小学", "捆绑得分", "74.00+7.84+8.12", 89.96, "B1-9 五、4") in steps
    assert AuditEvent.objects.filter(act="assessment.results.export").count() == 2
    assert client.get(reverse("scheme-export", args=[scene.scheme.pk])).status_code == 405


def test_the_tab_of_a_group_shows_the_last_published_year(client, scene):
    group = scene.groups["实验小学教育集团"].pk
    sign_in(client, scene.principal("举水乡小"))
    empty = client.get(reverse("group-assessment", args=[group])).content.decode()
    assert "还没有发布的考核结果" in empty
    scene.publish()
    shown = " ".join(client.get(reverse("group-assessment", args=[group])).content.decode().split())
    assert "2024—2025学年捆绑考核" in shown
    assert "实验小学怎样算出" in shown
    assert "92.50 × 80% + (78.40 + 81.20) ÷ 2 × 20%" in shown
    assert "第 1 名" in shown
    assert "屏都小学" not in shown
    assert "考核</a>" in client.get(reverse("group-detail", args=[group])).content.decode()
    other = scene.groups["屏都教育集团"].pk
    assert client.get(reverse("group-assessment", args=[other])).status_code == 404


def test_another_day_switches_the_buttons_off(client, scene):
    sign_in(client, scene.clerk)
    assert "送审</a>" in text(client, scene).replace(" </a>", "</a>")
    assert "送审</a>" not in text(client, scene, "?on=2025-06-01").replace(" </a>", "</a>")


def test_leadership_reads_and_has_nothing_to_press(client, scene):
    sign_in(client, made.actor(Role.LEADERSHIP, at=scene.county))
    shown = text(client, scene)
    assert "scheme-submit" not in shown
    assert f"/assessment/{scene.scheme.pk}/submit/" not in shown
    assert client.get(reverse("scheme-submit", args=[scene.scheme.pk])).status_code == 404
