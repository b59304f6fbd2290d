"""Survey an .xlsx before the parser sees it: its size, its reach, its formulas and errors.

Every part is unpacked once as a stream, so that what the directory of the zip promises is also
true when the parser reads the same parts.
"""

import html
import posixpath
import re
import zipfile
from typing import NamedTuple

from core.spreadsheets import refusals


MEGABYTE = 1024 * 1024
MAX_UNPACKED = 96 * MEGABYTE
MAX_PARTS = 5_000
# Rows of a table shrink to a tenth or a thirtieth; a large part that shrinks more is padding.
LARGE, DENSEST = 8 * MEGABYTE, 100
MAX_INDEX = 2 * MEGABYTE  # the list of sheets and the links to their parts
CHUNK = MEGABYTE // 4
LONGEST_CELL = MEGABYTE // 8
LAST_COLUMN = 26 + 26 * 26  # ZZ: a reference of three letters lies beyond

PREFIX = re.compile(rb"<([\w.-]{1,40}:)?worksheet[\s>]")
ROW_NUMBER = re.compile(rb"""\sr=["'](\d{1,9})["']""")
REF = rb"""r=["']([A-Z]{1,2})(\d{1,7})["']"""
CELL_REF = re.compile(rb"\b" + REF)
ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


class Patterns:
    """What is sought in a sheet's text; with literal tags, which are found ten times as fast."""

    def __init__(self, start: bytes):
        """Made for the tag prefix that ``start``, the beginning of the sheet, uses."""
        found = PREFIX.search(start)
        prefix = (found and found[1]) or b""
        tag, self.end = b"<" + re.escape(prefix), b"</" + prefix + b"c>"
        self.row = re.compile(tag + rb"row[\s/>][^<>]*")
        # A cell that closes at once, in one tag or two, has a format and no content.
        self.far = re.compile(
            tag
            + rb"""c\s[^<>]*?\br=["']([A-Z]{3}\d{1,7})["'](?:[^<>]*[^<>/])?>(?!\s*"""
            + re.escape(self.end)
            + rb")"
        )
        self.formula = re.compile(tag + rb"c\s[^<>]*?\b" + REF + rb"[^<>]*>\s*" + tag + rb"f[\s/>]")
        self.error = re.compile(
            tag + rb"""c\s([^<>]*?\bt=["']e["'](?:[^<>]*[^<>/])?)>(.*?)""" + re.escape(self.end),
            re.DOTALL,
        )
        self.error_text = re.compile(tag + rb"v>\s*(#[^<]{1,30}?)\s*<")


class Mark(NamedTuple):
    """What a cell is beside its value: calculated, in error (the text shown), or both."""

    formula: bool
    error: str | None = None


Marks = dict[tuple[int, int], Mark]


def survey(path: str, *, max_rows: int) -> dict[str, Marks]:
    """The formula and error cells of each worksheet by (row, column) from 0.

    Raises ``Refused`` for what is no .xlsx or reaches too far, ``zipfile.BadZipFile`` and its like
    for a damaged one. Cells that carry no reference of their own are not recognised.
    """
    with zipfile.ZipFile(path) as archive:
        entries = {_plain(entry.filename): entry for entry in archive.infolist()}
        _check_directory(archive.infolist(), entries)
        sheets = _sheets(archive, entries)
        found = {}
        for place, entry in entries.items():
            name = sheets.get(place)
            with archive.open(entry) as part:
                marks = _survey_part(part, place, name, max_rows)
            if name is not None:
                found[name] = marks
    return found


