"""Chapters on the year's assessment: results, derivations, value added."""

from collections.abc import Collection, Sequence

from assessment.enums import Freed, ResultState
from assessment.selectors.results import ResultRow
from assessment.value_added import THIRDS, ValueAdded
from core import charts
from policies.rules import Rules
from reports.documents import blocks
from reports.documents.blocks import Block, column
from reports.selectors.figures import YearResults


HOW_ADDED = (
    "增值指本年得分比上年提高的分数，减去起点相近学校的平均提高：同一类别的学校按上年得分从高到低分成三段"
    "（前、中、后三分之一，同分归入靠前的一段），同段其他学校提高的平均数作为对照。"
    "同段只有一所学校的不作对照。"
)
ROUNDING = "得分四舍五入到两位小数，按四舍五入后的得分排名，同分同名次。"


def year_said(year: YearResults) -> str:
    """Where the year's results stand: published when, or not."""
    if not year.is_published:
        state = "还没有建立考核方案" if year.open_state is None else f"方案{year.open_state.label}"
        return f"{year.label}捆绑考核结果尚未发布（{state}），本报告不列得分和名次。"
    version, publication = year.version, year.publication
    again = "" if version.version == 1 else f"，更正原因：{version.reason.rstrip('。')}"
    opened = ""
    if year.open_state:
        opened = "该学年的更正稿尚未发布，以已发布的版本为准。"
    return (
        f"{year.label}捆绑考核结果（第{version.version}版{again}）于"
        f"{blocks.day_of(publication.published_at)}发布，成员关系截至"
        f"{blocks.day(version.cut_off_on)}，公示期"
        f"{blocks.day(publication.notice.first_day)}至{blocks.day(publication.notice.last_day)}。"
        f"{opened}"
    )


def counts_said(year: YearResults) -> str:
    """How many schools have a final score, and which do not and why."""
    final = len(year.in_state(ResultState.FINAL))
    all_of = final == len(year.rows)
    told = [f"参评学校{len(year.rows)}所，{'均' if all_of else f'其中{final}所'}有最终得分。"]
    if waiting := year.in_state(ResultState.WAITING):
        told.append(f"待出分{len(waiting)}所：{_names(waiting)}。")
    if out := year.in_state(ResultState.OUT):
        told.append(f"退出本年考核{len(out)}所：{_names(out)}。")
    return "".join(told)


def freed_said(year: YearResults) -> str:
    """The exemption (B1-10): which cores it frees."""
    judged = [row for row in year.cores if row.freed in {Freed.HOLDS, Freed.FAILS}]
    if not judged:
        return "没有需要核对免捆绑条件的核心校。"
    if not year.freed:
        return f"核对免捆绑条件的核心校{len(judged)}所，均不适用。"
    return f"核对免捆绑条件的核心校{len(judged)}所，适用{len(year.freed)}所：{_names(year.freed)}。"


def bundled(
    year: YearResults,
    last: YearResults,
    rules: Rules | None,
    only: Collection[int] | None = None,
) -> dict:
    """四、捆绑考核; ``only`` are the schools of one group."""
    said: list[Block] = [blocks.said(year_said(year))]
    if not year.is_published:
        return blocks.chapter("捆绑考核", said, own_page=False)
    if only is None:
        said.append(blocks.said(counts_said(year)))
    said.append(blocks.said(_rules_said(rules)))
    if only is None:
        said.append(blocks.said(freed_said(year)))
        said += cores_drawn(year)
        said += trend_drawn(year, last)
    for pool in year.pools:
        rows = [row for row in year.of_pool(pool) if only is None or row.school_id in only]
        if rows:
            said += [blocks.heading(pool), _ranked(pool, rows, year.of_pool(pool))]
    return blocks.chapter("捆绑考核", said, own_page=only is None)


def _rules_said(rules: Rules) -> str:
    weights, freed = rules.get("bundle_weights"), rules.get("exemption")
    if weights is None:
        return "所采用方案未规定权重。"
    told = f"捆绑权重：{weights.rule.told()}（{weights.source}）。"
    if freed is None:
        return f"{told}所采用方案未规定免捆绑。"
    return f"{told}免捆绑：{freed.rule.told()}（{freed.source}）。"


def cores_drawn(year: YearResults) -> list[Block]:
    """Own and final scores of the cores, drawn and as a table; on paper and on the dashboard."""
    scored = [row for row in year.cores if row.final is not None]
    if not scored:
        return []
    options = charts.bars(
        [row.name for row in scored],
        {"本校得分": [row.own for row in scored], "最终得分": [row.final for row in scored]},
        unit="分",
    )
    columns = [
        column("核心校"), column("类别", 6), column("本校得分", 6, "number2"),
        column("最终得分", 6, "number2"), column("最终名次", 6, "integer"),
    ]  # fmt: skip
    rows = [
        (row.name, row.pool, blocks.two(row.own, row.own_word), f"{row.final:.2f}", row.final_rank)
        for row in scored
    ]
    return [
        blocks.chart("各核心校本校得分和最终得分", options),
        blocks.table("各核心校本校得分和最终得分", columns, rows, sheet="核心校得分"),
    ]


