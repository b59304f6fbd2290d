"""Rule 7: what published results rest on no longer changes, also not at the very same instant."""

import datetime

import pytest
from django.db import connection, transaction

from core.errors import Denied
from core.spreadsheets.importing import Occasion
from directory.actions import bulk as school_bulk
from directory.actions import closings, school_ends, schools
from directory.enums import SchoolKind
from directory.guards import closings as guard
from directory.models import Closing, SchoolFacts
from groups.actions import bulk, changes, clusters, groups, imports, memberships
from groups.models import ClusterSchool, Membership
from tests.factories import county as made
from tests.factories import tables
from tests.groups import scenes
from tests.groups.test_races import at_once, sentences


UNTIL = datetime.date(2025, 7, 1)
AFTER = UNTIL + datetime.timedelta(days=1)
LOCKED = "2025-07-01 及以前的学校和集团关系已锁定：捆绑考核结果已发布"


def close(county, until=UNTIL):
    return closings.close(
        district_id=county.pk, until=until, source="assessment.scheme", source_id=2024,
        reason="捆绑考核结果已发布", actor=None, now=made.NOW,
    )  # fmt: skip


def reopen(county):
    return closings.reopen(
        district_id=county.pk, source="assessment.scheme", source_id=2024, reason="更正",
        actor=None, now=made.NOW,
    )  # fmt: skip


@pytest.fixture
def scene(db):
    return scenes.two_groups_of_one_core()


def by(scene):
    return {"actor": scene.clerk, "now": made.NOW}


def member(group, school):
    return Membership.objects.get(group=group, school=school).pk


# What each act would change first, given a day; acts that end something take the day before.
ACTS = {
    "enter": lambda s, day: schools.enter(
        district=s.county, facts={"name": "新建小学"}, first_day=day, **by(s)
    ),
    "enter many": lambda s, day: school_bulk.enter_schools(
        district=s.county, schools=[{"name": "新建小学"}], first_day=day, now=made.NOW
    ),
    "change": lambda s, day: schools.change(
        school_id=s.free.pk, facts={"name": "新名小学"}, first_day=day, **by(s)
    ),
    "close": lambda s, day: school_ends.close(
        school_id=s.free.pk, last_day=before(day), reason="撤并", **by(s)
    ),
    "found": lambda s, day: scenes.found(
        s.county, s.other_core, [s.free], "城东教育集团", day, actor=s.clerk
    ),
    "found many": lambda s, day: bulk.found_many(
        district_id=s.county.pk, first_day=day, now=made.NOW,
        groups=[("城东教育集团", "CO_BUILT", s.other_core.pk, [s.free.pk])],
    ),
    "join": lambda s, day: memberships.join(
        group_id=s.co_built.pk, school_id=s.free.pk, first_day=day, **by(s)
    ),
    "leave": lambda s, day: memberships.leave(
        membership_id=member(s.co_built, s.village), last_day=before(day), reason="退出", **by(s)
    ),
    "replace core": lambda s, day: changes.replace_core(
        group_id=s.co_built.pk, school_id=s.free.pk, first_day=day, old_core_stays=True,
        reason="轮换", **by(s)
    ),
    "change type": lambda s, day: changes.change_type(
        group_id=s.co_built.pk, type="COLLABORATIVE", first_day=day, reason="转型", **by(s)
    ),
    "dissolve": lambda s, day: groups.dissolve(
        group_id=s.co_built.pk, last_day=before(day), reason="期满", **by(s)
    ),
    "create cluster": lambda s, day: clusters.create(
        district_id=s.county.pk, name="五大堡片区", centre_id=s.free.pk,
        school_ids=[s.other_core.pk], first_day=day, **by(s)
    ),
    "take in": lambda s, day: clusters.take_in(
        cluster_id=cluster(s).pk, school_id=s.free.pk, first_day=day, **by(s)
    ),
    "let go": lambda s, day: clusters.let_go(
        place_id=ClusterSchool.objects.get(cluster=cluster(s), school=s.village).pk,
        last_day=before(day), **by(s)
    ),
    "dissolve cluster": lambda s, day: clusters.dissolve(
        cluster_id=cluster(s).pk, last_day=before(day), **by(s)
    ),
}  # fmt: skip


