"""Chapters on groups, members and what became of them."""

from collections import Counter
from collections.abc import Sequence

from core import charts
from groups.selectors.papers import GroupChange
from reports.documents import blocks
from reports.documents.blocks import Block, column
from reports.selectors.figures import Overview
from reports.selectors.reports import CHANGES_SHEET


def place_word(name: str) -> str:
    """全县, 全市, 全区 by the district's own name."""
    return f"全{name[-1]}" if name[-1:] in {"县", "市", "区", "省"} else "本行政区"


def state_said(seen: Overview, place: str) -> str:
    """Groups, members and coverage in one paragraph."""
    if not seen.units:
        return f"截至{blocks.day(seen.on)}，{place}没有学校的登记。"
    if not seen.groups:
        groups = "还没有教育集团"
    else:
        types = "、".join(f"{it.label}{count}个" for it, count in seen.by_type)
        groups = f"共有教育集团{len(seen.groups)}个，其中{types}"
    cover = (
        f"{place}{len(seen.units)}所办学单位（含校区、学部、教学点）中，"
        f"{seen.covered}所已由集团覆盖，覆盖率{blocks.share(seen.covered, len(seen.units))}"
    )
    rest = "；没有未入集团的学校。" if not seen.outside else f"；{len(seen.outside)}所未入集团。"
    return f"截至{blocks.day(seen.on)}，{place}{groups}。{cover}{rest}"


def basics(seen: Overview, place: str) -> dict:
    """一、基本情况."""
    said = [blocks.said(state_said(seen, place))]
    if seen.groups:
        said += types_drawn(seen)
    if seen.units:
        said.append(_covered(seen))
    return blocks.chapter("基本情况", said)


def types_drawn(seen: Overview) -> list[Block]:
    """Groups and members by type, drawn and as a table; on paper and on the dashboard."""
    members = Counter()
    for group in seen.groups:
        members[group.type] += len(group.members)
    types = [(it.label, count, members[it]) for it, count in seen.by_type]
    options = charts.bars(
        [label for label, *_ in types],
        {"集团": [count for _, count, _ in types], "成员": [held for *_, held in types]},
        unit="个",
    )
    columns = [column("类型"), column("集团（个）", 10, "integer"),
               column("成员（个）", 10, "integer")]  # fmt: skip
    table = blocks.table(
        "各类型集团和成员个数",
        columns,
        [*types, ("合计", len(seen.groups), members.total())],
        sheet="集团类型",
        note="成员按其在集团中的位置计，参加两个集团的学校计两次；片区计一个成员。",
    )
    return [blocks.chart("各类型集团和成员个数", options), table]


def _covered(seen: Overview) -> Block:
    kinds = [(kind.label, count, count - outside, outside) for kind, count, outside in seen.by_kind]
    total = ("合计", len(seen.units), seen.covered, len(seen.outside))
    columns = [column("办学类型"), column("所数", 8, "integer"), column("已覆盖", 8, "integer"),
               column("未入集团", 8, "integer")]  # fmt: skip
    return blocks.table(
        "办学单位和集团覆盖情况",
        columns,
        [*kinds, total],
        sheet="覆盖情况",
        note="学校自身、所属学校或下属校区、学部、教学点在集团中的，算已覆盖。",
    )


def groups_and_changes(
    seen: Overview, changes: Sequence[GroupChange], span: str, *, own_page: bool = False
) -> dict:
    """二、集团与成员."""
    said: list[Block] = [blocks.heading("集团和成员")]
    if seen.groups:
        elsewhere = len({group.district_id for group in seen.groups}) > 1
        said.append(
            blocks.table(
                "集团、核心校和成员",
                [column("序号", 3, "integer"), column("类型", 4), column("集团", 16),
                 column("核心校", 8), column("成员"), column("成立日期", 6)],
                [
                    (
                        number,
                        group.type_label,
                        f"{group.name}（{group.district}）" if elsewhere else group.name,
                        group.core or "空缺",
                        "、".join(group.members) or "没有成员",
                        str(group.since),
                    )
                    for number, group in enumerate(seen.groups, 1)
                ],
                sheet="集团",
            )
        )  # fmt: skip
    else:
        said.append(blocks.said("还没有教育集团。"))
    said.append(blocks.heading(f"{span}的变动"))
    said += changes_told(changes, span)
    return blocks.chapter("集团与成员", said, own_page=own_page)


def changes_told(changes: Sequence[GroupChange], span: str) -> list[Block]:
    """What took effect in the span: counted in a sentence, then line by line."""
    if not changes:
        return [blocks.said(f"{span}没有集团成立、解散和成员变动的登记。")]
    counts = Counter(it.change.title for it in changes)
    told = "、".join(f"{title}{count}次" for title, count in counts.items())
    rows = [
        (
            str(it.change.day),
            it.name,
            it.change.title,
            "；".join(it.change.lines) or "—",
            it.change.reason or "未写明",
        )
        for it in changes
    ]
    return [
        blocks.said(f"{span}共有变动{len(changes)}次：{told}。"),
        blocks.table(
            f"{span}集团和成员的变动",
            [column("生效日期", 6), column("集团", 10), column("变动", 5), column("内容"),
             column("原因", 8)],
            rows,
            sheet=CHANGES_SHEET,
        ),
    ]  # fmt: skip
