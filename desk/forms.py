import datetime

from django import forms
from django.core.validators import FileExtensionValidator


MEGABYTE = 1024 * 1024
MOST = 20 * MEGABYTE
ACCEPTED = ".xlsx,.xls,.csv"


class ImportForm(forms.Form):
    """A file to import; what is in it is told by its content, in the background."""

    file = forms.FileField(
        label="文件",
        help_text="Excel（.xlsx、.xls）或 CSV，不超过 20 MB；表头上方可有标题，列的顺序不限。",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        validators=[
            FileExtensionValidator(
                ["xlsx", "xls", "csv", "txt"],
                "请选择 .xlsx、.xls 或 .csv 文件；WPS 的 .et 请另存为 .xlsx。",
            )
        ],
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请重新导出。"},
    )
    district = forms.TypedChoiceField(label="导入到", coerce=int)
    start = forms.DateField(
        label="开始日期",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "请按 2024-09-01 的形式填写日期。", "required": "请填写日期。"},
    )

    def __init__(self, *args, districts, start_label: str, start: datetime.date, **kwargs):
        """One district is not asked for; the day only where the table needs one."""
        super().__init__(*args, **kwargs)
        self.fields["district"].choices = [(it.pk, it.name) for it in districts]
        if len(districts) == 1:
            del self.fields["district"]
        self.districts = districts
        if start_label:
            self.fields["start"].label = start_label
            self.fields["start"].initial = start
        else:
            del self.fields["start"]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST:
            size = file.size / MEGABYTE
            raise forms.ValidationError(f"文件有 {size:.1f} MB，超过 20 MB，请拆成几个文件。")
        return file

    @property
    def district_id(self) -> int:
        return self.cleaned_data.get("district") or self.districts[0].pk
