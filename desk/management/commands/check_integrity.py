"""``manage.py check_integrity``: the rules of ``domain.md`` asked again over the stored data."""

import dataclasses
import json

from django.core.management.base import BaseCommand

from assessment.selectors import integrity as assessment
from core.selectors.integrity import broken_periods
from exchange.selectors import integrity as exchange
from filings.selectors import integrity as filings
from groups.selectors import rules as groups
from resources.selectors import integrity as resources


class Command(BaseCommand):
    """Reads only. Exit 0: nothing found; 1: something found."""

    help = "按业务规则逐条核对库中数据（规则 1–10），列出违反规则的记录。"

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="只在标准输出打印一个 JSON 对象")

    def handle(self, *args, **options):
        violations = sorted(
            {
                *groups.violations(),
                *broken_periods(
                    skip=(*groups.CONSTRAINTS, *resources.CONSTRAINTS, *exchange.CONSTRAINTS)
                ),
                *resources.violations(),
                *exchange.violations(),
                *filings.violations(),
                *assessment.violations(),
            },
            key=dataclasses.astuple,
        )
        if options["json"]:
            told = [dataclasses.asdict(it) for it in violations]
            report = {"ok": not violations, "violations": told}
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        out = self.stderr if options["json"] else self.stdout
        for it in violations:
            out.write(f"规则 {it.rule}　{it.table} {it.id}：{it.message}")
        out.write(
            f"共 {len(violations)} 处违反规则。" if violations else "没有发现违反规则的数据。"
        )
        if violations:
            raise SystemExit(1)
