import datetime

from django.db import transaction

from core.actor import Actor
from core.errors import Denied, refusals_told
from core.school_years import school_year_label
from directory.actions.schools import record
from directory.guards import schools as guards
from directory.models import School, SchoolFacts, SchoolHeadcount


@refusals_told()
@transaction.atomic
def count(
    *,
    school_id: int,
    school_year: int,
    pupils: int | None,
    teachers: int | None,
    actor: Actor | None,
    now: datetime.datetime,
) -> SchoolHeadcount:
    """Put down pupils and teachers of a school for a school year; a second time corrects them."""
    school = School.objects.select_for_update(of=("self",)).get(pk=school_id)
    guards.check_manage(actor=actor, district_id=school.district_id)
    facts = SchoolFacts.objects.filter(school_id=school_id).order_by("-period").first()
    if pupils is None and teachers is None:
        raise Denied("请至少填写学生数或教师数。")
    row, _ = SchoolHeadcount.objects.update_or_create(
        school_id=school_id,
        school_year=school_year,
        defaults={"pupils": pupils, "teachers": teachers},
    )
    details = {"school_year": school_year_label(school_year)}
    record("directory.school.count", facts, actor, now, details)
    return row
