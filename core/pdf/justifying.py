"""Lines of Chinese set flush on both sides.

WeasyPrint widens spaces only, and Chinese has none: a line with figures in it would end anywhere
within its last character. Here what is left over goes between all characters of the line
(CSS ``text-justify: inter-character``). It replaces one inner function of WeasyPrint, in the child
process alone; the version is pinned, and a test measures the edge.
"""

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.line_break import create_layout


def install() -> None:
    """Let WeasyPrint justify by characters."""
    inline.justify_line = justify_line


def justify_line(context, line, left_over: float) -> None:
    """Spread ``left_over`` pixels between the characters of a line."""
    letters = _letters(line)
    if letters > 1:
        _spread(context, line, left_over / (letters - 1), 0)


def _letters(box) -> int:
    if isinstance(box, boxes.TextBox):
        return len(box.text)
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        return sum(_letters(child) for child in box.children)
    return 0


def _spread(context, box, gap: float, moved: float) -> float:
    """Widen a box and move what follows; returns how far."""
    if isinstance(box, boxes.TextBox):
        spacing = box.style["letter_spacing"]
        box.style = box.style.copy()
        box.style["letter_spacing"] = (0 if spacing == "normal" else spacing) + gap
        layout = create_layout(
            box.text, box.style, context, max_width=None, justification_spacing=0
        )
        layout.deactivate()
        box.pango_layout = layout
        box.position_x += moved
        box.width += gap * len(box.text)
        return moved + gap * len(box.text)
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += moved
        before = moved
        for child in box.children:
            if child.is_in_normal_flow():
                moved = _spread(context, child, gap, moved)
        box.width += moved - before
        return moved
    box.translate(moved, 0)
    return moved
