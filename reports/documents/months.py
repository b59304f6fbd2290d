"""各月情况: the figures of a span's bulletins side by side."""

from collections.abc import Sequence

from core import charts
from reports.documents import blocks
from reports.documents.blocks import column
from reports.selectors.months import Month


TITLE = "各月情况"


def chapter(months: Sequence[Month], span: str) -> dict:
    """What went on in each month of the span, drawn and as a table."""
    labels = [f"{it.first.year}年{it.first.month}月" for it in months]
    drawn = charts.bars(
        [f"{it.first.month}月" for it in months],
        {
            "在岗过（人次）": [it.exchange.times for it in months],
            "交流日志（篇）": [it.entries for it in months],
            "场地预约（次）": [it.booked for it in months],
        },
    )
    rows = [
        (
            label, it.exchange.times, it.exchange.arrived, it.exchange.completed,
            it.exchange.cut_short, it.entries, it.booked, it.lent,
        )
        for label, it in zip(labels, months, strict=True)
    ]  # fmt: skip
    total = ("合计", "—", *(sum(row[n] for row in rows) for n in range(2, 8)))
    table = blocks.table(
        "各月交流轮岗、日志和场地预约",
        [
            column("月份"), column("在岗过人次", 6, "integer"), column("到岗", 4, "integer"),
            column("期满", 4, "integer"), column("提前结束", 5, "integer"),
            column("日志篇数", 5, "integer"), column("预约次数", 5, "integer"),
            column("外校次数", 5, "integer"),
        ],
        [*rows, total],
        sheet="各月",
        note=f"与各月的工作月报同一口径，只计{span}的日子："
        f"{blocks.day(months[0].first)}至{blocks.day(months[-1].last)}。"
        "一项交流在几个月都在岗的，各月都计，在岗过的人次不能相加。",
    )  # fmt: skip
    return blocks.chapter(
        TITLE, [blocks.chart("各月交流轮岗、日志和场地预约", drawn), table], own_page=False
    )
