import dataclasses
import json
import re

from django.core.management.base import BaseCommand, CommandError

from core.selectors import audit_chain


class Command(BaseCommand):
    """Reads only. Exit 0: log and chain agree; 1: they do not, the first break first; 2: usage."""

    help = "重算审计记录的封存链：哪一条被改过、删除或插入；封存本身是否完整。"

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="只在标准输出打印一个 JSON 对象")
        parser.add_argument(
            "--expect",
            action="append",
            default=[],
            metavar="HASH",
            help="以前抄录的封存值，须仍在链上；可写多次。没有它，末尾被整段截去就看不出来",
        )

    def handle(self, *args, expect, **options):
        expect = [it.strip().lower() for it in expect]
        if wrong := [it for it in expect if not re.fullmatch("[0-9a-f]{64}", it)]:
            raise CommandError(f"封存值是 64 位十六进制数，而不是 {wrong[0]}", returncode=2)
        found = audit_chain.check(expect)
        last = found.last
        if options["json"]:
            told = {
                "ok": not found.breaks,
                "seals": found.seals,
                "events": found.events,
                "unsealed": found.unsealed,
                "unsealed_since": found.unsealed_since and found.unsealed_since.isoformat(),
                "last": last
                and {
                    "number": last.number,
                    "sealed_at": last.sealed_at.isoformat(),
                    "hash": last.hash,
                },
                "violations": [dataclasses.asdict(it) for it in found.breaks],
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        out = self.stderr if options["json"] else self.stdout
        for it in found.breaks:
            out.write(it.message)
        out.write(
            f"核对了 {found.seals} 次封存中的 {found.events} 条审计记录，"
            + (f"有 {len(found.breaks)} 处不符。" if found.breaks else "没有发现不符。")
        )
        if found.unsealed:
            out.write(f"另有 {found.unsealed} 条还没有封存。")
        if last and not found.breaks:
            out.write(f"最近一次封存：第 {last.number} 号，封存值 {last.hash}。请抄录在别处。")
        if found.breaks:
            raise SystemExit(1)
