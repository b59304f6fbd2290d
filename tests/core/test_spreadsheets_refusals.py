"""Files that are no honest spreadsheet are refused with a sentence, and cost little."""

import contextlib
import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import zipfile

import openpyxl
import pytest
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

from core.spreadsheets import ooxml
from core.spreadsheets.reading import Unreadable, read_workbook
from core.spreadsheets.refusals import Refused


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HONEST = '<row r="1"><c r="A1"><v>1</v></c></row>'
MEGABYTE = 1024 * 1024


def package(path, rows=HONEST, *, before="", after="", name="学校", **parts):
    """A bare .xlsx with one sheet; ``parts`` are further files by name, _ for a dot."""
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships><Relationship Id="rId1" Type="{LINKS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="rId1" '
        f'Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
        f'Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}'
        f"</sheetData>{after}</worksheet>",
    }
    files |= {f"xl/{part.replace('_', '.')}": text for part, text in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in files.items():
            archive.writestr(part, text)
    return path


def refusal(path, **options) -> str:
    with pytest.raises(Unreadable) as caught:
        read_workbook(path, **options)
    sentence = str(caught.value)
    assert "{" not in sentence
    assert sentence.endswith("。")
    return sentence


def test_the_bare_package_itself_is_read(tmp_path):
    path = package(tmp_path / "a.xlsx", name="{甲}")
    assert [sheet.name for sheet in read_workbook(path).sheets] == ["{甲}"]


def test_missing_file(tmp_path):
    assert "找不到文件“没有.xlsx”" in refusal(tmp_path / "没有.xlsx")
    assert "找不到" in refusal(package(tmp_path / "a.xlsx") / "b.xlsx")


def test_folder_and_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert "是文件夹" in refusal(tmp_path)
    assert "不是普通文件" in refusal(tmp_path / "pipe.xlsx")


def test_empty_file(tmp_path):
    (tmp_path / "a.xlsx").touch()
    assert "是空的" in refusal(tmp_path / "a.xlsx")


def test_et_is_refused_by_name_of_the_upload_too(tmp_path):
    path = package(tmp_path / "得分.et")
    assert refusal(path) == "文件“得分.et”是 WPS 的 .et 格式，请另存为 .xlsx 后再用。"
    path = package(tmp_path / "upload.tmp")
    assert "“得分.ET”是 WPS 的 .et 格式" in refusal(path, name="得分.ET")


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40,
        b"<html><table><tr><td>1</td></tr></table></html>",
        "学校,得分\n实验小学,92.5\n".encode("gb18030"),
        b"PK",
        b"x",
    ],
    ids=["photo", "web page", "text", "two bytes of a zip", "one byte"],
)
def test_what_is_no_spreadsheet(tmp_path, content):
    (tmp_path / "得分.xlsx").write_bytes(content)
    assert "“得分.xlsx”" in refusal(tmp_path / "得分.xlsx")


def test_other_documents(tmp_path):
    for name, sentence in [
        ("word/document.xml", "不是 Excel 表格"),
        ("content.xml", "其他表格格式"),
        ("xl/workbook.bin", "其他表格格式"),
    ]:
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
            archive.writestr(name, "<x/>")
        assert sentence in refusal(tmp_path / "a.xlsx")


def test_a_text_document_with_proper_links(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        link = f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="word/document.xml"/>'
        archive.writestr("_rels/.rels", f"<Relationships>{link}</Relationships>")
        archive.writestr("word/document.xml", "<document><p/></document>")
    assert "不是 Excel 表格" in refusal(tmp_path / "a.xlsx")


def test_too_many_bytes(tmp_path):
    with open(tmp_path / "a.xlsx", "wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(50 * MEGABYTE)
    assert "有 50.0 MB，超过 20 MB 的上限" in refusal(tmp_path / "a.xlsx")


def test_passwords_of_both_formats(tmp_path):
    sentence = "文件“得分.xlsx”有打开密码，请在 Excel 或 WPS 中去掉密码后另存再用。"
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with open(tmp_path / "a.xlsx", "rb") as source, open(tmp_path / "得分.xlsx", "wb") as target:
        OOXMLFile(source).encrypt("secret", target)
    assert refusal(tmp_path / "得分.xlsx") == sentence

    old = tmp_path / "旧.xls"
    old_workbook(old)
    data = old.read_bytes()
    # A FILEPASS record (RC4) takes the place of the record after the BOF of the workbook.
    start = data.index(b"\x09\x08\x10\x00\x00\x06")
    old.write_bytes(data[: start + 20] + b"\x2f\x00" + data[start + 22 :])
    assert "有打开密码" in refusal(old)


def old_workbook(path, row=0, column=0):
    book = xlwt.Workbook()
    sheet = book.add_sheet("旧表")
    sheet.write(0, 0, 1)
    sheet.write(1, 0, "学校")
    if row:
        sheet.write(row, column, 1)
    book.save(str(path))
    return path


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.99])
def test_truncated_files(tmp_path, kept):
    for path in (package(tmp_path / "a.xlsx"), old_workbook(tmp_path / "a.xls")):
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * kept)])
        if path.suffix == ".xlsx" or kept < 0.9:
            assert "已损坏或不完整" in refusal(path)


