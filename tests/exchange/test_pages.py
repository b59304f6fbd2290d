"""Pages of rosters and placements: what each reader finds, and that lists ask a constant number."""

import pytest
from django.urls import reverse

from directory.models import User
from exchange.actions import placements
from exchange.models import Placement, Roster, RosterLine
from filings.actions import filings
from tests.exchange import scenes
from tests.exchange.scenes import TEAM_END, YEAR_END
from tests.factories import exchange as placed


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")


@pytest.fixture
def scene(db):
    return scenes.build()


@pytest.fixture
def as_(client):
    def sign_in(actor):
        client.force_login(User.objects.get(pk=actor.user_id))
        return client

    return sign_in


def told(answer, code=200) -> str:
    assert answer.status_code == code, answer
    return answer.content.decode()


def test_a4_a_roster_is_begun_filled_and_filed_on_its_pages(scene, as_):
    clerk = as_(scene.clerk)
    answer = clerk.post(reverse("roster-new"), {"school_year": 2024})
    roster = Roster.objects.get()
    page = reverse("roster-of-filing", args=[roster.filing_id])
    assert answer.headers["Location"] == page
    assert "还没有人员" in told(clerk.get(page))
    said = {
        "sending": scene.core.pk, "receiving": scene.member.pk, "teacher": "1001",
        "kind": "POSTING", "way": "PERSONAL", "subject": "语文", "duty": "副校长",
        "first_day": "2024-09-01", "last_day": "2027-08-31",
    }  # fmt: skip
    address = reverse("roster-line-new", args=[roster.filing_id])
    assert "1001 教师甲" in told(clerk.get(address))
    for teacher, sentence in [("9999", "没有这位在岗教师"), ("2001", "没有这位在岗教师")]:
        assert sentence in told(clerk.post(address, said | {"teacher": teacher}))
    other = {"sending": scene.member.pk, "receiving": scene.core.pk, "kind": "SHADOWING"}
    assert "没有这位" in told(clerk.post(address, said | other | {"teacher": "2001"}))
    for more in ({}, {"teacher": "教师乙", "duty": ""}, other | {"teacher": "2001 教师丁"}):
        assert clerk.post(address, said | more).status_code == 302
    text = told(clerk.get(page))
    assert "待派出学校确认" in text
    assert "教师甲任举水乡小副校长，不占该校领导职数" in text
    assert "派往举水乡小的骨干教师人数：所采用方案未规定" in text
    assert "还有 1 行待派出学校确认" in told(clerk.post(page), 409)
    host = as_(scene.host)
    text = told(host.get(page))
    assert "教师丁" in text
    assert "教师甲" not in text
    assert "办理记录" not in text
    assert host.get(reverse("roster-sheet", args=[roster.filing_id])).status_code == 404
    line = RosterLine.objects.get(teacher=scene.d)
    host.post(reverse("roster-line-confirm", args=[line.pk]))
    principal = as_(scene.principal)
    assert principal.post(page).status_code == 302
    roster.filing.refresh_from_db()
    assert roster.filing.state == "SUBMITTED"
    assert "教师甲" in told(principal.get(reverse("roster-sheet", args=[roster.filing_id])))


