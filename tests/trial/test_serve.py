"""The supervisor with real servers, workers and processes."""

import json
import os
import signal
import socket
import stat

from config.trial import claim
from tests.trial.conftest import eventually, get, ready_line


def children(trial, word):
    return [pid for pid, command in trial.processes().items() if word in command]


def test_two_starts_at_once_become_one_run(shared):
    (url, said), (other_url, other_said) = shared.answers
    assert url == other_url
    assert sorted(("正在准备" in text) for text in (said, other_said)) == [False, True]
    eventually(lambda: [process.poll() for process in shared.started[:2]].count(0) == 1)


def test_ready_run_is_described_in_private_files(shared):
    note = json.loads((shared.var / "server.json").read_text())
    assert note["url"] == shared.url
    assert note["pid"] in [process.pid for process in shared.started[:2]]
    for name in ("keys", "services", "server.json"):
        assert stat.S_IMODE((shared.var / name).stat().st_mode) == 0o600
    keys = dict(line.split("=") for line in (shared.var / "keys").read_text().splitlines())
    assert set(keys) == {"SECRET_KEY", "FIELD_KEY", "INDEX_KEY"}
    assert {len(value) for value in keys.values()} == {64}


def test_first_start_tells_accounts_and_warns_of_losing_the_key(shared):
    said = max((text for _, text in shared.answers), key=len)
    assert "示例账号：bureau " in said
    assert "FIELD_KEY 一旦丢失" in said
    assert "口令" not in said  # it was chosen by DEMO_PASSWORD


def test_stranger_is_led_to_the_sign_in_form(shared):
    assert get(shared.url, "/")[0] == 302
    status, page = get(shared.url, "/sign-in/")
    assert status == 200
    assert 'name="login"' in page
    assert 'name="password"' in page


def test_health_pages_need_no_sign_in(shared):
    assert get(shared.url, "/healthz") == (200, "ok\n")
    status, body = get(shared.url, "/readyz")
    assert (status, json.loads(body)) == (200, {"database": "ok", "broker": "ok"})


def test_later_start_tells_the_address_of_the_first(shared):
    later = shared.start(PORT="1")
    out, err = later.communicate(timeout=60)
    assert (later.returncode, out, err) == (0, f"ready {shared.url}\n", "")


def test_readyz_tells_which_service_is_down_and_both_come_back(shared):
    [broker] = children(shared, "valkey-server")
    os.kill(broker, signal.SIGKILL)
    eventually(lambda: get(shared.url, "/readyz") == (503, '{"database": "ok", "broker": "down"}'))
    eventually(lambda: get(shared.url, "/readyz")[0] == 200)

    [database] = children(shared, "bin/postgres -D")
    os.kill(database, signal.SIGKILL)
    eventually(lambda: '"database": "down"' in get(shared.url, "/readyz")[1])
    assert get(shared.url, "/healthz")[0] == 200
    eventually(lambda: get(shared.url, "/readyz")[0] == 200)


def test_dead_web_server_is_started_again_on_the_same_port(shared):
    for pid in children(shared, "gunicorn"):
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: children(shared, "gunicorn"))
    assert get(shared.url, "/healthz")[0] == 200


def test_commands_of_a_user_find_the_running_services(shared):
    done = shared.manage("doctor", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    answers = {check["name"]: check["ok"] for check in json.loads(done.stdout)["checks"]}
    assert answers.pop("中文字体") in {True, False}  # not needed to run
    assert set(answers.values()) == {True}
    assert {"密钥", "数据库", "数据库扩展", "数据表结构", "消息队列", "时钟一致"} < set(answers)


def test_port_of_another_program_is_refused_before_any_preparation(trial):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        process = trial.start(PORT=port)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 4
    assert f"端口 {port} 已被其他程序占用" in err
    assert out == ""
    assert not (trial.var / "pgdata").exists()


def test_port_that_is_no_number_is_wrong_usage(trial):
    process = trial.start(PORT="八千")
    assert "PORT 应为" in process.communicate(timeout=60)[1]
    assert process.returncode == 2


def test_killed_run_leaves_nothing_and_the_next_keeps_its_data(trial):
    first = trial.start()
    _, said = ready_line(first)
    assert "只显示这一次" in said
    keys, data = (trial.var / "keys").read_bytes(), (trial.var / "pgdata").resolve()
    first.kill()

    second = trial.start()  # at once, while the killed run's children are still leaving
    url, said = ready_line(second)
    assert "只显示这一次" not in said
    assert "正在整理" not in said  # nothing has changed since
    assert "示例账号：bureau " in said
    assert get(url, "/readyz")[0] == 200
    assert ((trial.var / "keys").read_bytes(), (trial.var / "pgdata").resolve()) == (keys, data)

    second.send_signal(signal.SIGTERM)
    out, err = second.communicate(timeout=60)
    assert (second.returncode, err) == (0, "")
    assert "已停止" in out
    assert trial.processes() == {}
    assert claim.Lock(trial.var / "lock").take()
    assert not (trial.var / "server.json").exists()
    assert not (trial.var / "services").exists()


def test_stop_during_the_preparation_is_clean(trial):
    process = trial.start()
    for line in process.stdout:
        if "数据表" in line:
            break
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert trial.processes() == {}