def test_damaged_files_never_do_worse_than_a_sentence(tmp_path):
    chance = random.Random(7)  # noqa: S311 - damage, not secrets
    for source in (package(tmp_path / "a.xlsx"), old_workbook(tmp_path / "a.xls")):
        whole = source.read_bytes()
        for _ in range(15):
            data = bytearray(whole)
            for _ in range(20):
                data[chance.randrange(len(data))] = chance.randrange(256)
            (tmp_path / "damaged").write_bytes(data)
            with contextlib.suppress(Unreadable):
                read_workbook(tmp_path / "damaged")


def test_chained_sectors_without_end(tmp_path):
    path = old_workbook(tmp_path / "a.xls")
    data = bytearray(path.read_bytes())
    (table,) = struct.unpack_from("<I", data, 76)
    struct.pack_into("<4I", data, (table + 1) * 512, 1, 2, 3, 0)
    path.write_bytes(data)
    assert "已损坏或不完整" in refusal(path)


def test_zip_bomb_by_its_own_words(tmp_path):
    path = package(tmp_path / "a.xlsx", sharedStrings_xml=b"<sst>" + b" " * 300 * MEGABYTE)
    assert "解压后大得不像正常的表格" in refusal(path)


@pytest.mark.parametrize("honest_checksum", [True, False])
def test_zip_bomb_that_lies_about_its_size(tmp_path, honest_checksum):
    bomb = b"<sst>" + b" " * 100 * MEGABYTE
    path = package(tmp_path / "a.xlsx", sharedStrings_xml=bomb)
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("xl/sharedStrings.xml")
    data = path.read_bytes()
    data = data.replace(struct.pack("<I", entry.file_size), struct.pack("<I", 1000))
    if not honest_checksum:
        short = zipfile.crc32(bomb[:1000])
        data = data.replace(struct.pack("<I", entry.CRC), struct.pack("<I", short))
    path.write_bytes(data)
    assert "已损坏或不完整" in refusal(path)


def test_entities_are_not_expanded(tmp_path):
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "哈" * 10}">' for n in range(9)
    )
    path = package(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&e8;</t></is></c></row>',
        before=f"<!DOCTYPE x [{entities}]>",
    )
    assert "不应有的内容" in refusal(path)


@pytest.mark.parametrize(
    "rows",
    [
        HONEST + "".join(f'<row r="{number}" ht="14"/>' for number in range(2, 1_048_577)),
        HONEST + '<row r="1048576"/>',
        "<row/>" * 1_000_000,
        "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(1, 30_000)),
        '<row><c r="A1048576"><f>1+1</f></c></row>',
    ],
    ids=["a million", "one far row", "without numbers", "formats only", "a formula far below"],
)
def test_rows_far_below_are_refused_with_the_sheet_and_the_cure(tmp_path, rows):
    sentence = refusal(package(tmp_path / "a.xlsx", rows))
    assert sentence.startswith("文件“a.xlsx”的工作表“学校”一直延伸到第 20000 行以下")
    assert "请删除数据下方的空行后另存" in sentence


@pytest.mark.parametrize("chunk", [*range(1, 70, 3), 200, 1000])
def test_wherever_the_stream_is_cut_nothing_is_missed(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(ooxml, "CHUNK", chunk)
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="1"><f>A1*2</f><v>2</v></c></row>'
        '<row r="2"><c r="AA2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="AB2" t="e"><v>#N/A</v></c>'
        '<c r="XFD2" s="1"/></row><row r="9" ht="14"/>'
    )
    assert ooxml.survey(package(tmp_path / "a.xlsx", rows), max_rows=9) == {
        "学校": {(0, 1): (True, None), (1, 26): (True, "#DIV/0!"), (1, 27): (False, "#N/A")}
    }
    with pytest.raises(Refused):
        ooxml.survey(tmp_path / "a.xlsx", max_rows=8)
    package(tmp_path / "a.xlsx", rows.replace('s="1"/>', 's="1"><v>1</v></c>'))
    with pytest.raises(Refused):
        ooxml.survey(tmp_path / "a.xlsx", max_rows=9)


