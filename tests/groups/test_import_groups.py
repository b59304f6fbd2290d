"""``import_groups``: the real lists, and every breach of rules 1 and 2 at its row."""

import datetime
from pathlib import Path

import pytest

from directory.models import SchoolFacts
from groups.models import GroupFacts, Membership
from tests.factories import county as made
from tests.factories import tables


ALL = {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0}
QINGYUAN = Path(__file__).resolve().parents[2] / "desk" / "data" / "groups-qingyuan.csv"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def run(county, capsys):
    def run(path, *options, start="2024-09-01"):
        return tables.command(
            capsys, "import_groups", path, "--district", county.code, "--start", start, *options
        )

    return run


def united(group, school, role="成员校", parent="一校"):
    return line(group, school, role, "" if role == "核心校" else parent, type="融合型")


def line(group, school, role="成员校", parent="", type="共建型"):  # noqa: A002 - the column's word
    return {"类型": type, "集团": group, "学校": school, "角色": role, "所属学校": parent}


def test_b3_1_the_list_of_qingyuan(run):
    code, told = run(QINGYUAN)
    assert (code, told["counts"]) == (0, ALL | {"created": 26}), told
    assert GroupFacts.objects.count() == 11
    kinds = {it.name: it.kind for it in SchoolFacts.objects.order_by("pk")}
    assert len(kinds) == 27
    some = ("坑西小学", "竹口镇校小学部", "竹口中心学校", "举水乡小")
    assert [kinds[it] for it in some] == ["CAMPUS", "SECTION", "LEGAL_PERSON", "LEGAL_PERSON"]
    section = SchoolFacts.objects.get(name="竹口镇校小学部")
    assert section.parent_id == SchoolFacts.objects.get(name="竹口中心学校").school_id
    assert set(SchoolFacts.objects.order_by("pk").values_list("code", flat=True)) == {None}
    assert run(QINGYUAN)[1]["counts"] == ALL | {"unchanged": 26}
    assert run(QINGYUAN, start="2024-10-01")[1]["counts"] == ALL | {"unchanged": 26}


def test_other_words_for_roles_and_full_width(run, tmp_path):
    rows = [line("甲集团", "甲校", "龙头校"), line("甲 集团", "乙校", "受援校")]
    assert run(tables.csv_file(tmp_path / "a.csv", rows, encoding="gb18030"))[0] == 0
    assert {it.role for it in Membership.objects.order_by("pk")} == {"CORE", "MEMBER"}
    assert GroupFacts.objects.get().name == "甲集团"


FAULTS = {
    "two cores": ([line("甲", "一校", "核心校"), line("甲", "二校", "核心校"), line("甲", "三校")],
                  [(3, "角色", "已有核心校“一校”（第 2 行）")]),
    "no core": ([line("甲", "一校"), line("甲", "二校")], [(2, "角色", "没有核心校")]),
    "no member": ([line("甲", "一校", "核心校")], [(2, "角色", "没有成员校")]),
    "school twice": ([line("甲", "一校", "核心校"), line("甲", "二校"), line("甲", "二 校")],
                     [(4, "学校", "与第 3 行重复")]),
    "two types": ([line("甲", "一校", "核心校"), line("甲", "二校", type="协作型")],
                  [(3, "类型", "类型却不同")]),
    "unknown words": ([line("甲", "一校", "组长校"), line("甲", "二校", type="联盟")],
                      [(2, "角色", "请填：核心校"), (3, "类型", "请填：融合型")]),
    "two integrated": (
        [united("甲", "一校", "核心校"), united("甲", "二校"),
         united("乙", "三校", "核心校"), united("乙", "二校")],
        [(5, "学校", "已在另一个融合型集团（第 3 行）")]),
    "campus is core elsewhere": (
        [united("甲", "一校", "核心校"), united("甲", "二校"),
         line("乙", "二校", "核心校"), line("乙", "四校")],
        [(4, "角色", "不能作核心校")]),
    "integrated legal person": (
        [line("甲", "一校", "核心校", type="融合型"), line("甲", "二校", type="融合型")],
        [(3, "学校", "是独立法人，请在所属学校填“一校”")]),
    "own section as member": (
        [line("甲", "一校", "核心校"), line("甲", "二校", parent="一校")],
        [(3, "学校", "核心校自己的校区或学部")]),
    "own parent": ([line("甲", "一校", "核心校"), line("甲", "二校", parent="二校")],
                   [(3, "所属学校", "不能是自己")]),
    "blank": ([line("甲", "一校", "核心校"), line("甲", "")], [(3, "学校", "没有填写")]),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_breach_is_told_at_its_row_and_nothing_is_saved(run, tmp_path, name):
    rows, expected = FAULTS[name]
    code, told = run(tables.xlsx(tmp_path / "a.xlsx", rows))
    assert (code, told["counts"]) == (1, ALL)
    for row, column, sentence in expected:
        found = [it for it in told["errors"] if (it["row"], it["column"]) == (row, column)]
        assert [sentence in it["message"] for it in found] == [True], told["errors"]
    assert not SchoolFacts.objects.exists()


def test_what_is_on_file_is_not_changed_by_a_list(run, tmp_path):
    rows = [line("甲", "一校", "核心校"), line("甲", "二校")]
    run(tables.xlsx(tmp_path / "a.xlsx", rows))
    for again, column, sentence in [
        ([line("甲", "二校", "核心校")], "角色", "在册是成员校"),
        ([line("甲", "三校", "核心校")], "角色", "已有核心校“一校”（在册）"),
        ([line("甲", "三校", type="协作型")], "类型", "在册是共建型"),
    ]:
        code, told = run(tables.xlsx(tmp_path / "b.xlsx", again))
        assert code == 1
        assert column in {it["column"] for it in told["errors"] if sentence in it["message"]}
    code, told = run(tables.xlsx(tmp_path / "c.xlsx", [*rows, line("甲", "三校")]))
    assert (code, told["counts"]) == (0, ALL | {"created": 1, "unchanged": 2})


def test_a_school_on_file_only_later_reaches_back_to_the_start(run, county, tmp_path):
    made.school(county, "一校", first_day=datetime.date(2024, 10, 1))
    rows = [line("甲", "一校", "核心校"), line("甲", "二校")]
    assert run(tables.xlsx(tmp_path / "a.xlsx", rows), start="2023-09-01")[0] == 0
    starts = {it.period.lower for it in SchoolFacts.objects.order_by("pk")}
    assert starts == {datetime.date(2023, 9, 1)}


def test_b2_7_a_cluster_on_file_joins_as_member(run, county, tmp_path):
    from groups.models import Cluster  # noqa: PLC0415 - made here only

    Cluster.objects.create(district=county, name="竹口片区", search="竹口片区")
    rows = [line("甲", "一校", "核心校"), line("甲", "竹口片区")]
    assert run(tables.xlsx(tmp_path / "a.xlsx", rows))[0] == 0
    assert Membership.objects.get(role="MEMBER").cluster.name == "竹口片区"
    rows = [line("乙", "竹口片区", "核心校"), line("乙", "一校")]
    code, told = run(tables.xlsx(tmp_path / "b.xlsx", rows))
    assert (code, "是片区" in told["errors"][0]["message"]) == (1, True)