def trend_drawn(year: YearResults, last: YearResults) -> list[Block]:
    """Final scores of this year's cores in both years; nothing where last year has none."""
    before = {row.school_id: row.final for row in last.rows}
    rows = [row for row in year.cores if row.final is not None]
    if not any(before.get(row.school_id) is not None for row in rows):
        return []
    options = charts.bars(
        [row.name for row in rows],
        {
            last.label: [before.get(row.school_id) for row in rows],
            year.label: [row.final for row in rows],
        },
        unit="分",
    )
    columns = [
        column("核心校"), column("类别", 6), column(last.label, 10, "number2"),
        column(year.label, 10, "number2"), column("变化", 6, "number2"),
    ]  # fmt: skip
    told = []
    for row in rows:
        old = before.get(row.school_id)
        change = "—" if old is None else blocks.signed(row.final - old)
        told.append((row.name, row.pool, blocks.two(old, "无"), f"{row.final:.2f}", change))
    return [
        blocks.chart("各核心校两年最终得分", options),
        blocks.table("各核心校两年最终得分", columns, told, sheet="两年得分"),
    ]


def _ranked(pool: str, rows: Sequence[ResultRow], whole: Sequence[ResultRow]) -> Block:
    columns = [
        column("名次", 3, "integer"), column("学校"), column("角色", 8),
        column("本校得分", 6, "number2"), column("本校名次", 3, "integer"),
        column("成员均分", 5, "number2"), column("捆绑得分", 5, "number2"), column("免捆绑", 4),
        column("进位", 3, "integer"), column("最终得分", 5, "number2"),
    ]  # fmt: skip
    return blocks.table(
        f"{pool}考核结果",
        columns,
        [
            (
                blocks.whole(row.final_rank, "—"),
                row.name,
                row.role_word,
                blocks.two(row.own, row.own_word),
                blocks.whole(row.own_rank, "—"),
                blocks.two(row.member_mean, "—"),
                blocks.two(row.bundled, "—"),
                row.freed_word,
                row.rise_shown,
                blocks.two(row.final, row.final_word),
            )
            for row in rows
        ],
        sheet=f"结果 {pool}",
        note=f"本类别{len(whole)}所学校。{ROUNDING}进位是比上年前进的名次。{_missing_said(rows)}",
    )


def _missing_said(rows: Sequence[ResultRow]) -> str:
    told = [
        f"{row.name}待{'、'.join(row.waits_for)}出分。"
        for row in rows
        if row.status == ResultState.WAITING
    ]
    for row in rows:
        if row.status == ResultState.OUT:
            reason = row.derivation.lines[0].expression.rstrip("。")
            told.append(f"{row.name}退出本年考核：{reason}。")
    return "".join(told)


def derived(year: YearResults, only: Collection[int] | None = None) -> dict:
    """五、各核心校得分由来: the stored steps of every core, each with its clause."""
    title = "各核心校得分由来" if only is None else "核心校得分由来"
    if not year.is_published:
        text = "本学年考核结果尚未发布，得分由来待发布后列出。"
        return blocks.chapter(title, [blocks.said(text)], own_page=False)
    said: list[Block] = []
    for row in year.cores:
        if only is not None and row.school_id not in only:
            continue
        place = f"第{row.final_rank}名" if row.final_rank else row.final_word
        score = f"{row.final:.2f}分，" if row.final is not None else ""
        said.append(blocks.heading(f"{row.name}（{row.pool}，{score}{place}）", listed=False))
        if row.campuses:
            said.append(blocks.said(f"与{'、'.join(row.campuses)}一体考核。", kept=True))
        columns = [column("步骤", 12), column("算式"), column("数值", 6, "exact"),
                   column("依据", 8)]  # fmt: skip
        said.append(
            blocks.table(
                f"{row.name}计算过程",
                columns,
                [
                    (
                        line.label,
                        line.shown or "—",
                        blocks.exact(line.value, "—"),
                        line.clause,
                    )
                    for line in row.derivation.lines
                ],
                sheet=f"由来 {row.name}",
            )
        )
    if not said:
        said.append(blocks.said("没有参评的核心校。"))
    return blocks.chapter(title, said, own_page=only is None)


def added(
    now: YearResults,
    last: YearResults,
    by_pool: dict[str, list[ValueAdded]],
    only: Collection[int] | None = None,
) -> dict:
    """六、增值评价 (B3-12)."""
    if unpublished := [year.label for year in (last, now) if not year.is_published]:
        text = f"{'、'.join(unpublished)}考核结果没有发布，不作增值评价。"
        return blocks.chapter("增值评价", [blocks.said(text)], own_page=False)
    if not by_pool:
        text = "没有两个学年都有本校得分的学校，不作增值评价。"
        return blocks.chapter("增值评价", [blocks.said(text)], own_page=False)
    said: list[Block] = [blocks.said(HOW_ADDED)]
    ids = {row.name: row.school_id for row in now.rows}
    for pool, of_pool in by_pool.items():
        rows = [it for it in of_pool if only is None or ids[it.school] in only]
        if not rows:
            continue
        columns = [
            column("学校"), column("上年得分", 5, "number2"), column("本年得分", 5, "number2"),
            column("提高", 5, "number2"), column("上年所在段", 8), column("同段学校", 5, "integer"),
            column("同段平均提高", 5, "number2"), column("增值", 5, "number2"),
        ]  # fmt: skip
        said.append(
            blocks.table(
                f"{pool}增值",
                columns,
                [
                    (
                        it.school,
                        f"{it.last:.2f}",
                        f"{it.now:.2f}",
                        blocks.signed(it.gain),
                        THIRDS[it.third],
                        it.alike,
                        blocks.signed(it.expected, "无对照"),
                        blocks.signed(it.added, "无对照"),
                    )
                    for it in rows
                ],
                sheet=f"增值 {pool}",
                note=f"{pool}两年都有本校得分的学校{len(of_pool)}所。同段学校数不含本校。",
            )
        )
    return blocks.chapter("增值评价", said, own_page=only is None)


def _names(rows: Sequence[ResultRow]) -> str:
    return blocks.listed([row.name for row in rows])
