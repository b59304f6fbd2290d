"""``build_report``: the contract of operations.md."""

import hashlib
import json

import pytest
from django.core.management import CommandError, call_command

from reports.models import Report
from tests.factories import county as made
from tests.factories.tables import command
from tests.reports import scenes


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out.pdf"


def build(capsys, out, kind="yearly", year="2024", district="331126", extra=()):
    return command(
        capsys, "build_report", kind, "--district", district, "--year", year, *extra, "-o", out
    )


@pytest.mark.usefixtures("printer")
def test_a_draft_is_laid_out_and_nothing_is_stored(scene, out, capsys):
    code, told = build(capsys, out)
    content = out.read_bytes()
    assert (code, told["ok"], told["path"]) == (0, True, str(out))
    assert told["sha256"] == hashlib.sha256(content).hexdigest()
    assert (told["pages"], told["as_of"], told["draft"]) == (3, "2025-08-31", True)
    assert Report.objects.count() == 0


@pytest.mark.usefixtures("printer")
def test_x14_an_issued_report_is_written_out_byte_for_byte(scene, out, capsys):
    report = scenes.issued(scene, scenes.drafted(scene, scene.yearly))
    made.school(scene.county, "后来的小学", first_day=scenes.AS_OF)
    code, told = build(capsys, out)
    assert (code, told["sha256"], told["draft"]) == (0, report.checksum, False)
    with report.file.content.open("rb") as file:
        assert out.read_bytes() == file.read()
    assert (told["version"], told["title"]) == (1, report.title)
    newer = scenes.issued(scene, scenes.drafted(scene, scene.yearly, reason="更正"))
    assert build(capsys, out)[1]["sha256"] == newer.checksum


@pytest.mark.usefixtures("printer")
def test_x14_characters_without_a_glyph_are_named(scene, out, capsys):
    made.school(scene.county, "𠮷田小学", first_day=scenes.AS_OF)
    assert build(capsys, out)[1]["missing"] == "𠮷"
    asked = ["yearly", "--district", "331126", "--year", "2024", "-o", str(out)]
    call_command("build_report", *asked)
    assert "没有字形，印成空框：𠮷。请管理员" in capsys.readouterr().out


@pytest.mark.usefixtures("printer")
def test_a_damaged_file_is_not_handed_out(scene, out, capsys):
    report = scenes.issued(scene, scenes.drafted(scene, scene.yearly))
    with open(report.file.content.path, "ab") as file:
        file.write(b"!")
    code, told = build(capsys, out)
    assert (code, told["ok"]) == (1, False)
    assert "校验码不符" in told["errors"][0]["message"]
    assert not out.exists()


@pytest.mark.usefixtures("printer")
def test_the_kinds_that_exist(scene, out, capsys):
    for kind, extra, title in (
        ("monthly", ("--month", "2025-07"), "庆元县集团化办学工作月报（2025年7月）"),
        ("term", ("--term", "2"), "庆元县2024—2025学年第二学期集团化办学工作总结"),
        ("group", ("--group", "实验小学教育集团"), "实验小学教育集团2024—2025学年度报告"),
        ("group", ("--group", " 實驗小學 教育集團 "), "实验小学教育集团2024—2025学年度报告"),
    ):
        code, told = build(capsys, out, kind, extra=extra)
        assert (code, told["title"]) == (0, title)


@pytest.mark.parametrize("kind", ["duties", "roster", "allowances"])
def test_kinds_that_do_not_exist_yet_are_wrong_usage(db, out, kind):
    with pytest.raises(CommandError, match="系统中还没有它的数据") as refused:
        call_command("build_report", kind, "--district=331126", "--year=2024", "-o", str(out))
    assert refused.value.returncode == 2
    assert not out.exists()


@pytest.mark.parametrize(
    ("kind", "wanted"), [("monthly", "--month"), ("term", "--term"), ("group", "--group")]
)
def test_an_option_that_is_missing_is_wrong_usage(db, out, kind, wanted):
    with pytest.raises(CommandError, match=wanted) as refused:
        call_command("build_report", kind, "--district=331126", "--year=2024", "-o", str(out))
    assert refused.value.returncode == 2


@pytest.mark.usefixtures("printer")
@pytest.mark.parametrize(
    ("asked", "column", "said"),
    [
        ({"district": "999999"}, "--district", "没有行政区 999999"),
        ({"year": "2031"}, "--year", "2031—2032学年还没有开始"),
        (
            {"kind": "term", "year": "2025", "extra": ("--term", "2")},
            "--year",
            "2025—2026学年第二学期还没有开始",
        ),
        ({"year": "2001"}, "--year", "还没有学校和集团的登记"),
        ({"year": "24"}, "--year", "学年应写开始的年份"),
        (
            {"kind": "group", "extra": ("--group", "没有的集团")},
            "--group",
            "没有集团“没有的集团”，请核对名称；现有：实验小学教共体、实验小学教育集团。",
        ),
        (
            {"kind": "monthly", "extra": ("--month", "2025-09")},
            "--year",
            "2025年9月属于 2025 年开始的学年，请写 --year 2025。",
        ),
    ],
)
def test_what_is_not_there_is_an_error_in_the_usual_shape(scene, out, capsys, asked, column, said):
    code, told = build(capsys, out, **asked)
    assert (code, told["ok"]) == (1, False)
    [error] = told["errors"]
    assert set(error) == {"sheet", "row", "column", "value", "message"}
    assert error["column"] == column
    assert said in error["message"]
    assert not out.exists()


@pytest.mark.usefixtures("printer")
def test_never_half_a_file(scene, tmp_path, capsys, monkeypatch):
    for out, said in (
        (tmp_path / "out.doc", "以 .pdf 结尾"),
        (tmp_path / "none" / "out.pdf", "不存在"),
    ):
        code, told = build(capsys, out)
        assert (code, told["errors"][0]["column"]) == (1, "-o")
        assert said in told["errors"][0]["message"]
    out = tmp_path / "out.pdf"
    out.write_bytes(b"before")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    code, told = build(capsys, out)
    assert code == 1
    assert "检查权限和磁盘空间" in told["errors"][0]["message"]
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".pdf"] == ["out.pdf"]
    assert out.read_bytes() == b"before"


@pytest.mark.usefixtures("printer")
def test_people_read_sentences(scene, out, capsys):
    call_command("build_report", "yearly", "--district=331126", "--year=2024", "-o", str(out))
    told = capsys.readouterr().out
    assert "已写出" in told
    assert "（草稿），3 页" in told
    with pytest.raises(json.JSONDecodeError):
        json.loads(told)