def test_a_line_is_changed_and_removed(scene, as_):
    roster = scenes.start(scene)
    line = scenes.add(scene, roster, scene.a)
    clerk = as_(scene.clerk)
    address = reverse("roster-line-edit", args=[line.pk])
    assert "1001 教师甲" in told(clerk.get(address))
    said = {
        "sending": scene.core.pk, "receiving": scene.second.pk, "teacher": "1001 教师甲",
        "kind": "SUPPORT", "way": "ARRANGED", "subject": "", "duty": "",
        "first_day": "2024-09-01", "last_day": "2024-08-01",
    }  # fmt: skip
    text = told(clerk.post(address, said))
    assert "结束日期不能早于开始日期" in text
    clerk.post(address, said | {"last_day": "2025-08-31"})
    line.refresh_from_db()
    assert (line.kind, line.receiving_id) == ("SUPPORT", scene.second.pk)
    remove = reverse("roster-line-remove", args=[line.pk])
    clerk.post(remove)
    assert not RosterLine.objects.exists()
    page = reverse("roster-of-filing", args=[roster.filing_id])
    assert clerk.post(remove)["Location"] == page  # from another tab
    sentence = f"这一行已由{scene.clerk.name}于 2024-10-15 09:00 删除"
    assert f"{sentence}，不用再删。" in told(clerk.get(page))
    assert sentence in told(clerk.post(address, said), 403)
    assert sentence in told(clerk.get(address), 403)
    assert as_(scene.host).get(address).status_code == 404
    assert as_(scene.host).post(remove).status_code == 404
    assert as_(scene.hr).post(remove).status_code == 404


def test_the_head_refuses_one_line_and_approves_the_rest(scene, as_):
    roster = scenes.filed(scene, scene.a, scene.b)
    address = reverse("roster-approve", args=[roster.filing_id])
    assert "您的身份不能批准" in told(as_(scene.hr).get(address), 403)
    head = as_(scene.head)
    assert "批准 2 人" in told(head.get(address))
    line = roster.lines.get(teacher=scene.b)
    head.post(reverse("roster-line-refuse", args=[line.pk]), {"reason": "缺编"})
    text = told(head.get(address))
    assert "批准 1 人" in text
    assert "不予批准：缺编" in text
    answer = head.post(address, {"last": _last(text)})
    assert answer.status_code == 302
    sheet = told(head.get(reverse("roster-sheet", args=[roster.filing_id])))
    assert "共 2 人，其中不予批准 1 人。" in sheet
    assert [it.teacher_id for it in Placement.objects.all()] == [scene.a.pk]


def _last(text: str) -> str:
    return text.split('name="last" value="')[1].partition('"')[0]


def test_x8_a_clash_stands_beside_the_roster_and_on_approval(scene, as_):
    placed.placement(scene.b, scene.core, scene.second, last_day=YEAR_END)
    roster = scenes.filed(scene, scene.b)
    head = as_(scene.head)
    address = reverse("roster-approve", args=[roster.filing_id])
    text = told(head.get(address))
    assert "批准时会被拒绝" in text
    text = told(head.post(address, {"last": _last(text)}))
    assert "教师乙 2024-09-01 至 2025-08-31 已由实验小学派往竹口小学全职交流" in text


def test_x8_reopened_on_its_page(scene, as_):
    roster = scenes.approved(scene, scene.a)
    address = reverse("roster-reopen", args=[roster.filing_id])
    page = reverse("roster-of-filing", args=[roster.filing_id])
    principal = as_(scene.principal)
    assert address in told(principal.get(page))
    assert "已批准的各行抄成第 2 版草稿" in told(principal.get(address))
    principal.post(address, {"reason": "换人"})
    assert Roster.objects.count() == 2
    assert address not in told(principal.get(page))  # not offered while there is a second version
    assert "请在第 2 版上继续" in told(principal.post(address, {"reason": "换人"}))


PARTS = {  # who: which buttons they see while the teacher is to come, and when on post
    "principal": ({"撤回"}, set()),
    "clerk": (set(), set()),
    "host": ({"确认到岗"}, {"学科和职务"}),
    "hr": (set(), {"提前结束"}),
    "head": (set(), {"提前结束"}),
    "education": (set(), set()),
}


@pytest.mark.parametrize("who", PARTS)
def test_x1_each_side_sees_its_own_acts(scene, as_, who):
    scenes.approved(scene, scene.a)
    placement = Placement.objects.get()
    acts = {"placement-withdraw": "撤回", "placement-arrive": "确认到岗",
            "placement-duty": "学科和职务", "placement-end": "提前结束"}  # fmt: skip
    before, after = PARTS[who]
    client = as_(getattr(scene, who))
    page = reverse("placement-detail", args=[placement.pk])

    def offered():
        text = told(client.get(page))
        return {word for name, word in acts.items() if reverse(name, args=[placement.pk]) in text}

    assert offered() == before
    placements.arrive(placement_id=placement.pk, day=scenes.FIRST, actor=scene.host, now=scenes.NOW)
    assert offered() == after
    for name, word in acts.items():
        expected = 200 if word in after else 403
        assert client.get(reverse(name, args=[placement.pk])).status_code == expected


