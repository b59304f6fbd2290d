"""The parts of a trial on their own: keys, the claim on a var, stale notes of a killed run."""

import json
import os
import stat
import sys
import types

import pytest

from config.trial import checkout, claim, keys, place, postgres
from config.trial.failure import Failure
from config.trial.process import Child, stop
from config.trial.services import Services


@pytest.fixture
def no_keys_in_environment(monkeypatch):
    for name in keys.NAMES:
        monkeypatch.delenv(name)


def test_keys_are_made_once_and_kept(tmp_path, no_keys_in_environment):
    file = tmp_path / "keys"
    assert ["FIELD_KEY" in sentence for sentence in keys.prepare(file)] == [True]
    first = file.read_text()
    assert keys.prepare(file) == []
    assert file.read_text() == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_keys_that_others_may_read_are_closed_to_them(tmp_path, no_keys_in_environment):
    file = tmp_path / "keys"
    keys.prepare(file)
    file.chmod(0o644)
    assert ["其他用户" in sentence for sentence in keys.prepare(file)] == [True]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_lost_key_is_not_replaced_by_a_new_one(tmp_path, no_keys_in_environment):
    file = tmp_path / "keys"
    file.write_text("SECRET_KEY=a\nINDEX_KEY=b\n")
    file.chmod(0o600)
    with pytest.raises(Failure, match="缺少 FIELD_KEY"):
        keys.prepare(file)


def test_note_of_a_killed_run_is_not_believed_when_its_number_lives_on(tmp_path):
    """The number in the note now belongs to this very process, which is no supervisor."""
    note = {"url": "http://127.0.0.1:9", "pid": os.getpid()}
    (tmp_path / "server.json").write_text(json.dumps(note))
    assert claim.running_url(tmp_path, os.getpid()) == ""
    assert claim.claim(tmp_path).owner == os.getpid()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_broken_note_is_overlooked(tmp_path, text):
    (tmp_path / "server.json").write_text(text)
    assert claim.running_url(tmp_path, 1) == ""


def test_lock_outlives_its_taker_in_the_children_and_leftovers_are_ended(tmp_path):
    lock = claim.Lock(tmp_path / "lock")
    assert lock.take()
    child = Child(
        "孩子",
        ["/bin/sleep", "600"],
        log=tmp_path / "log",
        env={},
        cwd=tmp_path,
        keep_open=(lock.descriptor,),
    )
    child.start()
    os.close(lock.descriptor)  # as when the supervisor is killed
    later = claim.Lock(tmp_path / "lock")
    assert not later.take()
    later.end_leftovers()
    child._process.wait(timeout=30)
    assert later.take()


def test_pid_file_is_removed_only_when_its_number_belongs_to_another_program(tmp_path):
    here = place.Place(packages=tmp_path, data=tmp_path, sockets=tmp_path)
    note = tmp_path / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{tmp_path}\n")
    postgres.forget_stale_pid(here)
    assert not note.exists()

    for text in ("", "not a number", "4194305"):  # no such process: PostgreSQL's own affair
        note.write_text(text)
        postgres.forget_stale_pid(here)
        assert note.exists()


def test_pid_file_of_a_running_server_stays(tmp_path):
    here = place.Place(packages=tmp_path, data=tmp_path, sockets=tmp_path)
    server = Child("数据库", ["/bin/sleep", "600"], log=tmp_path / "log", env={}, cwd=tmp_path)
    server.start()
    try:
        (tmp_path / "postmaster.pid").write_text(str(server.pid))
        postgres.forget_stale_pid(here)
        assert (tmp_path / "postmaster.pid").exists()
    finally:
        stop([server], patience=5)


def test_process_that_ignores_polite_signals_is_killed(tmp_path):
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    child = Child(
        "顽固",
        [sys.executable, "-c", stubborn],
        log=tmp_path / "log",
        env={},
        cwd=tmp_path,
    )
    child.start()
    stop([child], patience=0.5)
    assert not child.alive


def test_dead_process_is_started_again_after_ever_longer_pauses(tmp_path, monkeypatch):
    moment = [1000.0]
    clock = types.SimpleNamespace(monotonic=lambda: moment[0])
    monkeypatch.setattr("config.trial.process.time", clock)
    child = Child("短命", ["/bin/false"], log=tmp_path / "log", env={}, cwd=tmp_path)
    child.start()
    said = []
    for _ in range(40):
        child._process.wait()
        child.revive(said.append)
        moment[0] += 1
    pauses = [int(text.split("，")[1].split()[0]) for text in said]
    assert pauses == [1, 2, 4, 8, 16, 30]


def test_large_log_is_turned_over_at_the_start(tmp_path):
    log = tmp_path / "log"
    log.write_bytes(b"x" * 5_000_001)
    child = Child("日志", ["/bin/echo", "new"], log=log, env={}, cwd=tmp_path)
    child.start()
    child._process.wait()
    assert log.read_text() == "new\n"
    assert (tmp_path / "log.1").stat().st_size == 5_000_001


def test_servers_of_the_environment_are_taken_as_they_are(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/x")
    monkeypatch.setenv("REDIS_URL", "redis://broker.example/0")
    services = Services(tmp_path, durable=True)
    services.start()
    assert services.children == []
    assert services.urls["DATABASE_URL"] == "postgresql://db.example/x"
    assert list(tmp_path.iterdir()) == []


def test_socket_folder_is_short_private_and_found_again(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("long" * 40)))
    folder = place._short_folder(tmp_path / "run")
    try:
        assert len(f"{folder}/.s.PGSQL.5432.lock") < 107
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert place._short_folder(tmp_path / "run") == folder
        folder.chmod(0o755)  # opened by somebody: no longer trusted
        other = place._short_folder(tmp_path / "run")
        assert other != folder
    finally:
        place.release_sockets(tmp_path)
        folder.rmdir()


@pytest.mark.parametrize(
    ("file", "tells"),
    [
        ("core/models.py", True),
        ("static/css/new.css", True),
        ("requirements.lock", True),
        ("tests/test_it.py", False),
        ("core/__pycache__/models.pyc", False),
        ("node_modules/x.js", False),
        (".git/HEAD", False),
    ],
)
def test_a_later_start_prepares_anew_only_what_could_have_changed(tmp_path, file, tells):
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "models.py").write_text("a = 1\n")
    before = checkout.stamp(tmp_path)
    assert checkout.stamp(tmp_path) == before
    changed = tmp_path / file
    changed.parent.mkdir(parents=True, exist_ok=True)
    changed.write_text("a = 22\n")
    assert (checkout.stamp(tmp_path) != before) is tells
