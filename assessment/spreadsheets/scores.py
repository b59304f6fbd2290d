"""The county's own score sheet: sheets 学校, 集团 and 项目, all of its faults in one reading."""

import dataclasses
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from assessment.entries import Entry, Place, Project
from assessment.structure import breaches
from core.spreadsheets.layout import Row, find_table, key
from core.spreadsheets.reading import Workbook, read_workbook
from core.spreadsheets.values import BadValue, to_decimal, to_int, to_text
from groups.enums import ROLE_WORDS, GroupType, MembershipRole


SCHOOLS, GROUPS, PROJECTS = "学校", "集团", "项目"
COLUMNS = {
    SCHOOLS: (("学校", "类别", "得分"), ("学生数", "上年名次")),
    GROUPS: (("集团", "类型", "学校", "角色"), ()),
    PROJECTS: (("学校", "项目", "加分"), ()),
}
FIELD_COLUMN = {"group": "集团", "type": "类型", "school": "学校", "role": "角色"}
NOT_APART = "不单独评分"
TYPES = {type_.label: type_ for type_ in GroupType}


@dataclasses.dataclass(frozen=True)
class Fault:
    """Something wrong at one place of the sheet; ``row`` is Excel's number, None for all of it."""

    sheet: str
    row: int | None
    column: str
    value: str
    message: str


@dataclasses.dataclass
class ScoreSheet:
    """What a score sheet says, with everything that is wrong in it.

    The values are fit for scoring only while ``faults`` is empty.
    """

    entries: list[Entry] = dataclasses.field(default_factory=list)
    places: list[Place] = dataclasses.field(default_factory=list)
    projects: list[Project] = dataclasses.field(default_factory=list)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    warnings: list[Fault] = dataclasses.field(default_factory=list)


def read_scores(path) -> ScoreSheet:
    """The sheet in that file. Raises Unreadable when the file cannot be read as a spreadsheet."""
    return _Reader(read_workbook(path)).read()


