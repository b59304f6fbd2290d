import datetime

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from directory.models import District


@transaction.atomic
def add(
    *,
    code: str,
    name: str,
    now: datetime.datetime,
    bureau_name: str = "",
    parent: District | None = None,
    is_sample: bool = False,
    actor: Actor | None = None,
) -> tuple[District, bool]:
    """Enter a district. One with that code is left as it is; the flag says whether it is new.

    Raises ValidationError for a code that is not 6 to 12 digits.
    """
    if found := District.objects.filter(code=code).first():
        return found, False
    district = District(
        code=code,
        name=name,
        bureau_name=bureau_name or f"{name}教育局",
        parent=parent,
        is_sample=is_sample,
    )
    district.full_clean()
    district.save()
    audit.record(
        act="directory.district.add", actor=actor, now=now, object_type="district",
        object_id=district.pk, object_label=name, district_id=district.pk,
    )  # fmt: skip
    return district, True


def hold(*, district_id: int) -> None:
    """Lock the district's row in the caller's transaction: what closes days of it waits."""
    District.objects.select_for_update(no_key=True).get(pk=district_id)
