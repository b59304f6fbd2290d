"""The figures of a year's scoring: from the rules in force, or as the caller sets them. Pure."""

from decimal import Decimal

from assessment.entries import DEFAULT_CLAUSE, Policy
from core.errors import Denied
from policies.rules import Rules


def policy_from(
    rules: Rules,
    *,
    own_weight: Decimal | None = None,
    exemption: str | None = None,
    places: int | None = None,
    project_cap: Decimal | None = None,
    set_by: str = "本局规定",
) -> Policy:
    """The scoring policy that the rules state; a figure given here wins and is cited as ``set_by``.

    Raises Denied where no adopted pack states the weights (B2-6, C-11 demand a bundle without a
    ratio), or where an exemption is asked for without saying how many places.
    """
    weights, freed = rules.get("bundle_weights"), rules.get("exemption")
    unit, points = rules.get("unit_scoring"), rules.get("project_points")
    if own_weight is None and weights is None:
        raise Denied(
            "所采用方案未规定权重，不计算捆绑得分；请采用规定了权重的方案，或由本局规定权重。"
        )
    mode = exemption or (freed.rule.mode if freed else "none")
    if mode != "none" and places is None and freed is None:
        raise Denied("所采用方案未规定进位名次，请同时规定进位几名可以豁免。")
    own_figures = exemption is not None or places is not None
    pack_cap = points.rule.cap if points else None
    project_clause = points.source if points else DEFAULT_CLAUSE
    return Policy(
        own_weight=weights.rule.own if own_weight is None else own_weight,
        weight_clause=weights.source if own_weight is None else set_by,
        exemption=mode,
        places=0 if mode == "none" else places or freed.rule.places,
        exemption_clause=set_by if own_figures else freed.source if freed else "",
        unit_clause=unit.source if unit else DEFAULT_CLAUSE,
        project_clause=project_clause,
        project_cap=pack_cap if project_cap is None else project_cap,
        cap_clause=project_clause if project_cap is None else set_by,
    )
