"""One rule: its figures, its clause, what the other packs say, and the pages that it governs."""

import dataclasses
import datetime

from django.http import Http404
from django.shortcuts import render

from core.periods import last_day
from desk.context_processors import pages_for
from desk.rules import pages_of
from policies import guards, rules, schema, selectors
from policies.enums import RuleState


@dataclasses.dataclass(frozen=True)
class Saying:
    """What one pack says of the rule, and whether that counts here."""

    pack: schema.Pack
    rule: schema.RuleBase
    word: str
    place: int | None = None
    wins: bool = False


@dataclasses.dataclass(frozen=True)
class Ruling:
    """What the bureau itself ruled for it, from when to when."""

    told: str
    reason: str
    first_day: datetime.date
    last_day: datetime.date | None
    by: str
    at: datetime.datetime
    withdrawn_at: datetime.datetime | None


def rule_detail(request, identity):
    """Whoever holds a post in the district reads its rules."""
    example = selectors.catalogue().get(identity)
    if example is None or request.actor is None or not request.actor.home_district_id:
        raise Http404
    district_id = request.actor.home_district_id
    in_force = selectors.rules_for(district_id, request.day)
    stated, dropped = in_force.get(identity), in_force.dropped.get(identity)
    usable = {url_name for _, url_name in pages_for(request.actor)}
    return render(
        request,
        "desk/rule.html",
        {
            "identity": identity,
            "rule": stated.rule if stated else example,
            "stated": stated,
            "dropped": dropped,
            "state": _state(stated, dropped),
            "sayings": _sayings(in_force, identity),
            "rulings": _rulings(district_id, identity),
            "pages": [(page, page.within in usable) for page in pages_of(identity)],
            "may_manage": request.as_of is None
            and guards.can_manage(actor=request.actor, district_id=district_id),
            "may_own": bool(schema.figures_of(type(example))),
            "on_suffix": f"?on={request.as_of}" if request.as_of else "",
        },
    )


def _state(stated, dropped) -> RuleState:
    if stated:
        return stated.state
    return RuleState.DROPPED if dropped else RuleState.OPEN


def _sayings(in_force: rules.Rules, identity: str) -> list[Saying]:
    """The adopted packs in their order, then those that the district did not adopt."""
    places = {it.pack.code: place for place, it in enumerate(in_force.adopted, 1)}
    current = in_force.get(identity)
    found = []
    for number, said in enumerate(in_force.said(identity)):
        wins = bool(current and current.pack is said.pack)
        word = "采用" if wins else "次序在后" if number else "由本局规定代替"
        if identity in in_force.dropped and not number:
            word = "已停用"
        found.append(Saying(said.pack, said.rule, word, places[said.pack.code], wins))
    heard = {it.pack.code for it in found}
    for pack in selectors.adoptable():
        rule = next((it for it in pack.rules if it.identity == identity), None)
        if rule and pack.code not in heard:
            later = pack.code in places
            word = "尚未执行" if later else "本局未采用"
            found.append(Saying(pack, rule, word))
    return found


def _rulings(district_id: int, identity: str) -> list[Ruling]:
    found = []
    for row in selectors.own_figures_of(district_id, identity):
        own = selectors.own(row)
        found.append(
            Ruling(
                told=own.rule.told() if own.rule else "停用这条规则",
                reason=row.reason,
                first_day=row.period.lower,
                last_day=last_day(row.period),
                by=row.created_by_name,
                at=row.created_at,
                withdrawn_at=row.withdrawn_at,
            )
        )
    return found
