import datetime

import chinese_calendar
from chinese_calendar.constants import holidays, workdays
from django.core.management.base import BaseCommand

from core import clock
from directory.actions import calendar
from directory.enums import DayKind


NAMES = {it.value: it.chinese for it in chinese_calendar.Holiday}
SHORT = {
    "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日": "抗战胜利纪念日",
    "清明": "清明节",
    "端午": "端午节",
    "中秋": "中秋节",
}


class Command(BaseCommand):
    help = "装入国家公布的放假和调休安排；重复运行不改变任何数据。"

    def handle(self, *args, **options):
        days = {day: (DayKind.HOLIDAY, _name(it)) for day, it in holidays.items()}
        days |= {day: (DayKind.WORKDAY, f"{_name(it)}调休") for day, it in workdays.items()}
        written, dropped = calendar.seed_national(days=days, now=clock.now())
        last = max(days, default=datetime.date.min).year
        self.stdout.write(f"写入 {written} 天，替换 {dropped} 天；放假安排到 {last} 年为止。")


def _name(holiday: str) -> str:
    name = NAMES.get(holiday, holiday)
    return SHORT.get(name, name)
