"""A report of 60 pages (13 000 table cells): ours against plain WeasyPrint in one process.

Both lay out the same chapters with the same styles and fonts, turn about. Ours is timed from the
call to the joined bytes, its processes' start included; plain WeasyPrint without its import.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time

import django


django.setup()

import weasyprint
from django.conf import settings
from django.template import engines

from core import clock
from core.pdf import fonts, paper
from core.templatetags.paper import Column


ROUNDS, MOST_SHARE, MOST_MIB = 5, 0.6, 400
CHAPTERS, TABLES, ROWS, COLUMNS = 8, 4, 51, 8  # 13 056 cells
CHAPTER = """{% extends "pdf/tables.html" %}{% load paper %}{% block text %}
{% heading 1 title %}
{% for rows in tables %}
{% heading 2 "各校指标得分" %}
<p>本表列出各校在本学年各项指标上的得分，得分保留两位小数，未计算的以横线表示，由来见附表。</p>
{% table "各校指标得分" columns rows %}
{% endfor %}{% endblock %}"""


def main() -> dict:
    chapters = made_chapters()
    ours, plain, peaks, cpu = [], [], [], []
    for _ in range(ROUNDS):
        begun, cpu_begun = time.perf_counter(), cpu_seconds()
        made = paper.build(chapters, meta=paper.Meta("报告", "教育局", clock.now()))
        ours.append(time.perf_counter() - begun)
        cpu.append([cpu_seconds() - cpu_begun])
        peaks.append(made.peak_kib / 1024)
        cpu_begun = cpu_seconds()
        seconds, pages, peak = plainly(chapters)
        plain.append(seconds)
        cpu[-1].append(cpu_seconds() - cpu_begun)
    share = statistics.median(a / b for a, b in zip(ours, plain, strict=True))
    return {
        "rounds": ROUNDS,
        "cells": CHAPTERS * TABLES * ROWS * COLUMNS,
        "pages": made.pages,
        "plain_pages": pages,
        "bytes": len(made.pdf),
        "ours_s": round(statistics.median(ours), 2),
        "plain_s": round(statistics.median(plain), 2),
        "share": round(share, 2),
        "ours_cpu_s": round(statistics.median(it for it, _ in cpu), 1),
        "plain_cpu_s": round(statistics.median(it for _, it in cpu), 1),
        "most": MOST_SHARE,
        "peak_mib_of_a_worker": round(max(peaks)),
        "plain_peak_mib": peak,
        "most_mib": MOST_MIB,
        "ok": share <= MOST_SHARE and max(peaks) <= MOST_MIB,
    }


def cpu_seconds() -> float:
    """Processor time of this process and its ended children."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(it.ru_utime + it.ru_stime for it in used)


def made_chapters() -> list[str]:
    headings = paper.Headings()
    columns = [Column("学校", 12), *(Column(f"指标{n}", 0, "number") for n in range(1, COLUMNS))]
    template = engines["django"].from_string(CHAPTER)
    return [
        template.render(
            {
                "headings": headings,
                "title": f"第{chapter + 1}部分",
                "columns": columns,
                "tables": [[row_of(table, row) for row in range(ROWS)] for table in range(TABLES)],
            }
        )
        for chapter in range(CHAPTERS)
    ]


def row_of(table: int, row: int) -> tuple[str, ...]:
    scores = (f"{60 + (row * 7 + n * 3 + table) % 400 / 10:.2f}" for n in range(1, COLUMNS))
    return (f"第{row + 1}实验小学", *scores)


def plainly(chapters: list[str]) -> tuple[float, int, int]:
    """Seconds, pages and peak MiB of plain WeasyPrint in a fresh process."""
    conf = fonts.configure(node_modules=settings.BASE_DIR / "node_modules", var=settings.VAR_DIR)
    done = subprocess.run(
        [sys.executable, "-m", "bench.papers", "plain"],
        input=json.dumps(chapters).encode(),
        env=os.environ | {"FONTCONFIG_FILE": str(conf)},
        cwd=settings.BASE_DIR,
        check=True,
        stdout=subprocess.PIPE,
    )
    return tuple(json.loads(done.stdout))


def plain() -> list:
    """All chapters as one document, each on a new page, as anybody would write it."""
    bodies = [it[it.index("<body") : it.index("</body>")] for it in json.load(sys.stdin)]
    bodies = [it.replace("<body", '<div style="break-before: page"', 1) + "</div>" for it in bodies]
    html = '<!DOCTYPE html><html lang="zh-CN"><body>' + "".join(bodies)
    css = settings.BASE_DIR / "templates" / "pdf" / "paper.css"
    begun = time.perf_counter()
    style = weasyprint.CSS(string=css.read_text(encoding="utf-8"))
    document = weasyprint.HTML(string=html).render(stylesheets=[style], pdf_variant="pdf/a-2b")
    document.write_pdf(pdf_variant="pdf/a-2b")
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return [seconds, len(document.pages), peak]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(plain() if sys.argv[1:] == ["plain"] else main()))
