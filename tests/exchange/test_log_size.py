"""The log page over the wire, as a phone gets it the first time and after."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.urls import reverse

from tests.exchange.test_logs import phone, scene, today  # noqa: F401 - fixtures


FIRST, AFTER = 60 * 1024, 10 * 1024  # bytes
HEAD = 300  # of an answer, about


def test_the_log_page_is_small(phone, scene):  # noqa: F811
    address = reverse("log-write", args=[scene.placement.pk, "2024-10-16"])
    answer = phone.get(address, HTTP_ACCEPT_ENCODING="gzip")
    assert answer["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    linked = re.findall(r'(?:href|src)="/static/([^"#?]+)', page)
    assets = {re.sub(r"\.[0-9a-f]{12}(?=\.)", "", it) for it in linked}  # as collected
    assert {"css/log.css", "js/log.js", "generated/icons.svg"} <= assets
    small = {it: len(gzip.compress(Path(finders.find(it)).read_bytes())) for it in assets}
    first = len(answer.content) + sum(small.values()) + HEAD * (1 + len(small))
    assert first <= FIRST, sorted(small.items(), key=lambda it: -it[1])
    assert len(answer.content) + HEAD <= AFTER
