from django import forms

from directory.enums import AREA_CLASSES


class AreaForm(forms.Form):
    code = forms.CharField(
        label="区划代码",
        help_text="统计用区划代码，12 位数字。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "请填写 12 位区划代码。"},
    )
    name = forms.CharField(
        label="村（社区）", max_length=60, error_messages={"required": "请填写村（社区）名称。"}
    )
    town = forms.CharField(label="乡镇（街道）", max_length=60, required=False)
    attribute = forms.CharField(
        label="城乡属性",
        required=False,
        help_text="上级下发的 2 位代码；没有时空着。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    national_class = forms.ChoiceField(
        label="城乡分类代码",
        required=False,
        choices=[("", "未定"), *((k, f"{k} {v}") for k, v in AREA_CLASSES.items())],
    )

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip()
        if not (len(code) == 12 and code.isascii() and code.isdigit()):
            raise forms.ValidationError(f"区划代码应为 12 位数字，现在是 {len(code)} 位，请核对。")
        return code

    def clean_attribute(self) -> str:
        code = self.cleaned_data["attribute"].strip()
        if code and not (len(code) == 2 and code.isascii() and code.isdigit()):
            raise forms.ValidationError("城乡属性应为 2 位数字。")
        return code
