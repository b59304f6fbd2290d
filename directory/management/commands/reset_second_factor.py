from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.errors import Denied
from directory.actions import second_factor
from directory.selectors import security


class Command(BaseCommand):
    help = "解除一个账号的两步验证，用于全县只有一位局领导而手机、恢复码都已丢失时。留痕。"

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="ACCOUNT")
        parser.add_argument("--reason", required=True, help="原因，记入审计记录")

    def handle(self, *args, **options):
        user_id = security.id_of_account(options["username"])
        if user_id is None:
            raise CommandError(f"没有账号“{options['username']}”。")
        try:
            second_factor.reset(
                user_id=user_id, reason=options["reason"], actor=None, now=clock.now()
            )
        except Denied as denied:
            raise CommandError(str(denied)) from denied
        self.stdout.write("已解除；此人所有设备上的登录已退出，请尽快重新开通。")
