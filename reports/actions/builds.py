"""A report is made by a job: its content frozen, laid out, kept; later issued from what was frozen.

The report row and its files appear together, once, or not at all: a worker killed at any moment
leaves nothing, and the one that takes the job over finds either nothing or the finished row.
"""

import contextlib
import datetime
import hashlib
import json
import secrets

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from core import clock
from core.actions import audit, files, jobs
from core.actor import Actor
from core.errors import Denied
from core.models import Job, StoredFile
from core.spreadsheets.importing import Progress
from directory.selectors import acting
from groups.selectors import groups
from reports import documents, guards
from reports.enums import LETTER, ReportKind, ReportState
from reports.models import MOST_MISSING, Report
from reports.periods import Subject
from reports.selectors.terms import term


GUARD = "report"  # of stored files
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without what looks alike


def ask(
    *,
    subject: Subject,
    actor: Actor | None,
    now: datetime.datetime,
    today: datetime.date,
    reason: str = "",
) -> tuple[Job, bool]:
    """Queue the making of a draft; a second click joins the first. Returns (job, is new).

    Raises Denied for who may not, and for a span that has not begun.
    """
    guards.check_make(actor=actor, district_id=subject.district_id)
    if subject.first_day > today:
        raise Denied(f"{subject.span_label}还没有开始，不能生成报告。")
    title = _working_title(subject, actor, today)
    params = {"title": title, "subject": _said(subject), "reason": reason[:300]}
    return jobs.enqueue(
        kind="report.build", key=subject.key, actor=actor, now=now,
        district_id=subject.district_id, params=params,
    )  # fmt: skip


def _working_title(subject: Subject, actor: Actor | None, today: datetime.date) -> str:
    """What the job is called while it runs. Raises Denied for a group that is not seen."""
    name = ""
    if subject.group_id:
        reader = actor or acting.bureau_itself(subject.district_id, today)
        group = groups.group_on(reader, subject.group_id, subject.as_of(today))
        if group is None:
            raise Denied("没有这个集团，或不在您的范围内。")
        name = group.facts.name
    if subject.kind in {ReportKind.MONTHLY, ReportKind.TERM}:
        return f"{subject.span_label}{subject.kind.label}"
    if name:
        return f"{name}{subject.span_label}度报告"
    return f"{subject.span_label}集团化办学年度报告"


def ask_again(
    *, job: Job, actor: Actor | None, now: datetime.datetime, today: datetime.date
) -> tuple[Job, bool]:
    """Queue anew what failed or was cancelled."""
    if job.kind == "report.issue":
        return ask_to_issue(report_id=job.params["report"], actor=actor, now=now)
    return ask(
        subject=subject_of(job), actor=actor, now=now, today=today, reason=job.params["reason"]
    )


def build(job: Job, progress: Progress) -> dict:
    """Job ``report.build``: freeze the content, lay it out, keep the draft."""
    if made := Report.objects.filter(job_id=job.pk).first():
        return {"report": made.pk}
    subject, today = subject_of(job), clock.today()
    actor = _actor(job, subject.district_id, today)
    progress(0, 0, "固定数据快照")
    context = documents.freeze(subject, actor=actor, as_of=subject.as_of(today))
    paper = documents.lay_out(subject.kind, context, progress=progress)
    tables = documents.workbook(subject.kind, context)
    with _whole_or_gone() as written:
        report = _keep(
            subject=subject, context=context, paper=paper, tables=tables, job=job, actor=actor,
            now=clock.now(), progress=progress, written=written,
        )  # fmt: skip
    return {"report": report.pk}


def ask_to_issue(
    *, report_id: int, actor: Actor | None, now: datetime.datetime
) -> tuple[Job, bool]:
    """Queue the printing of a draft as the issued paper (局领导); joins a job of the same paper."""
    report = Report.objects.get(pk=report_id)
    guards.check_issue(actor=actor, district_id=report.district_id)
    _check_draft(report)
    return jobs.enqueue(
        kind="report.issue", key=report.key, actor=actor, now=now,
        district_id=report.district_id, params={"report": report.pk, "title": report.title},
    )  # fmt: skip


def issue(job: Job, progress: Progress) -> dict:
    """Job ``report.issue``: print what was frozen, without 草稿, with its number; then it stays."""
    report = Report.objects.get(pk=job.params["report"])
    if report.state == ReportState.ISSUED:
        return {"report": report.pk}
    actor = _actor(job, report.district_id, clock.today())
    guards.check_issue(actor=actor, district_id=report.district_id)
    number = _number(report)
    now = clock.now()
    paper = documents.lay_out(
        ReportKind(report.kind), json.loads(report.context), progress=progress, number=number,
        issued_on=clock.today(),
    )  # fmt: skip
    with _whole_or_gone() as written:
        _keep_issued(
            report.pk, number, paper, actor=actor, now=now, progress=progress, written=written,
        )  # fmt: skip
    return {"report": report.pk}


def _said(subject: Subject) -> dict:
    """A subject as a job keeps it; the days of a term are looked up when it is made."""
    return {
        "kind": subject.kind,
        "district_id": subject.district_id,
        "school_year": subject.school_year,
        "group_id": subject.group_id,
        "month": subject.month and str(subject.month),
        "term": subject.term and subject.term.number,
    }


