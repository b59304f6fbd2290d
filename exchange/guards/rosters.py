"""May this be done to a roster? ``check_*`` raises Denied with a sentence for the person.

What the filing's state allows is asked of ``filings.guards.filings``; here stands what only
rosters know: whose teacher, which schools, who confirms a line.
"""

import datetime
from collections.abc import Sequence

from core.actor import Actor
from core.errors import Denied
from core.periods import last_day
from directory.enums import Permission
from directory.selectors import schools, teachers
from exchange.enums import FULL_TIME, LineState
from exchange.models import Roster, RosterLine
from exchange.rules import twice_full_time
from exchange.selectors import ties
from filings.enums import FilingState
from filings.guards import filings


MOST_YEARS = 6  # longer than any document's term: a slip in the year


def check_start(*, actor: Actor | None, school_id: int) -> None:
    """The school's own principal or clerk; the command line may."""
    if actor is None:
        return
    if not actor.may(Permission.PREPARE_FILINGS):
        raise Denied("花名册由学校的校长或经办填报。")
    if school_id not in actor.school_ids:
        raise Denied("只能为本校填报花名册。")


def can_start(*, actor: Actor, school_id: int) -> bool:
    return _can(check_start, actor=actor, school_id=school_id)


def check_edit(*, actor: Actor | None, roster: Roster, on: datetime.date) -> None:
    """A draft, by the school that files it; the command line may."""
    if actor is not None:
        filings.check_edit(actor=actor, filing=roster.filing, on=on)
    elif roster.filing.state != FilingState.DRAFT:
        raise Denied("花名册已报送，不能修改；请先退回起草，或重开一版。")


def can_edit(*, actor: Actor, roster: Roster, on: datetime.date) -> bool:
    return _can(check_edit, actor=actor, roster=roster, on=on)


def check_line(
    *,
    roster: Roster,
    teacher_id: int,
    sending_id: int,
    receiving_id: int,
    first_day: datetime.date,
    last_day: datetime.date,
    on: datetime.date,
) -> None:
    """The schools and the teacher of a line belong together, and its days make sense."""
    filer = roster.filing.school_id
    if sending_id == receiving_id:
        raise Denied("派出学校和接收学校不能是同一所学校。")
    known = ties.ties_of({filer, sending_id}, on)
    if sending_id not in schools.units_below(filer, on) | known.members_of(filer):
        raise Denied("派出学校须是本校，或以本校为核心校的集团里的学校。")
    names = schools.facts_on(on, {sending_id, receiving_id})
    if len(names) < 2:
        raise Denied("有一所学校在今天没有信息，可能已撤并，请另选。")
    if receiving_id not in known.partners() and (
        names[receiving_id].district_id != names[sending_id].district_id
    ):
        raise Denied(f"“{names[receiving_id].name}”属于另一行政区，又不在同一集团，不能接收。")
    held = teachers.employments_on(on, [teacher_id]).get(teacher_id)
    places = {held.unit_id, held.employer_id} if held else set()
    if not places & schools.units_below(sending_id, on):
        raise Denied(f"这位教师今天不是“{names[sending_id].name}”的在岗教师，请核对工号。")
    if last_day < first_day:
        raise Denied("结束日期不能早于开始日期。")
    if (last_day - first_day).days > MOST_YEARS * 366:
        raise Denied(f"期间超过 {MOST_YEARS} 年，请核对年份。")


def check_confirm(*, actor: Actor, line: RosterLine) -> None:
    """The sending school's principal, while the roster is a draft and the line waits for them."""
    if not actor.may(Permission.SUBMIT_FILINGS) or line.sending_id not in actor.school_ids:
        raise Denied("这一行由派出学校的校长确认。")
    if line.roster.filing.state != FilingState.DRAFT:
        raise Denied("花名册已报送，不能再确认或退回这一行。")
    if line.confirmed_at:
        raise Denied("这一行已经确认过。")


def can_confirm(*, actor: Actor, line: RosterLine) -> bool:
    return _can(check_confirm, actor=actor, line=line)


def check_complete(*, lines: Sequence[RosterLine], names: dict[int, str]) -> None:
    """Whether a roster may leave the school: not empty, all confirmed, nobody in two places."""
    if not lines:
        raise Denied("花名册还没有人员，请先添加一行再报送。")
    waiting = [it for it in lines if it.confirmed_at is None]
    if waiting:
        who = "、".join(dict.fromkeys(names[it.sending_id] for it in waiting))
        raise Denied(f"还有 {len(waiting)} 行待派出学校确认（{who}），确认后才能报送。")
    twice = twice_full_time(
        (it.teacher_id, it.kind in FULL_TIME, it.period.lower, last_day(it.period)) for it in lines
    )
    if twice:
        who = "、".join(dict.fromkeys(it.teacher.name for it in lines if it.teacher_id in twice))
        raise Denied(f"{who}在本花名册中有两段全职交流时间重叠，请先改正起止日期。")


def check_judge_line(*, actor: Actor, roster: Roster, on: datetime.date) -> None:
    """A line is refused, or that is taken back, by who may approve the whole, at that time."""
    filings.check_approve(actor=actor, filing=roster.filing, on=on)


def can_judge_lines(*, actor: Actor, roster: Roster, on: datetime.date) -> bool:
    return _can(check_judge_line, actor=actor, roster=roster, on=on)


def check_some_left(lines: Sequence[RosterLine]) -> None:
    """A roster all of whose lines are refused is refused as a whole, not approved."""
    if not any(it.state == LineState.OPEN for it in lines):
        raise Denied("每一行都不予批准，请对整份花名册办理“不予批准”或“退回起草”。")


def _can(check, **asked) -> bool:
    try:
        check(**asked)
    except Denied:
        return False
    return True
