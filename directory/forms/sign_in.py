import datetime
import unicodedata

from allauth.account.forms import LoginForm
from axes.handlers.proxy import AxesProxyHandler
from django import forms

from core import clock
from directory import lockout
from directory.selectors import people, security


def closed_sentence(closed: datetime.date) -> str:
    """What somebody who has left is told, by the form and where a session of theirs ends."""
    last = closed - datetime.timedelta(days=1)
    return (
        f"您的任职已于 {last.year}年{last.month}月{last.day}日 全部结束，账号已停用。"
        "重新到岗的，请找新单位的管理员给予身份。"
    )


class SignInForm(LoginForm):
    """``login`` and ``password``; a wrong pair is told how many tries are left before the lock."""

    remember = forms.BooleanField(label="本机 7 天内免登录（限教师账号）", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label = "账号", "密码"
        login.error_messages["required"] = "请填写账号。"
        password.error_messages["required"] = "请填写密码。"
        login.widget = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        password.widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})

    def clean_login(self) -> str:
        """The account as it is stored for counting failures, however it was typed."""
        login = unicodedata.normalize("NFKC", super().clean_login()).strip()
        return login.casefold()

    def user_credentials(self) -> dict:
        """Names the account for axes too; without it every account of one address counts as one."""
        return {**super().user_credentials(), "login": self.cleaned_data["login"]}

    def clean(self):
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            self.add_error("password", self._wrong_pair())
            return self.cleaned_data
        if self.user and (closed := people.closed_since(self.user, clock.today())):
            self.add_error(None, closed_sentence(closed))
        elif self.user and not security.only_teacher(self.user, clock.today()):
            cleaned["remember"] = False
        return cleaned

    def login(self, request, redirect_url=None):
        request.session["remembered"] = self.cleaned_data["remember"]
        return super().login(request, redirect_url)

    def _wrong_pair(self) -> str:
        """The same sentence for an unknown account and a wrong password."""
        credentials = {"login": self.cleaned_data.get("login")}
        failures = AxesProxyHandler.get_failures(self.request, credentials)
        left = lockout.tries(self.request, credentials) - failures
        if left <= 0:
            return "账号或密码不对，已锁定 15 分钟，请稍后再试。"
        return f"账号或密码不对，还可以试 {left} 次；再错将锁定 15 分钟。"
