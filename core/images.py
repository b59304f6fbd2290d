"""Pictures that people send: looked at by content, made small, told nothing of where. Pure."""

import io
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from core.errors import Denied


LARGEST = 10 * 1024 * 1024  # bytes of what is sent
# Of a picture before it is made small; no phone takes larger ones. A JPEG is decoded small, the
# others whole, at four bytes a pixel and more.
JPEG_PIXELS = 50_000_000  # MPO, a JPEG of some phones, with it
MOST_PIXELS = {"PNG": 16_000_000, "WEBP": 16_000_000}
LONG_SIDE, QUALITY = 1600, 80
FORMATS = ("JPEG", "PNG", "WEBP")
HEIC = {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError,
          Image.DecompressionBombWarning)  # fmt: skip


def small_photo(file: BinaryIO, name: str) -> bytes:
    """The picture as a JPEG of at most 1600 pixels a side, upright, without any of its metadata.

    By decoding, whatever the file is called. Raises Denied with a sentence that names the file.
    """
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Denied(f"“{name}”超过 10 MB，请选小一些的照片。")
    if content[4:8] == b"ftyp" and content[8:12] in HEIC:
        raise Denied(
            f"“{name}”是 HEIC 格式，请在手机“设置—相机—格式”中选“兼容性最佳”后重拍，或先转成 JPG。"
        )
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS.get(picture.format, JPEG_PIXELS):
                raise Denied(f"“{name}”的像素太多（{picture.width}×{picture.height}），没有接收。")
            turn = TURNS.get(picture.getexif().get(ORIENTATION))
            picture.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a JPEG is decoded small
            picture.thumbnail((LONG_SIDE, LONG_SIDE))
            small = picture.convert("RGB")
    except BROKEN as error:
        raise Denied(f"“{name}”不是照片（JPG、PNG、WebP），或已损坏，没有接收。") from error
    upright = small if turn is None else small.transpose(turn)
    upright.info.clear()  # else a comment of the file would be written again
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
