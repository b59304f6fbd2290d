"""The judged sheet as a workbook that prints well, and as lines for a terminal."""

import dataclasses
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal

from assessment.scoring import FINAL, OUT, Result
from core.spreadsheets.writing import ColumnOut, SheetOut, Value, write_workbook


def state(result: Result) -> str:
    """The word of a result's state; 暂定 while a missing score could still move the rank."""
    if result.status == OUT:
        return "不参加"
    if result.status != FINAL:
        return "等待"
    return "暂定" if result.provisional else "已定"


@dataclasses.dataclass(frozen=True)
class Line:
    """A school as the workbook shows it; ``steps`` are (label, expression, value, clause)."""

    school: str
    pool: str
    own: Decimal | None
    own_rank: int | None
    rise: int | None
    final: Decimal | None
    final_rank: int | None
    state: str
    waits_for: Sequence[str] = ()
    steps: Sequence[tuple] = ()
    more: Sequence[Value] = ()  # the cells of the further columns, in their order


def write_results(path, results: Sequence[Result]) -> None:
    """Write 结果 and 计算过程. Raises Unwritable with a sentence; never leaves half a file."""
    lines = [
        Line(
            it.school, it.pool, it.own, it.own_rank, it.rise, it.final, it.final_rank, state(it),
            it.waits_for, [(st.label, st.expression, st.value, st.clause) for st in it.steps],
        )
        for it in results
    ]  # fmt: skip
    write_workbook(path, sheets_of(lines))


def sheets_of(
    lines: Sequence[Line], *, title: str = "捆绑考核", more: Sequence[ColumnOut] = ()
) -> list[SheetOut]:
    """结果 and 计算过程; ``more`` are columns of 结果 behind those of every workbook."""
    outcome = SheetOut(
        name="结果",
        columns=[
            ColumnOut("学校", 24, "text"),
            ColumnOut("类别", 10, "text"),
            ColumnOut("本校得分", 10, "number2"),
            ColumnOut("本校名次", 10, "integer"),
            ColumnOut("进位", 8, "integer"),
            ColumnOut("最终得分", 10, "number2"),
            ColumnOut("最终名次", 10, "integer"),
            ColumnOut("状态", 8, "text"),
            ColumnOut("等待", 30, "wrap"),
            *more,
        ],
        rows=[
            [
                it.school, it.pool, it.own, it.own_rank, it.rise, it.final, it.final_rank,
                it.state, "、".join(it.waits_for), *it.more,
            ]
            for it in lines
        ],
        header=f"{title}结果",
        footer="得分四舍五入到两位小数；名次按四舍五入后的得分排列，同分同名次。暂定：同类别有学校未出分。",
        landscape=True,
    )  # fmt: skip
    process = SheetOut(
        name="计算过程",
        columns=[
            ColumnOut("学校", 24, "text"),
            ColumnOut("步骤", 36, "wrap"),
            ColumnOut("算式", 56, "wrap"),
            ColumnOut("数值", 12, "number"),
            ColumnOut("依据", 20, "wrap"),
        ],
        rows=[[it.school, *step] for it in lines for step in it.steps],
        header=f"{title}计算过程",
        footer="数值最多保留 6 位小数，只在最终得分处四舍五入到两位。",
        landscape=True,
    )
    return [outcome, process]


def as_text(results: Sequence[Result]) -> Iterator[str]:
    """A table a pool, best final score first, those that wait at the end."""
    head = ("学校", "本校得分", "本校名次", "最终得分", "最终名次", "状态")
    for pool in dict.fromkeys(result.pool for result in results):
        rows = sorted(
            (result for result in results if result.pool == pool),
            key=lambda result: (result.final_rank is None, result.final_rank, result.school),
        )
        yield f"\n{pool}"
        yield _line(head)
        for result in rows:
            waits = f"（{'、'.join(result.waits_for)}）" if result.waits_for else ""
            yield _line(
                (
                    result.school,
                    _word(result.own),
                    _word(result.own_rank),
                    _word(result.final),
                    _word(result.final_rank),
                    state(result) + waits,
                )
            )


def _word(value) -> str:
    return "—" if value is None else str(value)


def _line(cells: Sequence[str]) -> str:
    widths = (26, 10, 10, 10, 10, 0)
    return "".join(
        cell + " " * max(1, width - _width(cell)) if width else cell
        for cell, width in zip(cells, widths, strict=True)
    ).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
