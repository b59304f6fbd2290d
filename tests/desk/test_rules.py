"""The page of one rule: figures, clause, the other packs, the bureau's history, governed pages."""

import pytest
from django.urls import reverse

from desk.context_processors import ENTRIES
from desk.rules import PAGES, pages_of
from directory.enums import Role
from directory.models import User
from policies import selectors
from policies.actions import adoptions, figures
from tests.factories import county as made


TABS = {tab.url_name for entry in ENTRIES for tab in entry.tabs}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:30:00+08:00")


@pytest.fixture
def county(db):
    county = made.district()
    adoptions.adopt(
        district_id=county.pk, first_day=made.DAY, reason="局务会定", actor=None, now=made.NOW,
        packs=[(code, None, None) for code in ("b3-qingyuan", "b1-bundled")],
    )  # fmt: skip
    return county


def page(client, actor, identity, **asked):
    client.force_login(User.objects.get(pk=actor.user_id))
    response = client.get(reverse("rule-detail", args=[identity]), asked)
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def test_every_governed_page_exists_and_has_a_place_in_the_navigation():
    for key, pages in PAGES.items():
        assert any(it == key or it.partition(".")[0] == key for it in selectors.catalogue()), key
        for it in pages:
            assert reverse(it.url_name)
            assert it.within in TABS


@pytest.mark.parametrize(
    ("identity", "labels"),
    [
        ("structure.INTEGRATED", ["教育集团"]),
        ("target.coverage", ["未入集团的学校", "教育集团"]),
        ("absence.LATE", ["教师"]),
        ("demand.studio", []),
    ],
)
def test_a_rule_governs_the_pages_of_its_kind_or_of_itself(identity, labels):
    assert [it.label for it in pages_of(identity)] == labels


def test_the_page_quotes_the_clause_and_leads_to_what_the_rule_governs(client, county):
    shown = page(client, made.clerk_of(county), "target.coverage")
    assert '<q class="clause">对口帮扶覆盖面达100%</q>' in shown
    assert '<span class="b">B1-1 三</span>' in shown
    assert f'href="{reverse("group-outside")}"' in shown
    teacher = made.actor(Role.TEACHER, at=made.school(county, "甲小学"))
    assert f'href="{reverse("group-outside")}"' not in page(client, teacher, "target.coverage")


def test_the_losers_and_the_packs_not_adopted_are_told_apart(client, county):
    shown = page(client, made.clerk_of(county), "target.groups")
    rows = shown[shown.index("各方案的规定") :]
    assert rows.index("11 个集团") < rows.index("2 个集团")
    assert "本局未采用" in rows
    adoptions.adopt(
        district_id=county.pk, first_day=made.DAY, reason="局务会定", actor=None, now=made.NOW,
        packs=[("b3-qingyuan", None, None), ("a-xx-county", None, None)],
    )  # fmt: skip
    rows = page(client, made.clerk_of(county, username="second"), "target.groups")
    assert "次序在后" in rows


def test_a_rule_that_nobody_states_says_so_and_offers_the_bureau_to_state_it(client, county):
    shown = page(client, made.clerk_of(county), "exchange_term.TEAM")
    assert "所采用方案未规定，不检查、不计算" in shown
    assert reverse("rule-own", args=["exchange_term.TEAM"]) in shown
    assert "3 学年，期间可调整 1 次" in shown  # what the pack that was not adopted would say


def test_the_bureaus_own_figures_are_kept_with_those_put_right(client, county):
    clerk = made.clerk_of(county)
    for own, members in (("0.6", "0.4"), ("0.7", "0.3")):
        figures.set_own(
            district_id=county.pk, identity="bundle_weights", reason=f"按{own}",
            figures={"own": own, "members": members}, first_day=made.DAY, actor=clerk,
            now=made.NOW,
        )  # fmt: skip
    shown = page(client, clerk, "bundle_weights")
    history = shown[shown.index("本局规定的历史") :]
    assert history.index("按0.7") < history.index("按0.6")
    assert "更正，未生效" in history
    assert "原规定：核心校本校 80%，成员校平均 20%（B1-9 五、4）" in shown


def test_no_such_rule_is_not_found(client, county):
    client.force_login(User.objects.get(pk=made.clerk_of(county).user_id))
    assert client.get(reverse("rule-detail", args=["nothing"])).status_code == 404
