"""Sentences for files that are refused; each names the file or the sheet, and the cure."""


class Refused(Exception):
    """Raised in the child: a sentence with ``{name}`` for the file, and what else fills it."""

    def __init__(self, sentence: str, **facts):
        super().__init__(sentence)
        self.sentence, self.facts = sentence, facts

    def told(self, name: str) -> str:
        """The finished sentence about the file called ``name``."""
        return self.sentence.format(name=name, **self.facts)


MISSING = "找不到文件“{name}”，请检查文件名和所在文件夹。"
CLOSED = "没有读取文件“{name}”的权限，请检查文件的权限设置。"
FOLDER = "“{name}”是文件夹，请选择其中的表格文件。"
NOT_REGULAR = "“{name}”不是普通文件，请选择 .xlsx 或 .xls 文件。"
ET = "文件“{name}”是 WPS 的 .et 格式，请另存为 .xlsx 后再用。"
EMPTY = "文件“{name}”是空的（0 字节），请重新导出或重新上传。"
TOO_BIG = (
    "文件“{name}”有 {size:.1f} MB，超过 {most:g} MB 的上限，请只留需要的工作表、删除图片后另存。"
)
NOT_A_SHEET = (
    "文件“{name}”不是 Excel 表格（可能只是改了文件名），"
    "请用 Excel 或 WPS 打开原文件，另存为 .xlsx 后再用。"
)
OTHER_FORMAT = "文件“{name}”是其他表格格式，请用 Excel 或 WPS 打开后另存为 .xlsx。"
DAMAGED = "文件“{name}”已损坏或不完整，请用 Excel 或 WPS 打开后另存为 .xlsx，或请对方重新发送。"
PASSWORD = "文件“{name}”有打开密码，请在 Excel 或 WPS 中去掉密码后另存再用。"  # noqa: S105 - a sentence
BOMB = (
    "文件“{name}”解压后大得不像正常的表格（上限 {most} MB），"
    "请只留需要的工作表、删除图片后另存为 .xlsx。"
)
STRANGE = "文件“{name}”含有表格不应有的内容（XML 声明），请用 Excel 或 WPS 打开后另存为 .xlsx。"
TOO_LONG = (
    "文件“{name}”的工作表“{sheet}”一直延伸到第 {most} 行以下，"
    "请删除数据下方的空行后另存，数据确实更多的请拆成几个文件。"
)
TOO_WIDE = (
    "文件“{name}”的工作表“{sheet}”在第 {most} 列右侧还有内容（如 {ref}），"
    "请删除数据右侧的列后另存。"
)
TOO_MANY = "文件“{name}”里有内容的单元格超过 {most} 万个，请只留需要的工作表，或拆成几个文件。"
TOO_HEAVY = (
    "文件“{name}”太大或太复杂，无法读取，"
    "请删除数据下方和右侧很远处的内容、只留需要的工作表，再另存为 .xlsx。"
)
