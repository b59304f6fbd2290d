"""Hostile text in every column that holds text: pages, exports and papers show it as text.

However it came there. A form refuses much of it; here it stands in the rows themselves.
"""

import contextlib
import datetime
import io
import socket
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import Error, models, transaction
from django.db.models import functions

from directory.enums import Role
from tests.architecture import walked_county
from tests.architecture.test_url_walk import NAMED, OPEN, asked, filled, signed_in
from tests.architecture.walked import WalkedDay


ROLES = (Role.BUREAU_EDUCATION, Role.PRINCIPAL, Role.TEACHER)
SCRIPT = '<script>alert(1)</script>"><img src=http://127.0.0.1:{port}/x>{{{{9**9}}}}'
SHORT = "<u>{{9**9}}"
RAW = ("<script>alert", "<img src=http", "<u>", str(9**9))  # the last: an expression was worked out
FORMULA = '=HYPERLINK("http://127.0.0.1:{port}/x","甲")'
# Not anybody's text: codes that the program compares, and what it makes itself.
OURS = {
    "kind", "key", "guard", "content_type", "code", "sha256", "checksum", "content", "password",
    "token_hash", "password_stamp", "feed_key", "number", "identity", "pack", "source", "act",
    "object_type", "context", "state", "stage", "subject_key", "digest", "session_key", "url_name",
    "area_class", "role", "type", "search", "sort_key",
}  # fmt: skip
NO_ROWS = {"axes", "sessions", "auth", "contenttypes", "mfa", "account"}


def columns():
    for model in apps.get_models():
        if model._meta.app_label in NO_ROWS:
            continue
        for field in model._meta.concrete_fields:
            told = isinstance(field, models.CharField | models.TextField)
            if told and not field.choices and field.name not in OURS and not field.primary_key:
                yield model, field


def fill(text: str, short: str) -> set[str]:
    """Put the text into every row of every such column; the names of those that took it."""
    taken = set()
    alone = functions.Concat(models.Value(short), functions.Cast("pk", models.CharField()))
    for model, field in columns():
        fits = not field.max_length or field.max_length >= len(text)
        for told in (text if fits else short, alone):  # alone: where no two rows may say the same
            with contextlib.suppress(Error), transaction.atomic():
                if model._base_manager.update(**{field.name: told}):
                    taken.add(f"{model._meta.label}.{field.name}")
                break
    return taken


class HostileRows(WalkedDay):
    @classmethod
    def setUpClass(cls):
        cls.listener = cls.enterClassContext(socket.create_server(("127.0.0.1", 0)))
        cls.listener.setblocking(False)
        super().setUpClass()

    @classmethod
    def setUpTestData(cls):
        cls.here = walked_county.build("甲", "331126", "1985010")

    def text(self, pattern: str) -> str:
        return pattern.format(port=self.listener.getsockname()[1])

    def assert_nobody_called(self):
        with pytest.raises(BlockingIOError):
            self.listener.accept()

    def test_every_page_shows_it_as_text(self):
        taken = fill(self.text(SCRIPT), SHORT)
        assert {"directory.SchoolFacts.name", "groups.GroupFacts.name"} < taken
        assert len(taken) > 60
        wrong, shown = {}, set()
        for role in ROLES:
            client = signed_in(self.here, role)
            for name, route, converters in NAMED:
                if name in OPEN and "verify" not in name:
                    continue
                answer = asked(client, filled(name, route, converters, self.here.core))
                page = answer.headers.get("Content-Type", "").startswith("text/html")
                raw = [it for it in RAW if page and it in answer.told]
                if answer.status_code >= 500 or raw:
                    wrong[name, role] = (answer.status_code, raw)
                if page and ("&lt;script" in answer.told or "&lt;u" in answer.told):
                    shown.add(name)
        assert wrong == {}
        assert len(shown) > 80
        self.assert_nobody_called()

    def test_no_export_holds_a_formula_or_a_link(self):
        fill(self.text(FORMULA), "=1+1")
        client, books = signed_in(self.here, Role.BUREAU_EDUCATION), 0
        for name, route, converters in NAMED:
            if route.startswith("api/") or not name.endswith(("-list", "-export")):
                continue
            with transaction.atomic():
                answer = client.post(filled(name, route, converters, self.here.core))
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                transaction.set_rollback(True)
            assert answer.status_code < 500, name
            if content.startswith(b"PK"):
                books += 1
                for sheet in openpyxl.load_workbook(io.BytesIO(content)):
                    for row in sheet.iter_rows():
                        for cell in row:
                            assert cell.data_type != "f", (name, cell.value)
                            assert cell.hyperlink is None, (name, cell.value)
        assert books > 5

    def test_a_paper_shows_it_as_text_and_fetches_nothing(self):
        fill(self.text(SCRIPT), SHORT)
        path = Path(self.folder) / "报告.pdf"
        month = datetime.date(2024, 9, 1)
        call_command(
            "build_report", "monthly", district="331126", year=2024, month=month, output=str(path),
            stdout=io.StringIO(),
        )  # fmt: skip
        pages = pypdfium2.PdfDocument(path)
        told = "".join(page.get_textpage().get_text_bounded() for page in pages)
        assert SHORT in "".join(told.split())
        self.assert_nobody_called()
