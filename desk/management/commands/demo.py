import csv
import os
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction

from core import clock
from directory import actions
from directory.enums import Role


GROUPS = Path(__file__).resolve().parents[2] / "data" / "groups-qingyuan.csv"
CORE, MEMBER = "实验小学", "举水乡小"
# (account, name, role, school or None for the bureau); every person is made up.
ACCOUNTS = [
    ("bureau", "经办甲", Role.BUREAU_EDUCATION, None),
    ("bureau_hr", "经办乙", Role.BUREAU_PERSONNEL, None),
    ("bureau_research", "教研员甲", Role.BUREAU_RESEARCH, None),
    ("bureau_inspect", "督学甲", Role.BUREAU_INSPECTION, None),
    ("bureau_head", "局长甲", Role.BUREAU_HEAD, None),
    ("leader", "领导甲", Role.LEADERSHIP, None),
    ("principal", "校长甲", Role.PRINCIPAL, CORE),
    ("clerk", "文员甲", Role.SCHOOL_CLERK, CORE),
    ("teacher", "教师甲", Role.TEACHER, CORE),
    ("principal2", "校长乙", Role.PRINCIPAL, MEMBER),
    ("teacher2", "教师丁", Role.TEACHER, MEMBER),
    ("evaluator", "评估员甲", Role.EVALUATOR, None),
]


class Command(BaseCommand):
    help = (
        "装入示例县（331126 庆元县）。已有的数据保持不变；"
        "环境变量 DEMO_PASSWORD 给出时，示例账号都改用它。"
    )

    @transaction.atomic
    def handle(self, *args, **options):
        now, today = clock.now(), clock.today()
        district, _ = actions.add_district(
            code="331126", name="庆元县", bureau_name="庆元县教育局", is_sample=True
        )
        with GROUPS.open(encoding="utf-8") as lines:
            names = {
                name for row in csv.DictReader(lines) for name in (row["学校"], row["所属学校"])
            }
        schools = {
            name: actions.add_school(district=district, name=name)[0]
            for name in sorted(names - {""})
        }
        password = os.environ.get("DEMO_PASSWORD") or None
        for username, name, role, school in ACCOUNTS:
            user, created = actions.open_account(
                username=username, name=name, password=password, now=now
            )
            if created:
                unit = {"school": schools[school]} if school else {"district": district}
                actions.give_post(user=user, role=role, first_day=today, **unit)
        self.stdout.write("示例账号：" + " ".join(username for username, *_ in ACCOUNTS))
