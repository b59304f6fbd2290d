from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core import clock
from desk.demo import scale


MOST = 999  # the made-up codes 990001 … 990999


class Command(BaseCommand):
    help = (
        "装入 N 个规模数据县（每县 84 所学校和教学点、3800 名教师、30 个集团）；已有的县保持不变。"
    )

    def add_arguments(self, parser):
        parser.add_argument("--counties", type=int, required=True, metavar="N")

    def handle(self, *, counties, **options):
        if not 1 <= counties <= MOST:
            raise CommandError(f"--counties 应为 1 到 {MOST} 的整数。", returncode=2)
        now, today = clock.now(), clock.today()
        entered = 0
        for number in range(counties):
            with transaction.atomic():
                entered += scale.load(number=number, today=today, now=now)
        self.stdout.write(f"规模数据：新增 {entered} 个县，已有 {counties - entered} 个县。")
