"""A finished paper, read page by page: the sample that uses every part."""

import io
import itertools
import re

import pikepdf
import pytest
from pikepdf import Name

from core.pdf import paper
from tests.core import sample_paper
from tests.core.reading_paper import MM, Read, bare


WATERMARK = "草稿"
A4 = (210.0, 297.0)


@pytest.fixture(scope="module")
def chapters():
    return sample_paper.chapters()


@pytest.fixture(scope="module")
def built(chapters):
    return paper.build(chapters, meta=sample_paper.META, watermark=WATERMARK)


@pytest.fixture(scope="module")
def read(built):
    return Read(built.pdf)


@pytest.fixture(scope="module")
def pdf(built):
    with pikepdf.open(io.BytesIO(built.pdf)) as opened:
        yield opened


def own_text(page):
    """A page's text without what lies over it."""
    return re.sub(rf"—\d+—({WATERMARK})?$", "", bare(page))


def source_text(html):
    """The text of a chapter as a reader should find it."""
    body = html[html.index("<body") :]
    return bare(re.sub(r"<[^>]+>", "", body).replace("&amp;", "&"))


def test_x14_the_same_chapters_give_the_same_bytes_however_the_work_is_shared(chapters, built):
    again = paper.build(chapters, meta=sample_paper.META, watermark=WATERMARK, processes=1)
    assert again.pdf == built.pdf


def test_x28_every_page_bears_its_number_and_the_watermark(read, built):
    assert len(read.pages) == built.pages
    for number, page in enumerate(read.pages, start=1):
        assert bare(page).endswith(f"—{number}—{WATERMARK}"), number


def test_x28_numbers_stand_outside(read):
    for number in range(1, 13):
        assert read.size(number) == A4
        place = read.place(number, f"—{number}—")
        outside = (210 * MM - place.right) - 26 * MM if number % 2 else place.left - 28 * MM
        assert outside == pytest.approx(14, abs=1.5)  # one character in from the text's edge
        middle = (place.top + place.bottom) / 2
        assert middle == pytest.approx(28 * MM - 7, abs=3)  # its line begins 7 mm below the text


def test_x28_a_wide_page_is_numbered_where_an_upright_one_would_be(read, built):
    for number in range(built.pages - 2, built.pages + 1):
        assert read.size(number) == A4[::-1]
        digits = [it for it in read.letters(number) if it.right < 34 * MM]
        assert "".join(it.text for it in digits) == f"—{number}—"
        low = min(it.bottom for it in digits)
        high = max(it.top for it in digits)
        assert low < 50 * MM if number % 2 else high > 160 * MM


def test_x28_text_is_set_in_22_lines_of_28_characters(read):
    letters = [it for it in read.letters(6) if it.bottom > 34 * MM and it.text not in WATERMARK]
    lines = sorted({round(it.bottom) for it in letters}, reverse=True)
    rows = [lines[0]]
    rows += [it for before, it in itertools.pairwise(lines) if before - it > 14]
    assert len(rows) == 22
    assert (rows[0] - rows[-1]) / 21 == pytest.approx(28.99, abs=0.1)
    full = bare(read.pages[5].splitlines()[3])
    assert len(full) in {27, 28}  # a stop that may not begin a line takes a place with it


def test_x28_lines_end_at_the_edge_of_the_text(read):
    edge = (210 - 26) * MM
    letters = [it for it in read.letters(2) if it.bottom > 34 * MM and it.text not in WATERMARK]
    rows = {}
    for it in letters:
        rows.setdefault(round(it.bottom / 28.99), []).append(it)
    ends = [max(row, key=lambda it: it.right) for row in rows.values()]
    assert len(ends) == 22
    # Two characters short is the end of a paragraph or a heading.
    full = [it for it in ends if edge - it.right < 32 and it.text != "。"]
    assert len(full) >= 12
    assert [it for it in full if abs(edge - it.right) > 1] == []


def test_x28_text_comes_out_as_it_went_in(read, chapters):
    pages = [own_text(page) for page in read.pages]
    assert "".join(pages[:3]) == source_text(chapters[0])
    assert "".join(pages[4:8]) == source_text(chapters[2])


