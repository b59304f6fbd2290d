import unicodedata

from django import forms

from directory.enums import DESCRIPTION, DISTRICT_ROLES, Role
from directory.forms.passwords import check_new_password, new_password_fields
from directory.models import User


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class OpenAccountForm(forms.Form):
    """One account with a post, or a further post for an account that exists."""

    name = forms.CharField(label="姓名", max_length=50, error_messages={"required": "请填写姓名。"})
    username = forms.CharField(
        label="账号",
        max_length=50,
        help_text="登录时用，建议用工号。填已有的账号并写对姓名，就是给这个人再加一个身份。",
        error_messages={"required": "请填写账号，例如工号。"},
    )
    role = forms.ChoiceField(label="身份", error_messages={"required": "请选择身份。"})
    unit = forms.ChoiceField(label="单位", error_messages={"required": "请选择单位。"})
    first_day = forms.DateField(
        label="任职开始",
        widget=DayInput(),
        error_messages={
            "required": "请填写任职开始的日期。",
            "invalid": "请按 2024-09-01 的样子填写日期。",
        },
    )

    def __init__(self, *args, roles, units, **kwargs):
        """``roles``: codes that may be issued; ``units``: (kind:id, name) pairs."""
        super().__init__(*args, **kwargs)
        for name in ("name", "username"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["role"].choices = [
            ("", "请选择"),
            *((role, f"{role.label}：{DESCRIPTION[role]}") for role in Role if role in roles),
        ]
        self.fields["unit"].choices = [("", "请选择"), *units]

    def clean_username(self) -> str:
        username = unicodedata.normalize("NFKC", self.cleaned_data["username"])
        if any(letter.isspace() for letter in username):
            raise forms.ValidationError("账号中不能有空格。")
        return username

    def clean(self):
        cleaned = super().clean()
        kind, _, unit_id = cleaned.get("unit", "").partition(":")
        cleaned["district_id"] = int(unit_id) if kind == "district" else None
        cleaned["school_id"] = int(unit_id) if kind == "school" else None
        if (
            kind
            and (role := cleaned.get("role"))
            and (role in DISTRICT_ROLES) != (kind == "district")
        ):
            label = Role(role).label
            self.add_error(
                "unit",
                f"“{label}”是局内身份，请选择教育局。"
                if kind == "school"
                else f"“{label}”是学校身份，请选择学校。",
            )
        return cleaned


class EndPostForm(forms.Form):
    last_day = forms.DateField(
        label="最后一天",
        widget=DayInput(),
        help_text="这一天仍可使用，次日起结束；可以填将来的日期。",
        error_messages={
            "required": "请填写最后一天。",
            "invalid": "请按 2024-09-01 的样子填写日期。",
        },
    )
    reason = forms.CharField(
        label="原因",
        max_length=200,
        help_text="例如：调离本校、退休、换岗。记入审计记录。",
        error_messages={"required": "请写明结束任职的原因。"},
    )


class ActivateForm(forms.Form):
    """Account, code and the person's own password twice."""

    username = forms.CharField(
        label="账号", max_length=50, error_messages={"required": "请填写纸条上的账号。"}
    )
    code = forms.CharField(
        label="激活码",
        max_length=40,
        help_text="纸条上的 12 位，分三组；大小写、横线和空格都不影响。",
        error_messages={"required": "请填写纸条上的激活码。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= new_password_fields()
        plain = {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["username"].widget.attrs |= {"autocomplete": "username", **plain}
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", **plain}

    def clean_username(self) -> str:
        return unicodedata.normalize("NFKC", self.cleaned_data["username"]).strip()

    def clean(self):
        """The validators are asked with the typed name only: who has the account is not told."""
        cleaned = super().clean()
        check_new_password(self, cleaned, User(username=cleaned.get("username", "")))
        return cleaned
