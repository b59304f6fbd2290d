"""The demo county's assessments fit any day of loading: two judged years, the third under way."""

import datetime
import io
import json

import pytest
from django.core.management import call_command

from assessment.enums import ResultState
from assessment.models import Publication, Result, Scheme, SchemeMove, Score, Variant
from assessment.selectors import inputs, snapshots
from core import clock
from directory.actions import accounts
from directory.models import Closing, School
from filings.enums import ObjectionState
from filings.models import Objection


DAYS = {  # day of loading: (school year under way, whether first scores are in)
    "2024-09-01": (2024, False),
    "2024-10-15": (2024, False),
    "2025-02-28": (2024, False),
    "2025-06-20": (2024, True),
    "2026-11-22": (2026, False),
}
UNSCORED = {"隆宫乡小", "江根乡小", "黄田中心学校初中部"}


@pytest.fixture
def load(db, settings, monkeypatch):
    """Loads the demo as on that day, early in the morning, and gives its years in order."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)

    def load(day):
        monkeypatch.setenv("TONGXING_NOW", f"{day}T00:30:00+08:00")
        call_command("demo", stdout=io.StringIO())
        return list(Scheme.objects.order_by("school_year"))

    return load


def results(scheme):
    return {it.school_name: it for it in Result.objects.filter(scheme=scheme).order_by("pk")}


def check_of(result):
    """What the derivation says of the exemption (B1-10)."""
    return next(told for label, told, *_ in result.steps if label.startswith("豁免核对"))


def rejudged(scheme):
    return {
        name: (it.own, it.own_rank, it.rise, it.final, it.final_rank)
        for name, it in inputs.read(scheme).judge().items()
    }


def stored(scheme):
    return {
        name: (it.own, it.own_rank, it.rise, it.final, it.final_rank)
        for name, it in results(scheme).items()
    }


@pytest.mark.parametrize("day", DAYS)
def test_x15_two_years_are_published_and_the_third_is_under_way(load, day):
    first, last, this = load(day)
    under_way, scored = DAYS[day]
    assert [it.school_year for it in (first, last, this)] == [under_way + n for n in (-2, -1, 0)]
    assert [it.state for it in (first, last, this)] == ["PUBLISHED", "PUBLISHED", "DRAFT"]
    assert [it.blocked for it in (first, last, this)] == ["", "", ""]
    for year in (first, last):
        assert len(results(year)) == 24
        assert {it.status for it in results(year).values()} == {ResultState.FINAL}
        assert rejudged(year) == stored(year)
        paper = Publication.objects.select_related("notice").get(scheme=year)
        assert paper.checksum == snapshots.checksum(paper.snapshot)
        july = datetime.date(year.school_year + 1, 7, 20)
        assert (paper.notice.first_day, paper.notice.last_day) == (july, july.replace(day=26))
        assert paper.notice.last_day < clock.today()
    assert not SchemeMove.objects.filter(at__gt=clock.now()).exists()
    closed = Closing.objects.filter(ended_at=None).order_by("until")
    assert [it.until for it in closed] == [first.cut_off_on, last.cut_off_on]
    waiting = {name for it in results(this).values() for name in it.waits_for}
    assert Score.objects.filter(entrant__scheme=this).exists() is scored
    assert waiting == UNSCORED if scored else waiting > UNSCORED
    assert_clean()


def assert_clean():
    out = io.StringIO()
    call_command("check_integrity", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"ok": True, "violations": []}


def test_b1_10_one_core_is_freed_another_is_not_though_a_member_rose(load):
    _, last, _ = load("2024-10-15")
    school = results(last)
    freed, bound = school["屏都小学"], school["实验小学"]
    assert school["安南乡小"].rise == 5
    assert check_of(freed).endswith("成立，max(82.032, 83.10)")
    assert freed.final == freed.own
    assert (school["举水乡小"].rise, school["竹口镇校小学部"].rise) == (5, 2)
    assert check_of(bound).endswith("不成立")
    assert bound.final < bound.own
    # ties share the better place; every campus takes one
    assert {name: school[name].own_rank for name in ("蔚文学校小学部", "大济小学", "举水乡小")} == {
        "蔚文学校小学部": 9, "大济小学": 9, "举水乡小": 11,
    }  # fmt: skip
    assert [it.final_rank for it in school.values() if it.final == bound.final] == [1, 1]
    assert sorted(it.final_rank for it in school.values())[:6] == [1, 1, 1, 2, 3, 3]


def test_b3_10_one_campus_is_scored_apart_and_one_is_not(load):
    _, last, _ = load("2024-10-15")
    school = results(last)
    assert (school["坑西小学"].own, school["坑西小学"].final) == (None, school["实验小学"].final)
    assert school["大济小学"].own is not None
    assert school["大济小学"].final == school["城东小学"].final
    assert "按学生数加权" in school["城东小学"].steps[0][0]


def test_x15_an_objection_was_heard_and_readings_were_tried(load):
    _, last, _ = load("2024-10-15")
    objection = Objection.objects.get()
    assert (objection.state, objection.filed_by_name) == (ObjectionState.REJECTED, "校长乙")
    assert objection.notice == last.publication.notice
    assert objection.filed_at < objection.decided_at < clock.now()
    assert list(Variant.objects.values_list("scheme", "name")) == [(last.pk, "70 : 30")]


def test_judged_years_stay_as_they_are_on_a_later_load(load):
    years = load("2024-10-15")
    before = [Score.objects.count(), Result.objects.count(), SchemeMove.objects.count()]
    assert load("2025-10-15") == years
    assert [Score.objects.count(), Result.objects.count(), SchemeMove.objects.count()] == before


def test_demo_judges_nothing_where_the_account_works_elsewhere(load):
    accounts.open_account(username="bureau_head", name="已有账号", password=None, now=clock.now())
    assert load("2024-10-15") == []
    assert School.objects.count() == 27
