"""The lists of assessments in the API: scope, filters, and the same figures everywhere (X-13)."""

import io
import re
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.enums import ShownTo
from directory.enums import Role
from directory.models import User
from tests.assessment import judged as scenes
from tests.factories import county as made


@pytest.fixture(autouse=True)
def day(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2025-07-10T09:00:00+08:00")


@pytest.fixture
def scene(db):
    return scenes.judged()


@pytest.fixture
def ask(client):
    def get(actor, address, expected=200, **params):
        client.force_login(User.objects.get(pk=actor.user_id))
        answer = client.get(f"/api/v1/{address}", params)
        assert answer.status_code == expected, answer.content
        return answer.json()

    return get


def names(page):
    return {row["school"]["name"] for row in page["results"]}


def test_x_32_each_reads_what_the_pages_show(scene, ask):
    assert names(ask(scene.clerk, "results/", page_size=200)) == set(scenes.SCORES)
    member, stranger = scene.principal("举水乡小"), scene.principal("江根乡小")
    for address in ("results/", "scores/", "schemes/"):
        assert ask(member, address)["count"] == 0
    scene.publish()
    assert names(ask(member, "results/")) == {"实验小学", "举水乡小", "竹口镇校小学部"}
    assert names(ask(stranger, "results/")) == {"江根乡小"}
    assert ask(member, "scores/")["count"] == 6
    assert ask(stranger, "scores/")["count"] == 2
    assert [row["state"] for row in ask(member, "schemes/")["results"]] == ["PUBLISHED"]
    teacher = made.actor(Role.TEACHER, at=scene.schools["举水乡小"])
    there = made.clerk_of(made.district("331124", "松阳县"))
    for address in ("results/", "scores/", "schemes/"):
        assert ask(teacher, address)["count"] == 0
        assert ask(there, address)["count"] == 0
    row = ask(scene.clerk, "results/", school=scene.schools["屏都小学"].pk)["results"][0]
    ask(member, f"results/{row['id']}/", 404)
    assert ask(scene.clerk, f"results/{row['id']}/") == row


def test_x_32_of_an_open_pool_only_name_final_and_rank(scene, ask):
    scene.publish(ShownTo.POOL)
    page = ask(scene.principal("举水乡小"), "results/", page_size=200)
    assert names(page) == set(scenes.SCORES)
    row = next(row for row in page["results"] if row["school"]["name"] == "屏都小学")
    told = {key for key, value in row.items() if value not in (None, "", [], False, "NONE")}
    assert told == {"id", "scheme", "school", "pool", "status", "final", "final_rank"}
    assert (row["final"], row["final_rank"]) == ("83.10", 3)
    assert ask(scene.principal("举水乡小"), "scores/")["count"] == 6


def test_filters_order_and_faults(scene, ask):
    assert ask(scene.clerk, "results/", pool="初中")["count"] == 2
    assert ask(scene.clerk, "results/", status="WAITING")["count"] == 0
    assert ask(scene.clerk, "results/", scheme=scene.scheme.pk)["count"] == 11
    assert ask(scene.clerk, "schemes/", school_year=2024, superseded="false")["count"] == 1
    assert ask(scene.clerk, "schemes/", school_year=2023)["count"] == 0
    ranked = ask(scene.clerk, "results/", pool="小学", ordering="rank")["results"]
    assert [row["final_rank"] for row in ranked] == [1, 1, 3, 4, 5, 6, 7, 8, 9]
    told = ask(scene.clerk, "results/", 400, ordering="nonsense")
    assert told["errors"][0]["parameter"] == "ordering"
    assert ask(scene.clerk, "results/", 400, scheme="x")["errors"]


def test_a_missing_score_has_no_row_and_its_result_waits(db, ask):
    scene = scenes.judged(missing=("隆宫乡小",))
    school = scene.schools["隆宫乡小"].pk
    assert ask(scene.clerk, "scores/", school=school)["count"] == 0
    row = ask(scene.clerk, "results/", school=school)["results"][0]
    assert (row["status"], row["own"], row["final"]) == ("WAITING", None, None)
    core = ask(scene.clerk, "results/", school=scene.schools["五都小学"].pk)["results"][0]
    assert core["waits_for"] == ["隆宫乡小"]
    assert core["exemption"] == "NONE"  # nothing is judged of it here: no other row of the answer


def test_a_derivation_is_told_step_by_step(scene, ask):
    row = ask(scene.clerk, "results/", school=scene.schools["实验小学"].pk)["results"][0]
    steps = {step["label"]: step for step in row["derivation"]}
    assert steps["捆绑得分"] == {
        "label": "捆绑得分",
        "expression": "74.00+7.84+8.12",
        "value": "89.96",
        "clause": "B1-9 五、4",
    }


def test_queries_do_not_grow_with_the_rows(scene, ask, client):
    scene.publish()
    counts = []
    for actor in (scene.clerk, scene.principal("举水乡小")):
        for size in (1, 3):
            ask(actor, "results/", page_size=size, ordering="rank", pool="小学")
            with CaptureQueriesContext(connection) as asked:
                client.get("/api/v1/results/?ordering=rank&pool=小学", {"page_size": size})
            counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[2] == counts[3]


def test_x_13_page_workbook_and_api_show_equal_figures(scene, ask, client):
    """Every school: own score and rank, members' mean, bundle, final score and rank."""
    scene.publish()
    api = {
        row["school"]["name"]: (
            row["own"], row["own_rank"], row["member_mean"], row["bundled"], row["final"],
            row["final_rank"],
        )
        for row in ask(scene.clerk, "results/", page_size=200)["results"]
    }  # fmt: skip
    address = reverse("scheme-export", args=[scene.scheme.pk])
    sheet = openpyxl.load_workbook(io.BytesIO(client.post(address).content))["结果"]
    book = {
        row[0]: (_two(row[2]), row[3], _two(row[9]), _two(row[10]), _two(row[5]), row[6])
        for row in list(sheet.iter_rows(values_only=True))[1:]
    }
    page = {}
    for pool in scene.scheme.pools.order_by("position"):
        shown = client.get(reverse("scheme-results", args=[scene.scheme.pk]), {"pool": pool.pk})
        page |= _of_page(shown.content.decode(), points=pool.name == "初中")
    assert api.keys() == set(scenes.SCORES)
    assert book == api
    assert page == api


def _two(value) -> str | None:
    return None if value is None else f"{Decimal(str(value)):.2f}"


def _of_page(html: str, *, points: bool) -> dict:
    """Figures by school, as the cells of the table say them."""
    told = {}
    for row in html.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr")[1:]:
        name = re.search(r"#why\"[^>]*>([^<]+)</a>", row)[1]
        cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        rank, own, own_rank, mean, bundled, _, *rest = (
            re.sub(r"<[^>]*>|\s", "", cell) for cell in cells
        )
        told[name] = (
            _figure(own), _whole(own_rank), _figure(mean), _figure(bundled),
            _figure(rest[1 if points else 0]), _whole(rank),
        )  # fmt: skip
    return told


def _figure(text: str) -> str | None:
    return text if re.fullmatch(r"\d+\.\d\d", text) else None


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
