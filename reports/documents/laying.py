"""A frozen context laid out as PDF; the same context gives the same bytes."""

import datetime
import errno
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillAtIt
from itertools import groupby

from django.template.loader import render_to_string
from django.utils import timezone

from core.errors import Denied
from core.pdf import paper
from core.spreadsheets.importing import Progress
from core.templatetags.paper import Column
from reports.enums import ReportKind


BEAT = 1  # seconds between two signs of life: far within a job's lease, and people look on
SHORT = 12  # rows of a table that is never cut
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# ADR 10: the cure of characters that no font has.
MISSING_CURE = "请管理员把含有这些字的字库文件放进 var/fonts/，再重新生成。"
FULL = "磁盘空间不足，报告没有保存；请清理后再试一次。"


def lay_out(
    kind: ReportKind,
    context: dict,
    *,
    progress: Progress,
    number: str = "",
    issued_on: datetime.date | None = None,
) -> paper.Paper:
    """The paper; a draft, with its watermark, while ``number`` is empty.

    Tells ``progress`` every second, so that a long chapter costs no lease; what that raises
    (the job was cancelled or lost) ends the work.
    """
    chapters = _chapters(context, number, issued_on)
    dated = issued_on or datetime.date.fromisoformat(context["as_of"])
    meta = paper.Meta(
        title=context["title"],
        author=context["authority"],
        made_at=timezone.make_aware(datetime.datetime.combine(dated, datetime.time())),
    )
    return _Layout(chapters, meta, _watermark(context, number)).run(progress)


class _Layout:
    """The layout in a thread; this one, which has the database, tells how far it is."""

    def __init__(self, chapters: list[str], meta: paper.Meta, watermark: str):
        self.chapters, self.meta, self.watermark = chapters, meta, watermark
        self.done, self.total, self.stopped = 0, len(chapters), False

    def run(self, progress: Progress) -> paper.Paper:
        with ThreadPoolExecutor(1) as thread:
            work = thread.submit(self._build)
            try:
                while True:
                    progress(self.done, self.total, "排版各章")
                    try:
                        return work.result(BEAT)
                    except StillAtIt:
                        if work.done():
                            raise
            except OSError as failed:
                if failed.errno in NO_ROOM:
                    raise Denied(FULL) from failed
                raise
            finally:
                self.stopped = True

    def _build(self) -> paper.Paper:
        return paper.build(
            self.chapters, meta=self.meta, watermark=self.watermark, progress=self._step
        )

    def _step(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self.stopped:
            raise Denied("任务已停止。")


def _chapters(context: dict, number: str, issued_on: datetime.date | None) -> list[str]:
    """Whole HTML documents; chapters that run on stand in one with those before them."""
    headings = paper.Headings()
    common = {"headings": headings, "number": number, "issued_on": issued_on, "paper": context}
    cover = {"document_number": f"核验编号 {number}" if number else "（草稿，未编号）"}
    made = [
        render_to_string(
            "pdf/reports/cover.html",
            common
            | cover
            | {
                "authority": f"{context['authority']}文件",
                "title": context["title_lines"],
                "addressee": context["addressee"],
            },
        ),
        *([] if context["kind"] == ReportKind.MONTHLY else [paper.CONTENTS]),
    ]
    made += [
        render_to_string("pdf/reports/chapters.html", common | {"chapters": together})
        for together in _documents(context["chapters"])
    ]
    return made


def _documents(chapters: list[dict]) -> list[list[dict]]:
    """Chapters by the document that they stand in, their tables ready to be drawn."""
    page = 0

    def place(chapter: dict) -> int:
        nonlocal page
        page += chapter["own_page"]
        return page

    return [[_drawn(it) for it in together] for _, together in groupby(chapters, place)]


def _drawn(chapter: dict) -> dict:
    return chapter | {"blocks": [_table(block) for block in chapter["blocks"]]}


def _table(block: dict) -> dict:
    if block["is"] != "table":
        return block
    columns = [
        Column(it["label"], it["width"], "text" if it["kind"] == "text" else "number")
        for it in block["columns"]
    ]
    return block | {"columns": columns, "short": len(block["rows"]) <= SHORT}


def _watermark(context: dict, number: str) -> str:
    if not number:
        return "草稿"
    return "示例" if context["is_sample"] else ""
