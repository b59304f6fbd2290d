import json

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.db import transaction

from core import clock
from directory.actions import districts as actions
from directory.selectors import districts


class Command(BaseCommand):
    help = "加上一个行政区；已有的保持不变。"

    def add_arguments(self, parser):
        parser.add_argument("code", metavar="CODE", help="6 至 12 位行政区划代码")
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--parent", metavar="CODE", help="上级行政区的代码")
        parser.add_argument("--dry-run", action="store_true", help="只核对，不保存")
        parser.add_argument("--json", action="store_true", help="只在标准输出打印一个 JSON 对象")

    def handle(self, *args, **options):
        held = districts.by_code(options["code"])
        created, sentence = held is None, ""
        if held is None:
            try:
                self._add(options)
            except ValidationError as refused:
                sentence = " ".join(refused.messages)
        out = self.stderr if options["json"] else self.stdout
        if options["json"]:
            self.stdout.write(json.dumps(_report(options, sentence, created), ensure_ascii=False))
        done = f"{options['name']}（{options['code']}）" + (
            "已加上。" if created else "已有，不变。"
        )
        out.write(sentence or done)
        if sentence:
            raise SystemExit(1)

    def _add(self, options) -> None:
        parent = None
        if options["parent"] and (parent := districts.by_code(options["parent"])) is None:
            raise ValidationError(f"没有上级行政区 {options['parent']}，请先加上它。")
        with transaction.atomic():
            actions.add(code=options["code"], name=options["name"], parent=parent, now=clock.now())
            transaction.set_rollback(options["dry_run"])


def _report(options, sentence: str, created: bool) -> dict:
    column = "CODE" if "代码" in sentence else ""
    fault = {"sheet": "", "row": None, "column": column, "value": "", "message": sentence}
    return {
        "ok": not sentence,
        "dry_run": options["dry_run"],
        "counts": {
            "created": int(created and not sentence),
            "updated": 0,
            "unchanged": int(not created),
            "skipped": 0,
        },
        "errors": [fault] if sentence else [],
        "warnings": [],
    }
