"""交流与活动: placements, their logs, shared rooms; each table says what it counts."""

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from exchange.enums import LogKind, PlacementKind
from exchange.selectors.papers import Direction, Movement, Served
from reports.documents import blocks
from reports.documents.blocks import Block, column
from reports.selectors.exchange import Exchanged
from resources.selectors.papers import Used


TITLE = "交流与活动"
NOT_KEPT = "教研和教学活动还没有在系统中登记，这里不列。"
GONE = "已解散的集团"
OUTSIDE = "集团以外"
LESSONS = (LogKind.LESSON_GIVEN, LogKind.LESSON_HEARD)
COUNTED = "在岗过一天以上的都计。人次按每项交流计；人数按教师计，一人有几项的计一次。"
SCOPE = "只计派出或接收学校在本行政区的交流。"


def chapter(seen: Exchanged, span: str) -> dict:
    """三、交流与活动; ``span`` is 本学年, 本学期 or 本月."""
    if seen.is_empty:
        text = f"{span}没有教师交流轮岗、交流日志和共享场地的登记；{NOT_KEPT}"
        return blocks.chapter(TITLE, [blocks.said(text)], own_page=False)
    said = [
        blocks.heading("教师交流轮岗"),
        *_placements(seen, span),
        blocks.heading("交流日志"),
        *_logs(seen, span),
        blocks.heading("场地共享"),
        *_rooms(seen, span),
        blocks.heading("教研和教学活动"),
        blocks.said(NOT_KEPT),
    ]
    return blocks.chapter(TITLE, said, own_page=False)


def in_short(seen: Exchanged, span: str) -> str:
    """The chapter in one sentence, for the first page."""
    held, rooms = seen.exchange.counted(), seen.rooms.total()
    if not (held.times or seen.logs.entries or rooms.times):
        return f"{span}没有在岗的交流轮岗教师、交流日志和已确认的场地预约。"
    served = f"在岗的交流轮岗教师{held.people}人、{held.times}人次"
    entries = f"交流日志{seen.logs.entries}篇"
    return f"{span}{served}，{entries}，已确认的场地预约{rooms.times}次。"


def _placements(seen: Exchanged, span: str) -> list[Block]:
    held = seen.exchange
    awaited = f"已批准、还没有到岗的{held.awaited}人次。" if held.awaited else ""
    if not held.served:
        return [blocks.said(f"{span}没有在岗的交流轮岗教师。{awaited}")]
    all_of = held.counted()
    by_kind = held.by(lambda it: it.kind)
    kinds = [(it, by_kind[it]) for it in PlacementKind if it in by_kind]
    ways = [
        it
        for it in Direction
        if it != Direction.OUTSIDE or seen.group_id is None or all_of.directions[it]
    ]
    told = "、".join(f"{kind.label}{count.times}人次" for kind, count in kinds)
    said = [
        blocks.said(
            f"{span}在岗的交流轮岗教师{all_of.people}人、{all_of.times}人次：{told}。"
            f"其中{span}到岗{all_of.arrived}人次；截至{blocks.day(seen.on)}，期满"
            f"{all_of.completed}人次，提前结束{all_of.cut_short}人次，"
            f"继续在岗{all_of.going_on}人次。{awaited}"
        )
    ]
    said.append(
        blocks.table(
            "各类交流轮岗的人数、人次和方向",
            [column("类别"), column("人数", 4, "integer"), column("人次", 4, "integer"),
             column("全职", 4, "integer"),
             *(column(it.label, 8, "integer") for it in ways)],
            [
                *((kind.label, *_directed(count, ways)) for kind, count in kinds),
                ("合计", *_directed(all_of, ways)),
            ],
            sheet="交流 类别",
            note=f"{COUNTED}方向按交流第一天两校在集团中的角色。{SCOPE}",
        )
    )  # fmt: skip
    said += _between_schools(seen, span) if seen.group_id else _by_group(seen, span)
    return said


def _directed(count: Movement, ways: Sequence[Direction]) -> tuple:
    by_way = (count.directions[it] for it in ways)
    return (count.people, count.times, count.full_time, *by_way)


