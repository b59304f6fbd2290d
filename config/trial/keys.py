"""The trial's secrets: made once, never overwritten, readable by their owner only."""

import os
import secrets
from pathlib import Path

import environ

from config.trial.failure import Failure


NAMES = ("SECRET_KEY", "FIELD_KEY", "INDEX_KEY")
WARNING = "已生成密钥 {}。其中 FIELD_KEY 一旦丢失，身份证号和手机号将无法恢复，请另行备份这个文件。"


def new() -> dict[str, str]:
    """Fresh secrets; hexadecimal, so that no reader of dotenv files trips over a character."""
    return {name: secrets.token_hex(32) for name in NAMES}


def prepare(path: Path) -> list[str]:
    """Make the file of keys at the first start; returns sentences for the person.

    An existing file is never rewritten: one that others may read is closed to them, and one that
    lacks a key stops the start, since a new key would not open what the lost one locked.
    """
    if not path.exists():
        write_private(path, new())
        return [WARNING.format(path)]
    sentences = []
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
        sentences.append(f"{path} 曾可被其他用户读取，已改为仅本人可读（600）。")
    present = _read(path)
    missing = [name for name in NAMES if not present.get(name) and not os.environ.get(name)]
    if missing:
        raise Failure(
            f"{path} 缺少 {'、'.join(missing)}，请从备份恢复该文件；系统不会另造新的密钥。"
        )
    return sentences


def write_private(path: Path, values: dict[str, str]) -> None:
    """Write dotenv lines."""
    write_private_text(path, "".join(f"{name}={value}\n" for name, value in values.items()))


def write_private_text(path: Path, text: str) -> None:
    """Write a file at once and whole, mode 600: a reader sees the old one or the new one."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _read(path: Path) -> dict[str, str]:
    scheme = environ.Env()
    scheme.ENVIRON = {}
    scheme.read_env(path)
    return scheme.ENVIRON
