"""A county's reports for the walk: an issued paper on the core's side, a draft on the other."""

import datetime
import uuid

from django.core.files.base import ContentFile

from core.actions import files
from core.models import Job
from reports.models import Report, Schedule
from reports.periods import of_group, yearly
from tests.factories import county as made


YEAR = 2023
AS_OF = datetime.date(2024, 8, 31)
CONTEXT = '{"summary": [], "figures": [], "chapters": []}'


def side(letter: str, county, group_id: int, word: str) -> dict:
    """What addresses name: a report, a failed job of one, the number of the issued paper."""
    issued = word == "核心"
    subject = yearly(county.pk, YEAR) if issued else of_group(county.pk, YEAR, group_id)
    number = f"{county.code}-N{YEAR}-1-{'ABCDEFGH' if letter == '甲' else 'HGFEDCBA'}"
    report = Report.objects.create(
        key=subject.key, kind=subject.kind, district=county, group_id=subject.group_id,
        school_year=YEAR, version=1, state="ISSUED" if issued else "DRAFT",
        title=f"{letter}县年度报告" if issued else f"{letter}县{word}教育集团年度报告",
        as_of=AS_OF, context=CONTEXT, checksum="0" * 64, pages=1, job_id=uuid.uuid4(),
        number=number if issued else None, made_at=made.NOW, made_by_name="定期生成",
        issued_at=made.NOW if issued else None,
    )  # fmt: skip
    for field in ("file", "tables"):
        stored = files.store(
            content=ContentFile(b"secret", name="a"), name=f"{letter}县报告",
            content_type="text/plain", guard="report", owner_id=report.pk, actor=None,
            now=made.NOW,
        )  # fmt: skip
        setattr(report, field, stored)
    report.save()
    Schedule.objects.get_or_create(district=county, kind=subject.kind, defaults={"day": 5})
    job = Job.objects.create(
        kind="report.build", key=f"walked {report.key}", district_id=county.pk, state="FAILED",
        created_at=made.NOW, finished_at=made.NOW,
        params={"title": report.title, "reason": "", "subject": {
            "kind": subject.kind, "district_id": county.pk, "school_year": YEAR,
            "group_id": subject.group_id, "month": None,
        }},
    )  # fmt: skip
    return {"report": report.pk, "report_job": job.pk, "number": number}


def snapshot(district_id: int) -> dict:
    """Everything of a county that a stranger could have changed."""
    return {
        "Report": Report.objects.filter(district=district_id),
        "Schedule": Schedule.objects.filter(district=district_id),
    }
