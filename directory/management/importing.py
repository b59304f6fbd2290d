"""What the import commands have in common: options, the one JSON object, sentences, exit codes."""

import argparse
import dataclasses
import datetime
import json
import pathlib

from django.core.management.base import BaseCommand

from core import clock
from core.actions import imports
from core.enums import RowState
from core.errors import Denied
from core.school_years import default_term, school_year_of
from core.spreadsheets.importing import Fault, Importer, Occasion, Reading
from core.spreadsheets.reading import Unreadable
from directory.selectors import districts


def day(text: str) -> datetime.date:
    """A day on the command line, 2024-09-01."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期请写成 2024-09-01 的形式，现为 {text}") from None


class ImportCommand(BaseCommand):
    """Reads a table into a district: with any error nothing is saved and the exit code is 1."""

    importer: Importer
    start_needed = False
    start_help = "新记录从哪天起（默认本学年开始）"

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="CSV（UTF-8 或 GB18030）、.xlsx 或 .xls")
        parser.add_argument("--district", required=True, metavar="CODE", help="行政区划代码")
        self.add_start(parser)
        parser.add_argument("--dry-run", action="store_true", help="只核对，不保存")
        parser.add_argument("--json", action="store_true", help="只在标准输出打印一个 JSON 对象")

    def add_start(self, parser):
        parser.add_argument(
            "--start", type=day, metavar="DATE", required=self.start_needed, help=self.start_help
        )

    def start_of(self, options) -> datetime.date:
        """From which day on new things hold."""
        return options["start"] or default_term(school_year_of(clock.today()), 1)[0]

    def handle(self, *args, **options):
        try:
            reading = self._run(options)
        except (Unreadable, Denied) as refusal:
            reading = Reading(faults=[Fault("", None, "", "", str(refusal))])
        report = _report(reading, dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        self._tell(report, self.stderr if options["json"] else self.stdout)
        if not report["ok"]:
            raise SystemExit(1)

    def _run(self, options) -> Reading:
        district = districts.by_code(options["district"])
        if district is None:
            raise Denied(
                f"没有行政区 {options['district']}，请核对代码，或先用 add_district 加上。"
            )
        today = clock.today()
        occasion = Occasion(
            district_id=district.pk,
            on=today,
            start=self.start_of(options),
            now=clock.now(),
            source=f"导入：{pathlib.Path(options['file']).name}"[:100],
        )
        return imports.run(
            importer=self.importer,
            path=options["file"],
            occasion=occasion,
            dry_run=options["dry_run"],
            actor=None,
        )

    def _tell(self, report: dict, out) -> None:
        for fault in [*report["errors"], *report["warnings"]]:
            place = "".join(
                [
                    f"工作表“{fault['sheet']}”" if fault["sheet"] else "",
                    f"第 {fault['row']} 行" if fault["row"] else "",
                    f"“{fault['column']}”列" if fault["column"] and fault["row"] else "",
                ]
            )
            out.write(f"{place}：{fault['message']}" if place else fault["message"])
        counts = report["counts"]
        if report["ok"]:
            done = "核对完成，没有保存" if report["dry_run"] else "导入完成"
            out.write(
                f"{done}：新增 {counts['created']}，变更 {counts['updated']}，"
                f"未变 {counts['unchanged']}，略过 {counts['skipped']}。"
            )
        else:
            out.write(f"有 {len(report['errors'])} 处错误，什么都没有保存；请改正后再导入。")


def _report(reading: Reading, *, dry_run: bool) -> dict:
    errors = reading.all_faults()
    warnings = [*reading.warnings, *(one for line in reading.lines for one in line.warnings)]
    counts = {
        "created": reading.count(RowState.NEW),
        "updated": reading.count(RowState.CHANGED),
        "unchanged": reading.count(RowState.UNCHANGED),
        "skipped": reading.skipped,
    }
    return {
        "ok": not errors,
        "dry_run": dry_run,
        "counts": dict.fromkeys(counts, 0) if errors else counts,
        "errors": [dataclasses.asdict(fault) for fault in errors],
        "warnings": [dataclasses.asdict(fault) for fault in warnings],
    }
