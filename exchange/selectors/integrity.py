"""Placements and rosters that break a rule, found again for ``check_integrity``."""

from collections.abc import Iterator

from core.selectors.integrity import Violation, found


# Asked below in words of rule 4, so that rule 3 need not ask it again.
CONSTRAINTS = frozenset({"exchange_placement_one_full_time_at_a_time"})
PLACEMENT, LINE = "exchange_placement", "exchange_rosterline"

TWICE = """
SELECT placement.id, teacher.name FROM exchange_placement placement
  JOIN directory_teacher teacher ON teacher.id = placement.teacher_id
 WHERE placement.full_time AND placement.state = ANY (ARRAY{states}) AND EXISTS (
       SELECT FROM exchange_placement other
        WHERE other.teacher_id = placement.teacher_id AND other.id > placement.id
          AND other.full_time AND other.state = ANY (ARRAY{states})
          AND other.period && placement.period)
 ORDER BY placement.id
"""
# A line of a roster in force that was approved has its placement, of the same teacher and schools.
WITHOUT = """
SELECT line.id, filing.title FROM exchange_rosterline line
  JOIN exchange_roster roster ON roster.id = line.roster_id
  JOIN filings_filing filing ON filing.id = roster.filing_id
  LEFT JOIN exchange_placement placement ON placement.id = line.placement_id
 WHERE filing.state IN ('APPROVED', 'RECORDED')
   AND (line.state = 'OPEN' OR line.state = 'APPROVED' AND (
        placement.id IS NULL OR placement.teacher_id <> line.teacher_id
        OR placement.sending_id <> line.sending_id
        OR placement.receiving_id <> line.receiving_id))
 ORDER BY line.id
"""
# The host sees the teacher as long as the placement lasts and no longer.
GRANTS = """
SELECT placement.id, teacher.name FROM exchange_placement placement
  JOIN directory_teacher teacher ON teacher.id = placement.teacher_id
 WHERE placement.state = 'ON_POST' AND EXISTS (
       SELECT FROM exchange_rosterline line WHERE line.placement_id = placement.id)
   AND NOT EXISTS (
       SELECT FROM directory_grant given
        WHERE given.source = 'exchange.placement' AND given.source_id = placement.id
          AND given.teacher_id = placement.teacher_id AND given.unit_id = placement.receiving_id
          AND given.period @> placement.period)
 ORDER BY placement.id
"""


def violations() -> Iterator[Violation]:
    """Rule 4, and what approval leaves behind, over every district. One query a clause."""
    states = "['APPROVED', 'ON_POST', 'COMPLETED', 'TERMINATED']"
    twice = TWICE.format(states=states)
    yield from found(4, PLACEMENT, twice, "{}在同一时间有两项全职交流。")
    yield from found(4, LINE, WITHOUT, "“{}”已批准，有一行没有对应的交流，或内容不同。")
    yield from found(4, PLACEMENT, GRANTS, "{}在岗，接收学校却看不到这位教师。")
