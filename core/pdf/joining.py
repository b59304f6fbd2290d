"""One PDF/A-2b of chapters laid out apart: pages, numbers, outline, links, archive marks.

Nothing in it depends on the hour or on chance: the same chapters give the same bytes.
"""

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from core.pdf.workers import LaidOut


PRODUCER = "同行"
HEADING = "heading-{}"  # what a link calls the paper's n-th heading
PRINTED = 4  # annotation flag: PDF/A wants links that would print
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"\
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"\
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
{archive}<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<xmp:CreateDate>{made_at}</xmp:CreateDate><xmp:ModifyDate>{made_at}</xmp:ModifyDate>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
ARCHIVE = "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>\n"


@dataclass(frozen=True)
class Meta:
    """What the file says of itself. ``made_at``: aware, of the paper's own data, not the clock."""

    title: str
    author: str
    made_at: datetime.datetime


def join(
    chapters: Sequence[LaidOut], sheets: LaidOut, *, headings: list, meta: Meta, whole: bool
) -> bytes:
    """The paper's bytes. ``sheets``: one page for each, to lie over it, with number and watermark.

    ``headings``: ``(level, text, page index, x, y)``. ``whole``: every character had a glyph;
    without that the file may not call itself PDF/A.
    """
    with pikepdf.new() as pdf, pikepdf.open(io.BytesIO(sheets.pdf)) as over:
        for chapter in chapters:
            with pikepdf.open(io.BytesIO(chapter.pdf)) as part:
                pdf.pages.extend(part.pages)
                if Name.OutputIntents not in pdf.Root:
                    intent = pdf.copy_foreign(part.make_indirect(part.Root.OutputIntents[0]))
                    pdf.Root.OutputIntents = Array([intent])
        _lay_over(pdf, over)
        _link(pdf, [page for chapter in chapters for page in chapter.pages], headings)
        _outline(pdf, headings)
        _describe(pdf, meta, whole=whole)
        made = io.BytesIO()
        pdf.save(
            made,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            min_version="1.7",
        )
    return made.getvalue()


def _lay_over(pdf: pikepdf.Pdf, over: pikepdf.Pdf) -> None:
    """Draw each page of ``over`` upon the page of the same place."""
    before, after = pdf.make_stream(b"q\n"), pdf.make_stream(b"\nQ q /Sheet Do Q\n")
    for page, sheet in zip(pdf.pages, over.pages, strict=True):
        # A chapter's pages share one dictionary of resources: each gets its own, one entry longer.
        resources = Dictionary(dict(page.obj.Resources.items()))
        drawn = Dictionary(dict(resources.get(Name.XObject, Dictionary()).items()))
        drawn.Sheet = pdf.copy_foreign(sheet.as_form_xobject())
        resources.XObject = drawn
        page.obj.Resources = resources
        page.obj.Contents = Array([before, page.obj.Contents, after])


def _link(pdf: pikepdf.Pdf, pages: list[dict], headings: list) -> None:
    """Links inside the paper, also from one chapter to another."""
    places = {name: (i, at) for i, page in enumerate(pages) for name, at in page["anchors"].items()}
    places |= {HEADING.format(i): (number, [x, y]) for i, (*_, number, x, y) in enumerate(headings)}
    for page, measured in zip(pdf.pages, pages, strict=True):
        links = [it for it in measured["links"] if it[0] in places]
        if links:
            page.obj.Annots = Array(
                pdf.make_indirect(
                    Dictionary(
                        Type=Name.Annot,
                        Subtype=Name.Link,
                        Rect=Array(rect),
                        Border=Array([0, 0, 0]),
                        F=PRINTED,
                        Dest=_place(pdf, *places[target]),
                    )
                )
                for target, *rect in links
            )


def _place(pdf: pikepdf.Pdf, number: int, at: list) -> Array:
    return Array([pdf.pages[number].obj, Name.XYZ, *at, None])


def _outline(pdf: pikepdf.Pdf, headings: list) -> None:
    """The headings as the reader's list of bookmarks."""
    with pdf.open_outline() as outline:
        open_items: list[tuple[int, list]] = [(0, outline.root)]
        for level, text, number, x, y in headings:
            while open_items[-1][0] >= level:
                open_items.pop()
            item = OutlineItem(text, number, "XYZ", left=x, top=y)
            open_items[-1][1].append(item)
            open_items.append((level, item.children))


def _describe(pdf: pikepdf.Pdf, meta: Meta, *, whole: bool) -> None:
    made_at = meta.made_at.replace(microsecond=0)
    offset = f"{made_at:%z}"
    pdf.docinfo = pdf.make_indirect(
        Dictionary(
            Title=String(meta.title),
            Author=String(meta.author),
            Producer=String(PRODUCER),
            CreationDate=String(f"D:{made_at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:]}'"),
            ModDate=String(f"D:{made_at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:]}'"),
        )
    )
    told = XMP.format(
        archive=ARCHIVE if whole else "",
        title=escape(meta.title),
        author=escape(meta.author),
        made_at=made_at.isoformat(),
        producer=PRODUCER,
    )
    root = pdf.Root
    root.Metadata = pdf.make_stream(told.encode(), Type=Name.Metadata, Subtype=Name.XML)
    root.Lang = String("zh-CN")
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
