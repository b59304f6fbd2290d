"""Groups that break rules 1 and 2 of ``domain.md``, whatever the constraints say."""

from collections.abc import Iterator

from core.selectors.integrity import Violation, found
from groups.models import Membership
from groups.selectors.integrity import broken_groups


# Asked below in words of rule 1, so that rule 3 need not ask them again.
CONSTRAINTS = frozenset(
    constraint.name
    for constraint in Membership._meta.constraints  # noqa: SLF001 - Django documents _meta
)
TABLE = "groups_membership"

TWICE = """
SELECT place.id FROM groups_membership place
 WHERE EXISTS (
       SELECT FROM groups_membership other
        WHERE other.group_id = place.group_id AND other.id > place.id
          AND other.period && place.period
          AND (other.school_id = place.school_id OR other.cluster_id = place.cluster_id))
 ORDER BY place.id
"""
TWO_CORES = """
SELECT place.id FROM groups_membership place
 WHERE place.role = 'CORE' AND EXISTS (
       SELECT FROM groups_membership other
        WHERE other.group_id = place.group_id AND other.id > place.id
          AND other.role = 'CORE' AND other.period && place.period)
 ORDER BY place.id
"""
TWO_UNITS = """
SELECT place.id FROM groups_membership place
 WHERE place.type = 'INTEGRATED' AND EXISTS (
       SELECT FROM groups_membership other
        WHERE other.school_id = place.school_id AND other.id > place.id
          AND other.type = 'INTEGRATED' AND other.period && place.period)
 ORDER BY place.id
"""
CAMPUS_AS_CORE = """
SELECT place.id FROM groups_membership place
 WHERE place.type = 'INTEGRATED' AND place.role = 'MEMBER' AND EXISTS (
       SELECT FROM groups_membership other
        WHERE other.school_id = place.school_id AND other.role = 'CORE'
          AND other.period && place.period)
 ORDER BY place.id
"""
NOT_ONE = """
SELECT id FROM groups_membership
 WHERE (school_id IS NULL) = (cluster_id IS NULL)
    OR (school_id IS NULL AND (role = 'CORE' OR type = 'INTEGRATED'))
 ORDER BY id
"""

# Who was part of whom, and on which days: parents of parents, as far up as they go.
ABOVE = """
WITH RECURSIVE above (school_id, over_id, days) AS (
    SELECT school_id, parent_id, period FROM directory_schoolfacts WHERE parent_id IS NOT NULL
    UNION
    SELECT above.school_id, facts.parent_id, above.days * facts.period
      FROM above JOIN directory_schoolfacts facts
        ON facts.school_id = above.over_id AND facts.period && above.days
     WHERE facts.parent_id IS NOT NULL
), pair AS (
    SELECT place.id, place.type, place.school_id, core.school_id AS core_id, facts.name,
           facts.kind, place.period * core.period * facts.period AS days
      FROM groups_membership place
      JOIN groups_membership core ON core.group_id = place.group_id AND core.role = 'CORE'
       AND core.period && place.period
      JOIN directory_schoolfacts facts ON facts.school_id = place.school_id
       AND facts.period && place.period * core.period
     WHERE place.role = 'MEMBER'
)
"""
LEGAL_PERSON = """
SELECT DISTINCT id, name FROM pair
 WHERE type = 'INTEGRATED' AND kind = 'LEGAL_PERSON' AND NOT isempty(days) ORDER BY id
"""
NOT_OF_THE_CORE = """
SELECT DISTINCT pair.id, pair.name FROM pair
 WHERE pair.type = 'INTEGRATED' AND pair.kind <> 'LEGAL_PERSON' AND NOT isempty(
       datemultirange(pair.days) - COALESCE((
           SELECT range_agg(above.days) FROM above
            WHERE above.school_id = pair.school_id AND above.over_id = pair.core_id
       ), '{}'::datemultirange))
 ORDER BY pair.id
"""
NOT_APART = """
SELECT DISTINCT pair.id, pair.name FROM pair JOIN above ON above.days && pair.days
   AND ((above.school_id = pair.school_id AND above.over_id = pair.core_id)
     OR (above.school_id = pair.core_id AND above.over_id = pair.school_id))
 WHERE pair.type <> 'INTEGRATED' ORDER BY pair.id
"""
CORE_KIND = """
SELECT DISTINCT core.id, facts.name FROM groups_membership core
  JOIN directory_schoolfacts facts
    ON facts.school_id = core.school_id AND facts.period && core.period
 WHERE core.role = 'CORE' AND core.type = 'INTEGRATED' AND facts.kind <> 'LEGAL_PERSON'
 ORDER BY core.id
"""
ABROAD = """
SELECT place.id FROM groups_membership place
  JOIN groups_educationgroup grouped ON grouped.id = place.group_id
  LEFT JOIN directory_school school ON school.id = place.school_id
  LEFT JOIN groups_cluster cluster ON cluster.id = place.cluster_id
 WHERE (place.role = 'CORE' OR place.type <> 'COLLABORATIVE')
   AND COALESCE(school.district_id, cluster.district_id) <> grouped.district_id
 ORDER BY place.id
"""


def violations() -> Iterator[Violation]:
    """Rules 1 and 2 over every group that ever was. A constant number of queries."""
    for broken in broken_groups():
        yield Violation(1, "groups_educationgroup", broken.group_id, broken.message)
    yield from found(1, TABLE, TWICE, "同一学校或片区在一个集团中同时出现两次。")
    yield from found(1, TABLE, TWO_CORES, "集团同时有两所核心校。")
    yield from found(1, TABLE, TWO_UNITS, "同一学校同时在两个融合型集团中。")
    yield from found(1, TABLE, CAMPUS_AS_CORE, "融合型集团的校区同时是集团的核心校。")
    yield from found(1, TABLE, NOT_ONE, "成员须是一所学校或一个片区，核心校和校区须是学校。")
    yield from found(2, TABLE, ABOVE + LEGAL_PERSON, "融合型集团是一个法人，成员“{}”却是独立法人。")
    yield from found(2, TABLE, ABOVE + NOT_OF_THE_CORE, "融合型集团的“{}”不属于它的核心校。")
    yield from found(2, TABLE, CORE_KIND, "融合型集团的核心校“{}”不是独立法人。")
    yield from found(
        2, TABLE, ABOVE + NOT_APART, "“{}”与核心校是同一法人的部分，不能作它的成员校。"
    )
    yield from found(2, TABLE, ABROAD, "学校属于另一行政区；只有协作型集团的成员可以跨区县。")
