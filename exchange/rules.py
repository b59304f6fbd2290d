"""What the adopted packs say of a roster: a check a line or a team, each with its clause. Pure.

A check warns and never refuses (only the rules of ``domain.md`` refuse). Where no rule is stated
nothing is checked and the check says so.
"""

import dataclasses
import datetime
import itertools
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from core.school_years import school_year_of
from exchange.enums import PlacementKind, Way


UNSTATED = "所采用方案未规定"
VICE_PRINCIPAL = "副校长"
# Words of a post that make its holder one of the 中层干部 of A-7; 班主任 is none.
MANAGERS = ("校长", "园长", "书记", "主任")
NO_MANAGERS = ("班主任",)
SUMMER = (7, 1)  # from here on a school year may end: at the July holiday (B4-5) or on 31 August
WORD = {
    "TEAM": "派驻团队",
    "APPLICATION": "申请交流教师",
    "SHADOWING": "跟岗教师",
}
UNITS = {"SCHOOL_YEARS": "学年", "YEARS": "年"}


class Outcome(StrEnum):
    """How a check came out; word, colour and icon of its mark."""

    FINE = "FINE"
    WARNS = "WARNS"
    CLASHES = "CLASHES"
    UNSTATED = "UNSTATED"
    NOTE = "NOTE"

    @property
    def label(self) -> str:
        return LOOK[self][0]

    @property
    def kind(self) -> str:
        return LOOK[self][1]

    @property
    def icon(self) -> str:
        return LOOK[self][2]


LOOK = {
    Outcome.FINE: ("符合", "ok", "circle-check"),
    Outcome.WARNS: ("请核对", "warn", "alert-triangle"),
    Outcome.CLASHES: ("冲突", "bad", "circle-x"),
    Outcome.UNSTATED: ("未规定", "idle", "circle-off"),
    Outcome.NOTE: ("提示", "go", "info-circle"),
}


@dataclasses.dataclass(frozen=True)
class Stated:
    """A rule as a check cites it: its figures by name, where it stands, how to open it."""

    identity: str
    source: str
    figures: Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Line:
    """A line of a roster as the checks read it. ``to_member``: from a core to its member."""

    position: int
    teacher_id: int
    teacher: str
    sending_id: int
    receiving_id: int
    receiving: str
    kind: str
    way: str
    first_day: datetime.date
    last_day: datetime.date
    duty: str = ""
    post: str = ""  # 现任职务
    backbone: str = ""  # 骨干层次
    to_member: bool = False

    @property
    def in_team(self) -> bool:
        return self.kind == PlacementKind.POSTING and self.to_member

    @property
    def who(self) -> str:
        """Whose figures hold for the term (A-7, B1-6, B4-5)."""
        if self.in_team:
            return "TEAM"
        return "SHADOWING" if self.kind == PlacementKind.SHADOWING else "APPLICATION"

    @property
    def is_manager(self) -> bool:
        return is_manager(self.post) or is_manager(self.duty)


@dataclasses.dataclass(frozen=True)
class Check:
    """One sentence beside the roster; ``positions`` are the lines that it is about."""

    outcome: Outcome
    told: str
    rule: Stated | None = None
    positions: tuple[int, ...] = ()
    identity: str = ""  # of the rule that would hold, where none is stated


Rules = Callable[[str], Stated | None]


def is_manager(post: str) -> bool:
    """Whether a post is one of the middle managers that A-7 sends; 班主任 is none."""
    return any(word in post for word in MANAGERS) and not any(word in post for word in NO_MANAGERS)


