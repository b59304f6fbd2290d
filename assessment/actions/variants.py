"""Saved what-if readings of a version. They never touch its record: a lock does not hold them."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from assessment.enums import Exemption
from assessment.guards import variants as may
from assessment.models import Scheme, Variant
from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from policies import selectors as policies


@refusals_told()
@transaction.atomic
def create(
    *,
    scheme_id: int,
    name: str,
    own_weight: Decimal | None = None,
    exemption: Exemption | str = "",
    places: int | None = None,
    project_cap: Decimal | None = None,
    packs: Sequence[str] = (),
    actor: Actor | None,
    now: datetime.datetime,
) -> Variant:
    """Save a reading with other figures; what is left out stays as the rules in force say.

    Raises Denied when nothing differs, when the name is taken and when there are too many.
    """
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=scheme_id)
    may.check_try(actor=actor, scheme=scheme)
    may.check_room(scheme)
    if not name.strip():
        raise Denied("请给这种试算起个名称。")
    if unknown := [code for code in packs if code not in policies.pack_codes()]:
        raise Denied(f"没有政策包 {'、'.join(unknown)}，请重新选择。")
    if (
        own_weight is None
        and not exemption
        and places is None
        and project_cap is None
        and not packs
    ):
        raise Denied("请至少改动一项：核心校权重、豁免、进位名次、加分上限或采用的方案。")
    variant = Variant.objects.create(
        scheme=scheme,
        name=name.strip(),
        own_weight=own_weight,
        exemption=exemption,
        places=places,
        project_cap=project_cap,
        packs=list(dict.fromkeys(packs)),
        created_at=now,
    )
    _record("create", variant, scheme, actor, now)
    return variant


@transaction.atomic
def delete(*, scheme_id: int, variant_id: int, actor: Actor | None, now: datetime.datetime) -> None:
    """Take a reading away. One that is gone already is no fault."""
    scheme = Scheme.objects.select_for_update(of=("self",)).get(pk=scheme_id)
    may.check_try(actor=actor, scheme=scheme)
    variant = Variant.objects.filter(pk=variant_id, scheme=scheme).first()
    if variant is None:
        return
    _record("delete", variant, scheme, actor, now)
    variant.delete()


def _record(verb: str, variant: Variant, scheme: Scheme, actor, now) -> None:
    audit.record(
        act=f"assessment.variant.{verb}", actor=actor, now=now, object_type="variant",
        object_id=variant.pk, object_label=f"{scheme} {variant.name}",
        district_id=scheme.district_id,
    )  # fmt: skip
