"""The table of a roster: ``import_roster`` and the browser."""

import dataclasses
from collections.abc import Sequence

from core.enums import RowState
from core.periods import last_day
from core.school_years import school_year_label, school_year_of
from core.spreadsheets import cells
from core.spreadsheets.importing import Column, Line, Occasion
from core.spreadsheets.layout import key
from directory.selectors import schools as all_schools
from directory.selectors import teachers
from directory.selectors.names import SchoolsOnFile
from exchange.enums import PlacementKind, Way
from exchange.models import Roster, RosterLine
from exchange.selectors import ties
from filings.enums import FilingState


KINDS = {kind.label: kind for kind in PlacementKind}
WAYS = {way.label: way for way in Way}
DAY_NOTE = "如 2024-09-01、2024.9.1 或 2024年9月1日"
COLUMNS = (
    Column("派出学校", cells.name(100), needed=True, note="须与在册学校名称一致", width=22),
    Column("接收学校", cells.name(100), needed=True, note="须与在册学校名称一致", width=22),
    Column("工号", cells.staff_number, needed=True, note="按工号认人，须已在册"),
    Column("姓名", cells.name(50), needed=True, note="须与在册姓名相同，空格不计", width=12),
    Column("类别", cells.word(KINDS), needed=True, words=tuple(KINDS), width=10),
    Column("学科", cells.text(20), width=10),
    Column("拟任职务", cells.text(30), width=12),
    Column("开始日期", cells.day, needed=True, note=DAY_NOTE),
    Column("结束日期", cells.day, needed=True, note=f"最后一天；{DAY_NOTE}"),
    Column("申请方式", cells.word(WAYS), needed=True, words=tuple(WAYS), width=12),
)
SAID = {"学科": "subject", "拟任职务": "duty", "类别": "kind", "申请方式": "way"}
GONE = (FilingState.REJECTED, FilingState.SUPERSEDED)


@dataclasses.dataclass
class Plan:
    """What a row would do: the line it writes, one on file or a new one."""

    sending_id: int
    receiving_id: int
    teacher_id: int
    line: RosterLine | None = None


def check(lines: Sequence[Line], occasion: Occasion, roster: Roster | None = None) -> None:
    """Compare with each other and with what is on file.

    With ``roster`` all rows are for that one, else each sending school has its own.
    """
    year = roster.filing.school_year if roster else school_year_of(occasion.start)
    schools = SchoolsOnFile.on(occasion.district_id, occasion.on)
    numbers = {line.values.get("工号") for line in lines} - {None}
    people = teachers.by_number([occasion.district_id], numbers)
    ids = [it.pk for it in people.values()]
    held = teachers.employments_on(occasion.on, ids)
    on_file = _on_file(ids, year)
    allowed = _allowed(roster, occasion)
    seen: dict[tuple, int] = {}
    for line in lines:
        sending, receiving = _school(line, "派出学校", schools), _school(line, "接收学校", schools)
        if sending and receiving and sending == receiving:
            line.fault("接收学校", "派出学校和接收学校相同，请核对。")
        if sending and allowed is not None and sending not in allowed:
            line.fault("派出学校", "不是本校，也不是以本校为核心校的集团里的学校，请核对。")
        person = _teacher(line, people, held, sending)
        _check_days(line, year)
        number, first = line.values.get("工号"), line.values.get("开始日期")
        if number and first:
            if (number, first) in seen:
                row = seen[number, first]
                line.fault("工号", f"与第 {row} 行的工号和开始日期相同，请只留一行。")
            seen.setdefault((number, first), line.number)
        if line.right and person:
            _plan(
                line, Plan(sending, receiving, person.pk), on_file.get((person.pk, first)), roster
            )


def _on_file(teacher_ids, year: int) -> dict[tuple, RosterLine]:
    """Lines of the school year's rosters that still count, by teacher and first day."""
    rows = RosterLine.objects.filter(
        teacher__in=teacher_ids, roster__filing__school_year=year
    ).exclude(roster__filing__state__in=GONE)
    rows = rows.select_related("roster__filing").order_by("roster__filing__version", "pk")
    return {(row.teacher_id, row.period.lower): row for row in rows}


def _allowed(roster: Roster | None, occasion: Occasion) -> set[int] | None:
    """The schools whose teachers may stand in the roster; None where each school has its own."""
    if roster is None:
        return None
    filer = roster.filing.school_id
    members = ties.ties_of({filer}, occasion.on).members_of(filer)
    return all_schools.units_below(filer, occasion.on) | members


def _school(line: Line, column: str, schools: SchoolsOnFile) -> int | None:
    name = line.values.get(column)
    found = schools.by_name.get(key(name)) if name else None
    if name and found is None:
        line.fault(column, schools.unknown(name))
    return found and found.school_id


def _teacher(line: Line, people, held, sending: int | None):
    number, name = line.values.get("工号"), line.values.get("姓名")
    person = people.get(number)
    if number and person is None:
        line.fault("工号", f"没有工号为 {number} 的在册教师，请核对工号，或先导入教师。")
        return None
    if person and name and key(person.name) != key(name):
        line.fault("姓名", f"工号 {number} 在册的不是这个姓名，请核对工号和姓名。")
        return None
    place = held.get(person.pk) if person else None
    if person and place is None:
        line.fault("工号", f"工号 {number} 的教师今天不在岗，请核对。")
    elif person and sending and sending not in {place.unit_id, place.employer_id}:
        line.fault("派出学校", f"工号 {number} 的教师不在这所学校任教，请核对派出学校。")
    return person


def _check_days(line: Line, year: int) -> None:
    first, last = line.values.get("开始日期"), line.values.get("结束日期")
    if first and last and last < first:
        line.fault("结束日期", f"结束日期早于开始日期 {first}，请核对。")
    if first and school_year_of(first) != year:
        line.warn("开始日期", f"开始日期不在 {school_year_label(year)}内，请核对年份。")


def _plan(line: Line, plan: Plan, held: RosterLine | None, roster: Roster | None) -> None:
    line.plan = plan
    if held is None:
        line.state = RowState.NEW
        return
    plan.line, line.object_id = held, held.pk
    old = _differences(line, held)
    if not old:
        line.state = RowState.UNCHANGED
        return
    filing = held.roster.filing
    if filing.state != FilingState.DRAFT:
        line.fault(
            "工号",
            f"已在“{filing.title}”中报送，内容与本行不同；请先退回起草或重开一版，再导入。",
        )
    elif roster is not None and held.roster_id != roster.pk:
        line.fault("工号", f"已在“{filing.title}”中，请在那一份上修改。")
    else:
        line.state, line.old = RowState.CHANGED, old


def _differences(line: Line, held: RosterLine) -> dict[str, str]:
    """Column: the text on file, where the row says something else."""
    said, plan = line.values, line.plan
    old = {
        "类别": (said["类别"], held.kind, held.get_kind_display()),
        "学科": (said.get("学科") or "", held.subject, held.subject),
        "拟任职务": (said.get("拟任职务") or "", held.duty, held.duty),
        "结束日期": (said["结束日期"], last_day(held.period), str(last_day(held.period))),
        "申请方式": (said["申请方式"], held.way, held.get_way_display()),
        "派出学校": (plan.sending_id, held.sending_id, "另一所学校"),
        "接收学校": (plan.receiving_id, held.receiving_id, "另一所学校"),
    }
    return {name: text or "（空）" for name, (new, was, text) in old.items() if new != was}