def test_arrival_and_end_on_their_pages(scene, as_):
    scenes.approved(scene, scene.a)
    placement = Placement.objects.get()
    arrive = reverse("placement-arrive", args=[placement.pk])
    assert "不能晚于今天" in told(as_(scene.host).post(arrive, {"day": "2024-10-20"}))
    as_(scene.host).post(arrive, {"day": "2024-09-02"})
    end = reverse("placement-end", args=[placement.pk])
    as_(scene.hr).post(end, {"day": "2024-10-31", "reason": "身体原因"})
    page = told(as_(scene.principal).get(reverse("placement-detail", args=[placement.pk])))
    assert "提前结束：身体原因" in page


LISTS = {"roster-list": 4, "placement-list": 6}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", LISTS)
def test_lists_ask_a_constant_number(scene, as_, django_assert_num_queries, name, rows):
    for number, teacher in enumerate((scene.a, scene.b, scene.c)[:rows]):
        roster = scenes.start(scene, year=2024 + number)
        scenes.add(scene, roster, teacher)
        scenes.rosters.submit(roster_id=roster.pk, **scenes.move(scene.principal))
        placed.placement(teacher, scene.core, scene.member, last_day=TEAM_END)
    client = as_(scene.hr)
    with django_assert_num_queries(LISTS[name]):
        text = told(client.get(reverse(name)))
    assert text.count("<tr>") == rows + 1


@pytest.mark.parametrize("rows", [1, 3])
def test_a_roster_page_asks_a_constant_number(scene, as_, django_assert_num_queries, rows):
    roster = scenes.start(scene)
    for teacher in (scene.a, scene.b, scene.c)[:rows]:
        scenes.add(scene, roster, teacher)
    client = as_(scene.clerk)
    with django_assert_num_queries(19):
        told(client.get(reverse("roster-of-filing", args=[roster.filing_id])))


def test_the_list_is_filtered_and_exported(scene, as_):
    placed.placement(scene.a, scene.core, scene.member, last_day=TEAM_END)
    placed.placement(scene.d, scene.member, scene.core, kind="SHADOWING", last_day=YEAR_END)
    client, address = as_(scene.hr), reverse("placement-list")
    for query, names in [
        ({"kind": "SHADOWING"}, {"教师丁"}), ({"from": scene.core.pk}, {"教师甲"}),
        ({"to": scene.core.pk}, {"教师丁"}), ({"year": "2025"}, {"教师甲"}),
        ({"state": "ON_POST"}, {"教师甲", "教师丁"}), ({"state": "CURRENT"}, {"教师甲", "教师丁"}),
        ({"state": "COMPLETED"}, set()), ({"on": "2026-09-01"}, {"教师甲"}),
        ({"q": "jsj"}, {"教师甲"}),
    ]:  # fmt: skip
        text = told(client.get(address, query))
        assert {it for it in ("教师甲", "教师丁") if f">{it}</a>" in text} == names, query
    assert client.post(address).headers["Content-Type"].startswith("application/vnd")


