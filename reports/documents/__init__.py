"""Papers: what they say is frozen as plain JSON first, then laid out and put into tables from it.

``freeze`` reads the selectors that feed pages, XLSX and API (X-13) and writes every sentence and
every cell; ``lay_out`` and ``workbook`` read the frozen context alone, so that an issued paper
comes out the same when the data have moved on (X-14).
"""

from reports.documents.freezing import freeze
from reports.documents.laying import FULL, MISSING_CURE, lay_out
from reports.documents.tables import workbook


__all__ = ["FULL", "MISSING_CURE", "freeze", "lay_out", "workbook"]
