import json
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand

from core import clock
from core.actions import backups
from core.errors import Denied
from core.management import owner


class Command(BaseCommand):
    """Exit 0: everything is back, and migrated; 1: nothing was touched, with a sentence."""

    help = "把一份备份恢复到空的数据库和空的文件夹；库中已有数据时拒绝。"

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--json", action="store_true", help="只在标准输出打印一个 JSON 对象")

    def handle(self, *args, folder, **options):
        owner.become()
        try:
            manifest = backups.restore(folder=folder.resolve())
        except (Denied, OSError) as refusal:
            if options["json"]:
                told = {"ok": False, "message": str(refusal)}
                self.stdout.write(json.dumps(told, ensure_ascii=False))
            self.stderr.write(str(refusal))
            raise SystemExit(1) from refusal
        call_command("migrate", interactive=False, verbosity=0)
        backups.restored(manifest=manifest, now=clock.now())
        out = self.stderr if options["json"] else self.stdout
        out.write(f"已恢复 {manifest['made_at'][:16]} 的备份：数据库、{manifest['files']} 个文件。")
        if backups.other_keys_changed(manifest):
            out.write("SECRET_KEY 与备份时不同：所有人须重新登录。")
        out.write("请运行 check_integrity 和 check_audit 核对，再启动各进程。")
        if options["json"]:
            told = {"ok": True, "made_at": manifest["made_at"], "files": manifest["files"]}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
