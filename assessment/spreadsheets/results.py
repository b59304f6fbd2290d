"""The judged sheet as a workbook that prints well, and as lines for a terminal."""

import unicodedata
from collections.abc import Iterator, Sequence

from assessment.scoring import FINAL, Result
from core.spreadsheets.writing import ColumnOut, SheetOut, write_workbook


def state(result: Result) -> str:
    """The word of a result's state; 暂定 while a missing score could still move the rank."""
    if result.status != FINAL:
        return "等待"
    return "暂定" if result.provisional else "已定"


def write_results(path, results: Sequence[Result]) -> None:
    """Write 结果 and 计算过程. Raises Unwritable with a sentence; never leaves half a file."""
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
        ],
        rows=[
            [
                result.school,
                result.pool,
                result.own,
                result.own_rank,
                result.rise,
                result.final,
                result.final_rank,
                state(result),
                "、".join(result.waits_for),
            ]
            for result in results
        ],
        header="捆绑考核结果",
        footer="得分四舍五入到两位小数；名次按四舍五入后的得分排列，同分同名次。暂定：同类别有学校未出分。",
        landscape=True,
    )
    process = SheetOut(
        name="计算过程",
        columns=[
            ColumnOut("学校", 24, "text"),
            ColumnOut("步骤", 36, "wrap"),
            ColumnOut("算式", 56, "wrap"),
            ColumnOut("数值", 12, "number"),
            ColumnOut("依据", 20, "wrap"),
        ],
        rows=[
            [result.school, step.label, step.expression, step.value, step.clause]
            for result in results
            for step in result.steps
        ],
        header="捆绑考核计算过程",
        footer="数值最多保留 6 位小数，只在最终得分处四舍五入到两位。",
        landscape=True,
    )
    write_workbook(path, [outcome, process])


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
