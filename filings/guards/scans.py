"""May this come back as a sealed scan? Told by its content, not by its name."""

from django.core.files.base import File

from core.errors import Denied


MOST_BYTES = 10 * 1024 * 1024
# The first bytes of what may come back, and of nothing else.
TYPES = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


def content_type_of(content: File) -> str:
    """PDF, JPEG or PNG of at most 10 MB. Raises Denied for anything else."""
    if not content.size:
        raise Denied("文件是空的，请重新扫描后上传。")
    if content.size > MOST_BYTES:
        raise Denied("文件超过 10 MB，请降低扫描分辨率（300 dpi 以内）后重新上传。")
    content.seek(0)
    head = content.read(8)
    content.seek(0)
    for begin, content_type in TYPES.items():
        if head.startswith(begin):
            return content_type
    raise Denied("只能上传 PDF、JPG 或 PNG 格式的扫描件；这个文件的内容不是这几种格式。")
