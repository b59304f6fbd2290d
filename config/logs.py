"""What a line of the log looks like."""

import logging
import re


ROWS = re.compile(r"^(?:DETAIL|CONTEXT|LINE \d+): .*\n?", re.MULTILINE)


class Plain(logging.Formatter):
    """When, how bad, who says it, what; of a failure its trace, without the row that PostgreSQL
    quotes in its errors: it may be anybody's ID number."""

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatException(self, ei):
        return ROWS.sub("", super().formatException(ei))
