"""The process that lays out chapters; started by ``workers`` and by nobody else.

Reads JSON lines: first the setup ``{"root", "css"}``, then chapters ``{"html"}``. Answers each with
one JSON line ``{"pages", "size", "missing"}`` or ``{"refused": reason}``, the former followed by
``size`` bytes of PDF. Ends with its input. Knows no Django and no secrets.
"""

import gc
import io
import json
import logging
import os
import resource
import sys
from pathlib import Path

import weasyprint
from weasyprint.text.fonts import FontConfiguration

from core.pdf import justifying
from core.pdf.fetching import Foreign, OwnFiles


POINTS = 0.75  # of a CSS pixel
COLLECTED_FROM_MIB = 200  # of memory held after a chapter; a worker may take 400
MISSING = ".notdef glyph"  # how WeasyPrint's log begins when no font has a character


def main() -> None:
    """Lay out chapters until there are no more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints goes where errors go
    gc.disable()  # a fifth of the time; garbage is collected between chapters, when it is much
    setup = json.loads(sys.stdin.buffer.readline())
    desk = Desk(Path(setup["root"]), setup["css"])
    justifying.install()
    gc.freeze()
    for line in sys.stdin.buffer:
        told, pdf = desk.lay_out(json.loads(line)["html"])
        told["peak_kib"] = _peak_kib()
        answers.write(json.dumps(told).encode() + b"\n" + pdf)
        answers.flush()
        if _held_mib() > COLLECTED_FROM_MIB:
            gc.collect()


class Desk(logging.Handler):
    """Fonts, styles and fetcher of one process, and what WeasyPrint's log says went wrong."""

    def __init__(self, root: Path, css: str):
        super().__init__()
        self.missing = set()
        self.faults = []
        log = logging.getLogger("weasyprint")
        log.handlers = [self]
        log.propagate = False
        self.fetcher = OwnFiles(root)
        self.fonts = FontConfiguration()
        self.style = weasyprint.CSS(
            string=css, font_config=self.fonts, url_fetcher=self.fetcher, base_url="static:"
        )

    def emit(self, record) -> None:
        """Keep the characters that no font has, and what a paper may not lack, such as a chart."""
        if str(record.msg).startswith(MISSING):
            self.missing.add(record.args[0])
        elif record.levelno >= logging.ERROR:
            self.faults.append(record.getMessage())
        elif record.levelno >= logging.WARNING:
            sys.stderr.write(f"weasyprint: {record.getMessage()}\n")

    def lay_out(self, html: str) -> tuple[dict, bytes]:
        """What a chapter turned out to be, and its PDF."""
        self.missing.clear()
        self.faults.clear()
        written = io.BytesIO()
        try:
            document = weasyprint.HTML(
                string=html, base_url="static:", url_fetcher=self.fetcher
            ).render(font_config=self.fonts, stylesheets=[self.style], pdf_variant="pdf/a-2b")
            pages = [_taken(page) for page in document.pages]
            document.write_pdf(written, pdf_variant="pdf/a-2b")
        except Foreign as foreign:
            self.faults.append(str(foreign))
        if self.faults:
            return {"refused": "; ".join(self.faults)}, b""
        pdf = written.getvalue()
        return {"pages": pages, "size": len(pdf), "missing": sorted(self.missing)}, pdf


def _peak_kib() -> int:
    """The most memory this process ever held (Linux).

    Not ``ru_maxrss``: that begins at what the process which started this one held.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def _held_mib() -> float:
    """Memory this process holds now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _taken(page) -> dict:
    """A page's size, headings, anchors and inner links, in points from the lower left corner.

    They are taken off the page: only the whole paper knows where a link leads.
    """

    def at(x, y):
        return [round(x * POINTS, 2), round((page.height - y) * POINTS, 2)]

    for kind, target, *_ in page.links:
        if kind == "attachment":
            raise Foreign(target)
    told = {
        "size": [round(page.width * POINTS, 2), round(page.height * POINTS, 2)],
        "headings": [[level, label, *at(*target)] for level, label, target, _ in page.bookmarks],
        "anchors": {name: at(*target[:2]) for name, target in page.anchors.items()},
        "links": [
            [target, *at(x, y + height), *at(x + width, y)]
            for kind, target, (x, y, width, height), _ in page.links
            if kind == "internal"
        ],
    }
    page.links, page.anchors, page.bookmarks = [], {}, []
    return told


if __name__ == "__main__":
    main()
