import hashlib
import json

import pytest

from core import tasks
from core.pdf.paper import Paper
from reports import documents
from tests.reports import scenes


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", scenes.AT)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    """No broker: the ids that would have been sent to a worker."""
    ids = []
    monkeypatch.setattr(tasks.run_job, "delay", ids.append)
    monkeypatch.setattr(tasks.run_job, "delay_on_commit", ids.append)
    return ids


@pytest.fixture
def scene(db):
    return scenes.judged()


@pytest.fixture
def printer(monkeypatch):
    """Stands for the layout, which takes seconds: tells three chapters, prints a digest.

    The fonts lack 𠮷.
    """
    printed = []

    def lay_out(kind, context, *, progress, number="", issued_on=None):
        for done in range(4):
            progress(done, 3, "排版各章")
        text = json.dumps([context, number, str(issued_on)], ensure_ascii=False)
        printed.append(number)
        pdf = b"%PDF " + hashlib.sha256(text.encode()).hexdigest().encode()
        return Paper(pdf, pages=3, missing="𠮷" if "𠮷" in text else "", peak_kib=0)

    monkeypatch.setattr(documents, "lay_out", lay_out)
    return printed
