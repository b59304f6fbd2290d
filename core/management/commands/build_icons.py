from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


BLANK = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'  # Tabler's bounding box
TABLER = "node_modules/@tabler/icons/icons/outline"


class Command(BaseCommand):
    help = "把 static/icons.txt 所列图标合成 static/generated/icons.svg。"
    requires_system_checks = []  # runs before there is a database

    def handle(self, *args, **options):
        source = settings.BASE_DIR / TABLER
        if not source.is_dir():
            raise CommandError(f"缺少 {TABLER}，请先运行 script/bootstrap（或 npm ci）。")
        names = (settings.BASE_DIR / "static" / "icons.txt").read_text(encoding="utf-8").split()
        missing = [name for name in names if not (source / f"{name}.svg").is_file()]
        if missing:
            raise CommandError(
                f"static/icons.txt 所列图标在 Tabler 中不存在：{'、'.join(missing)}。"
            )
        symbols = (
            f'<symbol id="i-{name}" viewBox="0 0 24 24">{drawing(source / f"{name}.svg")}</symbol>'
            for name in names
        )
        target = settings.BASE_DIR / "static" / "generated" / "icons.svg"
        target.parent.mkdir(exist_ok=True)
        target.write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n', encoding="utf-8"
        )
        self.stdout.write(f"已写入 {len(names)} 个图标。")


def drawing(path) -> str:
    """The strokes of one Tabler icon, without its frame and its presentation."""
    svg = path.read_text(encoding="utf-8")
    inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    return " ".join(inner.replace(BLANK, "").split())
