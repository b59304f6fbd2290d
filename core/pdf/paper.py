"""Build an official paper: the one function that others call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

from core.pdf import fonts, workers
from core.pdf.joining import HEADING, Meta, join
from core.pdf.numbering import Headings
from core.pdf.workers import LaidOut, Refused


__all__ = ["CONTENTS", "Headings", "Meta", "Paper", "Refused", "build"]

CONTENTS = "contents"  # stands among the chapters where the contents page belongs
PROCESSES = 2
CONTENTS_LEVELS = 2


@dataclass(frozen=True)
class Paper:
    """A finished paper. ``missing``: characters that no font has, drawn as empty boxes.

    A paper with such characters is no PDF/A; the cure is a font in ``var/fonts/``.
    """

    pdf: bytes
    pages: int
    missing: str
    peak_kib: int  # of the larger layout process


def build(
    chapters: Sequence[str],
    *,
    meta: Meta,
    watermark: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
    processes: int = PROCESSES,
) -> Paper:
    """Lay out chapters (whole HTML documents made from ``templates/pdf/``) as one PDF (X-14, X-28).

    Each chapter begins a page. ``CONTENTS`` among them becomes the contents page. ``progress`` gets
    the finished and the total number of chapters in the caller's thread; what it raises ends the
    work. Raises Refused, FontsMissing.
    """
    conf = fonts.configure(node_modules=settings.BASE_DIR / "node_modules", var=settings.VAR_DIR)
    css = settings.BASE_DIR / "templates" / "pdf" / "paper.css"
    setup = {"root": str(settings.BASE_DIR / "static"), "css": css.read_text(encoding="utf-8")}
    given = [chapter for chapter in chapters if chapter != CONTENTS]
    with workers.pool(min(processes, len(given)), setup=setup, fonts_conf=conf) as pool:
        laid_out = pool.lay_out(given, lambda done: progress(done, len(given)))
        if CONTENTS in chapters:
            place = list(chapters).index(CONTENTS)
            laid_out.insert(place, _contents(pool, laid_out, place))
        sheets = pool.lay_out([_sheets(laid_out, watermark)])[0]
    missing = frozenset().union(*(it.missing for it in [*laid_out, sheets]))
    headings = _headings(laid_out)
    pdf = join(laid_out, sheets, headings=headings, meta=meta, whole=not missing)
    return Paper(
        pdf=pdf,
        pages=len(sheets.pages),
        missing="".join(sorted(missing)),
        peak_kib=max(it.peak_kib for it in [*laid_out, sheets]),
    )


def _headings(laid_out: list[LaidOut]) -> list[tuple]:
    """``(level, text, page index, x, y)`` of every heading, in order."""
    pages = [page for chapter in laid_out for page in chapter.pages]
    return [
        (level, text, number, x, y)
        for number, page in enumerate(pages)
        for level, text, x, y in page["headings"]
    ]


def _contents(pool: workers.Pool, laid_out: list[LaidOut], place: int) -> LaidOut:
    """The contents, which count themselves: laid out again if they take more pages than thought."""
    before = sum(len(it.pages) for it in laid_out[:place])
    headings = _headings(laid_out)
    own = 1
    while True:
        entries = [
            {
                "level": level,
                "text": text,
                "anchor": HEADING.format(index),
                "number": number + 1 + (own if number >= before else 0),
            }
            for index, (level, text, number, _, _) in enumerate(headings)
            if level <= CONTENTS_LEVELS
        ]
        html = render_to_string("pdf/contents.html", {"entries": entries})
        contents = pool.lay_out([html])[0]
        if len(contents.pages) <= own:
            return contents
        own = len(contents.pages)


def _sheets(laid_out: list[LaidOut], watermark: str) -> str:
    """What lies over every page: its number, outside, and the watermark."""
    sizes = [page["size"] for chapter in laid_out for page in chapter.pages]
    sheets = [
        {"number": number, "wide": width > height, "odd": number % 2}
        for number, (width, height) in enumerate(sizes, start=1)
    ]
    return render_to_string("pdf/sheets.html", {"sheets": sheets, "watermark": watermark})
