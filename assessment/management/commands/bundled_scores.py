"""``manage.py bundled_scores``: the county's own score sheet comes back judged."""

import argparse
import dataclasses
import json
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.core.management.base import BaseCommand

from assessment import figures, scoring
from assessment.spreadsheets import results as results_out
from assessment.spreadsheets.scores import Fault, ScoreSheet, read_scores
from core.errors import Denied
from core.spreadsheets.reading import Unreadable
from core.spreadsheets.writing import Unwritable
from policies import selectors as policies


SET_BY = "命令行参数"


def weight(text: str) -> Decimal:
    value = _decimal(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"应大于 0、不超过 1，现为 {text}")
    return value


def cap(text: str) -> Decimal:
    value = _decimal(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"不能为负数，现为 {text}")
    return value


def places(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"应为 1 以上的整数，现为 {text}")
    return int(text)


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"应为数字，现为 {text}") from None
    if not value.is_finite():
        raise argparse.ArgumentTypeError(f"应为数字，现为 {text}")
    return value


def pack_codes(text: str) -> list[str]:
    codes = [code.strip() for code in text.split(",") if code.strip()]
    unknown = [code for code in codes if code not in policies.pack_codes()]
    if unknown or not codes:
        known = "、".join(policies.pack_codes())
        raise argparse.ArgumentTypeError(
            f"没有政策包 {'、'.join(unknown) or text!r}；现有：{known}"
        )
    return codes


class Command(BaseCommand):
    """Needs no database, broker or ``var/``."""

    help = "按所采用的政策包计算得分表的最终得分、名次和计算过程。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="得分表（.xlsx 或 .xls）")
        parser.add_argument(
            "--pack", required=True, type=pack_codes, help="采用的政策包，按先后用逗号隔开"
        )
        parser.add_argument("-o", "--output", metavar="OUT.xlsx", help="把结果写成工作簿")
        parser.add_argument("--own-weight", type=weight, help="核心校本校权重，(0, 1]")
        parser.add_argument("--exemption", choices=["all", "any", "each", "none"])
        parser.add_argument("--exemption-places", type=places, metavar="N", help="进位几名豁免")
        parser.add_argument("--project-cap", type=cap, help="项目加分上限")
        parser.add_argument("--json", action="store_true", help="只在标准输出打印一个 JSON 对象")

    def handle(self, *args, **options):
        sheet, judged = ScoreSheet(), {}
        try:
            sheet = read_scores(options["file"])
            policy = figures.policy_from(
                policies.rules_of(options["pack"]),
                own_weight=options["own_weight"],
                exemption=options["exemption"],
                places=options["exemption_places"],
                project_cap=options["project_cap"],
                set_by=SET_BY,
            )
            if not sheet.faults:
                judged = scoring.judge(sheet.entries, sheet.places, sheet.projects, policy)
                self._write(options, judged)
        except (Unreadable, Unwritable, Denied) as refusal:
            sheet.faults.insert(0, Fault("", None, "", "", str(refusal)))
            judged = {}
        if options["json"]:
            self.stdout.write(json.dumps(_report(sheet, judged), ensure_ascii=False))
        self._tell(sheet, judged, self.stderr if options["json"] else self.stdout)
        if sheet.faults:
            raise SystemExit(1)

    def _write(self, options, judged) -> None:
        if output := options["output"]:
            if Path(output).resolve() == Path(options["file"]).resolve():
                raise Denied("结果不能写回得分表本身，请换一个文件名。")
            results_out.write_results(output, list(judged.values()))

    def _tell(self, sheet: ScoreSheet, judged: dict, out) -> None:
        for fault in [*sheet.faults, *sheet.warnings]:
            place = "".join(
                [
                    f"工作表“{fault.sheet}”" if fault.sheet else "",
                    f"第 {fault.row} 行" if fault.row else "",
                    f"“{fault.column}”列" if fault.column and fault.row else "",
                ]
            )
            target = self.stderr if fault in sheet.faults else out
            target.write(f"{place}：{fault.message}" if place else fault.message)
        if sheet.faults:
            self.stderr.write(f"共 {len(sheet.faults)} 处需要改正，没有计算。")
            return
        for line in results_out.as_text(list(judged.values())):
            out.write(line)


def _report(sheet: ScoreSheet, judged: dict[str, scoring.Result]) -> dict:
    return {
        "ok": not sheet.faults,
        "dry_run": False,
        "counts": {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0},
        "errors": [dataclasses.asdict(fault) for fault in sheet.faults],
        "warnings": [dataclasses.asdict(fault) for fault in sheet.warnings],
        "schools": [_school(result) for result in judged.values()],
    }


def _school(result: scoring.Result) -> dict:
    return {
        "school": result.school,
        "pool": result.pool,
        "own": None if result.own is None else str(result.own),
        "own_rank": result.own_rank,
        "rise": result.rise,
        "final": None if result.final is None else str(result.final),
        "final_rank": result.final_rank,
        "status": result.status,
        "provisional": result.provisional,
        "group_types": list(result.group_types),
        "derivation": [
            {"step": step.text, "value": f"{step.value:f}", "clause": step.clause}
            for step in result.steps
        ],
        "waits_for": list(result.waits_for),
    }
