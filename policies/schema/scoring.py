"""Rules of the assessment and of supervision."""

from decimal import Decimal
from typing import Literal

import pydantic

from policies.enums import Theme
from policies.schema.base import (
    WORDS,
    Basis,
    Count,
    GroupKind,
    RuleBase,
    Short,
    figure,
    percent,
    worded,
)


class _Scoring(RuleBase):
    @property
    def about(self) -> Theme:
        return Theme.SCORING


class BundleWeights(_Scoring):
    """Weights of the core's own score and of its members' mean (B1-9)."""

    called = "捆绑权重"

    kind: Literal["bundle_weights"]
    own: Decimal = figure("核心校本校权重", share=True, gt=0, le=1)
    members: Decimal = figure("成员校平均权重", share=True, ge=0, lt=1)

    @pydantic.model_validator(mode="after")
    def _add_up(self):
        if self.own + self.members != 1:
            raise ValueError(f"两项权重之和应为 100%，现为 {percent(self.own + self.members)}")
        return self

    def told(self) -> str:
        return f"核心校本校 {percent(self.own)}，成员校平均 {percent(self.members)}"


class Exemption(_Scoring):
    """When a core may be scored on its own result: rise in ranks, by which members (B1-10)."""

    called = "捆绑豁免"

    kind: Literal["exemption"]
    mode: Literal["all", "any", "each"] = figure("由谁进位")
    places: Count = figure("至少进位名次")

    def told(self) -> str:
        if self.mode == "each":
            return f"进位 {self.places} 名及以上的成员校，其份额按核心校与该校得分中较高者计"
        return f"{WORDS[self.mode]}进位 {self.places} 名及以上，核心校可按本校得分"


class UnitScoring(_Scoring):
    """A 融合型 group is scored as one unit (B3-10)."""

    called = "一体考核（融合型）"

    has_figure = False

    kind: Literal["unit_scoring"]

    def told(self) -> str:
        return "各校区作为一个单位考核，得分相同"


class ProjectPoints(_Scoring):
    """A 协作型 core gets points for reviewed projects, up to a cap if one is named (B3-10)."""

    called = "项目加分（协作型）"

    kind: Literal["project_points"]
    cap: Decimal | None = figure("加分封顶", default=None, ge=0)

    def told(self) -> str:
        cap = self.or_unstated("cap")
        return "核心校按评审的项目加分，" + (
            f"最多 {cap} 分" if self.cap is not None else f"封顶{cap}"
        )


class BundledAssessment(_Scoring):
    """Core and members are assessed as one bundle, without a ratio (B2-6, B3-10, C-11)."""

    called = "捆绑考核"

    has_figure = False

    kind: Literal["bundled_assessment"]
    type: GroupKind = figure("适用集团")
    methods: tuple[Short, ...] = figure("考核方式", default=())

    @property
    def title(self) -> str:
        return self.called

    def told(self) -> str:
        methods = f"，{worded(self.methods)}相结合" if self.methods else ""
        return f"{WORDS[self.type]}的核心校与成员校捆绑考核{methods}"


class Supervision(RuleBase):
    """The bureau supervises every group so often; what the result is used for (B3-11)."""

    called = "督导考核"

    has_figure = False

    kind: Literal["supervision"]
    basis: Basis = figure("周期")
    at_least: Count = figure("至少次数")
    uses: tuple[Short, ...] = figure("结果用于", default=())

    @property
    def about(self) -> Theme:
        return Theme.SUPERVISION

    def told(self) -> str:
        uses = f"，结果用于{worded(self.uses)}" if self.uses else ""
        return f"{WORDS[self.basis]}对每个集团不少于 {self.at_least} 次{uses}"