def before(day):
    return day - datetime.timedelta(days=1)


def cluster(scene):
    """A 片区 of three schools, made before the days are closed."""
    held = ClusterSchool.objects.filter(is_centre=True).select_related("cluster").first()
    return held.cluster if held else None


@pytest.fixture
def scene_with_cluster(scene):
    clusters.create(
        district_id=scene.county.pk, name="举水片区", centre_id=scene.other_core.pk,
        school_ids=[scene.village.pk, scene.section.pk], first_day=made.DAY, actor=None,
        now=made.NOW,
    )  # fmt: skip
    return scene


def counts():
    return {
        model.__name__: sorted(model.objects.values_list("pk", "period").order_by("pk"))
        for model in (SchoolFacts, Membership, ClusterSchool)
    }


@pytest.mark.parametrize("name", ACTS)
def test_rule_7_nothing_changes_on_a_closed_day(scene_with_cluster, name):
    if name == "create cluster":
        clusters.dissolve(
            cluster_id=cluster(scene_with_cluster).pk, last_day=made.DAY,
            **by(scene_with_cluster)
        )  # fmt: skip
    close(scene_with_cluster.county)
    held = counts()
    with pytest.raises(Denied, match=LOCKED), transaction.atomic():
        ACTS[name](scene_with_cluster, UNTIL)
    assert counts() == held
    ACTS[name](scene_with_cluster, AFTER)


def test_rule_7_correction_reaches_back_to_where_the_facts_begin(scene):
    close(scene.county)
    on = {"school_id": scene.free.pk, "on": AFTER, **by(scene)}
    with pytest.raises(Denied, match=LOCKED):
        schools.correct(facts={"name": "五大堡小学"}, **on)
    schools.correct(facts={"name": "五大堡乡小"}, **on)  # nothing wrong, nothing refused
    schools.change(
        school_id=scene.free.pk, facts={"name": "五大堡小学"}, first_day=AFTER, **by(scene)
    )
    schools.correct(facts={"name": "五大堡中心小学"}, **on)


def test_rule_7_what_lies_ahead_is_taken_back_only_behind_the_closed_days(scene):
    schools.change(
        school_id=scene.free.pk, facts={"name": "新名小学"}, first_day=UNTIL, **by(scene)
    )
    school_ends.close(
        school_id=scene.village.pk, last_day=before(UNTIL), reason="撤并", **by(scene)
    )
    close(scene.county)
    for school in (scene.free, scene.village):
        with pytest.raises(Denied, match=LOCKED):
            school_ends.withdraw(school_id=school.pk, today=made.DAY, **by(scene))


def test_rule_7_sentence_names_reason_day_and_cure(scene):
    close(scene.county)
    with pytest.raises(Denied) as refused:
        guard.check_open(scene.county.pk, UNTIL)
    assert str(refused.value) == (
        f"{LOCKED}（命令行，2024-09-01）。请填写之后的日期；"
        "确需更改的，由局领导对那一年的考核发起更正后再改。"
    )


def test_rule_7_reopened_days_change_again(scene):
    close(scene.county)
    assert reopen(scene.county) == 1
    ACTS["join"](scene, UNTIL)
    assert Closing.objects.get().ended_reason == "更正"


def test_rule_7_group_that_crosses_counties_asks_every_county(scene):
    other = made.district("331127", "景宁县")
    partner = made.school(other, "景宁小学")
    third = made.school(other, "澄照乡小")
    group = scenes.found(
        scene.county, scene.other_core, [partner], "跨县协作", made.DAY, "COLLABORATIVE"
    )
    close(other)
    asked = {"group_id": group.pk, "school_id": third.pk, **by(scene)}
    with pytest.raises(Denied, match=LOCKED):
        memberships.join(first_day=UNTIL, **asked)
    with pytest.raises(Denied, match=LOCKED):
        scenes.found(scene.county, scene.free, [partner], "又一协作", made.DAY, "COLLABORATIVE")
    memberships.join(first_day=AFTER, **asked)


