import json
from pathlib import Path

from django.core.management.base import BaseCommand

from core import clock
from core.actions import backups
from core.errors import Denied


class Command(BaseCommand):
    """Exit 0: the copy is whole; 1: it is not, with a sentence."""

    help = "把数据库、文件和密钥指纹备份到一个空文件夹。密钥本身不在其中，请另行保管。"

    def add_arguments(self, parser):
        parser.add_argument("-o", dest="folder", type=Path, required=True, metavar="DIR")
        parser.add_argument("--json", action="store_true", help="只在标准输出打印一个 JSON 对象")

    def handle(self, *args, folder, **options):
        try:
            manifest = backups.make(folder=folder.resolve(), now=clock.now())
        except (Denied, OSError) as refusal:
            if options["json"]:
                told = {"ok": False, "message": str(refusal)}
                self.stdout.write(json.dumps(told, ensure_ascii=False))
            self.stderr.write(str(refusal))
            raise SystemExit(1) from refusal
        out = self.stderr if options["json"] else self.stdout
        for name in manifest["missing"]:
            out.write(f"库中登记的文件 {name} 不在磁盘上，没有备份。")
        out.write(f"已备份到 {folder}：数据库、{manifest['files']} 个文件。")
        out.write(
            "请另行保管密钥（试用环境是 var/keys）：没有 FIELD_KEY，身份证号和手机号无法恢复。"
        )
        if options["json"]:
            told = {"ok": True, "path": str(folder.resolve()), **manifest}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
