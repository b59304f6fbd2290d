"""``check_integrity``: each rule broken past the actions and the constraints, and found."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import connection

from assessment.models import Result, Score
from tests.assessment import years
from tests.assessment.test_corrections import correct
from tests.assessment.test_publications import publish, submit
from tests.factories import county as made
from tests.groups import scenes


def check():
    out, code = io.StringIO(), 0
    try:
        call_command("check_integrity", "--json", stdout=out, stderr=io.StringIO())
    except SystemExit as ended:
        code = ended.code
    report = json.loads(out.getvalue())
    assert report["ok"] is (code == 0) is (report["violations"] == [])
    return report["violations"]


def rules(violations):
    return {(it["rule"], it["table"]) for it in violations}


def run(statement, *values):
    with connection.cursor() as cursor:
        # What waits for the commit would keep the tables from being altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, values)


def drop(table, *constraints):
    for name in constraints:
        run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


@pytest.fixture
def scene(db):
    made_scene = scenes.two_groups_of_one_core()
    assert check() == []
    return made_scene


@pytest.fixture
def published(db):
    year = years.year()
    submit(year)
    publish(year)
    assert check() == []
    return year


def enter(group, school, role="MEMBER", type_="CO_BUILT", period="[2024-09-01,)"):
    run(
        "INSERT INTO groups_membership (group_id, school_id, role, type, period, reason,"
        " ended_reason, created_at) VALUES (%s, %s, %s, %s, %s, '', '', now())",
        group.pk, school.pk, role, type_, period,
    )  # fmt: skip


def test_nothing_found_is_said_in_words(scene):
    out = io.StringIO()
    call_command("check_integrity", stdout=out)
    assert out.getvalue().strip() == "没有发现违反规则的数据。"


# ---- rule 1


def test_rule_1_group_without_a_core(scene):
    run("DELETE FROM groups_membership WHERE group_id = %s AND role = 'CORE'", scene.co_built.pk)
    (found,) = check()
    assert found == {
        "rule": 1, "table": "groups_educationgroup", "id": scene.co_built.pk,
        "message": "“实验小学教育集团”自 2024-09-01 起没有核心校。",
    }  # fmt: skip


def test_rule_1_school_twice_in_one_group(scene):
    drop("groups_membership", "groups_membership_school_once_per_group")
    enter(scene.co_built, scene.village, period="[2025-01-01,2025-02-01)")
    assert rules(check()) == {(1, "groups_membership")}


def test_rule_1_two_cores_at_one_time(scene):
    drop("groups_membership", "groups_membership_one_core_at_a_time")
    enter(scene.co_built, scene.free, role="CORE")
    assert rules(check()) == {(1, "groups_membership")}


def test_rule_1_school_in_two_units_and_campus_that_is_core(scene):
    group = scenes.found(scene.county, scene.other_core, [scene.free], "城东教育集团", made.DAY)
    drop(
        "groups_membership",
        "groups_membership_campus_is_not_core_elsewhere",
        "groups_membership_one_core_at_a_time",
    )
    enter(group, scene.campus, role="CORE")
    told = {it["message"] for it in check()}
    assert "融合型集团的校区同时是集团的核心校。" in told
    drop("groups_membership", "groups_membership_in_one_integrated_group")
    run("UPDATE groups_membership SET type = 'INTEGRATED' WHERE group_id = %s", group.pk)
    assert "同一学校同时在两个融合型集团中。" in {it["message"] for it in check()}


def test_rule_1_membership_of_nobody(scene):
    drop("groups_membership", "groups_membership_of_a_school_or_a_cluster")
    run("UPDATE groups_membership SET school_id = NULL WHERE school_id = %s", scene.village.pk)
    assert rules(check()) == {(1, "groups_membership")}


# ---- rule 2


@pytest.mark.parametrize(
    ("statement", "school", "told"),
    [
        (
            "UPDATE directory_schoolfacts SET kind = 'LEGAL_PERSON' WHERE school_id = %s",
            "campus", "融合型集团是一个法人，成员“坑西小学”却是独立法人。",
        ),
        (
            "UPDATE directory_schoolfacts SET parent_id = NULL WHERE school_id = %s",
            "campus", "融合型集团的“坑西小学”不属于它的核心校。",
        ),
        (
            "UPDATE directory_schoolfacts SET kind = 'SECTION' WHERE school_id = %s",
            "core", "融合型集团的核心校“实验小学”不是独立法人。",
        ),
    ],
)  # fmt: skip
def test_rule_2_unit_that_is_not_one_legal_person(scene, statement, school, told):
    run(statement, getattr(scene, school).pk)
    assert [(it["rule"], it["message"]) for it in check()] == [(2, told)]


def test_rule_2_campus_of_a_campus_belongs_to_the_core(scene):
    inner = made.school(
        scene.county, "坑西教学点", kind="TEACHING_POINT", parent_id=scene.campus.pk
    )
    enter(scene.integrated, inner, type_="INTEGRATED")
    assert check() == []


def test_rule_2_own_campus_as_a_member(scene):
    run(
        "UPDATE directory_schoolfacts SET parent_id = %s WHERE school_id = %s",
        scene.core.pk, scene.village.pk,
    )  # fmt: skip
    told = "“举水乡小”与核心校是同一法人的部分，不能作它的成员校。"
    assert [(it["rule"], it["message"]) for it in check()] == [(2, told)]


def test_rule_2_member_from_another_county(scene):
    other = made.school(made.district("331127", "景宁县"), "景宁小学")
    enter(scene.co_built, other)
    assert rules(check()) == {(2, "groups_membership")}
    drop("groups_membership", "groups_membership_school_once_per_group")
    run("UPDATE groups_membership SET type = 'COLLABORATIVE' WHERE school_id = %s", other.pk)
    run(
        "UPDATE groups_groupfacts SET type = 'COLLABORATIVE' WHERE group_id = %s", scene.co_built.pk
    )
    run(
        "UPDATE groups_membership SET type = 'COLLABORATIVE' WHERE group_id = %s",
        scene.co_built.pk,
    )
    assert check() == []


# ---- rule 3


def test_rule_3_facts_that_overlap_or_are_empty(scene):
    drop(
        "directory_schoolfacts",
        "directory_schoolfacts_one_at_a_time",
        "directory_schoolfacts_name_once_per_district",
        "directory_schoolfacts_period_is_not_empty",
    )
    run(
        "INSERT INTO directory_schoolfacts (school_id, district_id, period, name, kind, stage,"
        " area_class, search, sort_key, created_at, source)"
        " SELECT school_id, district_id, '[2025-01-01,2025-02-01)', '别名小学', kind, stage,"
        " area_class, search, sort_key, created_at, source"
        " FROM directory_schoolfacts WHERE school_id = %s",
        scene.free.pk,
    )
    assert [(it["rule"], it["message"]) for it in check()] == [
        (3, "学校信息：该学校在这段时间已有另一条信息。")
    ]
    run("UPDATE directory_schoolfacts SET period = 'empty' WHERE name = '别名小学'")
    assert [(it["rule"], it["message"]) for it in check()] == [
        (3, "学校信息：期间为空：结束日期早于开始日期。")
    ]


def test_rule_3_code_that_is_used_again(scene):
    drop("directory_schoolfacts", "directory_schoolfacts_code_is_never_reused")
    run(
        "UPDATE directory_schoolfacts SET code = '3133112601' WHERE school_id IN (%s, %s)",
        scene.free.pk, scene.village.pk,
    )  # fmt: skip
    assert rules(check()) == {(3, "directory_schoolfacts")}


# ---- rules 7 and 8


def test_rule_8_published_row_edited_by_the_back_door_is_found(published):
    village = published.schools["举水乡小"].pk
    run(
        "UPDATE assessment_result SET final = 99 WHERE scheme_id = %s AND school_id = %s",
        published.scheme.pk, village,
    )  # fmt: skip
    found = check()
    assert rules(found) == {(8, "assessment_scheme"), (10, "assessment_result")}
    assert found[0]["message"] == (
        "2024学年捆绑考核 第 1 版的结果与发布时的快照不一致（举水乡小），发布后被改动过。"
    )
    assert "最终得分（存 99.00，应为 78.40）" in found[1]["message"]


def test_rule_8_published_score_edited_by_the_back_door_is_found(published):
    Score.objects.filter(entrant=published.entrant("举水乡小")).update(points="88.4")
    found = check()
    assert rules(found) == {(8, "assessment_scheme"), (10, "assessment_result")}
    assert "参评学校和得分" in found[0]["message"]
    wrong = {it["id"] for it in found if it["rule"] == 10}
    names = Result.objects.filter(pk__in=wrong).values_list("school_name", flat=True)
    assert {"举水乡小", "实验小学"} <= set(names)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessment_publication SET checksum = repeat('0', 64)",
        "UPDATE assessment_publication SET snapshot = replace(snapshot, '78.4', '98.4')",
        "UPDATE assessment_publication SET snapshot = 'x'",
    ],
)
def test_rule_8_snapshot_that_was_touched(published, statement):
    run(statement)
    assert (8, "assessment_publication") in rules(check())


def test_rule_8_published_version_without_a_paper(published):
    run("DELETE FROM assessment_publication")
    assert rules(check()) == {(8, "assessment_scheme")}


def test_rule_7_membership_changed_past_the_closing(published):
    run(
        "DELETE FROM groups_membership WHERE school_id = %s AND role = 'MEMBER'",
        published.schools["举水乡小"].pk,
    )
    assert (7, "assessment_scheme") in rules(check())


def test_rule_7_days_that_are_open_again(published):
    run("UPDATE directory_closing SET ended_at = now(), ended_reason = 'x'")
    assert rules(check()) == {(7, "assessment_scheme")}


def test_rule_8_version_that_is_corrected_stays_whole(published):
    """Its memberships may change then; what it rests on is in its snapshot."""
    draft = correct(published)
    group = published.schools["实验小学"].memberships.get(type="CO_BUILT").group
    enter(group, published.schools["城东小学"])
    assert check() == []
    published.scheme = draft
    published.reckon()
    submit(published)
    publish(published)
    assert check() == []


# ---- rules 9 and 10


def test_rule_9_missing_score_that_counts_all_the_same(published):
    Score.objects.filter(entrant=published.entrant("城东小学")).delete()
    assert (9, "assessment_result") in rules(check())


def test_rule_9_draft_whose_missing_score_is_zero(db):
    year = years.year(scores={**years.OWN, "城东小学": None})
    assert check() == []
    run(
        "UPDATE assessment_result SET status = 'FINAL', own = 0, final = 0, final_rank = 5,"
        " waits_for = '{}' WHERE school_id = %s",
        year.schools["城东小学"].pk,
    )
    assert rules(check()) == {(9, "assessment_result")}
    run("DELETE FROM assessment_result WHERE school_id = %s", year.schools["城东小学"].pk)
    assert rules(check()) == {(9, "assessment_scheme")}


def test_rule_10_own_score_of_a_draft(db):
    year = years.year()
    run(
        "UPDATE assessment_result SET own = own + 0.01 WHERE school_id = %s",
        year.schools["城东小学"].pk,
    )
    (found,) = check()
    assert (found["rule"], "存 88.01，应为 88.00" in found["message"]) == (10, True)


def test_rule_10_rank_and_derivation(published):
    run(
        "UPDATE assessment_result SET steps = '[]', final_rank = 2 WHERE school_id = %s",
        published.schools["实验小学"].pk,
    )
    found = [it for it in check() if it["rule"] == 10]
    assert len(found) == 1
    assert "最终名次（存 2，应为 1）、计算过程不一致" in found[0]["message"]


def test_rule_10_score_over_its_maximum(published):
    run("UPDATE assessment_score SET points = 101 WHERE entrant_id = %s",
        published.entrant("城东小学").pk)  # fmt: skip
    assert (10, "assessment_score") in rules(check())
