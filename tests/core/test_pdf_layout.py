"""What one chapter may fetch and how it breaks, asked of a layout process directly."""

import contextlib
import os
import socket
from pathlib import Path

import pytest
from django.conf import settings

from core.pdf import fonts, paper, workers
from core.pdf.numbering import Headings, chinese
from tests.core import sample_paper


BOTTOM = 35 * 72 / 25.4
LINE = 28.99


@pytest.fixture(scope="module")
def child():
    conf = fonts.configure(node_modules=settings.BASE_DIR / "node_modules", var=settings.VAR_DIR)
    css = (settings.BASE_DIR / "templates/pdf/paper.css").read_text(encoding="utf-8")
    setup = {"root": str(settings.BASE_DIR / "static"), "css": css}
    with contextlib.closing(workers.Child(setup, conf)) as started:
        yield started


def page(body, layout="strict"):
    return f'<!DOCTYPE html><html lang="zh-CN"><body class="{layout}">{body}</body></html>'


def children():
    """Process ids of this process's children."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {pid for task in tasks for pid in task.read_text().split()}


@pytest.fixture(scope="module")
def listener():
    """A server on loopback that must hear nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


FOREIGN = [
    '<img src="http://{host}/a.png">',
    '<img src="//{host}/a.png">',
    '<img src="https://{host}/a.png">',
    '<img src="ftp://{host}/a.png">',
    '<img src="file:///etc/passwd">',
    '<img src="FILE:///etc/passwd">',
    '<img src="/etc/passwd">',
    '<img src="static:../pyproject.toml">',
    '<img src="static:img/../../manage.py">',
    '<img src="static:%2e%2e/manage.py">',
    '<img src="static:/etc/hostname">',
    '<img src="static:///etc/hostname">',
    '<img src="static:css/tokens.css">',
    '<img src="static:img/none.svg">',
    '<img src="static:img/favicon.svg%00.png">',
    '<img src="img/favicon.svg">',
    '<img src="data:image/png;base64,iVBORw0KGgo=">',
    '<base href="http://{host}/"><img src="a.png">',
    '<link rel="stylesheet" href="http://{host}/a.css">',
    '<link rel="stylesheet" href="file:///etc/passwd">',
    '<link rel="attachment" href="file:///etc/passwd">',
    '<a rel="attachment" href="file:///etc/passwd">附</a>',
    '<object data="file:///etc/passwd"></object>',
    '<embed src="http://{host}/a.svg">',
    "<style>@import url(http://{host}/a.css);</style>",
    "<style>@font-face {{ font-family: x; src: url(file:///etc/passwd); }}</style>",
    "<style>p {{ background: url(http://{host}/a.png); }}</style>",
    "<style>li {{ list-style-image: url(file:///etc/passwd); }}</style><ul><li>一</ul>",
    "<style>p::before {{ content: url(http://{host}/a.png); }}</style>",
    '<svg width="9" height="9"><image href="http://{host}/a.png" width="9" height="9"/></svg>',
    '<svg width="9" height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg>',
]


@pytest.mark.parametrize("markup", FOREIGN)
def test_nothing_but_own_static_files_is_fetched(child, listener, markup):
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(workers.Refused):
        child.lay_out(page(markup.format(host=host) + "<p>文</p>"))
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_an_own_picture_is_drawn(child):
    made = child.lay_out(page('<img src="static:img/favicon.svg">'))
    assert len(made.pages) == 1


def test_a_link_out_of_static_does_not_lead_out(child, tmp_path):
    way_out = settings.BASE_DIR / "static" / "generated" / f"out-{os.getpid()}.svg"
    target = tmp_path / "secret.svg"
    target.write_text("<svg/>")
    way_out.symlink_to(target)
    try:
        with pytest.raises(workers.Refused):
            child.lay_out(page(f'<img src="static:generated/{way_out.name}">'))
    finally:
        way_out.unlink()