def check_roster(
    lines: Sequence[Line],
    rules: Rules,
    *,
    on_post: Mapping[tuple[int, int], Collection["Line"]] | None = None,
    ended: Mapping[tuple[int, int], Collection[datetime.date]] | None = None,
) -> list[Check]:
    """Every check of a roster, what warns first.

    ``on_post``: people whom the sending school already has at the receiving one, by (sending,
    receiving); ``ended``: days on which postings between the two ended early, for adjustments.
    """
    found = [
        *_ways(lines, rules),
        *_terms(lines, rules),
        *_teams(lines, rules, on_post or {}),
        *_adjustments(lines, rules, ended or {}),
        *_vice_principals(lines, rules),
    ]
    order = list(Outcome)
    rank = {Outcome.CLASHES: -2, Outcome.WARNS: -1}
    return sorted(found, key=lambda it: rank.get(it.outcome, order.index(it.outcome)))


def due_end(first_day: datetime.date, length: int, unit: str) -> datetime.date:
    """The last day of a term: 31 August of its last school year, or the day before the same date.

    The school year in which it starts counts as its first, however late it starts.
    """
    if unit == "SCHOOL_YEARS":
        return datetime.date(school_year_of(first_day) + length, 8, 31)
    try:
        after = first_day.replace(year=first_day.year + length)
    except ValueError:  # 29 February
        after = datetime.date(first_day.year + length, 3, 1)
    return after - datetime.timedelta(days=1)


def fits(line: Line, length: int, unit: str) -> bool:
    """Whether the line's period is the stated term.

    School years may end from 1 July on, when lessons are over; of plain years it may be more.
    """
    end = due_end(line.first_day, length, unit)
    if unit == "SCHOOL_YEARS":
        return datetime.date(end.year, *SUMMER) <= line.last_day <= end
    return line.last_day >= end


def twice_full_time(lines: Iterable[tuple[int, bool, datetime.date, datetime.date]]) -> set[int]:
    """Teachers who would be at two places full-time on one day.

    Lines as (teacher, full-time, first day, last day); both days count.
    """
    by_teacher = defaultdict(list)
    for teacher, full_time, first, last in lines:
        if full_time:
            by_teacher[teacher].append((first, last))
    found = set()
    for teacher, spans in by_teacher.items():
        spans.sort()
        if any(later[0] <= earlier[1] for earlier, later in itertools.pairwise(spans)):
            found.add(teacher)
    return found


def _ways(lines, rules: Rules) -> Iterable[Check]:
    """申请方式: those that the pack knows; where they are a sequence, its first (A-9, B1-6)."""
    rule = rules("application_ways")
    if rule is None:
        yield Check(Outcome.UNSTATED, f"申请方式：{UNSTATED}", identity="application_ways")
        return
    ways, sequence = tuple(rule.figures["ways"]), rule.figures["sequence"]
    unknown = [it for it in lines if it.way not in ways]
    late = [it for it in lines if it.way in ways and sequence and it.way != ways[0]]
    for it in unknown:
        yield Check(
            Outcome.WARNS, f"{it.teacher}：申请方式“{Way(it.way).label}”不在所采用的方式中",
            rule, (it.position,),
        )  # fmt: skip
    for it in late:
        sentence = f"{it.teacher}：应从{Way(ways[0]).label}开始，现为{Way(it.way).label}"
        yield Check(Outcome.WARNS, sentence, rule, (it.position,))
    if lines and not unknown and not late:
        yield Check(Outcome.FINE, "申请方式符合规定", rule)


def _terms(lines, rules: Rules) -> Iterable[Check]:
    """期限, by who goes (A-7, B1-6, B4-5, C-8)."""
    for who in sorted({it.who for it in lines}, key=list(WORD).index):
        mine = [it for it in lines if it.who == who]
        rule = rules(f"exchange_term.{who}")
        if rule is None or rule.figures.get("length") is None:
            yield Check(
                Outcome.UNSTATED, f"{WORD[who]}期限：{UNSTATED}", identity=f"exchange_term.{who}"
            )
            continue
        length, unit = rule.figures["length"], rule.figures["unit"]
        wrong = [it for it in mine if not fits(it, length, unit)]
        for it in wrong:
            end = due_end(it.first_day, length, unit)
            sentence = (
                f"{it.teacher}：{WORD[who]}期限为 {length} {UNITS[unit]}，"
                f"应至 {end}，现至 {it.last_day}"
            )
            yield Check(Outcome.WARNS, sentence, rule, (it.position,))
        if not wrong:
            yield Check(Outcome.FINE, f"{WORD[who]}期限均为 {length} {UNITS[unit]}", rule)


