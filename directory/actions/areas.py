import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from directory.guards import schools as guards
from directory.models import AreaUnit


FIELDS = ("code", "name", "town", "attribute", "national_class")


@refusals_told()
@transaction.atomic
def save(
    *,
    district_id: int,
    values: dict,
    actor: Actor | None,
    now: datetime.datetime,
    unit_id: int | None = None,
) -> AreaUnit:
    """Enter an area unit or change one (keys of ``FIELDS``) (B5-1).

    Raises ValidationError when the code is taken (also when a race finds it) or no 12 digits.
    """
    unit = AreaUnit(district_id=district_id)
    if unit_id is not None:
        unit = AreaUnit.objects.select_for_update(of=("self",)).get(pk=unit_id)
    guards.check_manage(actor=actor, district_id=unit.district_id)
    if unit.district_id != district_id:
        raise Denied("这个区划单元属于另一行政区。")
    for key in FIELDS:
        setattr(unit, key, values[key])
    unit.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise ValidationError({"code": "这个区划代码已经录入，请核对。"}) from error
    audit.record(
        act="directory.area_unit.change" if unit_id else "directory.area_unit.enter",
        actor=actor, now=now, object_type="area_unit", object_id=unit.pk, object_label=str(unit),
        district_id=district_id, details={"code": unit.code},
    )  # fmt: skip
    return unit
