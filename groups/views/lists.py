"""The lists of groups and of schools that are in none."""

import dataclasses
import datetime

from core.tables import Column, Filter
from core.views.lists import ListView
from directory.enums import SchoolKind, Stage
from groups.enums import GroupState, GroupType, MembershipRole
from groups.selectors import coverage, groups, members
from groups.views.pages import Scoped, may_manage, on_suffix


TYPES = dict(GroupType.choices)
READ = ("group_id", "name", "type", "district_id", "district__name", "day", "since")


@dataclasses.dataclass(frozen=True)
class Row:
    """A group in the list, as the template and the workbook read it."""

    group_id: int
    name: str
    type: str
    type_label: str
    district: str
    state: GroupState
    since: datetime.date
    core: str
    core_count: int  # of how many groups the core is core
    partners: list[str]

    @property
    def count(self) -> int:
        return len(self.partners)

    @property
    def listed(self) -> str:
        return "、".join(self.partners)


class GroupList(Scoped, ListView):
    """Groups as a county thinks of them: by type, each with its core and members."""

    template_name = "groups/list.html"
    title = "教育集团"
    counter = "个"
    columns = (
        Column(
            "type", "类型", lambda row: row.type_label, (groups.TYPE_RANK, "sort_key"), width=10
        ),
        Column("name", "集团", lambda row: row.name, ("sort_key",), width=34),
        Column("core", "核心校", lambda row: row.core, width=18),
        Column(
            "size", "成员校", lambda row: row.count, (groups.SIZE, "sort_key"), "num", 9, "integer"
        ),
        Column("members", "成员校名单", lambda row: row.listed, (), "", 48, "wrap"),
        Column("since", "成立日期", lambda row: str(row.since), ("since", "sort_key"), width=13),
        Column("state", "状态", lambda row: row.state.label, width=10, screen=False),
    )
    filters = (
        Filter(
            "type",
            "类型",
            lambda request: GroupType.choices,
            lambda rows, value: rows.filter(type=value),
        ),
        Filter(
            "state",
            "状态",
            lambda request: [(it.value, it.label) for it in (GroupState.ACTIVE, GroupState.FUTURE)],
            lambda rows, value: rows.filter(ahead=value == GroupState.FUTURE),
        ),
    )
    first_sort = "type"
    export_act = "groups.group.export"

    def visible(self):
        rows = groups.groups_listed_for(self.request.actor, self.request.day)
        return rows.values_list(*READ, named=True)

    def present(self, rows):
        on, actor = self.request.day, self.request.actor
        listed = members.places_listed([row.group_id for row in rows], on)
        home = actor.home_district_id
        found = []
        for row in rows:
            held = [it for it in listed.get(row.group_id, ()) if it.stands_on(row.day)]
            core = next((it for it in held if it.role == MembershipRole.CORE), None)
            found.append(
                Row(
                    group_id=row.group_id,
                    name=row.name,
                    type=row.type,
                    type_label=TYPES[row.type],
                    district="" if row.district_id == home else row.district__name,
                    state=GroupState.ACTIVE if row.day == on else GroupState.FUTURE,
                    since=row.since,
                    core=core.name if core else "",
                    core_count=core.core_count if core else 0,
                    partners=[it.shown for it in held if it is not core],
                )
            )
        return found

    def extra(self):
        request = self.request
        district = request.actor.home_district_id
        return {
            "by_type": not request.GET.get("sort", "").strip("-") or "type" in request.GET["sort"],
            # How far the county is covered is the bureau's question.
            "covers": bool(request.actor.district_ids),
            "outside": len(coverage.ids_outside(request.actor, request.day))
            if request.actor.district_ids
            else 0,
            "may_manage": may_manage(request, district),
            "on_suffix": on_suffix(request),
        }


class OutsideList(Scoped, ListView):
    """Schools that are in no group: what the coverage line counts (B1-1, D-1)."""

    template_name = "groups/outside.html"
    title = "未加入集团的学校"
    counter = "所"
    columns = (
        Column("name", "学校", lambda row: row.name, ("sort_key",), width=30),
        Column("kind", "办学类型", lambda row: row.get_kind_display(), ("kind", "sort_key")),
        Column("stage", "学段", lambda row: row.get_stage_display(), ("stage", "sort_key")),
    )
    filters = (
        Filter(
            "kind",
            "办学类型",
            lambda request: SchoolKind.choices,
            lambda rows, value: rows.filter(kind=value),
        ),
        Filter(
            "stage",
            "学段",
            lambda request: Stage.choices,
            lambda rows, value: rows.filter(stage=value),
        ),
    )
    first_sort = "name"
    export_act = "groups.outside.export"

    def visible(self):
        return coverage.schools_outside(self.request.actor, self.request.day)

    def extra(self):
        return {"on_suffix": on_suffix(self.request)}


class CoveredList(OutsideList):
    """The other schools: of these the county's coverage is told (X-13)."""

    template_name = "groups/covered.html"
    title = "集团覆盖的学校"
    export_act = "groups.covered.export"

    def visible(self):
        return coverage.schools_covered(self.request.actor, self.request.day)