def _teams(lines, rules: Rules, on_post) -> Iterable[Check]:
    """Who is sent to each member, those who are there already included (A-7, C-8)."""
    team = [it for it in lines if it.in_team]
    if not team:
        return
    rule = rules("team.TEAM")
    if rule is None:
        yield Check(Outcome.UNSTATED, f"派驻团队人数：{UNSTATED}", identity="team.TEAM")
        return
    for pair in dict.fromkeys((it.sending_id, it.receiving_id) for it in team):
        here = [it for it in team if (it.sending_id, it.receiving_id) == pair]
        named = {it.teacher_id for it in here}
        there = [it for it in on_post.get(pair, ()) if it.teacher_id not in named]
        people = [*here, *there]
        managers = [it for it in people if it.is_manager]
        backbone = [it for it in people if it.backbone and it not in managers]
        counted = (("managers", "中层干部", managers), ("backbone", "骨干教师", backbone),
                   ("at_least", "合计", people))  # fmt: skip
        short = [
            f"{word} {len(found)} 名，应有 {rule.figures[name]} 名"
            for name, word, found in counted
            if rule.figures.get(name) is not None and len(found) < rule.figures[name]
        ]
        open_ones = [word for name, word, _ in counted if name in rule.figures.get("open", ())]
        where = f"派往{here[0].receiving}"
        positions = tuple(it.position for it in here)
        if short:
            yield Check(Outcome.WARNS, f"{where}：{'；'.join(short)}", rule, positions)
        else:
            with_there = f"（其中 {len(there)} 人已在岗）" if there else ""
            said = f"{where}：中层干部 {len(managers)} 名，骨干教师 {len(backbone)} 名{with_there}"
            yield Check(Outcome.FINE, said, rule, positions)
        for word in open_ones:
            yield Check(Outcome.UNSTATED, f"{where}的{word}人数：{UNSTATED}", rule)


def _adjustments(lines, rules: Rules, ended) -> Iterable[Check]:
    """How often the sending school may change people within the term (A-7)."""
    rule = rules("exchange_term.TEAM")
    allowed = rule and rule.figures.get("adjustments")
    if not allowed:
        return
    length, unit = rule.figures["length"], rule.figures["unit"]
    for pair in dict.fromkeys((it.sending_id, it.receiving_id) for it in lines if it.in_team):
        here = [it for it in lines if it.in_team and (it.sending_id, it.receiving_id) == pair]
        first = min(it.first_day for it in here)
        days = {day for day in ended.get(pair, ()) if due_end(day, length, unit) >= first > day}
        if len(days) > allowed:
            sentence = f"派往{here[0].receiving}：期间可调整 {allowed} 次，这将是第 {len(days)} 次"
            yield Check(Outcome.WARNS, sentence, rule, tuple(it.position for it in here))


def _vice_principals(lines, rules: Rules) -> Iterable[Check]:
    """A posted manager serves as vice principal outside the member's establishment (A-10)."""
    rule = rules("demand.vice_principal")
    if rule is None:
        return
    for it in lines:
        if it.in_team and it.duty == VICE_PRINCIPAL:
            told = f"{it.teacher}任{it.receiving}副校长，不占该校领导职数"
            yield Check(Outcome.NOTE, told, rule, (it.position,))
        elif it.in_team and is_manager(it.post):
            told = f"{it.teacher}是中层干部，派驻期间担任副校长，拟任职务未填“副校长”"
            yield Check(Outcome.WARNS, told, rule, (it.position,))
