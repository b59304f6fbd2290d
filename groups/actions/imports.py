"""Groups and members in bulk, from an imported table. The caller holds transaction and event."""

from collections.abc import Sequence

from core.actions import undoing
from core.actions.undoing import fault
from core.periods import period
from core.spreadsheets.importing import Importer, Line, Occasion, Stands, Undone
from core.spreadsheets.layout import key
from core.words import search_text, sort_key
from directory.actions.imports import schools
from directory.enums import Permission, SchoolKind
from groups import guards
from groups.models import EducationGroup, GroupFacts, Membership
from groups.spreadsheets import memberships as sheet


def write(lines: Sequence[Line], occasion: Occasion) -> None:
    """Found new groups and let members join from the start day on; leaves ``before``.

    Schools that do not exist are entered without a code; those on file only later reach back.
    """
    for line in lines:
        line.before = {}
    held = {line.plan.group_id for line in lines} - {None}
    guards.check_days_open(day=occasion.start, district_id=occasion.district_id, group_ids=held)
    list(EducationGroup.objects.select_for_update(of=("self",)).filter(pk__in=held).order_by("pk"))
    made = _enter_schools(lines, occasion)
    on_file = {it for line in lines for it in (line.plan.school_id, line.plan.parent_id) if it}
    if moved := schools.reach_back(on_file, occasion.start):
        lines[0].before["reached"] = moved
    groups = _found(lines, occasion)
    rows = []
    for line in lines:
        plan = line.plan
        rows.append(
            Membership(
                group_id=plan.group_id or groups[plan.place.group], type=plan.place.type,
                role=plan.place.role, cluster_id=plan.cluster_id,
                school_id=plan.school_id or made.get(plan.place.who),
                period=period(occasion.start), created_at=occasion.now,
            )
        )  # fmt: skip
    Membership.objects.bulk_create(rows)
    for line, row in zip(lines, rows, strict=True):
        line.object_id = row.pk


def _enter_schools(lines: Sequence[Line], occasion: Occasion) -> dict[str, int]:
    """Ids of the schools made for these rows, by the place's ``who``; parents are made too."""
    wanted: dict[str, tuple[dict, Line]] = {}
    known: dict[str, int] = {}
    for line in lines:
        plan = line.plan
        if plan.parent_id:
            known[key(plan.parent)] = plan.parent_id
        if plan.kind:
            parent = key(plan.parent) if plan.parent else None
            facts = {"name": plan.place.label, "kind": plan.kind, "parent": parent}
            wanted.setdefault(key(plan.place.label), (facts, line))
    for _, line in list(wanted.values()):
        parent = line.plan.parent
        if parent and key(parent) not in known and key(parent) not in wanted:
            facts = {"name": parent, "kind": SchoolKind.LEGAL_PERSON, "parent": None}
            wanted[key(parent)] = (facts, line)
    rows = schools.enter(
        [facts for facts, _ in wanted.values()], district_id=occasion.district_id,
        first_day=occasion.start, now=occasion.now, source=occasion.source, known=known,
    )  # fmt: skip
    for (_, line), row in zip(wanted.values(), rows, strict=True):
        line.before.setdefault("schools", []).append([row.school_id, row.pk])
    return {f"n{name}": row.school_id for name, row in zip(wanted, rows, strict=True)}


def _found(lines: Sequence[Line], occasion: Occasion) -> dict[str, int]:
    """Ids by compared name of the groups founded for these rows."""
    first: dict[str, Line] = {}
    for line in lines:
        if line.plan.group_id is None:
            first.setdefault(line.plan.place.group, line)
    made = EducationGroup.objects.bulk_create(
        EducationGroup(district_id=occasion.district_id, created_at=occasion.now) for _ in first
    )
    facts = []
    for line, group in zip(first.values(), made, strict=True):
        name = line.values[sheet.GROUP]
        facts.append(
            GroupFacts(
                group=group, district_id=occasion.district_id, period=period(occasion.start),
                name=name, type=line.plan.place.type, search=search_text(name),
                sort_key=sort_key(name), reason=occasion.source, created_at=occasion.now,
            )
        )  # fmt: skip
    GroupFacts.objects.bulk_create(facts)
    for line, row in zip(first.values(), facts, strict=True):
        line.before["group"] = [row.group_id, row.pk]
    return {name: group.pk for name, group in zip(first, made, strict=True)}


def undo(rows: Sequence[Undone], occasion: Occasion) -> None:
    """Take memberships, founded groups and entered schools back. Raises Stands if in use since."""
    lines = {row.line.object_id: row.line for row in rows}
    held = Membership.objects.in_bulk(lines)
    stands = [
        fault(line, "这条成员记录在导入后又变更过，请在集团页单独更正。")
        for pk, line in lines.items()
        if pk not in held or held[pk].period.upper is not None
    ]
    if stands:
        raise Stands(stands)
    guards.check_days_open(
        day=occasion.start, district_id=occasion.district_id,
        group_ids={row.group_id for row in held.values()},
    )  # fmt: skip
    founded = {
        line.before["group"][0]: (line, line.before["group"][1])
        for line in lines.values()
        if "group" in line.before
    }
    entered = {
        school: (line, facts)
        for line in lines.values()
        for school, facts in line.before.get("schools", [])
    }
    groups = {pk: line for pk, (line, _) in founded.items()}
    facts = GroupFacts.objects.filter(pk__in=[pk for _, pk in founded.values()])
    names = dict(facts.order_by("pk").values_list("group_id", "name"))
    undoing.remove(Membership.objects.filter(pk__in=lines), lines, lambda _: "这条成员记录")
    facts.delete()
    undoing.remove(
        EducationGroup.objects.filter(pk__in=groups), groups, lambda pk: f"“{names[pk]}”"
    )
    schools.remove(
        [pk for _, pk in entered.values()], {pk: line for pk, (line, _) in entered.items()}
    )
    for line in lines.values():
        schools.reach_forward(line.before.get("reached", []))


IMPORTER = Importer(
    kind="groups",
    label="集团",
    permission=Permission.MANAGE_GROUPS,
    columns=sheet.COLUMNS,
    check=sheet.check,
    write=write,
    undo=undo,
    start_label="集团成立、成员加入日期",
)