def _check_directory(listed: list[zipfile.ZipInfo], entries: dict[str, zipfile.ZipInfo]) -> None:
    """Refuse by the zip's own table of contents."""
    if any(entry.flag_bits & 1 for entry in listed):
        raise refusals.Refused(refusals.PASSWORD)
    if {"xl/workbook.bin", "content.xml", "index/document.iwa"} & entries.keys():
        raise refusals.Refused(refusals.OTHER_FORMAT)
    usual = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    if len(entries) < len(listed) or any(entry.compress_type not in usual for entry in listed):
        raise refusals.Refused(refusals.DAMAGED)
    padded = any(entry.file_size > max(LARGE, DENSEST * entry.compress_size) for entry in listed)
    unpacked = sum(entry.file_size for entry in listed)
    if padded or unpacked > MAX_UNPACKED or len(listed) > MAX_PARTS:
        raise refusals.Refused(refusals.BOMB, most=MAX_UNPACKED // MEGABYTE)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _sheets(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> dict[str, str]:
    """Which part holds which sheet: part name -> sheet name."""
    roots = _links(archive, entries.get("_rels/.rels"), "/")
    book = next((part for sort, part in roots.values() if sort.endswith("/officeDocument")), None)
    if book not in entries:
        raise refusals.Refused(refusals.NOT_A_SHEET)
    folder, file = posixpath.split(book)
    links = _links(archive, entries.get(f"{folder}/_rels/{file}.rels"), f"/{folder}")
    found = {}
    for sheet in _elements(archive, entries[book], "sheet"):
        link = next((value for name, value in sheet.items() if name.endswith(":id")), None)
        if link in links:
            found[links[link][1]] = sheet.get("name", "")
    if not found:  # a text document or slides
        raise refusals.Refused(refusals.NOT_A_SHEET)
    return found


def _links(archive, entry: zipfile.ZipInfo | None, folder: str) -> dict[str, tuple[str, str]]:
    """The links that a part declares: id -> (kind, name of the part)."""
    return {
        link.get("Id", ""): (
            link.get("Type", ""),
            _plain(posixpath.normpath(posixpath.join(folder, link.get("Target", "")))),
        )
        for link in _elements(archive, entry, "Relationship")
    }


def _elements(archive, entry: zipfile.ZipInfo | None, tag: str):
    """The attributes of each such element in a small part."""
    if entry is None:
        return
    if entry.file_size > MAX_INDEX:
        raise refusals.Refused(refusals.DAMAGED)
    text = archive.read(entry).decode("utf-8", "replace")
    for element in re.finditer(rf"<(?:[\w.-]{{1,40}}:)?{tag}\s([^>]*)", text):
        yield {
            name: html.unescape(double or single)
            for name, double, single in ATTRIBUTE.findall(element[1])
        }


def _survey_part(part, place: str, name: str | None, max_rows: int) -> Marks:
    """Unpack a part to its end; for a worksheet, check its reach and collect its marks."""
    marks: Marks = {}
    row, rest, patterns = 0, b"", None
    while chunk := part.read(CHUNK):
        if place.endswith((".xml", ".rels")) and FORBIDDEN.search(chunk):  # an .svg may have one
            raise refusals.Refused(refusals.STRANGE)
        if name is None:
            continue
        patterns = patterns or Patterns(chunk)
        # Cut after a whole cell, so that nothing sought is cut in two.
        text = rest + chunk
        last = text.rfind(patterns.end)
        cut = last + len(patterns.end) if last >= 0 else 0
        if cut < len(text) - LONGEST_CELL:
            cut = max(text.rfind(b"<"), len(text) - LONGEST_CELL)
        rest, text = text[cut:], text[:cut]
        row = _survey_text(text, patterns, name, row, max_rows, marks)
    if patterns:
        _survey_text(rest, patterns, name, row, max_rows, marks)
    return marks


def _survey_text(
    text: bytes, patterns: Patterns, name: str, row: int, max_rows: int, marks: Marks
) -> int:
    """Survey whole cells; returns the number of the last row met."""
    for found in patterns.row.finditer(text):
        numbered = ROW_NUMBER.search(found[0])
        row = int(numbered[1]) if numbered else row + 1
        if row > max_rows:
            raise refusals.Refused(refusals.TOO_LONG, sheet=name, most=max_rows)
    if far := patterns.far.search(text):
        ref = far[1].decode()
        raise refusals.Refused(refusals.TOO_WIDE, sheet=name, most=LAST_COLUMN, ref=ref)
    for column, number in patterns.formula.findall(text):
        marks[_position(column, number, name, max_rows)] = Mark(formula=True)
    for attributes, inside in patterns.error.findall(text):
        reference, error = CELL_REF.search(attributes), patterns.error_text.search(inside)
        if reference and error:
            where = _position(*reference.groups(), name, max_rows)
            marks[where] = Mark(where in marks, error[1].decode("ascii", "replace"))
    return row


def _position(letters: bytes, number: bytes, name: str, max_rows: int) -> tuple[int, int]:
    if not 0 < int(number) <= max_rows:
        raise refusals.Refused(refusals.TOO_LONG, sheet=name, most=max_rows)
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(number) - 1, column - 1
