"""What doctor says about a machine, question by question; the whole runs in test_serve."""

import datetime
import io
import json

import pytest
from django.core.management import call_command

from core.management import machine_checks, service_checks


NOW = datetime.datetime(2026, 3, 1, 0, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize(("version", "ok"), [((3, 10, 9), False), ((3, 11, 0), True)])
def test_python(version, ok):
    assert machine_checks.python(version).ok is ok


def test_missing_pdf_library_is_named_with_the_command_that_installs_it():
    answer = machine_checks.pdf_libraries({"libc.so.6": "libc6", "libnone.so.7": "libnone7"})
    assert (answer.ok, answer.message) == (False, "缺少 libnone7")
    assert answer.cure == "sudo apt-get install -y libnone7"


def test_keys(tmp_path):
    file, full = tmp_path / "keys", dict.fromkeys(machine_checks.KEY_NAMES, "x")
    assert machine_checks.keys(file, full).ok  # production: the environment alone
    answer = machine_checks.keys(file, full | {"FIELD_KEY": ""})
    assert (answer.ok, answer.message) == (False, "缺少 FIELD_KEY")
    file.touch(0o644)
    assert machine_checks.keys(file, full).cure == f"chmod 600 '{file}'"
    file.chmod(0o600)
    assert machine_checks.keys(file, full).ok


def test_clock_speaks_the_time_of_the_product():
    assert machine_checks.clock(NOW).message == "2026-03-01 08:30（北京时间）"
    assert not machine_checks.clock(NOW.replace(year=1999)).ok
    assert "2024-09-01" in machine_checks.clock(NOW, fixed="2024-09-01T08:00+08:00").message


def test_disk_of_a_folder_that_does_not_exist_yet(tmp_path):
    assert str(tmp_path / "var") in machine_checks.disk(tmp_path / "var" / "x").message


@pytest.mark.parametrize(("apart", "ok"), [(0, True), (5, True), (-6, False), (6, False)])
def test_two_clocks(apart, ok):
    assert service_checks.same_time(NOW, NOW + datetime.timedelta(seconds=apart)).ok is ok


def test_old_database_missing_extension_and_pending_migration():
    assert not service_checks.version(140012).ok
    assert service_checks.version(150000).ok
    assert service_checks.extensions({"btree_gist"}).message == "缺少 pg_trgm"
    assert service_checks.migrations(0).ok
    assert service_checks.migrations(2).message == "有 2 项未执行"


def test_answer_that_is_fine_has_no_cure(db):
    out = io.StringIO()
    call_command("doctor", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["ok"] is True
    assert {check["cure"] for check in told["checks"] if check["ok"]} == {""}


def test_database_that_is_away_is_an_answer_with_a_cure(trial):
    trial.var.mkdir()
    done = trial.manage("doctor")
    assert done.returncode == 1
    assert done.stderr == ""
    assert "[缺少] 数据库：连接不上" in done.stdout
    assert "[缺少] 密钥：缺少 SECRET_KEY、FIELD_KEY、INDEX_KEY" in done.stdout
    assert done.stdout.count("办法：") == done.stdout.count("[缺少]")
