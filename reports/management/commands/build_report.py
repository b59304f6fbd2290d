"""``build_report``: one paper to a file, the issued one where there is one (operations.md)."""

import argparse
import datetime
import hashlib
import json
import os
import pathlib
import secrets

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.errors import Denied
from core.pdf.fonts import FontsMissing
from core.words import simplified
from directory.selectors import acting, districts
from groups.selectors import groups
from reports import documents
from reports.enums import ReportKind
from reports.periods import Subject, monthly, of_group, of_term, yearly
from reports.selectors import reports
from reports.selectors.terms import term


KINDS = {
    "monthly": ReportKind.MONTHLY,
    "term": ReportKind.TERM,
    "yearly": ReportKind.YEARLY,
    "group": ReportKind.GROUP,
}
# Named by the contract, made with the apps that hold their data.
NOT_YET = {"duties": "履职清单", "roster": "花名册", "allowances": "补助发放表"}


class Wrong(Exception):
    """What is asked for is not there; ``option`` names the word of the command line."""

    def __init__(self, option: str, value: object, message: str):
        super().__init__(message)
        self.fault = {
            "sheet": "", "row": None, "column": option, "value": str(value), "message": message,
        }  # fmt: skip


def month(text: str) -> datetime.date:
    """A month on the command line, 2024-10, as its first day."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no hour
    except ValueError:
        raise argparse.ArgumentTypeError(f"月份请写成 2024-10 的形式，现为 {text}") from None


class Command(BaseCommand):
    help = (
        "把一份报告写成 PDF 文件：已印发且现行的原样写出，没有的按现在的数据排版为草稿（不存档）。"
    )

    def add_arguments(self, parser):
        parser.add_argument("kind", metavar="KIND", choices=[*KINDS, *NOT_YET])
        parser.add_argument("--district", required=True, metavar="CODE", help="行政区划代码")
        parser.add_argument(
            "--year", required=True, type=int, metavar="YYYY", help="学年开始的年份"
        )
        parser.add_argument("--month", type=month, metavar="YYYY-MM", help="月报的月份")
        parser.add_argument("--term", type=int, choices=[1, 2], help="第几学期（学期总结）")
        parser.add_argument("--group", metavar="NAME", help="集团名称（集团年度报告）")
        parser.add_argument("-o", required=True, dest="output", metavar="OUT.pdf")
        parser.add_argument("--json", action="store_true", help="只在标准输出打印一个 JSON 对象")

    def handle(self, *args, **options):
        _check_usage(options)
        out = self.stderr if options["json"] else self.stdout
        try:
            report = {"ok": True} | _build(options)
        except Wrong as wrong:
            report = {"ok": False, "errors": [wrong.fault]}
        except (Denied, FontsMissing) as refusal:
            report = {"ok": False, "errors": [Wrong("", "", str(refusal)).fault]}
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        if report["ok"]:
            state = "草稿" if report["draft"] else f"第 {report['version']} 版"
            out.write(
                f"已写出 {report['path']}：{report['title']}（{state}），{report['pages']} 页。"
            )
            if report["missing"]:
                named = "、".join(report["missing"])
                out.write(f"这些字没有字形，印成空框：{named}。{documents.MISSING_CURE}")
        else:
            out.write(report["errors"][0]["message"])
            raise SystemExit(1)


def _check_usage(options: dict) -> None:
    kind = options["kind"]
    if kind in NOT_YET:
        raise CommandError(
            f"还不能生成{NOT_YET[kind]}（{kind}）：系统中还没有它的数据。", returncode=2
        )
    for wanted, name, example in (
        ("monthly", "month", "2024-10"),
        ("term", "term", "1"),
        ("group", "group", "实验小学教育集团"),
    ):
        if kind == wanted and not options[name]:
            raise CommandError(
                f"{kind} 须用 --{name} 指定，例如 --{name} {example}。", returncode=2
            )


def _build(options: dict) -> dict:
    path = _target(options["output"])
    today = clock.today()
    district = districts.by_code(options["district"])
    if district is None:
        code = options["district"]
        raise Wrong(
            "--district", code, f"没有行政区 {code}，请核对代码，或先用 add_district 加上。"
        )
    subject = _subject(options, district.pk)
    if subject.first_day > today:
        raise Wrong(
            "--year", options["year"], f"{subject.span_label}还没有开始，不能生成报告。"
        )  # fmt: skip
    actor = acting.bureau_itself(district.pk, today)
    if held := reports.in_force(subject.key):
        content = _kept(held)
        told = {
            "pages": held.pages, "as_of": str(held.as_of), "title": held.title,
            "version": held.version, "draft": False, "missing": held.missing,
        }  # fmt: skip
    else:
        as_of = subject.as_of(today)
        if not reports.has_data(actor, as_of):
            message = f"截至{as_of}，这个行政区还没有学校和集团的登记，不能生成报告。"
            raise Wrong("--year", options["year"], message)
        context = documents.freeze(subject, actor=actor, as_of=as_of)
        paper = documents.lay_out(subject.kind, context, progress=_silent)
        content = paper.pdf
        told = {
            "pages": paper.pages, "as_of": context["as_of"], "title": context["title"],
            "version": None, "draft": True, "missing": paper.missing,
        }  # fmt: skip
    _write(path, content)
    return {"path": str(path), "sha256": hashlib.sha256(content).hexdigest()} | told


def _subject(options: dict, district_id: int) -> Subject:
    kind, year = KINDS[options["kind"]], options["year"]
    if not 1900 <= year <= 2999:
        raise Wrong("--year", year, f"学年应写开始的年份，例如 2023，现为 {year}。")
    if kind == ReportKind.YEARLY:
        return yearly(district_id, year)
    if kind == ReportKind.MONTHLY:
        subject = monthly(district_id, options["month"])
        if subject.school_year != year:
            message = (
                f"{subject.span_label}属于 {subject.school_year} 年开始的学年，"
                f"请写 --year {subject.school_year}。"
            )
            raise Wrong("--year", year, message)
        return subject
    if kind == ReportKind.TERM:
        return of_term(district_id, term(district_id, year, options["term"]))
    group_id = _group(options["group"], yearly(district_id, year), district_id)
    return of_group(district_id, year, group_id)


def _group(name: str, of_year: Subject, district_id: int) -> int:
    """The group of that name at the end of the year, else at any day of it."""
    as_of = of_year.as_of(clock.today())
    actor = acting.bureau_itself(district_id, as_of)
    for day in (as_of, of_year.first_day):
        rows = groups.groups_visible_to(actor, day).order_by("sort_key", "pk")
        held = dict(rows.values_list("name", "group_id"))
        alike = [pk for it, pk in held.items() if simplified(it) == simplified(name)]
        if alike:
            return alike[0]
        known = "、".join(list(held)[:20])
    listed = f"现有：{known}。" if known else "该学年没有教育集团。"
    raise Wrong("--group", name, f"{of_year.span_label}没有集团“{name}”，请核对名称；{listed}")


def _kept(report) -> bytes:
    """The issued file, byte for byte; one that is damaged is not handed out."""
    try:
        with report.file.content.open("rb") as file:
            content = file.read()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != report.checksum:
        raise Denied(f"已印发的文件与校验码不符或已丢失：{report.title}。请从备份恢复后再试。")
    return content


def _target(output: str) -> pathlib.Path:
    path = pathlib.Path(output)
    if path.suffix.lower() != ".pdf":
        raise Wrong("-o", output, f"结果文件“{path.name}”的名字请以 .pdf 结尾。")
    if not path.parent.is_dir():
        raise Wrong("-o", output, f"文件夹“{path.parent}”不存在，请先建立该文件夹。")
    if path.is_dir():
        raise Wrong("-o", output, f"“{path}”是已有的文件夹，请换一个结果文件名。")
    return path


def _write(path: pathlib.Path, content: bytes) -> None:
    """Whole or not at all."""
    draft = path.parent / f".{secrets.token_hex(8)}.pdf"
    try:
        with open(draft, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as failed:
        message = f"无法写入“{path}”，请检查权限和磁盘空间，或换一个文件夹。"
        raise Wrong("-o", path, message) from failed
    finally:
        draft.unlink(missing_ok=True)


def _silent(done: int, total: int, message: str) -> None:
    """Nobody waits for the progress of a command."""