def test_the_process_has_none_of_our_secrets(child):
    environment = Path(f"/proc/{child._process.pid}/environ").read_bytes().rstrip(b"\0")
    names = {it.split(b"=")[0].decode() for it in environment.split(b"\0")}
    allowed = {"PATH", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "PYTHONHASHSEED", "PYTHONPATH"}
    assert names <= allowed | {"LANG", "LC_CTYPE"}


def test_a_character_without_a_glyph_is_told(child):
    assert child.lay_out(page("<p>王𠮷</p>")).missing == {"𠮷"}
    assert child.lay_out(page("<p>王吉</p>")).missing == frozenset()


def test_x28_no_heading_is_the_last_line_of_a_page(child):
    filled = "".join(
        f'<div style="break-before: page">{"<p>正文</p>" * lines}{heads}<p>{"下文" * 40}</p></div>'
        for lines in range(17, 23)
        for heads in ("<h2>一、甲</h2>", "<h2>一、甲</h2><h3>（一）乙</h3>")
    )
    made = child.lay_out(page(filled))
    headings = [it for measured in made.pages for it in measured["headings"]]
    assert len(headings) == 18
    assert [it for it in headings if it[3] < BOTTOM + 2 * LINE] == []


def test_x28_a_heading_stays_with_its_table(child):
    table = (
        "<table><caption>表</caption><thead><tr><th>头</th></tr></thead><tbody>{}</tbody></table>"
    )
    table = table.format("<tr><td>格</td></tr>" * 5)
    filled = "".join(
        f'<div style="break-before: page">{"<p>正文</p>" * lines}<h2 id="h{lines}">一、甲</h2>'
        f'<div id="t{lines}">{table}</div></div>'
        for lines in range(17, 33)
    )
    made = child.lay_out(page(filled, "relaxed"))
    where = {name: n for n, it in enumerate(made.pages) for name in it["anchors"]}
    assert len(where) == 32
    assert [n for n in range(17, 33) if where[f"h{n}"] != where[f"t{n}"]] == []


def test_progress_comes_in_the_callers_thread_and_what_it_raises_ends_the_work():
    class Stopped(Exception):
        pass

    told = []

    def progress(done, total):
        told.append((done, total))
        raise Stopped

    before = children()
    with pytest.raises(Stopped):
        paper.build([page("<p>一</p>")] * 3, meta=sample_paper.META, progress=progress)
    assert told == [(1, 3)]
    assert children() - before == set()


def test_a_killed_process_ends_the_paper_and_is_named():
    conf = fonts.configure(node_modules=settings.BASE_DIR / "node_modules", var=settings.VAR_DIR)
    with contextlib.closing(workers.Child({"root": "static", "css": ""}, conf)) as started:
        started._process.kill()
        with pytest.raises(RuntimeError, match="-9"):
            started.lay_out(page("<p>一</p>"))


def test_missing_fonts_name_the_cure(tmp_path):
    with pytest.raises(fonts.FontsMissing, match="script/bootstrap"):
        fonts.configure(node_modules=tmp_path, var=tmp_path)


def test_fonts_are_ours_and_the_operators(tmp_path):
    conf = fonts.configure(node_modules=settings.BASE_DIR / "node_modules", var=tmp_path)
    text = conf.read_text(encoding="utf-8")
    assert f"<dir>{tmp_path / 'fonts'}</dir>" in text
    assert "/usr/share/fonts" not in text
    assert Path(conf).parent == tmp_path / "pdf"


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")],
)
def test_numbers_of_headings(number, written):
    assert chinese(number) == written


def test_a_heading_begins_the_count_of_those_below_it():
    headings = Headings()
    numbers = [headings.next(level) for level in (1, 2, 3, 4, 4, 3, 2, 3, 1, 2)]
    assert numbers == [
        "一、",
        "（一）",
        "1.",
        "（1）",
        "（2）",
        "2.",
        "（二）",
        "1.",
        "二、",
        "（一）",
    ]
