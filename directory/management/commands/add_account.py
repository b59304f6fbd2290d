import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core import clock
from core.errors import Denied
from directory.actions import accounts
from directory.enums import Role
from directory.selectors import districts


ROLES = [Role.BUREAU_HEAD, Role.BUREAU_EDUCATION]  # with these, everybody else's is opened in pages


class Command(BaseCommand):
    help = "开通局内的第一个账号；密码在提示后输入（或从标准输入读一行），其余账号在网页上开通。"

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="ACCOUNT")
        parser.add_argument("name", metavar="NAME", help="姓名")
        parser.add_argument("--district", metavar="CODE", required=True, help="行政区划代码")
        parser.add_argument("--role", choices=ROLES, default=Role.BUREAU_HEAD)

    def handle(self, *args, **options):
        district = districts.by_code(options["district"])
        if district is None:
            raise CommandError(f"没有行政区 {options['district']}，请先用 add_district 加上它。")
        try:
            with transaction.atomic():
                self._open(options, district)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        except Denied as denied:
            raise CommandError(str(denied)) from denied
        self.stdout.write(f"已开通 {options['username']}（{Role(options['role']).label}）。")

    def _open(self, options, district) -> None:
        """The account with its post and password; one that exists stays as it is."""
        now = clock.now()
        user, created = accounts.open_with_post(
            username=options["username"], name=options["name"], role=options["role"],
            first_day=clock.today(), district_id=district.pk, actor=None, now=now,
        )  # fmt: skip
        if not created:
            raise Denied(
                f"账号“{options['username']}”已有，没有改动；忘记密码的请在网页上重发激活码。"
            )
        password = self._password()
        validate_password(password, user)
        accounts.open_account(
            username=user.username, name=user.name, password=password, now=now, actor=None
        )

    def _password(self) -> str:
        if sys.stdin.isatty():
            password = getpass.getpass("密码：")
            if getpass.getpass("再输一次：") != password:
                raise Denied("两次输入的密码不同，没有开通。")
            return password
        return sys.stdin.readline().rstrip("\r\n")
