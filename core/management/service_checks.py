"""What ``doctor`` asks of the database, the broker and the files that set-up makes.

A service that is away is an answer, never a traceback.
"""

import datetime
from pathlib import Path

from django.contrib.staticfiles import finders
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from core.management.machine_checks import Answer
from core.views.health import broker_answers


OLDEST_POSTGRESQL = 15
EXTENSIONS = {"btree_gist", "pg_trgm"}
FRONT_END = ("bootstrap/bootstrap.min.css", "generated/icons.svg")
SECONDS_APART = 5


def front_end() -> Answer:
    missing = [file for file in FRONT_END if not finders.find(file)]
    return Answer(
        "前端文件",
        not missing,
        "缺少 " + "、".join(missing) if missing else "齐全",
        "script/bootstrap",
    )


def collected(static_root: Path) -> Answer:
    """The web process serves what was collected, so an upgrade has to collect again."""
    found = (static_root / "staticfiles.json").is_file()
    message = "已收集" if found else f"{static_root} 中没有收集好的页面文件"
    return Answer("页面文件", found, message, "python manage.py collectstatic --noinput")


def broker() -> Answer:
    ok = broker_answers()
    cure = "script/server 会自带一个；正式部署请启动 Redis，并核对 REDIS_URL"
    return Answer("消息队列", ok, "应答正常" if ok else "没有应答", cure)


def database(now: datetime.datetime) -> list[Answer]:
    """Reachable, new enough, equipped, migrated, and of one mind about the time."""
    try:
        return list(_ask_database(now))
    except DatabaseError:
        return [
            Answer(
                "数据库",
                ok=False,
                message="连接不上",
                cure="script/server 会自带一个；正式部署请启动 PostgreSQL，并核对 DATABASE_URL",
            )
        ]
    finally:
        connections[DEFAULT_DB_ALIAS].close()


def _ask_database(now: datetime.datetime):
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        their_now = cursor.fetchone()[0]
        cursor.execute("SELECT name FROM pg_available_extensions")
        available = {name for (name,) in cursor.fetchall()}
    yield version(connection.pg_version)
    yield extensions(available)
    yield same_time(now, their_now)
    yield append_only(connection)
    executor = MigrationExecutor(connection)
    yield migrations(len(executor.migration_plan(executor.loader.graph.leaf_nodes())))


def version(number: int) -> Answer:
    """``number`` as PostgreSQL counts, 180006 for 18.6."""
    major = number // 10000
    cure = f"请升级到 PostgreSQL {OLDEST_POSTGRESQL} 或更高版本"
    return Answer("数据库", major >= OLDEST_POSTGRESQL, f"连接正常，PostgreSQL {major}", cure)


def extensions(available: set[str]) -> Answer:
    missing = sorted(EXTENSIONS - available)
    return Answer(
        "数据库扩展",
        not missing,
        "缺少 " + "、".join(missing) if missing else "齐全",
        "在数据库服务器上安装 postgresql-contrib",
    )


def append_only(connection) -> Answer:
    """Whether the product's role can change what was written into the audit log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relname IN ('core_auditevent', 'core_auditseal')"
            " AND has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE')"
        )
        able = cursor.fetchone()[0]
    return Answer(
        "审计只追加",
        not able,
        f"产品的数据库账号 {connection.settings_dict['USER']} "
        + ("能修改和删除审计记录" if able else "只能追加审计记录"),
        "另设一个拥有数据表的账号，写入 MIGRATE_DATABASE_URL，再运行 migrate；"
        "见 docs/operations.md 的 Database roles",
        needed=False,
    )


def same_time(ours: datetime.datetime, theirs: datetime.datetime) -> Answer:
    apart = abs((ours - theirs).total_seconds())
    return Answer(
        "时钟一致",
        apart <= SECONDS_APART,
        f"与数据库服务器相差 {apart:.0f} 秒",
        "校准两台机器的系统时间，如 timedatectl set-ntp true",
    )


def migrations(pending: int) -> Answer:
    message = f"有 {pending} 项未执行" if pending else "已是最新"
    return Answer("数据表结构", not pending, message, "python manage.py migrate")