def subject_of(job: Job) -> Subject:
    """What a build job makes."""
    said = dict(job.params["subject"])
    said["kind"] = ReportKind(said["kind"])
    said["month"] = datetime.date.fromisoformat(said["month"]) if said["month"] else None
    if said.get("term"):
        said["term"] = term(said["district_id"], said["school_year"], said["term"])
    return Subject(**said)


def _actor(job: Job, district_id: int, today: datetime.date) -> Actor:
    """Whoever asked, with the rights of today; a schedule's reports are the bureau's own."""
    if job.user_id is None:
        return acting.bureau_itself(district_id, today)
    actor = acting.actor_of(job.user_id, job.post_id, today)
    if actor is None:
        raise Denied("发起人的账号或身份已停用，没有生成报告。")
    return actor


@contextlib.contextmanager
def _whole_or_gone():
    """A list for the files that are written inside: they go when their rows do not come about."""
    written: list[StoredFile] = []
    try:
        yield written
    except BaseException as failed:
        for stored in written:
            stored.content.storage.delete(stored.content.name)
        if isinstance(failed, OSError):
            raise Denied(documents.FULL) from failed
        raise


@transaction.atomic
def _keep(*, subject, context, paper, tables, job, actor, now, progress, written) -> Report:
    """Keep the paper as the draft of its key, in the place of an earlier draft.

    The last sign of life comes first: it locks the job's row, so that a worker that has lost the
    job, or whose job was cancelled, keeps nothing.
    """
    progress(1, 1, "校验、存档")
    kept = Report.objects.select_for_update(of=("self",)).filter(key=subject.key)
    old = kept.filter(state=ReportState.DRAFT).first()
    version = (kept.filter(state=ReportState.ISSUED).aggregate(n=Max("version"))["n"] or 0) + 1
    title = context["title"]
    report = Report(
        pk=old.pk if old else None,
        key=subject.key,
        kind=subject.kind,
        district_id=subject.district_id,
        group_id=subject.group_id,
        school_year=subject.school_year,
        month=subject.month,
        term=subject.term and subject.term.number,
        version=version,
        title=title,
        as_of=context["as_of"],
        context=json.dumps(context, ensure_ascii=False, sort_keys=True),
        checksum=hashlib.sha256(paper.pdf).hexdigest(),
        pages=paper.pages,
        missing=paper.missing[:MOST_MISSING],
        reason=job.params.get("reason", ""),
        job_id=job.pk,
        made_at=now,
        made_by_id=job.user_id,
        made_by_name=actor.name,
    )
    report.save()
    report.file = _store(paper.pdf, f"{title}（草稿）.pdf", PDF, report, actor, now)
    written.append(report.file)
    report.tables = _store(tables, f"{title}.xlsx", XLSX, report, actor, now)
    written.append(report.tables)
    report.save(update_fields=["file", "tables"])
    if old:
        files.remove(stored=old.file)
        files.remove(stored=old.tables)
    _record("build", report, actor, now)
    return report


@transaction.atomic
def _keep_issued(report_id, number, paper, *, actor, now, progress, written) -> None:
    progress(1, 1, "校验、存档")
    report = Report.objects.select_for_update(of=("self",)).select_related("file").get(pk=report_id)
    _check_draft(report)
    draft = report.file
    report.file = _store(
        paper.pdf, f"{report.title}（第{report.version}版）.pdf", PDF, report, actor, now
    )
    written.append(report.file)
    report.state, report.number, report.pages = ReportState.ISSUED, number, paper.pages
    report.missing = paper.missing[:MOST_MISSING]
    report.checksum = hashlib.sha256(paper.pdf).hexdigest()
    report.issued_at, report.issued_by_id = now, actor.user_id or None
    report.issued_by_name = actor.name
    report.save()
    files.remove(stored=draft)
    _record("issue", report, actor, now)


def _check_draft(report: Report) -> None:
    if report.state != ReportState.DRAFT:
        raise Denied("这份报告已印发，不再改动；需要更新时请重新生成，形成新版本。")


def _number(report: Report) -> str:
    """A number that cannot be guessed from another: kind, year and part, version, chance."""
    span = f"{report.month:%Y%m}" if report.month else f"{report.school_year}{report.term or ''}"
    chance = "".join(secrets.choice(ALPHABET) for _ in range(8))
    letter = LETTER[ReportKind(report.kind)]
    return f"{report.district.code}-{letter}{span}-{report.version}-{chance}"


def _store(content: bytes, name: str, content_type: str, report: Report, actor: Actor, now):
    return files.store(
        content=ContentFile(content, name), name=name, content_type=content_type, guard=GUARD,
        owner_id=report.pk, actor=actor if actor.user_id else None, now=now,
    )  # fmt: skip


def _record(verb: str, report: Report, actor: Actor, now: datetime.datetime) -> None:
    audit.record(
        act=f"reports.report.{verb}", actor=actor if actor.user_id else None, now=now,
        object_type="report", object_id=report.pk, object_label=str(report),
        district_id=report.district_id, details={"checksum": report.checksum},
    )  # fmt: skip