def _movement(label: str, span: str) -> list[dict]:
    return [
        column(label), column("人数", 4, "integer"), column("人次", 4, "integer"),
        column(f"{span}到岗", 6, "integer"), column("期满", 4, "integer"),
        column("提前结束", 5, "integer"), column("继续在岗", 5, "integer"),
    ]  # fmt: skip


def _moved(count: Movement) -> tuple:
    return (
        count.people, count.times, count.arrived, count.completed, count.cut_short, count.going_on,
    )  # fmt: skip


def _ended(span: str, seen: Exchanged) -> str:
    on = blocks.day(seen.on)
    return f"最后一天在{span}内的计为期满或提前结束，最后一天在{on}以后的计为继续在岗。"


def _by_group(seen: Exchanged, span: str) -> list[Block]:
    held = seen.exchange.by(lambda it: it.group_id)
    rows = [(name, *_moved(held[pk])) for pk, name in _named(seen, held)]
    said = [
        blocks.table(
            "各集团交流轮岗的人数和变动",
            _movement("集团", span),
            [*rows, ("合计", *_moved(seen.exchange.counted()))],
            sheet="交流 集团",
            note=f"集团按交流第一天确定。{_ended(span, seen)}"
            "同一教师在几个集团的，合计人数只计一次。",
        )
    ]
    without = [name for pk, name in seen.groups.items() if pk not in held]
    if without:
        names = blocks.listed(without, "个")
        said.append(blocks.said(f"{span}没有交流轮岗教师的集团{len(without)}个：{names}。"))
    return said


def _named(seen: Exchanged, held) -> list[tuple[int | None, str]]:
    """The groups that ``held`` has, in the order of the groups; what is outside any comes last."""
    known = [(pk, name) for pk, name in seen.groups.items() if pk in held]
    gone = [(pk, GONE) for pk in held if pk is not None and pk not in seen.groups]
    return [*known, *gone, *([(None, OUTSIDE)] if None in held else [])]


def _between_schools(seen: Exchanged, span: str) -> list[Block]:
    held = seen.exchange.by(lambda it: (it.sending_id, it.receiving_id, it.kind))
    columns = [column("派出学校"), column("接收学校"), column("类别", 6),
               *_movement("", span)[1:]]  # fmt: skip
    rows = [
        (seen.names.get(sending, ""), seen.names.get(receiving, ""), kind.label, *_moved(count))
        for (sending, receiving, kind), count in held.items()
    ]
    return [
        blocks.table(
            "各校交流轮岗的人数和变动",
            columns,
            [*rows, ("合计", "", "", *_moved(seen.exchange.counted()))],
            sheet="交流 学校",
            note=_ended(span, seen),
        )
    ]


def _logs(seen: Exchanged, span: str) -> list[Block]:
    served, logs = seen.exchange.served, seen.logs
    people = len({it.teacher_id for it in served})
    writers = logs.writers(served)
    wrote = f"其中{writers}人写过日志" if writers else "都没有写过日志"
    who = f"在岗的交流轮岗教师{people}人，{wrote}。" if people else ""
    if not logs.rows:
        return [blocks.said(f"{span}没有交流日志。{who}")]
    said = [
        blocks.said(f"{span}交流日志{logs.entries}篇。{who}"),
        blocks.table(
            "交流日志记录的内容",
            [column("内容"), column("日志篇数", 10, "integer"), column("节数", 10, "integer")],
            [
                (kind.label, entries, lessons if kind in LESSONS else "—")
                for kind, entries, lessons in logs.by_kind
            ],
            sheet="日志 内容",
            note=f"日志的日期在{span}内的计。一篇可记几项内容，各项篇数之和可以大于日志篇数。"
            "文件要求定期写，没有规定几天一篇，所以不算应写篇数。",
        ),
    ]  # fmt: skip
    if seen.group_id is None:
        said.append(_logs_by_group(seen))
    return said


def _logs_by_group(seen: Exchanged) -> Block:
    served = seen.exchange.by(lambda it: it.group_id)
    wrote = dict.fromkeys(it.group_id for it in seen.logs.rows)
    rows = []
    for pk, name in _named(seen, served | wrote):
        logs = seen.logs.in_group(pk)
        inside = [it for it in seen.exchange.served if it.group_id == pk]
        rows.append((name, *_logged(logs, inside)))
    return blocks.table(
        "各集团交流日志",
        [column("集团"), column("在岗过的教师", 8, "integer"),
         column("写过日志的教师", 8, "integer"), column("日志篇数", 5, "integer"),
         column("上课节数", 5, "integer"), column("听课节数", 5, "integer")],
        [*rows, ("合计", *_logged(seen.logs, seen.exchange.served))],
        sheet="日志 集团",
        note="教师按人计，在几个集团的，合计只计一次。",
    )  # fmt: skip


