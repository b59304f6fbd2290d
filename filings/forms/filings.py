"""What is said with a move, and the scan that comes back."""

from django import forms

from filings.enums import FilingState


class MoveForm(forms.Form):
    """``seen`` and ``last`` are the state and the last line of history that stood on the page."""

    use_required_attribute = False
    seen = forms.TypedChoiceField(
        choices=FilingState.choices, coerce=FilingState, empty_value=None, required=False,
        widget=forms.HiddenInput,
    )  # fmt: skip
    last = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NoteForm(MoveForm):
    said = forms.CharField(
        label="初核意见",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="可以不填；填了的，学校和审批人都看得到。",
        error_messages={"max_length": "最多 1000 字，现在有 %(show_value)d 字。"},
    )


class ReasonForm(MoveForm):
    said = forms.CharField(
        label="理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="记入办理记录，学校和教育局都看得到。",
        error_messages={
            "required": "请写明理由。",
            "max_length": "最多 1000 字，现在有 %(show_value)d 字。",
        },
    )


class ScanForm(forms.Form):
    use_required_attribute = False
    file = forms.FileField(
        label="盖章扫描件",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png", "class": "form-control"}),
        help_text="PDF、JPG 或 PNG，不超过 10 MB。几页纸请扫描成一个 PDF。",
        error_messages={
            "required": "请选择扫描件。",
            "empty": "文件是空的，请重新扫描后上传。",
            "missing": "请选择扫描件。",
            "invalid": "请选择扫描件。",
        },
    )