class _Reader:
    def __init__(self, workbook: Workbook):
        self.workbook = workbook
        self.sheet = ScoreSheet()
        self.names: dict[str, str] = {}  # compared form → name as written in 学校
        self.school_rows: dict[str, Row] = {}
        self.incomplete: set[str] = set()  # groups with a row that could not be read

    def read(self) -> ScoreSheet:
        self._read_schools()
        group_rows = self._read_groups()
        project_rows = self._read_projects()
        self._check_structure(group_rows)
        self._check_units()
        self._check_projects(project_rows)
        order = {SCHOOLS: 0, GROUPS: 1, PROJECTS: 2}
        self.sheet.faults.sort(key=lambda fault: (order.get(fault.sheet, 3), fault.row or 0))
        return self.sheet

    # ---- one sheet at a time

    def _rows(self, sheet_name: str, *, needed: bool = True) -> list[Row]:
        """The data rows of a sheet; a missing sheet or column is a fault of the whole sheet."""
        required, optional = COLUMNS[sheet_name]
        found = self.workbook.sheet(sheet_name)
        if found is None:
            if needed:
                names = "、".join(sheet.name for sheet in self.workbook.sheets)
                self._whole(sheet_name, f"缺少工作表“{sheet_name}”（文件中有：{names}）。")
            return []
        table = find_table(found, required=required, optional=optional)
        for column in table.missing:
            self._whole(sheet_name, f"缺少“{column}”列，请补上这一列的表头。", column)
        for column in table.repeated:
            self._whole(sheet_name, f"“{column}”列出现两次，请只留一列。", column)
        for number, text in table.skipped:
            self.sheet.warnings.append(
                Fault(sheet_name, number, "", text, "这一行按说明、签字或汇总行略过。")
            )
        if not table.missing and not table.rows and sheet_name == SCHOOLS:
            self._whole(sheet_name, "没有数据行，请在表头下填写学校。")
        return [] if table.missing or table.repeated else table.rows

    def _read_schools(self) -> None:
        for row in self._rows(SCHOOLS):
            name = self._name(SCHOOLS, row, "学校")
            pool = self._name(SCHOOLS, row, "类别")
            score, apart = self._score(row)
            entry = Entry(
                school=name,
                pool=pool,
                score=score,
                apart=apart,
                pupils=self._pupils(row),
                last_rank=self._last_rank(row),
            )
            if key(name) in self.names:
                first = self.school_rows[self.names[key(name)]].number
                self._fault(SCHOOLS, row, "学校", f"“{name}”在第 {first} 行已经有了，请只留一行。")
            elif name:
                self.names[key(name)] = name
                self.school_rows[name] = row
                self.sheet.entries.append(entry)

    def _read_groups(self) -> list[Row]:
        rows, groups = [], {}
        for row in self._rows(GROUPS):
            group = self._name(GROUPS, row, "集团")
            kind = self._word(GROUPS, row, "类型", TYPES)
            role = self._word(GROUPS, row, "角色", ROLE_WORDS)
            school = self._school(GROUPS, row)
            group = groups.setdefault(key(group), group)
            if not (group and kind and role and school):
                self.incomplete.add(group)
            else:
                self.sheet.places.append(Place(group, kind, school, role))
                rows.append(row)
        return rows

    def _read_projects(self) -> list[Row]:
        rows = []
        for row in self._rows(PROJECTS, needed=False):
            school = self._school(PROJECTS, row)
            project = self._name(PROJECTS, row, "项目")
            points = self._value(PROJECTS, row, "加分", to_decimal, "加分应为不小于 0 的数字。")
            if points is not None and points < 0:
                self._fault(PROJECTS, row, "加分", "加分不能为负数。")
            elif school and project and points is not None:
                self.sheet.projects.append(Project(school, project, points))
                rows.append(row)
        return rows

    # ---- one cell at a time

    def _name(self, sheet: str, row: Row, column: str) -> str:
        cell = row[column]
        if cell.formula:
            self._fault(
                sheet, row, column, f"“{column}”是公式，请复制后用“选择性粘贴—数值”改成文字。"
            )
            return ""
        try:
            text = to_text(cell)
        except BadValue as error:
            self._fault(sheet, row, column, str(error))
            return ""
        if not text:
            self._fault(sheet, row, column, f"“{column}”为空，请填写。")
        elif text[0] in "=+-@":
            self._fault(sheet, row, column, f"“{column}”不能以“{text[0]}”开头，请改成文字。")
            return ""
        return text

    def _word(self, sheet: str, row: Row, column: str, words: dict[str, Any]) -> Any:
        text = self._name(sheet, row, column)
        word = next((words[known] for known in words if key(known) == key(text)), None)
        if text and word is None:
            known = "、".join(words)
            self._fault(sheet, row, column, f"不认识的{column}“{text}”，应为{known}之一。")
        return word

    def _school(self, sheet: str, row: Row) -> str:
        """The school as written in 学校, where it must stand."""
        text = self._name(sheet, row, "学校")
        if text and key(text) not in self.names:
            self._fault(sheet, row, "学校", f"“{text}”不在工作表“学校”中，请补上这一行或核对名称。")
            return ""
        return self.names.get(key(text), "")

    def _score(self, row: Row) -> tuple[Decimal | None, bool]:
        cell = row["得分"]
        if key(cell.text) == NOT_APART:
            return None, False
        if cell.formula and cell.value is None:
            self._fault(
                SCHOOLS, row, "得分", "公式没有算出结果，请打开文件重新计算后保存，或改填数字。"
            )
            return None, True
        cure = f"得分应为 0 到 100 的数字；未出分请留空，校区不单独评分请写“{NOT_APART}”。"
        score = self._value(SCHOOLS, row, "得分", to_decimal, cure)
        if score is not None and not 0 <= score <= 100:
            self._fault(SCHOOLS, row, "得分", cure)
            return None, True
        return score, True

    def _pupils(self, row: Row) -> int | None:
        """A number of pupils; whether it must be there is known when the units are."""
        try:
            return to_int(row["学生数"])
        except BadValue:
            return None

    def _last_rank(self, row: Row) -> int | None:
        cure = "上年名次应为 1 以上的整数；没有上年名次请留空。"
        rank = self._value(SCHOOLS, row, "上年名次", to_int, cure)
        if rank is not None and rank < 1:
            self._fault(SCHOOLS, row, "上年名次", cure)
            return None
        return rank

    def _value(self, sheet: str, row: Row, column: str, read: Callable, cure: str) -> Any:
        """The cell's value, None when it is blank or, with a fault that says the cure, unfit."""
        cell = row[column]
        if cell.blank:
            if column in COLUMNS[sheet][0] and column != "得分":
                self._fault(sheet, row, column, f"“{column}”为空，请填写。")
            return None
        try:
            return read(cell)
        except BadValue:
            self._fault(sheet, row, column, cure)
            return None

    # ---- what only the whole sheet can tell

    def _check_structure(self, rows: list[Row]) -> None:
        for breach in breaches(self.sheet.places, self.incomplete):
            self._fault(GROUPS, rows[breach.position], FIELD_COLUMN[breach.field], breach.message)

    def _check_units(self) -> None:
        """不单独评分 is for campuses; pupils are needed where they weigh."""
        units: dict[str, list[str]] = {}
        campuses: set[str] = set()
        for place in self.sheet.places:
            if place.type == GroupType.INTEGRATED:
                units.setdefault(place.group, []).append(place.school)
                if place.role == MembershipRole.MEMBER:
                    campuses.add(place.school)
        entries = {entry.school: entry for entry in self.sheet.entries}
        for name, entry in entries.items():
            if not entry.apart and name not in campuses:
                self._fault(
                    SCHOOLS,
                    self.school_rows[name],
                    "得分",
                    f"只有融合型集团的校区可以写“{NOT_APART}”，请填写“{name}”的得分。",
                )
        for group, schools in units.items():
            if not any(entries[s].score is not None for s in schools if s in campuses):
                continue
            for entry in (entries[school] for school in schools):
                if entry.score is not None and not (entry.pupils and entry.pupils > 0):
                    self._fault(
                        SCHOOLS,
                        self.school_rows[entry.school],
                        "学生数",
                        f"融合型集团“{group}”按学生数加权，请填写“{entry.school}”大于 0 的学生数。",
                    )

    def _check_projects(self, rows: list[Row]) -> None:
        cores = {
            place.school
            for place in self.sheet.places
            if place.type == GroupType.COLLABORATIVE and place.role == MembershipRole.CORE
        }
        for project, row in zip(self.sheet.projects, rows, strict=True):
            if project.school not in cores:
                self._fault(
                    PROJECTS,
                    row,
                    "学校",
                    f"“{project.school}”不是协作型集团的核心校，不能有项目加分；请删除这一行。",
                )

    def _fault(self, sheet: str, row: Row, column: str, message: str) -> None:
        value = row[column].text
        self.sheet.faults.append(Fault(sheet, row.number, column, value, message))

    def _whole(self, sheet: str, message: str, column: str = "") -> None:
        self.sheet.faults.append(Fault(sheet, None, column, "", message))
