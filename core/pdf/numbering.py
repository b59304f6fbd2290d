"""Numbers of headings in an official paper: 一、 （一） 1. （1） (GB/T 9704)."""

DIGITS = "零一二三四五六七八九"
LEVELS = 4


class Headings:
    """Counts the headings of one paper, across its chapters. Put it in every chapter's context."""

    def __init__(self):
        self._counts = [0] * LEVELS

    def next(self, level: int) -> str:
        """The number of the next heading of a level (1 to 4), ending those below it."""
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (LEVELS - level)
        number = self._counts[level - 1]
        return {
            1: f"{chinese(number)}、",
            2: f"（{chinese(number)}）",
            3: f"{number}.",
            4: f"（{number}）",
        }[level]


def chinese(number: int) -> str:
    """A number from 1 to 99 in Chinese: 十二, 二十."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("" if tens == 1 else DIGITS[tens]) + "十"
    return head + (DIGITS[ones] if ones or not tens else "")
