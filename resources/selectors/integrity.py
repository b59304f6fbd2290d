"""Bookings that break rule 5 of ``domain.md``, asked without trusting the constraint."""

from collections.abc import Iterator

from core.selectors.integrity import Violation, found


CONSTRAINTS = ("resources_booking_active_do_not_overlap",)
OVERLAPS = """
SELECT later.id, facility.name, later.day, held.id
  FROM resources_booking later
  JOIN resources_booking held
    ON held.facility_id = later.facility_id AND held.id < later.id
   AND held.period && later.period AND held.state = 'ACTIVE'
  JOIN resources_facility facility ON facility.id = later.facility_id
 WHERE later.state = 'ACTIVE'
 ORDER BY later.id, held.id
"""
ACROSS = """
SELECT id, day
  FROM resources_booking
 WHERE (lower(period) AT TIME ZONE 'Asia/Shanghai')::date <> day
    OR (upper(period) AT TIME ZONE 'Asia/Shanghai')::date <> day
 ORDER BY id
"""


def violations() -> Iterator[Violation]:
    """Active bookings of one facility that overlap, and bookings that leave their day."""
    table = "resources_booking"
    yield from found(5, table, OVERLAPS, "{0} {1} 的预约与预约 {2} 时间重叠。")
    yield from found(5, table, ACROSS, "预约的时间不在它的日期 {0} 之内。")
