"""The results of a version: ranked tables by pool, and why a school's figure is what it is."""

import dataclasses
from decimal import Decimal

from django.http import Http404

from assessment.selectors import explanations, results, what_if
from assessment.selectors.results import ROLES, STATES, PoolCount, ResultRow
from assessment.views.pages import SchemePage
from core.views.lists import Pages


PER_PAGE = 300
ALL = "all"  # in place of a pool
MINUS = "\N{MINUS SIGN}"


@dataclasses.dataclass(frozen=True)
class Line:
    """A row of the table with what the chosen what-if says of it."""

    row: ResultRow
    chosen: bool
    tried: Decimal | None = None

    @property
    def moved(self) -> str:
        """The difference to the record, signed; empty where the what-if does not touch it."""
        if not self.row.is_core or self.tried is None or self.row.final is None:
            return ""
        return signed(self.tried - self.row.final)


class SchemeResults(SchemePage):
    """``?pool=``, ``?role=``, ``?state=``, ``?variant=`` narrow.

    ``?school=`` opens the derivation of one.
    """

    tab = "results"
    for_schools = True

    def get(self, request, scheme_id):
        asked = request.GET
        visible = results.results_visible_to(request.actor, self.scheme).select_related("pool")
        why = self._explained(asked.get("school", ""))
        head = self.head()
        pools = _with_all(results.pool_counts(visible))
        pool = self._pool(pools, why)
        role, state = asked.get("role", ""), asked.get("state", "")
        rows = visible if pool else visible.none()
        if pool and pool.pool_id != ALL:
            rows = rows.filter(pool=pool.pool_id)
        if role in ROLES:
            rows = results.of_role(rows, role)
        if state in STATES:
            rows = results.in_state(rows, state)
        variants = what_if.variants_of(request.actor, self.scheme)
        variant = next((it for it in variants if str(it.pk) == asked.get("variant")), None)
        wanted = variants if why else [variant] if variant else []
        tried = what_if.tried(self.scheme, wanted)
        chosen = next((it for it in tried if it.variant == variant), None)
        page = Pages(results.in_order(rows), PER_PAGE).get_page(asked.get("page"))
        shown = results.rows_of(page.object_list)
        closed = self.address(school="")
        context = {
            "pools": [(it, self.address(pool=it.pool_id)) for it in pools],
            "pool": pool,
            "roles": [(label, self.address(role=key)) for key, label in ROLES.items()],
            "role": ROLES.get(role, ""),
            "role_cleared": self.address(role=""),
            "outcomes": [(label, self.address(state=key)) for key, label in STATES.items()],
            "outcome": STATES.get(state, ""),
            "outcome_cleared": self.address(state=""),
            "unnarrowed": self.address(role="", state=""),
            "across": bool(pool) and pool.pool_id == ALL,
            "variants": [(it, self.address(variant=it.pk)) for it in variants],
            "variant": variant,
            "variant_cleared": self.address(variant=""),
            "lines": [
                Line(
                    row,
                    chosen=bool(why) and row.school_id == why.row.school_id,
                    tried=chosen and chosen.final(row.name),
                )
                for row in shown
            ],
            "page": page,
            "before": self.address(page=page.number - 1) if page.has_previous() else "",
            "after": self.address(page=page.number + 1) if page.has_next() else "",
            "ratio": next((r.derivation.ratio for r in shown if r.derivation and r.bundled), ""),
            "with_points": any(row.points is not None for row in shown),
            "partial": any(not row.in_full for row in shown),
            "closed": closed,
            "opening": closed + ("&" if "?" in closed else "?"),
            "why": why,
            "chosen": chosen,
            "readings": _readings(why.row, tried) if why else [],
        }
        return self.page(request, "assessment/results.html", **(head | context))

    def address(self, **changed) -> str:
        """This page with other parameters, the empty ones and the page number left out."""
        query = self.request.GET.copy()
        query.pop("page", None)
        if "pool" in changed:
            query.pop("school", None)
        for key, value in changed.items():
            query[key] = value
        for key in [key for key, value in query.items() if value == ""]:
            del query[key]
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    def _explained(self, asked: str):
        if not asked:
            return None
        if not asked.isdecimal() or len(asked) > 18:
            raise Http404
        why = explanations.explain(self.request.actor, self.scheme, int(asked))
        if why is None:
            raise Http404
        return why

    def _pool(self, pools, why):
        """The pool asked for, that of the opened school, or the first."""
        asked = self.request.GET.get("pool", "")
        if not asked and why:
            asked = str(why.row.pool_id)
        return next((it for it in pools if str(it.pool_id) == asked), pools[0] if pools else None)


def _with_all(pools: list[PoolCount]) -> list[PoolCount]:
    """Behind several pools all of them together."""
    if len(pools) < 2:
        return pools
    whole = PoolCount(
        ALL, "全部", sum(it.count for it in pools), sum(it.final for it in pools),
        any(it.provisional for it in pools),
    )  # fmt: skip
    return [*pools, whole]


def _readings(row: ResultRow, tried: list[what_if.Tried]) -> list[tuple]:
    """(name, final, difference) of every saved variant for one school."""
    readings = []
    for it in tried:
        final = it.final(row.name)
        moved = "" if None in (final, row.final) else signed(final - row.final)
        readings.append((it.variant, final, moved))
    return readings


def signed(value: Decimal) -> str:
    """+1.41, −1.27, 0.00."""
    if value == 0:
        return "0.00"
    return f"+{value}" if value > 0 else f"{MINUS}{-value}"
