import dataclasses
import datetime
import json
import os
import sys
import time

from django.conf import settings
from django.core.management.base import BaseCommand

from core.management import machine_checks, service_checks
from core.management.machine_checks import Answer


class Command(BaseCommand):
    """Says what is fine, what is missing, and the cure. Changes nothing.

    Exit code 0: all that is needed is there. 1: something is missing.
    """

    help = "检查运行环境：哪些正常，缺少什么，怎样解决。"
    requires_system_checks = ()  # they would stop it where it is needed most

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="只输出一个 JSON 对象")

    def handle(self, *args, **options):
        answers = examine()
        ok = all(answer.ok for answer in answers if answer.needed)
        if options["json"]:
            checks = [dataclasses.asdict(answer) for answer in answers]
            self.stdout.write(json.dumps({"ok": ok, "checks": checks}, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(line(answer) for answer in answers))
            self.stdout.write("一切正常。" if ok else "请按上面的办法处理后，再运行一次。")
        if not ok:
            sys.exit(1)


def examine() -> list[Answer]:
    # The machine's real clock, not the product's, which tests and demonstrations may fix.
    now = datetime.datetime.fromtimestamp(time.time(), datetime.UTC)
    answers = [
        machine_checks.python(),
        machine_checks.pdf_libraries(),
        machine_checks.fonts(),
        machine_checks.keys(settings.VAR_DIR / "keys", os.environ),
        machine_checks.clock(now, fixed=os.environ.get("TONGXING_NOW", "")),
        machine_checks.disk(settings.VAR_DIR),
        service_checks.front_end(),
        service_checks.collected(settings.STATIC_ROOT),
        service_checks.broker(),
        *service_checks.database(now),
    ]
    return [dataclasses.replace(answer, cure="") if answer.ok else answer for answer in answers]


def line(answer: Answer) -> str:
    mark = "正常" if answer.ok else "缺少" if answer.needed else "提示"
    cure = answer.cure and f"\n      办法：{answer.cure}"
    return f"[{mark}] {answer.name}：{answer.message}{cure}"
