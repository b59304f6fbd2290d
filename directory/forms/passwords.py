import itertools
import string

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
)

from directory.models import User


# What a form says beside the field; the validators of settings.py hold it.
RULES = {
    "asvs": (
        "至少 12 位，越长越好，例如几个不相干的词连起来；"
        "不要用常见密码，不要与账号、姓名相近，不要只用数字。"
    ),
    "djbh": (
        "至少 8 位，大写字母、小写字母、数字、符号至少有三种；"
        "不要用常见密码，不要与账号、姓名相近。每 90 天更换一次。"
    ),
}
# Fewer different characters than this are a pattern, not a password ("aaaaaaaaaaaa").
DIFFERENT = 5
EDGE = string.digits + string.punctuation + " "


class LongEnough(MinimumLengthValidator):
    """Django's rule, with a sentence in Chinese: its own translation lacks this one."""

    def get_error_message(self):
        return f"密码太短，至少 {self.min_length} 位。"

    def get_help_text(self):
        return f"密码至少 {self.min_length} 位。"


class ThreeClasses:
    """Of capital letters, small letters, digits and others three kinds (等级保护)."""

    def validate(self, password, user=None):
        kinds = {
            "upper" if it.isupper() else "lower" if it.islower() else
            "digit" if it.isdigit() else "other"
            for it in password
        }  # fmt: skip
        if len(kinds) < 3:
            raise forms.ValidationError("大写字母、小写字母、数字、符号至少要有三种。")

    def get_help_text(self):
        return "大写字母、小写字母、数字、符号至少有三种。"


class NotBreached(CommonPasswordValidator):
    """Not on the list of breached passwords, nor one of them with digits and signs at its ends.

    The list holds few of twelve characters, and what people make of a short one to reach twelve
    (``Password2026!``) is what guessers try next.
    """

    def validate(self, password, user=None):
        lowered = password.lower().strip()
        half = lowered[: len(lowered) // 2]
        core = lowered.strip(EDGE)
        if (
            lowered in self.passwords
            or (core and core in self.passwords)
            or half * 2 == lowered
            or len(set(lowered)) < DIFFERENT
            or _is_run(lowered)
        ):
            raise forms.ValidationError(
                "这个密码太常见：在泄露密码的名单上，或只是在它前后加了数字、符号，请换一个。"
            )

    def get_help_text(self):
        return "不要用常见密码。"


def _is_run(text: str) -> bool:
    """Whether each character follows the one before, up or down: 123456789012, zyxwvu."""
    steps = {(ord(after) - ord(before)) % 10 for before, after in itertools.pairwise(text)}
    return steps <= {1} or steps <= {9}


def new_password_fields() -> dict[str, forms.Field]:
    """The person's own password, twice."""
    new = {"autocomplete": "new-password"}
    return {
        "password1": forms.CharField(
            label="自己的密码",
            max_length=128,
            strip=False,
            widget=forms.PasswordInput(attrs=new),
            help_text=RULES[settings.PASSWORD_POLICY],
            error_messages={"required": "请设一个自己的密码。"},
        ),
        "password2": forms.CharField(
            label="再输一遍密码",
            max_length=128,
            strip=False,
            widget=forms.PasswordInput(attrs=new),
            error_messages={"required": "请把密码再输一遍。"},
        ),
    }


def check_new_password(form: forms.Form, cleaned: dict, user: User) -> None:
    first, second = cleaned.get("password1"), cleaned.get("password2")
    if first:
        try:
            password_validation.validate_password(first, user)
        except forms.ValidationError as faults:
            form.add_error("password1", faults)
    if first and second and first != second:
        form.add_error("password2", "两次输入的密码不一样，请重新输入。")


def present_password(label: str = "现在的密码", help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=help_text,
        error_messages={"required": "请填写现在的密码。"},
    )


class ChangePasswordForm(forms.Form):
    password = present_password()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields |= new_password_fields()
        self.fields["password1"].label = "新密码"
        self.fields["password2"].label = "再输一遍新密码"

    def clean(self):
        cleaned = super().clean()
        check_new_password(self, cleaned, self.user)
        return cleaned


class PresentPasswordForm(forms.Form):
    """For acts on one's own account that a borrowed screen must not be enough for."""

    password = present_password(help_text="确认是您本人。")
