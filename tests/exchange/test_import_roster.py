"""``import_roster``: the file as received, and every row that must not come in."""

from pathlib import Path

import pytest

from exchange.models import RosterLine
from filings.models import Filing
from tests.exchange import scenes
from tests.factories import county as made
from tests.factories import exchange as placed
from tests.factories import tables


FILE = Path(__file__).resolve().parents[1] / "data" / "roster-2024-as-received.xlsx"
NONE = {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")


@pytest.fixture
def scene(db):
    scene = scenes.build()
    made.school(scene.county, "竹口镇校小学部")
    return scene


@pytest.fixture
def run(scene, capsys):
    def run(path, *options, year="2024"):
        return tables.command(
            capsys, "import_roster", path, "--district", scene.county.code, "--year", year, *options
        )

    return run


def row(**changed):
    said = {
        "派出学校": "实验小学", "接收学校": "举水乡小", "工号": "1001", "姓名": "教师甲",
        "类别": "派驻任教", "学科": "语文", "拟任职务": "副校长", "开始日期": "2024-09-01",
        "结束日期": "2027-08-31", "申请方式": "个人申请",
    }  # fmt: skip
    return said | changed


def test_x12_the_roster_as_received(run):
    code, told = run(FILE)
    assert code == 0, told
    assert told["counts"]["created"] == 4
    found = [
        (str(it.teacher), it.get_kind_display(), it.get_way_display(), it.subject, it.duty,
         str(it.period.lower), str(it.period.upper), it.roster.filing.title)
        for it in RosterLine.objects.select_related("teacher", "roster__filing").order_by("pk")
    ]  # fmt: skip
    core = "实验小学2024—2025学年教师交流轮岗花名册"
    member = "举水乡小2024—2025学年教师交流轮岗花名册"
    assert found == [
        ("教师甲", "派驻任教", "组织安排", "语文", "副校长", "2024-09-01", "2027-09-01", core),
        ("教师乙", "派驻任教", "个人申请", "数学", "", "2024-09-01", "2027-09-01", core),
        ("教师丙", "支教", "个人申请", "英语", "", "2024-09-01", "2025-09-01", core),
        ("教师丁", "跟岗", "学校推荐", "语文", "", "2024-09-01", "2025-07-16", member),
    ]
    assert {it.state for it in Filing.objects.order_by("pk")} == {"DRAFT"}
    code, told = run(FILE)
    assert (code, told["counts"]["created"], told["counts"]["updated"]) == (0, 0, 0)
    assert told["counts"]["unchanged"] == 4
    assert Filing.objects.count() == 2


def test_x12_dry_run_saves_nothing(run):
    code, told = run(FILE, "--dry-run")
    assert (code, told["counts"]["created"]) == (0, 4)
    assert not Filing.objects.exists()


FAULTS = {
    "工号 not on file": (row(工号="9999"), "工号", "没有工号为 9999 的在册教师"),
    "another name": (row(姓名="教师丙"), "姓名", "不是这个姓名"),
    "not of that school": (
        row(派出学校="江滨小学"), "派出学校", "的教师不在这所学校任教"),
    "unknown school": (row(接收学校="举水小"), "接收学校", "最接近的是“举水乡小”"),
    "same school": (row(接收学校="实验小学"), "接收学校", "相同"),
    "days turned round": (row(结束日期="2024-08-31"), "结束日期", "早于开始日期"),
    "unknown kind": (row(类别="挂靠"), "类别", "请填：派驻任教"),
    "blank": (row(申请方式=""), "申请方式", "没有填写"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_x12_each_fault_is_told_at_its_cell_and_nothing_is_saved(run, tmp_path, name):
    said, column, sentence = FAULTS[name]
    rows = [row(工号="1002", 姓名="教师 乙"), said]
    code, told = run(tables.xlsx(tmp_path / "a.xlsx", rows))
    assert (code, told["counts"]) == (1, NONE)
    found = [it["message"] for it in told["errors"] if (it["row"], it["column"]) == (3, column)]
    assert [sentence in it for it in found] == [True], told["errors"]
    assert not Filing.objects.exists()


def test_x12_a_row_twice_in_the_file_is_refused(run, tmp_path):
    code, told = run(tables.xlsx(tmp_path / "a.xlsx", [row(), row(接收学校="竹口小学")]))
    assert code == 1
    assert "与第 2 行" in told["errors"][0]["message"]


def test_x12_a_changed_row_changes_its_draft_and_never_a_filed_roster(run, tmp_path, scene):
    run(tables.xlsx(tmp_path / "a.xlsx", [row()]))
    code, told = run(tables.xlsx(tmp_path / "b.xlsx", [row(学科="数学")]))
    assert (code, told["counts"]["updated"]) == (0, 1)
    line = RosterLine.objects.get()
    assert line.subject == "数学"
    scenes.rosters.submit(roster_id=line.roster_id, **scenes.move(scene.principal))
    code, told = run(tables.xlsx(tmp_path / "c.xlsx", [row(学科="语文")]))
    assert code == 1
    assert "请先退回起草或重开一版" in told["errors"][0]["message"]


def test_a_teacher_who_left_is_refused(run, tmp_path, scene):
    gone = placed.teacher(scene.core, "1009", "教师己")
    gone.employments.update(period=("2020-09-01", "2023-09-01"))
    code, told = run(tables.xlsx(tmp_path / "a.xlsx", [row(工号="1009", 姓名="教师己")]))
    assert code == 1
    assert "不在岗" in told["errors"][0]["message"]
