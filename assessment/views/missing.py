"""谁还没交 (X-31), with a text for a work chat (X-33)."""

from django.urls import reverse
from django.utils import timezone

from assessment.selectors.missing import PoolMissing, missing_of
from assessment.views.bureau import BureauPage
from core import clock


class SchemeMissing(BureauPage):
    template_name = "assessment/missing.html"
    tab = "missing"

    def context(self):
        pools = missing_of(self.request.actor, self.scheme, self.request.actor.on)
        lacking = sum(len(it.schools) for it in pools)
        return {
            "pools": pools,
            "lacking": lacking,
            "total": sum(it.count for it in pools),
            "text": self._text(pools) if lacking else "",
        }

    def _text(self, pools: list[PoolMissing]) -> str:
        """What a clerk pastes: who, what, since when, where."""
        here = reverse("scheme-missing", args=[self.scheme.pk])
        at = timezone.localtime(clock.now())
        lines = [f"【{self.scheme.title}】以下学校的得分还没有交齐（截至{at:%-m月%-d日 %H:%M}）："]
        for pool in pools:
            lacking: dict[str, list[str]] = {}
            for it in pool.schools:
                lacking.setdefault(it.told, []).append(it.school.name)
            lines += [
                f"{pool.pool.name}，缺{told}：{'、'.join(names)}" for told, names in lacking.items()
            ]
        lines += [
            "请尽快报教育股。",
            f"名单（教育局人员可打开）：{self.request.build_absolute_uri(here)}",
        ]
        return "\n".join(lines)
