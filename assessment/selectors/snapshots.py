"""A version written out whole: canonical text, checksum, and what a form had before its eyes."""

import dataclasses
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from assessment.derivation import plain
from assessment.entries import Place, Policy
from assessment.models import Entrant, Indicator, Pool, Project, Result, Scheme, Score
from assessment.selectors.inputs import Inputs


FORMAT = 1
RESULT = (
    "school_id", "school_name", "pool__name", "status", "own", "own_rank", "rise", "final",
    "final_rank", "provisional", "is_core", "group_types", "waits_for", "steps",
)  # fmt: skip


def text_of(scheme: Scheme, read: Inputs) -> str:
    """The paper that is frozen at publication: everything the results rest on, and the results."""
    return canonical(whole(scheme, frozen_of(read)))


def frozen_of(read: Inputs) -> dict[str, Any]:
    """What the results rest on and other tables hold, which may change afterwards."""
    return {
        "last_pool_sizes": read.last_pool_sizes,
        "places": [list(dataclasses.astuple(place)) for place in read.places],
        "policy": dataclasses.asdict(read.policy),
    }


def whole(scheme: Scheme, frozen: Mapping[str, Any]) -> dict[str, Any]:
    """A version as its tables have it now, with what was frozen. Eight queries."""
    return {**_tables(scheme), "frozen": frozen, "format": FORMAT}


def places_of(frozen: Mapping[str, Any]) -> list[Place]:
    """Memberships as they were when frozen."""
    return [Place(*row) for row in frozen["places"]]


def policy_of(frozen: Mapping[str, Any]) -> Policy:
    """Figures as they were when frozen."""
    figures = dict(frozen["policy"])
    for name in ("own_weight", "project_cap"):
        figures[name] = figures[name] and Decimal(figures[name])
    return Policy(**figures)


def canonical(value: Any) -> str:
    """The one text of these values: keys sorted, decimals exact and as text."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )


def checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def seen_digest(scheme: Scheme) -> str:
    """Of the stored results: a form carries it, and what differs when it comes back shows."""
    return checksum(canonical([scheme.blocked, str(scheme.cut_off_on), _results(scheme)]))


def _tables(scheme: Scheme) -> dict[str, Any]:
    pools = Pool.objects.filter(scheme=scheme).order_by("position", "pk")
    indicators = Indicator.objects.filter(scheme=scheme).order_by("position", "pk")
    return {
        "scheme": {
            "district": scheme.district_id,
            "school_year": scheme.school_year,
            "version": scheme.version,
            "title": scheme.title,
            "cut_off_on": str(scheme.cut_off_on),
            "reason": scheme.reason,
        },
        "pools": list(pools.values("name", "position")),
        "indicators": list(
            indicators.values("name", "pool__name", "position", "possible", "weight")
        ),
        "entrants": _entrants(scheme),
        "results": _results(scheme),
    }


def _entrants(scheme: Scheme) -> list[dict[str, Any]]:
    points, projects = defaultdict(dict), defaultdict(list)
    scores = Score.objects.filter(entrant__scheme=scheme).order_by("pk")
    for entrant, name, value in scores.values_list("entrant_id", "indicator__name", "points"):
        points[entrant][name] = value
    rows = Project.objects.filter(entrant__scheme=scheme).order_by("entrant_id", "name")
    for entrant, *told in rows.values_list("entrant_id", "name", "points", "review"):
        projects[entrant].append(told)
    fields = (
        "school_id", "pool__name", "apart", "pupils", "last_rank", "last_rank_given", "out_reason",
    )  # fmt: skip
    return [
        {
            **dict(zip(fields, told, strict=True)),
            "points": points.get(pk, {}),
            "projects": projects.get(pk, []),
        }
        for pk, *told in Entrant.objects.filter(scheme=scheme)
        .order_by("school_id")
        .values_list("pk", *fields)
    ]


def _results(scheme: Scheme) -> list[dict[str, Any]]:
    return list(Result.objects.filter(scheme=scheme).order_by("school_id").values(*RESULT))


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    raise TypeError(f"{value!r} has no canonical form")
