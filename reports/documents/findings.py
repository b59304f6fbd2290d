"""七、问题与建议: what the data themselves show, each with its count; nothing else."""

import dataclasses
from collections.abc import Sequence

from assessment.enums import ResultState
from policies.enums import RuleState
from policies.rules import Rules
from reports.documents import blocks
from reports.selectors.figures import Overview, YearResults


@dataclasses.dataclass(frozen=True)
class Finding:
    """What was found, how often, and what the bureau can do about it in the product."""

    what: str
    count: int
    unit: str
    names: tuple[str, ...]
    advice: str

    @property
    def sentence(self) -> str:
        names = f"：{blocks.listed(self.names, self.unit)}" if self.names else ""
        return f"{self.what}{self.count}{self.unit}{names}。{self.advice}"


def of_groups(seen: Overview) -> list[Finding]:
    found = []
    if seen.outside:
        names = tuple(unit.name for unit in seen.outside)
        found.append(
            Finding("未加入任何集团的学校", len(names), "所", names, "建议逐校确定所属集团。")
        )
    if empty := tuple(group.name for group in seen.groups if not group.members):
        found.append(Finding("没有成员的集团", len(empty), "个", empty, "建议补录成员或解散。"))
    if headless := tuple(group.name for group in seen.groups if not group.core):
        found.append(Finding("核心校空缺的集团", len(headless), "个", headless, "建议确定核心校。"))
    return found


def of_results(year: YearResults, open_objections: int) -> list[Finding]:
    found = []
    if waiting := tuple(row.name for row in year.in_state(ResultState.WAITING)):
        advice = "建议补齐缺少的得分后更正发布。"
        found.append(Finding("还没有最终得分的学校", len(waiting), "所", waiting, advice))
    if open_objections:
        advice = "建议在公示期满后及时作出处理意见。"
        found.append(Finding("尚未处理的异议", open_objections, "条", (), advice))
    return found


def of_rules(rules: Rules) -> list[Finding]:
    found = []
    stated = rules.all()
    lapsed = tuple(it.rule.title for it in stated if it.state == RuleState.LAPSED)
    if lapsed:
        advice = "建议确认继续执行、改用新文件或停用。"
        found.append(Finding("已过有效期仍在执行的规则", len(lapsed), "条", lapsed, advice))
    unset = tuple(it.rule.title for it in stated if it.state == RuleState.OPEN)
    if unset:
        advice = "这些事项系统不核对、不计算，建议由本局规定数值。"
        found.append(Finding("文件提出要求但没有规定数值的规则", len(unset), "条", unset, advice))
    if rules.get("bundle_weights") is None:
        advice = "没有权重不能计算捆绑得分，建议采用规定了权重的方案或由本局规定。"
        found.append(Finding("未规定的捆绑权重", 1, "项", (), advice))
    return found


def chapter(found: Sequence[Finding], *, own_page: bool = False) -> dict:
    said = [blocks.said("以下问题由登记的数据核对得出。", kept=True)] if found else []
    said += [
        blocks.said(f"（{number}）{finding.sentence}") for number, finding in enumerate(found, 1)
    ]
    if not said:
        said = [
            blocks.said(
                "按登记的数据核对，没有未入集团的学校、待出分的学校、未处理的异议，"
                "也没有已过有效期或未定数值的规则。"
            )
        ]
    return blocks.chapter("问题与建议", said, own_page=own_page)