def test_the_number_of_rows_may_be_set(tmp_path):
    book = openpyxl.Workbook()
    book.active["A11"] = 1
    book.save(tmp_path / "a.xlsx")
    assert "第 10 行以下" in refusal(tmp_path / "a.xlsx", max_rows=10)
    assert len(read_workbook(tmp_path / "a.xlsx", max_rows=11).sheets[0].rows) == 11


def test_columns_far_to_the_right(tmp_path):
    book = openpyxl.Workbook()
    book.active["XFD1"], book.active["A20000"] = 1, 2
    book.save(tmp_path / "a.xlsx")
    assert "在第 702 列右侧还有内容（如 XFD1），请删除" in refusal(tmp_path / "a.xlsx")

    book = openpyxl.Workbook()
    book.active["ZZ1"], book.active["A20000"] = 1, 2
    book.save(tmp_path / "a.xlsx")
    assert "太大或太复杂" in refusal(tmp_path / "a.xlsx")


def test_a_format_far_to_the_right_does_no_harm(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "学校"
    book.active["XFD1"].font = openpyxl.styles.Font(bold=True)
    book.save(tmp_path / "a.xlsx")
    assert len(read_workbook(tmp_path / "a.xlsx").sheets[0].rows[0]) == 1


def test_far_corners_of_the_old_format(tmp_path):
    assert "工作表“旧表”一直延伸到第 20000 行以下" in refusal(
        old_workbook(tmp_path / "a.xls", 65_535, 255)
    )
    assert "太大或太复杂" in refusal(old_workbook(tmp_path / "a.xls", 19_999, 255))


def test_merged_areas_that_overlap_without_end(tmp_path):
    areas = "".join(f'<mergeCell ref="A{number}:Z20000"/>' for number in range(1, 20_000))
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="Z{n}"><v>1</v></c></row>'
        for n in range(1, 20_001)
    )
    path = package(tmp_path / "a.xlsx", rows, after=f"<mergeCells>{areas}</mergeCells>")
    assert "“a.xlsx”" in refusal(path)


def test_too_many_cells(tmp_path):
    rows = "".join(f'<row r="{n}">' + "<c><v>1</v></c>" * 30 + "</row>" for n in range(1, 15_001))
    assert "超过 40 万个" in refusal(package(tmp_path / "a.xlsx", rows))


MEASURE = """
import json, resource, sys, time
sys.path.insert(0, {root!r})
from core.spreadsheets import ooxml
from core.spreadsheets.reading import Unreadable, read_workbook
try:
    told = str(len(read_workbook(sys.argv[1]).sheets))
except Unreadable as refused:
    told = str(refused)
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
# Our own figure there would include what the process had that started us.
caller = next(line.split()[1] for line in open("/proc/self/status") if line[:5] == "VmHWM")
print(json.dumps([told, child * 1024, int(caller) * 1024]))
"""


@pytest.mark.parametrize("case", ["long texts", "wide", "many strings", "far corner", "honest"])
def test_neither_process_grows(tmp_path, case):
    path, chance = tmp_path / "a.xlsx", random.Random(1)  # noqa: S311 - filler, not secrets
    if case == "long texts":  # one text of 90 kB that 300 000 cells point at
        rows = "".join(
            f'<row r="{n}">' + '<c t="s"><v>0</v></c>' * 15 + "</row>" for n in range(20_000)
        )
        package(path, rows, sharedStrings_xml=f"<sst><si><t>{'长' * 30_000}</t></si></sst>")
    elif case == "wide":
        cells = "".join(f"<c><v>{chance.random()}</v></c>" for _ in range(16_000))
        package(path, f"<row>{cells}</row>" * 200)
    elif case == "many strings":
        texts = "".join(f"<si><t>{number}</t></si>" for number in range(3_000_000))
        package(path, sharedStrings_xml=f"<sst>{texts}</sst>")
    elif case == "far corner":
        path = old_workbook(tmp_path / "a.xls", 19_999, 255)
    else:
        rows = "".join(
            "<row>" + "".join(f"<c><v>{chance.random()}</v></c>" for _ in range(15)) + "</row>"
            for _ in range(20_000)
        )
        package(path, rows)
    root = str(pathlib.Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", MEASURE.format(root=root), str(path)],
        capture_output=True,
        check=True,
    )
    told, child, caller = json.loads(done.stdout)
    assert (told == "1") == (case == "honest")
    assert max(child, caller) < 200 * MEGABYTE
