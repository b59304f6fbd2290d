"""Hostile files through the upload page: a sentence or cells as text, never more.

What the reader of spreadsheets refuses, and at which cost, is in
``tests/core/test_spreadsheets_refusals.py``; here a clerk chose the file on the page.
"""

import io
import os
import socket
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.enums import BatchState
from core.models import ImportBatch
from core.tasks import run_job
from directory.models import Teacher, User
from tests.core.test_spreadsheets_refusals import LINKS, MAIN, package
from tests.factories import county as made


PAGE = "/imports/new/teachers/"
HEAD = "学校,工号,姓名,学段"
NAME = '"><img src=x onerror=alert(1)>.csv'
RAW = ("<img src=x", "<script>alert")
FORMULAS = (
    '=HYPERLINK("http://127.0.0.1:{port}/","甲")', "=cmd|'/C calc'!A0", "@SUM(1+1)",
    "+1+cmd|'/C calc'!A0", "-2+3", '=WEBSERVICE("http://127.0.0.1:{port}/")',
    "<script>alert(1)</script>",
)  # fmt: skip


@pytest.fixture(autouse=True)
def day(monkeypatch, settings, tmp_path):
    monkeypatch.setenv("TONGXING_NOW", made.NOW.isoformat())
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def listener():
    """Nobody may call here."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.fixture
def upload(client, db):
    county = made.district()
    made.school(county, "实验小学", first_day=made.DAY)
    clerk = made.clerk_of(county)
    client.force_login(User.objects.get(pk=clerk.user_id))

    def send(name, content):
        """The batch after its check, and its page; None where the form refused the file."""
        answer = client.post(PAGE, {"file": SimpleUploadedFile(name, content), "start": made.DAY})
        assert answer.status_code in {302, 422}
        if answer.status_code == 422:
            return None, answer.content.decode()
        batch = ImportBatch.objects.get()
        run_job(str(batch.job_id))
        batch.refresh_from_db()
        page = client.get(answer["Location"])
        assert page.status_code == 200
        return batch, page.content.decode()

    return send


def workbook(build) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(HEAD.split(","))
    build(sheet)
    book.save(out)
    return out.getvalue()


def test_formulas_of_a_text_file_are_text_and_go_out_as_text(upload, client, listener):
    port = listener.getsockname()[1]
    rows = [
        f'实验小学,{number},"{text.format(port=port).replace(chr(34), chr(34) * 2)}",小学'
        for number, text in enumerate(FORMULAS, 1)
    ]
    batch, page = upload(NAME, "\n".join([HEAD, *rows]).encode())
    assert batch.state == BatchState.PREVIEWED
    assert [it for it in RAW if it in page] == []
    marked = client.get(f"/imports/{batch.pk}/marked/")
    if marked.status_code == 200 and not marked.streaming and marked.content.startswith(b"PK"):
        for sheet in openpyxl.load_workbook(io.BytesIO(marked.content)):
            assert [it for row in sheet.iter_rows() for it in row if it.data_type == "f"] == []


def test_formulas_of_a_workbook_are_not_reckoned(upload, listener):
    port = listener.getsockname()[1]

    def build(sheet):
        for number, text in enumerate(FORMULAS, 1):
            sheet.append(["实验小学", str(number), text.format(port=port), "小学"])

    batch, page = upload("公式.xlsx", workbook(build))
    assert batch.state in {BatchState.PREVIEWED, BatchState.REFUSED}
    assert [it for it in RAW if it in page] == []
    assert Teacher.objects.count() == 0


def test_far_cells_cost_nothing(upload):
    def build(sheet):
        sheet.append(["实验小学", "1", "教师甲", "小学"])
        sheet["XFD1048576"] = "远"

    batch, _ = upload("远.xlsx", workbook(build))
    assert batch.state in {BatchState.PREVIEWED, BatchState.REFUSED}


def entity(path, port):
    declared = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>'
    package(path, before=declared, rows=rows)


def definition(path, port):
    package(path, before=f'<!DOCTYPE x SYSTEM "http://127.0.0.1:{port}/x.dtd">')


def bomb(path, port):
    package(path, rows=f'<row r="1"><c r="A1"><v>{"9" * 120_000_000}</v></c></row>')


def bomb_in_a_bomb(path, port):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 50_000_000)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("inner.zip", inner.getvalue())


def link(path, port):
    """Without a row: what a workbook takes from another one."""
    far = f"http://127.0.0.1:{port}/b.xlsx"
    package(path, **{
        "externalLinks/externalLink1_xml": f'<externalLink xmlns="{MAIN}"/>',
        "externalLinks/_rels/externalLink1_xml_rels": '<Relationships><Relationship Id="rId1" '
        f'Type="{LINKS}/externalLinkPath" Target="{far}" TargetMode="External"/></Relationships>',
    })  # fmt: skip


@pytest.mark.parametrize("build", [entity, definition, bomb, bomb_in_a_bomb, link])
def test_packages_that_attack_are_refused_with_a_sentence(upload, listener, tmp_path, build):
    path = tmp_path / "攻击.xlsx"
    build(path, listener.getsockname()[1])
    batch, page = upload("攻击.xlsx", path.read_bytes())
    assert batch.state == BatchState.REFUSED
    assert batch.message.endswith("。")
    assert "root:" not in page
    assert Teacher.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("网页.xlsx", b"<html><script>alert(1)</script></html>"),
        ("程序.xlsx", b"\x7fELF" + os.urandom(4000)),
        ("程序.csv", b"MZ\0\0" + os.urandom(4000)),
        ("空.csv", b"\0" * 4000),
        ("a.exe", b"MZ"),
        ("../../etc/cron.d/甲.csv", HEAD.encode()),
        ("甲\0.csv", HEAD.encode()),
        ("长" * 300 + ".csv", HEAD.encode()),
    ],
)
def test_other_content_under_the_name_of_a_table(upload, name, content):
    batch, page = upload(name, content)
    assert batch is None or batch.state in {BatchState.REFUSED, BatchState.PREVIEWED}
    assert batch is None or "/" not in batch.file_name
    assert [it for it in RAW if it in page] == []
