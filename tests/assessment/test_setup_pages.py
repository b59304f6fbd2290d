"""Pages on which a year is set up: who reads, who changes, what stays typed (X-11, X-31, X-33)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from assessment.actions import scores
from assessment.models import Entrant, Indicator, Pool, Project, Scheme
from directory.enums import Role
from directory.models import School, User
from tests.assessment import counties
from tests.factories import county as made


pytestmark = pytest.mark.django_db
PAGES = (
    "scheme-setup", "scheme-entrants", "scheme-scores", "scheme-missing", "scheme-projects",
)  # fmt: skip
OF_ONE = ("entrant-edit", "entrant-scores")


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", counties.AT)


@pytest.fixture
def county():
    return counties.pair()


@pytest.fixture
def scheme(county):
    return counties.draft(county)


def sign_in(client, actor):
    client.force_login(User.objects.get(pk=actor.user_id))


@pytest.fixture
def page(client, county):
    sign_in(client, county.clerk)
    return client


def address(name, scheme, held=None):
    return reverse(name, args=[scheme.pk, held.pk] if held else [scheme.pk])


def text(answer, status=200):
    content = " ".join(answer.content.decode().split())
    assert answer.status_code == status, content
    return content


def shown(page, name, scheme, held=None, query=""):
    return text(page.get(address(name, scheme, held) + query))


def send(page, place, scheme, held=None, /, *, status=302, **data):
    answer = page.post(address(place, scheme, held), data)
    assert answer.status_code == status, answer.content.decode()
    return answer


def rows_of(*rows, blank=2, **extra):
    """What the form of indicators sends: (id, name, pool, possible, weight) a row."""
    rows = [*rows, *[("", "", "", "", "")] * blank]
    data = {"act": "indicators", "indicator-TOTAL_FORMS": len(rows)} | extra
    data["indicator-INITIAL_FORMS"] = sum(bool(it[0]) for it in rows)
    for place, row in enumerate(rows):
        for name, value in zip(("id", "name", "pool", "possible", "weight"), row, strict=True):
            data[f"indicator-{place}-{name}"] = value
    return data


# ---- the list of years, a new year


def test_years_with_versions_states_and_counts(page, county, scheme):
    counties.apart(county, scheme, "甲分校", False)
    counties.score(county, scheme, 甲小=90)
    listed = text(page.get(reverse("scheme-list")))
    assert "2024—2025学年" in listed
    assert "未发布" in listed
    assert 'data-l="参评学校">5<' in listed
    assert 'data-l="已出分">1<' in listed
    assert f'href="{address("scheme-missing", scheme)}">3<' in listed
    assert "没有符合条件的记录" in text(page.get(reverse("scheme-list") + "?q=zzz"))


def test_x32_a_school_lists_what_is_published_and_no_counts(client, county, scheme):
    head = made.actor(Role.PRINCIPAL, at=School.objects.get(pk=county.ids["甲小"]))
    sign_in(client, head)
    assert "还没有发布的考核结果" in text(client.get(reverse("scheme-list")))
    for name in PAGES:
        assert client.get(address(name, scheme)).status_code == 404
    Scheme.objects.filter(pk=scheme.pk).update(state="SUBMITTED")
    assert "还没有发布的考核结果" in text(client.get(reverse("scheme-list")))


@pytest.mark.parametrize("role", [Role.TEACHER, Role.EVALUATOR])
def test_others_have_no_such_pages(client, county, scheme, role):
    at = county.district
    if role == Role.TEACHER:
        at = School.objects.get(pk=county.ids["甲小"])
    sign_in(client, made.actor(role, at=at))
    assert client.get(reverse("scheme-list")).status_code == 404
    assert client.get(reverse("scheme-new")).status_code in {403, 404}
    for name in PAGES:
        assert client.get(address(name, scheme)).status_code == 404


def test_a_new_year_is_filled_in_and_made(page, county):
    asked = text(page.get(reverse("scheme-new")))
    assert 'value="2024—2025学年捆绑考核"' in asked
    assert 'value="2025-06-15"' in asked
    assert 'value="2023—2024学年捆绑考核"' in text(page.get(reverse("scheme-new") + "?year=2023"))
    answer = page.post(
        reverse("scheme-new"),
        {"title": "年终考核", "cut_off_on": "2025-05-31", "copy_last": "on"},
    )
    scheme = Scheme.objects.get()
    assert answer.url == address("scheme-setup", scheme)
    assert (scheme.school_year, scheme.title) == (2024, "年终考核")
    assert "?year=2024" not in text(page.get(reverse("scheme-new")))
    refused = text(
        page.post(
            reverse("scheme-new") + "?year=2024", {"title": "又一个", "cut_off_on": "2025-05-31"}
        )
    )
    assert "已有未发布的考核方案" in refused
    assert 'value="又一个"' in refused


def test_a_cut_off_day_outside_the_year_is_told(page, county):
    answer = page.post(reverse("scheme-new"), {"title": "年终", "cut_off_on": "2025-09-30"})
    assert "应在 2024—2025学年之内" in text(answer)
    assert not Scheme.objects.exists()


# ---- 方案


def test_the_setup_page_changes_name_pools_and_indicators(page, county, scheme):
    held = Indicator.objects.get(scheme=scheme)
    send(page, "scheme-setup", scheme, act="facts", title="年终", cut_off_on="2025-06-01")
    send(page, "scheme-setup", scheme, act="pool-add", **{"new-name": "九年一贯"})
    pool = Pool.objects.get(scheme=scheme, name="九年一贯")
    send(page, "scheme-setup", scheme, act="pool-rename", pool=pool.pk, name="一贯制")
    send(page, "scheme-setup", scheme, act="pool-remove", pool=pool.pk)
    send(
        page, "scheme-setup", scheme,
        **rows_of((held.pk, "质量", "", "60", "６０"), ("", "管理", "", "40", "30")),
    )  # fmt: skip
    content = shown(page, "scheme-setup", scheme)
    assert "年终" in content
    assert 'value="质量"' in content
    assert "小学权重合计 90，应为 100" in content
    scheme.refresh_from_db()
    assert scheme.blocked in content


def test_nothing_typed_is_lost_when_indicators_are_refused(page, scheme):
    held = Indicator.objects.get(scheme=scheme)
    answer = send(
        page, "scheme-setup", scheme, status=422,
        **rows_of((held.pk, "质量", "", "sixty", "60"), ("", "管理", "", "", "40")),
    )  # fmt: skip
    content = text(answer, 422)
    assert 'value="sixty"' in content
    assert "满分：“sixty”不是数字" in content
    assert "满分：请填写满分。" in content
    assert 'value="管理"' in content
    content = text(
        page.post(
            address("scheme-setup", scheme),
            rows_of((held.pk, "质量", "", "60", "160"), more="1"),
        )
    )
    assert 'value="质量"' in content
    assert "权重应大于" not in content
    assert 'name="indicator-3-name"' in content
    held.refresh_from_db()
    assert held.name == "得分"


def test_scores_go_with_an_indicator_only_after_a_tick(page, county, scheme):
    counties.score(county, scheme, 甲小=90)
    held = Indicator.objects.get(scheme=scheme)
    rows = rows_of((held.pk, "得分", "", "100", "100"), ("", "新项", "", "100", "100"))
    rows["indicator-0-gone"] = "on"
    content = text(send(page, "scheme-setup", scheme, status=422, **rows), 422)
    assert "已有 1 所学校的得分" in content
    assert 'name="drop"' in content
    send(page, "scheme-setup", scheme, **rows, drop="1")
    assert Indicator.objects.get(scheme=scheme).name == "新项"


def test_an_act_that_is_none_draws_the_page(page, scheme):
    send(page, "scheme-setup", scheme, status=422, act="explode")
    send(page, "scheme-setup", scheme, status=422, act="indicators")
    send(page, "scheme-setup", scheme, status=409, act="pool-remove", pool="x")


# ---- 参评学校


def test_schools_are_listed_with_their_marks_and_added(page, county, scheme):
    made.school(county.district, "独立小学", stage="PRIMARY")
    content = shown(page, "scheme-entrants", scheme)
    assert content.count("核心</span>") == 2
    assert "校区</span>" in content
    assert "独立小学" in content  # to be added
    school = School.objects.get(facts__name="独立小学")
    send(page, "scheme-entrants", scheme, school=school.pk, pool="")
    assert Entrant.objects.get(school=school).pool.name == "小学"
    answer = send(page, "scheme-entrants", scheme, status=422, school="", pool="")
    assert "请选择学校。" in text(answer, 422)
    junior = Pool.objects.get(scheme=scheme, name="初中")
    content = shown(page, "scheme-entrants", scheme, query=f"?pool={junior.pk}")
    assert "乙小" not in content.partition('aria-label="参评学校"')[2]


def test_one_school_is_changed_taken_out_and_back_and_removed(page, county, scheme):
    held = counties.entrant(scheme, county, "甲分校")
    facts = {"act": "facts", "pool": held.pool_id, "pupils": "90", "last_rank": ""}
    send(page, "entrant-edit", scheme, held, **facts)  # apart is not ticked
    held.refresh_from_db()
    assert (held.apart, held.pupils) == (False, 90)
    answer = send(page, "entrant-edit", scheme, held, status=422, **facts | {"last_rank": "0"})
    assert "不能小于 1。" in text(answer, 422)
    other = counties.entrant(scheme, county, "乙小")
    answer = send(page, "entrant-edit", scheme, other, status=422, act="out", reason="")
    assert "请写明退出本年考核的原因" in text(answer, 422)
    send(page, "entrant-edit", scheme, other, act="out", reason="新建学校")
    assert "新建学校" in shown(page, "scheme-entrants", scheme)
    send(page, "entrant-edit", scheme, other, act="back")
    counties.score(county, scheme, 乙小=80)
    answer = send(page, "entrant-edit", scheme, other, status=409, act="remove")
    assert "已有得分，不能移出名单" in text(answer, 409)
    counties.score(county, scheme, 乙小=None)
    send(page, "entrant-edit", scheme, other, act="remove")
    assert page.get(address("entrant-edit", scheme, other)).status_code == 404


def test_a_school_of_another_version_is_404(page, county, scheme):
    other = counties.draft(county, year=2025)
    stranger = counties.entrant(other, county, "甲小")
    for name in OF_ONE:
        assert page.get(address(name, scheme, stranger)).status_code == 404
        assert page.post(address(name, scheme, stranger)).status_code == 404


# ---- 得分


def test_rule_9_missing_is_a_word_and_leads_to_the_form(page, county, scheme):
    counties.indicate(
        county, scheme, ("质量", 60, 60), ("特色", 40, 40, "小学"), ("长项", 40, 40, "初中")
    )
    ids = dict(scheme.indicators.exclude(name="长项").values_list("name", "pk"))
    held = counties.entrant(scheme, county, "甲小")
    scores.enter(
        entrant_id=held.pk, points={pk: 20 + Decimal("0.5") for pk in ids.values()},
        actor=county.clerk, now=counties.NOW,
    )  # fmt: skip
    counties.apart(county, scheme, "甲分校", False)
    content = shown(page, "scheme-scores", scheme)
    assert content.count("20.5 ") == 2
    assert content.count(">未出分</a>") == 2
    assert "不单独评分" in content
    assert "41.00" in content
    assert "丙中" not in content.partition('aria-label="得分"')[2]
    only = shown(page, "scheme-scores", scheme, query="?missing=1")
    assert "甲小" not in only.partition('aria-label="得分"')[2]
    junior = Pool.objects.get(scheme=scheme, name="初中")
    other = shown(page, "scheme-scores", scheme, query=f"?pool={junior.pk}")
    assert "丙中" in other
    assert "特色" not in other.partition('aria-label="得分"')[2]


def test_save_and_on_to_the_next_missing_school(page, county, scheme):
    counties.apart(county, scheme, "甲分校", False)
    only = scores.field_of(Indicator.objects.get(scheme=scheme).pk)
    first = counties.entrant(scheme, county, "甲小")
    content = shown(page, "entrant-scores", scheme, first)
    assert "保存并看下一所：乙小" in content
    answer = send(page, "entrant-scores", scheme, first, next="1", **{only: "９０．５"})
    second = counties.entrant(scheme, county, "乙小")
    assert answer.url == address("entrant-scores", scheme, second)
    assert counties.entered(scheme) == {(county.ids["甲小"], "得分"): "90.5"}
    answer = send(page, "entrant-scores", scheme, second, status=422, **{only: "805"})
    content = text(answer, 422)
    assert "得分超过满分 100，是否应为 80.5？" in content
    assert 'value="805"' in content
    answer = send(page, "entrant-scores", scheme, second, **{only: "80.5"})
    assert answer.url.startswith(address("scheme-scores", scheme))
    counties.score(county, scheme, 丙中=1, 丁中=2)
    content = shown(page, "entrant-scores", scheme, second)
    assert "下一所" not in content
    assert "得分已齐" in content


# ---- 项目, 谁还没交


def test_b3_10_projects_are_entered_corrected_and_removed(page, county, scheme):
    leader = counties.entrant(scheme, county, "丙中")
    content = shown(page, "scheme-projects", scheme)
    assert f'<option value="{leader.pk}">丙中</option>' in content
    assert ">甲小</option>" not in content
    said = {"entrant": leader.pk, "name": "联盟教研", "points": "-2", "review": "达成目标"}
    answer = send(page, "scheme-projects", scheme, status=422, **said)
    assert "加分不能为负数" in text(answer, 422)
    assert "达成目标" in text(answer, 422)
    send(page, "scheme-projects", scheme, **said | {"points": "2.5"})
    project = Project.objects.get()
    assert "更正项目" in shown(page, "scheme-projects", scheme, query=f"?edit={project.pk}")
    send(page, "scheme-projects", scheme, project=project.pk, **said | {"points": "3"})
    project.refresh_from_db()
    assert project.points == 3
    send(page, "scheme-projects", scheme, act="remove", project=project.pk)
    assert not Project.objects.exists()
    answer = send(page, "scheme-projects", scheme, status=409, act="remove", project=project.pk)
    assert "已删除" in text(answer, 409)


def test_x31_x33_who_has_not_handed_in_and_a_text_for_the_chat(page, county, scheme):
    counties.apart(county, scheme, "甲分校", False)
    counties.score(county, scheme, 甲小=90, 丁中=70)
    content = shown(page, "scheme-missing", scheme)
    assert "已交 1 / 2 所" in content
    assert "小学，缺得分：乙小" in content
    assert "初中，缺得分：丙中" in content
    assert f"http://testserver{address('scheme-missing', scheme)}" in content
    assert "截至7月10日 09:00" in content
    counties.score(county, scheme, 乙小=80, 丙中=60)
    assert "得分已齐" in shown(page, "scheme-missing", scheme)


@pytest.mark.parametrize("many", [1, 3])
def test_queries_of_pages_do_not_grow(client, many, django_assert_num_queries):
    names = {f"甲{n}": "小学" for n in range(many)} | {f"乙{n}": "小学" for n in range(many)}
    county = counties.build(
        names, {f"集团{n}": ("协作型", f"甲{n}", [f"乙{n}"]) for n in range(many)}
    )
    scheme = counties.draft(county)
    held = counties.entrant(scheme, county, "甲0")
    for n in range(1, many):
        counties.draft(county, year=2024 + n)
    sign_in(client, county.clerk)
    for name in (*PAGES, *OF_ONE):
        where = address(name, scheme, held if name in OF_ONE else None)
        with django_assert_num_queries(QUERIES[name], info=name):
            client.get(where)
    with django_assert_num_queries(QUERIES["scheme-list"]):
        client.get(reverse("scheme-list"))


QUERIES = {
    "scheme-list": 4,
    "scheme-setup": 9,
    "scheme-entrants": 17,
    "scheme-scores": 16,
    "scheme-missing": 18,
    "scheme-projects": 14,
    "entrant-edit": 13,
    "entrant-scores": 15,
}