def test_x28_headings_are_numbered_through_the_paper(read):
    text = "".join(own_text(page) for page in read.pages[:3] + read.pages[4:])
    numbered = ["一、基本情况", "（一）教师交流", "1.派驻与支教", "（1）生僻字", "（二）捆绑考核"]
    numbered += ["二、存在的问题和下一步打算", "（五）经费保障", "三、附表", "（四）各校指标得分"]
    for it in numbered:
        text = text[text.index(it) + len(it) :]


def test_x28_contents_name_the_page_of_every_heading(read, pdf):
    entries = re.findall(r"^([^\s·]+)\s*·+\s*(\d+)", read.pages[3], re.MULTILINE)
    assert len(entries) == 14
    led = {pdf.pages.index(pikepdf.Page(it.Dest[0])) + 1 for it in pdf.pages[3].Annots}
    assert led == {int(number) for _, number in entries}
    for text, number in entries:
        assert bare(text) in bare(read.pages[int(number) - 1])


def test_x28_bookmarks_follow_the_levels_of_headings(pdf):
    with pdf.open_outline() as outline:
        first, second, third = outline.root
    assert first.title == "一、基本情况"
    assert [it.title for it in first.children] == ["（一）教师交流", "（二）捆绑考核"]
    assert first.children[0].children[0].children[0].title == "（1）生僻字"
    assert len(second.children) == 5
    assert third.title == "三、附表"


def test_x28_a_reference_leads_into_another_chapter(read, pdf):
    (link,) = pdf.pages[1].Annots
    page = pdf.pages.index(pikepdf.Page(link.Dest[0])) + 1
    assert "名册按学校排列。" in bare(read.pages[page - 1])
    assert link.F == 4


def test_x28_a_long_table_repeats_its_head_and_keeps_its_rows_whole(read):
    head, found = "序号姓名派出学校到任学校起止", []
    row = rf"(\d+)王.\D+?{sample_paper.YEAR}(，其间返回原校参加县级教研活动两周)?"
    for number in range(read.page_of("表3交流教师名册"), read.page_of("表4各校指标得分")):
        text = own_text(read.pages[number - 1])
        assert text.count(head) == 1, number
        found += re.findall(row, text[text.index(head) :])
    assert [int(number) for number, _ in found] == list(range(1, 121))
    assert [bool(more) for _, more in found] == [n % 5 == 0 for n in range(120)]


def test_x28_every_rare_character_is_drawn_and_can_be_copied(read, built):
    assert built.missing == ""
    text = bare(read.pages[1])
    assert [it for it in sample_paper.RARE if f"王{it}" not in text] == []


def test_x28_the_file_keeps_to_pdf_a_2b(pdf):
    told = pdf.Root.Metadata.read_bytes().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in told
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
    assert not pdf.is_encrypted
    assert pdf.trailer.ID is not None
    assert Name.AA not in pdf.Root
    assert "/JavaScript" not in str(pdf.Root.get(Name.Names, ""))
    descriptors = [it for it in pdf.objects if isinstance(it, pikepdf.Dictionary)]
    descriptors = [it for it in descriptors if it.get(Name.Type) == Name.FontDescriptor]
    assert descriptors
    assert [it for it in descriptors if Name.FontFile2 not in it and Name.FontFile3 not in it] == []


def test_x14_the_file_tells_its_own_date_and_not_the_clocks(pdf):
    told = pdf.Root.Metadata.read_bytes().decode()
    assert told.count("2026-10-14T09:30:00+08:00") == 2
    assert str(pdf.docinfo.CreationDate) == "D:20261014093000+08'00'" == str(pdf.docinfo.ModDate)
    assert str(pdf.docinfo.Title) == sample_paper.META.title
    assert f"<rdf:li>{sample_paper.META.author}</rdf:li>" in told
    assert str(pdf.Root.Lang) == "zh-CN"


def test_a_worker_stays_under_400_mib(built):
    assert built.peak_kib < 400 * 1024


def test_charts_are_drawn_with_their_labels(read):
    text = bare(read.pages[8])
    assert text.count("89.96") == text.count("83.10") == 2  # in the chart and in its table
    assert text.index("图1") < text.index("表1")
