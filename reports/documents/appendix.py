"""The tables behind the chapters: members of every group, scores by indicator, rules in force."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from assessment.selectors.derivations import plain
from assessment.selectors.setup import EntrantShown
from directory.selectors.cards import Card
from groups.selectors.papers import Seat
from policies.rules import Rules, Stated
from reports.documents import blocks
from reports.documents.blocks import Block, column
from reports.selectors.figures import GroupLine


MOST_INDICATORS = 10  # beside each other on a page that lies across
UPRIGHT = 8  # columns that an upright page takes


def members(
    number: int,
    groups: Sequence[GroupLine],
    seats: Mapping[int, Sequence[Seat]],
    cards: Mapping[int, Card],
    home: Collection[int],
    title: str = "各集团成员",
) -> dict:
    """Every school in every group; a school of another district by its name alone."""
    rows = []
    for group in groups:
        for seat in seats.get(group.group_id, ()):
            for place, school_id in enumerate(seat.school_ids):
                card = cards[school_id]
                inner = f"{seat.cluster}{'中心校' if place == 0 else ''}" if seat.cluster else ""
                rows.append(
                    (
                        group.name,
                        f"片区（{inner}）" if inner else seat.role_label,
                        card.name,
                        *_facts(card, home),
                        str(seat.since),
                    )
                )
    columns = [
        column("集团", 12), column("角色", 5), column("学校"), column("办学类型", 5),
        column("学段", 4), column("学生数", 4, "integer"), column("教师数", 4, "integer"),
        column("加入日期", 6),
    ]  # fmt: skip
    table = blocks.table(f"{title}名单", columns, rows, sheet=title)
    text = blocks.said("还没有教育集团。")
    return blocks.chapter(f"附表{number}　{title}", [table if rows else text], numbered=False)


def _facts(card: Card, home: Collection[int]) -> tuple:
    if card.district_id not in home:
        return (card.district_name, "—", "—", "—")
    return (
        card.kind_label,
        card.stage_label or "未登记",
        blocks.whole(card.pupils, "未登记"),
        blocks.whole(card.teachers, "未登记"),
    )


def by_indicator(number: int, indicators: Sequence, entrants: Sequence[EntrantShown]) -> dict:
    """The points of every school, pool by pool; many indicators in several tables."""
    pools: dict[str, list[EntrantShown]] = defaultdict(list)
    for it in entrants:
        pools[it.entrant.pool.name].append(it)
    said: list[Block] = []
    for pool, rows in pools.items():
        wanted = [it for it in indicators if it.pk in rows[0].wanted]
        parts = [wanted[at : at + MOST_INDICATORS] for at in range(0, len(wanted), MOST_INDICATORS)]
        for part, shown in enumerate(parts, 1):
            which = f"（{part}）" if len(parts) > 1 else ""
            said.append(_points(pool, which, shown, rows))
    if not said:
        said.append(blocks.said("没有按指标的得分。"))
    most = max((len(it.get("columns", ())) for it in said), default=0)
    return blocks.chapter(
        f"附表{number}　各校分指标得分", said, numbered=False, wide=most > UPRIGHT
    )


def _points(pool: str, which: str, indicators, rows: Sequence[EntrantShown]) -> Block:
    return blocks.table(
        f"{pool}分指标得分{which}",
        [
            column("学校"),
            *(
                column(f"{it.name}\n满分{plain(it.possible)}\n权重{plain(it.weight)}%", 6, "exact")
                for it in indicators
            ),
            column("本校得分", 6, "number2"),
        ],
        [
            (
                row.name,
                *(_point(row, it.pk) for it in indicators),
                blocks.two(row.own, _no_score(row)),
            )
            for row in rows
        ],
        sheet=f"分指标 {pool}{which}",
    )


def _point(row: EntrantShown, indicator: int) -> str:
    points = row.points.get(indicator)
    return plain(points) if points is not None else _no_score(row)


def _no_score(row: EntrantShown) -> str:
    if row.out:
        return "不参加"
    return "未出分" if row.entrant.apart else "不单独评分"


def rules(number: int, stated: Rules) -> dict:
    """Every rule in force with its clause."""
    found = stated.all()
    columns = [
        column("规则", 10), column("规定"), column("状态", 5), column("依据", 10),
        column("文件", 12), column("原文", 20),
    ]  # fmt: skip
    rows = [
        (
            it.rule.title,
            it.rule.told(),
            it.state.label,
            it.source,
            it.pack.title if it.pack else "本局规定",
            _quoted(it),
        )
        for it in found
    ]
    text = blocks.said("没有采用任何方案，也没有本局规定。")
    table = blocks.table("现行规则", columns, rows, sheet="现行规则")
    return blocks.chapter(
        f"附表{number}　现行规则", [table if rows else text], numbered=False, wide=True
    )


def _quoted(it: Stated) -> str:
    return it.rule.citation if it.pack else it.reason