def test_rule_7_import_of_groups(scene, tmp_path, capsys):
    rows = [
        dict(zip(("类型", "集团", "学校", "角色"), row, strict=True))
        for row in (
            ("共建型", "城东集团", "城东小学", "核心校"),
            ("共建型", "城东集团", "五大堡乡小", "成员校"),
        )
    ]
    path = tables.xlsx(tmp_path / "a.xlsx", rows)
    close(scene.county)
    asked = (path, "--district", scene.county.code, "--start")
    held = counts()
    code, told = tables.command(capsys, "import_groups", *asked, UNTIL)
    assert (code, counts()) == (1, held)
    assert LOCKED in told["errors"][0]["message"]
    code, told = tables.command(capsys, "import_groups", *asked, AFTER)
    assert (code, told["counts"]["created"]) == (0, 2)


def test_rule_7_import_of_groups_is_not_undone_on_closed_days(scene):
    close(scene.county)
    occasion = Occasion(scene.county.pk, AFTER, made.DAY, made.NOW, "导入")
    with pytest.raises(Denied, match=LOCKED):
        imports.undo([], occasion)


def test_rule_7_import_of_schools(scene, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2025-06-01T09:00:00+08:00")
    path = tables.xlsx(tmp_path / "a.xlsx", [{"学校名称": "新建小学", "办学类型": "独立法人"}])
    close(scene.county)
    asked = ("import_schools", path, "--district", scene.county.code)
    code, told = tables.command(capsys, *asked)
    assert (code, LOCKED in told["errors"][0]["message"]) == (1, True)
    assert tables.command(capsys, *asked, "--start", AFTER)[0] == 0


# ---- at the same instant


LOCKS = """
SELECT count(*) FROM pg_locks
 WHERE locktype = 'advisory' AND granted = %s
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def until_a_lock_is(granted):
    """Wait until an advisory lock of this database is held, or waited for."""
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute(LOCKS, [granted])
            if cursor.fetchone()[0]:
                return True
            cursor.execute("SELECT pg_sleep(0.05)")
    return False


def both(first, second):
    """The first act stays open until the second waits for it; the sentences of what failed."""
    waited = []

    def held():
        with transaction.atomic():
            first()
            waited.append(until_a_lock_is(granted=False))

    def after():
        until_a_lock_is(granted=True)
        return second()

    told = at_once(held, after)
    assert waited == [True]
    return sentences(told)


@pytest.mark.django_db(transaction=True)
def test_change_under_way_is_waited_for_and_then_seen():
    scene = scenes.two_groups_of_one_core()
    seen = []

    def publish():
        with transaction.atomic():
            closings.hold(district_id=scene.county.pk)
            seen.extend(
                Membership.objects.on(UNTIL).filter(group=scene.co_built, school=scene.free)
            )
            close(scene.county)

    assert both(lambda: ACTS["join"](scene, UNTIL), publish) == []
    assert len(seen) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["enter", "change", "found", "join", "dissolve"])
def test_change_that_comes_while_results_are_published_is_refused(name):
    scene = scenes.two_groups_of_one_core()
    told = both(
        lambda: (closings.hold(district_id=scene.county.pk), close(scene.county)),
        lambda: ACTS[name](scene, UNTIL),
    )
    assert len(told) == 1
    assert LOCKED in told[0]


@pytest.mark.django_db(transaction=True)
def test_changes_of_one_county_do_not_wait_for_each_other():
    scene = scenes.two_groups_of_one_core()
    campus = made.school(
        scene.county, "城东校区", kind=SchoolKind.CAMPUS, parent_id=scene.other_core.pk
    )
    told = at_once(
        lambda: ACTS["join"](scene, UNTIL),
        lambda: scenes.found(
            scene.county, scene.other_core, [campus], "城东教共体", UNTIL, "INTEGRATED"
        ),
    )
    assert sentences(told) == []
