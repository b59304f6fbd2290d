"""Reads a finished PDF by another engine than made it: text, places of characters, pictures."""

import re
from dataclasses import dataclass

import pypdfium2


MM = 72 / 25.4


@dataclass(frozen=True)
class Letter:
    """A character and its box in points from the page's lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


def bare(text: str) -> str:
    """Text without white space, for comparing what was broken into lines."""
    return re.sub(r"\s+", "", text)


class Read:
    """A PDF as a reader sees it."""

    def __init__(self, pdf: bytes):
        self._pdf = pypdfium2.PdfDocument(pdf)
        self.pages = [page.get_textpage().get_text_range() for page in self._pdf]

    def letters(self, number: int) -> list[Letter]:
        """Every visible character of a page (counted from 1)."""
        page = self._pdf[number - 1].get_textpage()
        return [
            Letter(page.get_text_range(i, 1), *page.get_charbox(i, loose=True))
            for i in range(page.count_chars())
            if page.get_text_range(i, 1).strip()
        ]

    def place(self, number: int, text: str) -> Letter:
        """Where a word stands on a page: the first place that has it."""
        letters = self.letters(number)
        start = "".join(it.text for it in letters).index(text)
        found = letters[start : start + len(text)]
        return Letter(
            text,
            min(it.left for it in found),
            min(it.bottom for it in found),
            max(it.right for it in found),
            max(it.top for it in found),
        )

    def size(self, number: int) -> tuple[float, float]:
        """Width and height of a page in mm."""
        width, height = self._pdf[number - 1].get_size()
        return round(width / MM, 1), round(height / MM, 1)

    def page_of(self, text: str) -> int:
        """The last page that has a text (the contents have it first)."""
        return max(n for n, page in enumerate(self.pages, start=1) if text in bare(page))
