"""The rules of a day as rows: for the page, its filters and the workbook alike (X-13)."""

import dataclasses

from core.tables import Column
from policies import rules, schema, selectors
from policies.enums import RuleState, Theme


OWN = "own"  # the document of the bureau's own figures, in the filter


@dataclasses.dataclass(frozen=True)
class RuleRow:
    """A rule in one line. ``code`` is the pack's; ``was`` what a pack says under an own figure."""

    rule: schema.RuleBase
    state: RuleState
    told: str
    code: str = ""
    document: str = ""
    source: str = ""
    citation: str = ""
    was: str = ""

    @property
    def theme(self) -> Theme:
        return self.rule.about

    @property
    def text(self) -> str:
        """What a search word is looked for in."""
        return " ".join((self.rule.title, self.told, self.document, self.source, self.citation))


def rows_of(stated: rules.Rules) -> list[RuleRow]:
    """Every rule in force, those dropped, and those with a figure that nobody states."""
    found = [_stated(it) for it in stated.all()]
    found += [
        RuleRow(selectors.catalogue()[it.identity], RuleState.DROPPED, "本局已停用", OWN,
                schema.OWN_CLAUSE, citation=it.reason)
        for it in stated.dropped.values()
    ]  # fmt: skip
    found += [RuleRow(rule, RuleState.OPEN, schema.UNSTATED) for rule in selectors.unstated(stated)]
    return sorted(found, key=lambda row: rules.display_order(row.rule))


def _stated(it: rules.Stated) -> RuleRow:
    before = it.overridden
    return RuleRow(
        rule=it.rule,
        state=it.state,
        told=it.rule.told(),
        code=it.pack.code if it.pack else OWN,
        document=it.pack.title if it.pack else schema.OWN_CLAUSE,
        source=it.source if it.pack else "",
        citation=it.rule.citation if it.pack else it.reason,
        was=f"原规定：{before.rule.told()}（{before.source}）" if before else "",
    )


COLUMNS = (
    Column("theme", "主题", value=lambda row: row.theme.label, width=12),
    Column("title", "规则", value=lambda row: row.rule.title, width=26),
    Column("told", "数值", value=lambda row: row.told, width=44, kind="wrap"),
    Column("state", "状态", value=lambda row: row.state.label, width=12),
    Column("source", "条款", value=lambda row: row.source, width=24, kind="wrap"),
    Column("document", "文件", value=lambda row: row.document, width=34, kind="wrap"),
    Column("citation", "原文或原因", value=lambda row: row.citation, width=48, kind="wrap"),
    Column("was", "原规定", value=lambda row: row.was, width=36, kind="wrap"),
)
