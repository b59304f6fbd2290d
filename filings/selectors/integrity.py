"""Rule 6 of ``domain.md`` over the stored filings, found again for ``check_integrity``."""

from collections.abc import Iterator

from core.selectors.integrity import Violation, found
from filings.rules import NEXT, NEXT_WITHOUT_VALIDATOR


FILING, MOVE = "filings_filing", "filings_filingmove"

# A state is where the last line of the history led; without one it is a draft.
STATES = """
SELECT filing.id, filing.title FROM filings_filing filing
  LEFT JOIN LATERAL (
       SELECT new FROM filings_filingmove WHERE filing_id = filing.id ORDER BY id DESC LIMIT 1
  ) last ON true
 WHERE filing.state <> coalesce(last.new, 'DRAFT') ORDER BY filing.id
"""
# Each line begins where the one before it ended, by a way that the tables know.
WAYS = """
SELECT line.id, line.title FROM (
       SELECT move.id, filing.title, move.old,
              lag(move.new, 1, 'DRAFT') OVER (PARTITION BY move.filing_id ORDER BY move.id) AS was,
              concat_ws('|', move.move, move.old, move.new, filing.validator <> '') AS way
         FROM filings_filingmove move JOIN filings_filing filing ON filing.id = move.filing_id
       ) line
 WHERE line.old <> line.was OR line.way NOT IN ({}) ORDER BY line.id
"""
# Who decided, against who had filed and validated last before that.
SAME_HAND = """
SELECT move.id, filing.title FROM filings_filingmove move
  JOIN filings_filing filing ON filing.id = move.filing_id
 WHERE move.move IN ('VALIDATE', 'APPROVE', 'RECORD', 'REJECT') AND (
       move.by_id = (SELECT it.by_id FROM filings_filingmove it WHERE it.filing_id = move.filing_id
                      AND it.id < move.id AND it.move = 'SUBMIT' ORDER BY it.id DESC LIMIT 1)
    OR move.move <> 'VALIDATE' AND filing.validator <> '' AND
       move.by_id = (SELECT it.by_id FROM filings_filingmove it WHERE it.filing_id = move.filing_id
                      AND it.id < move.id AND it.move = 'VALIDATE' ORDER BY it.id DESC LIMIT 1)
 ) ORDER BY move.id
"""
TWO_IN_FORCE = """
SELECT filing.id, filing.title FROM filings_filing filing
  JOIN filings_filing before ON before.id = filing.previous_id
 WHERE filing.state IN ('APPROVED', 'RECORDED', 'SUPERSEDED') AND before.state <> 'SUPERSEDED'
 ORDER BY filing.id
"""


def violations() -> Iterator[Violation]:
    """Every filing of every district. One query a clause."""
    yield from found(6, FILING, STATES, "“{}”的状态与办理记录的最后一条不一致。")
    yield from found(6, MOVE, WAYS.format(_ways()), "“{}”的办理记录前后不接，或有不允许的一步。")
    yield from found(6, MOVE, SAME_HAND, "“{}”由报送或初核的本人初核、审批。")
    yield from found(6, FILING, TWO_IN_FORCE, "“{}”的新版本已生效，旧版本仍未被替代。")


def _ways() -> str:
    """Every lawful line as the statement writes it; codes of our own tables, nothing typed."""
    ways = [
        f"'{move}|{old}|{new}|{flag}'"
        for table, flag in ((NEXT, "t"), (NEXT_WITHOUT_VALIDATOR, "f"))
        for old, moves in table.items()
        for move, new in moves.items()
    ]
    return ", ".join(ways)