def test_the_groups_tab_and_map_tell_both_directions(scene, as_):
    roster = scenes.start(scene)
    scenes.add(scene, roster, scene.a)
    more = {"sending_id": scene.member.pk, "receiving_id": scene.core.pk, "kind": "SHADOWING"}
    line = scenes.add(scene, roster, scene.d, **more, last_day=YEAR_END)
    scenes.lines.confirm(line_id=line.pk, actor=scene.host, now=scenes.NOW)
    scenes.rosters.submit(roster_id=roster.pk, **scenes.move(scene.principal))
    scenes.filings.validate(filing_id=roster.filing_id, **scenes.move(scene.hr))
    scenes.rosters.approve(roster_id=roster.pk, **scenes.move(scene.head))
    client = as_(scene.education)
    text = told(client.get(reverse("group-exchange", args=[scene.group.pk])))
    assert "核心校派往成员校" in text
    assert "成员校派出" in text
    text = told(client.get(reverse("group-detail", args=[scene.group.pk])))
    assert f"from={scene.core.pk}&amp;to={scene.member.pk}" in text
    assert "尚无" in text


def test_the_teachers_file_leads_to_the_placements(scene, as_):
    placed.placement(scene.a, scene.core, scene.member, last_day=TEAM_END)
    client = as_(scene.hr)
    address = reverse("teacher-placements", args=[scene.a.pk])
    assert address in told(client.get(reverse("teacher-detail", args=[scene.a.pk])))
    assert "举水乡小" in told(client.get(address))
    assert as_(scene.lone).get(address).status_code == 404


def test_rule6_a_stale_tab_is_told_what_was_done_and_nothing_fails(scene, as_):
    """Second click, back button: every button of a roster answers on a page, with its sentence."""
    roster = scenes.start(scene)
    line = scenes.add(scene, roster, scene.a)
    page = reverse("roster-of-filing", args=[roster.filing_id])
    principal = as_(scene.principal)
    assert principal.post(page).status_code == 302
    assert "报送，现在是“待初核”，请刷新页面" in told(principal.post(page), 409)
    edit, remove = (reverse(f"roster-line-{it}", args=[line.pk]) for it in ("edit", "remove"))
    assert "不能修改；先撤回或等退回" in told(principal.get(edit), 403)
    assert principal.post(remove)["Location"] == page
    assert "不能修改；先撤回或等退回" in told(principal.get(page))
    assert "不能修改；先撤回或等退回" not in told(principal.get(page))  # told once
    filings.validate(filing_id=roster.filing_id, **scenes.move(scene.hr))
    head = as_(scene.head)
    approve = reverse("roster-approve", args=[roster.filing_id])
    last = _last(told(head.get(approve)))
    assert head.post(approve, {"last": last}).status_code == 302
    assert "批准，现在是“已批准”，请刷新页面" in told(head.post(approve, {"last": last}))
    assert "现在是“已批准”，不能批准" in told(head.get(approve), 403)
    restore = reverse("roster-line-restore", args=[line.pk])
    assert head.post(restore)["Location"] == page
    assert "现在是“已批准”，不能批准" in told(head.get(page))
    host = as_(scene.host)
    arrive = reverse("placement-arrive", args=[Placement.objects.get().pk])
    for code in (302, 200):
        answer = host.post(arrive, {"day": scenes.FIRST})
        assert answer.status_code == code
    assert "现为“在岗”，不能再确认到岗" in answer.content.decode()
    assert "现为“在岗”，不能再确认到岗" in told(host.get(arrive), 403)


@pytest.mark.parametrize(
    ("today", "word"), [("2024-10-15", "待到岗"), ("2024-10-16", "在岗"), ("2027-09-01", "期满")]
)
def test_x13_the_roster_says_of_its_people_what_the_list_says(scene, as_, monkeypatch, today, word):
    roster = scenes.approved(scene, scene.a)
    placement = Placement.objects.get()
    if today > "2024-10-15":
        placements.arrive(
            placement_id=placement.pk, day=scenes.ON, actor=scene.host, now=scenes.NOW
        )
    monkeypatch.setenv("TONGXING_NOW", f"{today}T09:00:00+08:00")
    client = as_(scene.head)
    for name, args in (("roster-of-filing", [roster.filing_id]), ("placement-list", [])):
        page = told(client.get(reverse(name, args=args)))
        assert word in page.split("<tbody>")[1].split("</tbody>")[0]
