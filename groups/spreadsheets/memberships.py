"""The table of groups and members: ``import_groups`` and the browser."""

import dataclasses
from collections.abc import Sequence

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from core.enums import RowState
from core.spreadsheets import cells
from core.spreadsheets.importing import Column, Line, Occasion
from core.spreadsheets.layout import key
from directory.enums import SchoolKind
from directory.selectors.names import SchoolsOnFile
from groups.enums import ROLE_WORDS, GroupType, MembershipRole
from groups.models import Cluster, GroupFacts, Membership
from groups.spreadsheets import rules


TYPE, GROUP, SCHOOL, ROLE, PARENT = "类型", "集团", "学校", "角色", "所属学校"
TYPES = {type_.label: type_ for type_ in GroupType}
COLUMNS = (
    Column(TYPE, cells.word(TYPES), needed=True, words=tuple(TYPES), width=10),
    Column(GROUP, cells.name(100), needed=True, note="集团全称，同一集团各行一致", width=30),
    Column(
        SCHOOL, cells.name(100), needed=True, note="学校名称，或在册片区的名称；不在册的将新建",
        width=28,
    ),
    Column(ROLE, cells.word(ROLE_WORDS), needed=True, words=("核心校", "成员校"), width=10),
    Column(PARENT, cells.name(100), note="校区、学部填所属学校名称", width=28),
)  # fmt: skip


@dataclasses.dataclass
class Place:
    """One place in a group: a row of the file, or a membership on file (without a line)."""

    group: str  # compared form of the name
    type: str
    role: str
    who: str  # "s12" a school on file, "c3" a cluster, "n…" a school that does not exist yet
    label: str
    line: Line | None = None
    period: DateRange | None = None

    @property
    def is_core(self) -> bool:
        return self.role == MembershipRole.CORE

    @property
    def is_campus(self) -> bool:
        return self.type == GroupType.INTEGRATED and not self.is_core

    @property
    def at(self) -> str:
        """Where it stands, for sentences."""
        return f"第 {self.line.number} 行" if self.line else "在册"


@dataclasses.dataclass
class Plan:
    """What a row would do. ``kind`` is that of a school to be made; ids where they exist."""

    place: Place
    group_id: int | None
    school_id: int | None = None
    cluster_id: int | None = None
    kind: str = ""
    parent: str = ""
    parent_id: int | None = None


def check(lines: Sequence[Line], occasion: Occasion) -> None:
    """Rules 1 and 2 within the file and with what is on file from the start day on.

    A membership on file is never changed: that is done on the group's page, with its reason.
    """
    schools = SchoolsOnFile.from_day(occasion.district_id, occasion.start)
    since = DateRange(occasion.start, None, "[)")
    groups = {
        key(row.name): row
        for row in GroupFacts.objects.filter(
            district_id=occasion.district_id, period__overlap=since
        ).order_by("-period")
    }
    clusters = {
        key(row.name): row
        for row in Cluster.objects.filter(district_id=occasion.district_id).order_by("pk")
    }
    for line in lines:
        _plan(line, groups, schools, clusters, occasion)
    planned = [line.plan.place for line in lines if line.plan]
    held = _held(lines, groups, schools, since)
    rules.check_new_schools(lines)
    rules.check_places(planned, held, occasion)
    rules.check_rule_2(planned, held, schools)
    rules.check_whole(lines, held)
    for line in lines:
        if line.right and line.state is None:
            line.state = RowState.NEW


def _plan(line: Line, groups, schools: SchoolsOnFile, clusters, occasion: Occasion) -> None:
    type_, name, school, role = (line.values.get(it) for it in (TYPE, GROUP, SCHOOL, ROLE))
    if not (type_ and name and school and role):
        return
    facts = groups.get(key(name))
    if facts and occasion.start not in facts.period:
        line.fault(GROUP, f"同名集团从 {facts.period.lower} 起已在册，请核对开始日期。")
    if facts and facts.type != type_:
        label = GroupType(facts.type).label
        line.fault(TYPE, f"“{facts.name}”在册是{label}，改类型请在集团页办理。")
    place = Place(key(name), type_, role, "", school, line)
    plan = Plan(place, facts.group_id if facts else None)
    line.plan = plan
    parent = line.values.get(PARENT)
    if row := schools.by_name.get(key(school)):
        plan.school_id, place.who = row.school_id, f"s{row.school_id}"
        _check_parent_on_file(line, row, parent, schools)
    elif cluster := clusters.get(key(school)):
        plan.cluster_id, place.who = cluster.pk, f"c{cluster.pk}"
    else:
        place.who = f"n{key(school)}"
        _plan_school(line, plan, parent, schools)


def _check_parent_on_file(line: Line, row, parent: str | None, schools: SchoolsOnFile) -> None:
    held = schools.by_id.get(row.parent_id)
    if parent and held and key(held.name) != key(parent):
        line.fault(PARENT, f"“{row.name}”在册的所属学校是“{held.name}”，请核对。")
    elif parent and not held:
        line.warn(PARENT, f"“{row.name}”在册没有所属学校，本表不改学校信息。")


def _plan_school(line: Line, plan: Plan, parent: str | None, schools: SchoolsOnFile) -> None:
    plan.kind = SchoolKind.LEGAL_PERSON
    if parent:
        plan.kind = SchoolKind.CAMPUS if plan.place.is_campus else SchoolKind.SECTION
        plan.parent = parent
        held = schools.by_name.get(key(parent))
        plan.parent_id = held.school_id if held else None
        if key(parent) == key(plan.place.label):
            line.fault(PARENT, "所属学校不能是自己，请填上一级学校。")


def _held(lines, groups, schools: SchoolsOnFile, since: DateRange) -> list[Place]:
    """Memberships on file that may bear on the rows."""
    names = {facts.group_id: name for name, facts in groups.items()}
    ids = {line.plan.school_id for line in lines if line.plan} - {None}
    rows = Membership.objects.filter(
        Q(group_id__in=names) | Q(school_id__in=ids), period__overlap=since
    ).select_related("cluster")
    named = {(it.plan.place.group, it.plan.place.who): it for it in lines if it.plan}
    places = []
    for row in rows.order_by("pk"):
        facts = schools.by_id.get(row.school_id)
        label = row.cluster.name if row.cluster else facts.name if facts else "外区学校"
        who = f"s{row.school_id}" if row.school_id else f"c{row.cluster_id}"
        group = names.get(row.group_id, f"#{row.group_id}")
        places.append(Place(group, row.type, row.role, who, label, period=row.period))
        if (group, who) in named:
            named[group, who].object_id = row.pk
    return places