def _logged(logs, served: Sequence[Served]) -> tuple:
    people = len({it.teacher_id for it in served})
    lessons = (logs.lessons_of(it) for it in LESSONS)
    return (people, logs.writers(served), logs.entries, *lessons)


def _rooms(seen: Exchanged, span: str) -> list[Block]:
    rooms = seen.rooms
    if not rooms.owners:
        return [blocks.said(f"{span}没有共享场地的登记。")]
    total, lent = rooms.total(), rooms.total(lambda it: it.is_lent)
    shared = f"{len(rooms.shared)}所学校共享场地{rooms.shared.total()}个"
    if total.times:
        by_others = (
            f"其中外校预约{lent.times}次、{_hours(lent.minutes)}小时。"
            if lent.times
            else "没有外校的预约。"
        )
        booked = f"{span}已确认的预约{total.times}次、{_hours(total.minutes)}小时，{by_others}"
    else:
        booked = f"{span}没有已确认的预约。"
    said = [blocks.said(f"截至{blocks.day(seen.on)}，{shared}。{booked}")]
    owners = sorted(rooms.owners, key=lambda pk: (-_of_owner(seen, pk)[1], seen.names.get(pk, "")))
    whose = "本集团各校的预约" if seen.group_id else "预约"
    said.append(
        blocks.table(
            "各校场地共享和预约",
            [column("场地所属学校"), column("共享场地", 5, "integer"),
             column("预约次数", 5, "integer"), column("节数", 4, "integer"),
             column("小时数", 5, "number2"), column("外校次数", 5, "integer"),
             column("外校小时数", 6, "number2")],
            [
                *((seen.names.get(pk, ""), *_of_owner(seen, pk)) for pk in owners),
                ("合计", rooms.shared.total(), *_booked(seen, lambda _: True)),
            ],
            sheet="场地 学校",
            note=f"共享场地指{blocks.day(seen.on)}可供外校预约的场地。只计本行政区场地的{whose}，日期在{span}内、已确认、"
            "没有取消；外校指不是场地所属学校的。按钟点预约的没有节数，只计小时。",
        )
    )  # fmt: skip
    if seen.group_id is None and lent.times:
        said += _lent_by_group(seen, span)
    return said


def _of_owner(seen: Exchanged, owner: int) -> tuple:
    return (seen.rooms.shared[owner], *_booked(seen, lambda it: it.owner_id == owner))


def _booked(seen: Exchanged, wanted: Callable[[Used], bool]) -> tuple:
    total = seen.rooms.total(wanted)
    lent = seen.rooms.total(lambda it: it.is_lent and wanted(it))
    return (
        total.times, total.lessons, _hours(total.minutes), lent.times, _hours(lent.minutes),
    )  # fmt: skip


def _lent_by_group(seen: Exchanged, span: str) -> list[Block]:
    rows = []
    for pk, name in seen.groups.items():
        core, member = (seen.rooms.lent_in(pk, by_core) for by_core in (True, False))
        if core.times or member.times:
            rows.append(
                (name, core.times, _hours(core.minutes), member.times, _hours(member.minutes))
            )
    if not rows:
        return [blocks.said(f"{span}没有集团内一校预约另一校场地的。")]
    return [
        blocks.table(
            "各集团校际场地预约",
            [column("集团"), column("核心校场地次数", 8, "integer"),
             column("核心校场地小时数", 10, "number2"),
             column("成员校场地次数", 8, "integer"),
             column("成员校场地小时数", 10, "number2")],
            rows,
            sheet="场地 集团",
            note="场地所属学校和预约学校当天同在一个集团、又不是同一所学校的计；同在两个集团的，两个集团各计。",
        )
    ]  # fmt: skip


def _hours(minutes: int) -> str:
    """90 → 1.50, rounded once."""
    return f"{(Decimal(minutes) / 60).quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
