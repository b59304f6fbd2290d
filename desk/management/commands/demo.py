import datetime
import os

from django.core.management.base import BaseCommand
from django.db import transaction

from core import clock
from core.school_years import FIRST_MONTH, school_year_of
from desk.demo import county, exchange, judgements, logs, policies, rooms
from directory.actions import accounts, districts
from directory.enums import Role
from directory.selectors import schools


CORE, MEMBER = county.CORE, county.MEMBER
# (account, name, role, school or None for the bureau, own staff number); every person is made up.
ACCOUNTS = [
    ("bureau", "经办甲", Role.BUREAU_EDUCATION, None, ""),
    ("bureau_hr", "经办乙", Role.BUREAU_PERSONNEL, None, ""),
    ("bureau_research", "教研员甲", Role.BUREAU_RESEARCH, None, ""),
    ("bureau_inspect", "督学甲", Role.BUREAU_INSPECTION, None, ""),
    ("bureau_head", "局长甲", Role.BUREAU_HEAD, None, ""),
    ("leader", "领导甲", Role.LEADERSHIP, None, ""),
    ("principal", "校长甲", Role.PRINCIPAL, CORE, "1004"),
    ("clerk", "文员甲", Role.SCHOOL_CLERK, CORE, "1005"),
    ("teacher", "教师甲", Role.TEACHER, CORE, "1001"),
    ("principal2", "校长乙", Role.PRINCIPAL, MEMBER, "2002"),
    ("teacher2", "教师丁", Role.TEACHER, MEMBER, "2001"),
    ("evaluator", "评估员甲", Role.EVALUATOR, None, ""),
]
SECOND_POST = ("principal2", Role.PRINCIPAL, "安南乡小")  # since this school year


class Command(BaseCommand):
    help = (
        "装入示例县（331126 庆元县）。已有的数据保持不变；"
        "环境变量 DEMO_PASSWORD 给出时，示例账号都改用它。"
    )

    @transaction.atomic
    def handle(self, *args, **options):
        now, today = clock.now(), clock.today()
        district, _ = districts.add(
            code="331126", name="庆元县", bureau_name="庆元县教育局", is_sample=True, now=now
        )
        password = os.environ.get("DEMO_PASSWORD") or None
        opened = {
            username: accounts.open_account(
                username=username, name=name, password=password, now=now
            )
            for username, name, *_ in ACCOUNTS
        }
        is_new = not schools.by_name(district.pk, today)
        if is_new:
            county.load(
                district=district,
                today=today,
                now=now,
                user_ids={number: opened[name][0].pk for name, *_, number in ACCOUNTS if number},
            )
        self._give_posts(district, opened, today, now)
        policies.adopt(district=district, today=today, now=now)
        if is_new:
            users = {name: user for name, (user, _) in opened.items()}
            judgements.load(district=district, today=today, now=now, users=users)
            exchange.load(district=district, today=today, now=now, users=users)
            logs.load(today=today, users=users)
            rooms.load(district=district, today=today, now=now, users=users)
        self.stdout.write("示例账号：" + " ".join(opened))

    def _give_posts(self, district, opened, today, now):
        """New accounts get their posts, at schools that the county has; old ones keep theirs."""
        held = schools.by_name(district.pk, today)
        first_day = county.first_day_for(today)
        this_year = datetime.date(school_year_of(today), FIRST_MONTH, 1)
        posts = [(name, role, school, first_day) for name, _, role, school, _ in ACCOUNTS]
        for name, role, school, since in [*posts, (*SECOND_POST, this_year)]:
            user, created = opened[name]
            if created and school in {None, *held}:
                unit = {"school": held[school]} if school else {"district": district}
                accounts.give_post(user=user, role=role, first_day=since, now=now, **unit)
