"""What ``doctor`` asks of the machine. Each check takes values and returns an ``Answer``; none
needs the database, and none changes anything."""

import ctypes
import dataclasses
import datetime
import shutil
import subprocess
import sys
import zoneinfo
from collections.abc import Mapping
from pathlib import Path


OLDEST_PYTHON = (3, 11)
PDF_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
KEY_NAMES = ("SECRET_KEY", "FIELD_KEY", "INDEX_KEY")
FREE_BYTES = 2 * 1024**3
PLAUSIBLE_YEARS = range(2025, 2100)


@dataclasses.dataclass(frozen=True)
class Answer:
    """``needed`` is False where the product runs without it; such an answer fails nothing."""

    name: str
    ok: bool
    message: str
    cure: str = ""
    needed: bool = True


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Answer:
    text = ".".join(map(str, version))
    return Answer(
        "Python",
        version >= OLDEST_PYTHON,
        f"Python {text}",
        "需要 Python 3.11 或更高版本：安装后删除 .venv，再运行 script/bootstrap",
    )


def pdf_libraries(libraries: Mapping[str, str] = PDF_LIBRARIES) -> Answer:
    """Load them as the PDF library will."""
    missing = [package for library, package in libraries.items() if not _loads(library)]
    return Answer(
        "PDF 组件",
        not missing,
        "缺少 " + "、".join(missing) if missing else "齐全",
        "sudo apt-get install -y " + " ".join(missing),
    )


def fonts() -> Answer:
    """Fonts of the system serve the browser tests and pictures; pages use the reader's own."""
    try:
        listed = subprocess.run(
            ["fc-list", ":lang=zh", "family"],  # noqa: S607 wherever the system keeps it
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        ).stdout.splitlines()
    except (OSError, subprocess.TimeoutExpired):
        listed = []
    return Answer(
        "中文字体",
        bool(listed),
        f"{len(listed)} 种" if listed else "没有找到，只影响浏览器测试和截图",
        "sudo apt-get install -y fontconfig fonts-noto-cjk",
        needed=False,
    )


def keys(path: Path, values: Mapping[str, str]) -> Answer:
    """``values`` is the environment after the settings have read the file of keys into it."""
    name, cure = "密钥", "用 script/server 首次启动会自动生成；正式部署在环境变量中设置"
    missing = [key for key in KEY_NAMES if not values.get(key)]
    if missing:
        return Answer(name, ok=False, message="缺少 " + "、".join(missing), cure=cure)
    if path.exists() and path.stat().st_mode & 0o077:
        cure = f"chmod 600 '{path}'"
        return Answer(name, ok=False, message=f"{path} 可被其他用户读取", cure=cure)
    return Answer(name, ok=True, message="齐全；请确认 FIELD_KEY 已另行备份")


def clock(now: datetime.datetime, fixed: str = "") -> Answer:
    """The machine's own clock and the product's time zone."""
    name = "时钟"
    try:
        local = now.astimezone(zoneinfo.ZoneInfo("Asia/Shanghai"))
    except zoneinfo.ZoneInfoNotFoundError:
        return Answer(name, ok=False, message="缺少时区数据", cure="sudo apt-get install -y tzdata")
    message = f"{local:%Y-%m-%d %H:%M}（北京时间）"
    if fixed:
        message += f"；TONGXING_NOW 把系统内的时间固定在 {fixed}"
    cure = "校准系统时间，如 timedatectl set-ntp true"
    return Answer(name, local.year in PLAUSIBLE_YEARS, message, cure)


def disk(folder: Path) -> Answer:
    """Free space where ``folder`` is or will be."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    return Answer(
        "磁盘空间",
        free >= FREE_BYTES,
        f"{folder} 所在磁盘剩余 {free / 1024**3:.1f} GB",
        "清理磁盘，至少留出 2 GB",
    )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
