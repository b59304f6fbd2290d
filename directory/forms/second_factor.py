import unicodedata

from allauth.mfa.base.forms import AuthenticateForm
from django import forms

from directory.forms.passwords import present_password


CODE = {
    "autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "none",
    "spellcheck": "false",
}  # fmt: skip


def plain(code: str) -> str:
    """A code as it was made, however it was typed: in groups, full-width."""
    return "".join(it for it in unicodedata.normalize("NFKC", code) if it.isalnum())


class CodeForm(AuthenticateForm):
    """The code of the app, or one of the recovery codes, at sign-in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.max_length = "验证码", 20
        field.widget = forms.TextInput(attrs=CODE | {"autofocus": True})
        field.help_text = "手机上的 6 位数字；手机不在身边的，用一个 8 位恢复码。"
        field.error_messages["required"] = "请填写验证码。"

    def clean_code(self) -> str:
        self.cleaned_data["code"] = plain(self.cleaned_data["code"])
        try:
            return super().clean_code()
        except forms.ValidationError as wrong:
            raise forms.ValidationError(
                "验证码不对。请看手机上最新的数字；每个验证码和恢复码只能用一次。"
            ) from wrong


class EnrolForm(forms.Form):
    code = forms.CharField(
        label="手机上显示的 6 位验证码",
        max_length=20,
        widget=forms.TextInput(attrs=CODE),
        error_messages={"required": "请填写手机上显示的 6 位验证码。"},
    )
    password = present_password(label="登录密码", help_text="确认是您本人。")

    def clean_code(self) -> str:
        return plain(self.cleaned_data["code"])


class ResetForm(forms.Form):
    reason = forms.CharField(
        label="原因",
        max_length=200,
        help_text="例如：手机丢失，已当面核对本人。记入审计记录。",
        error_messages={"required": "请写明解除的原因。"},
    )
