"""Where the trial listens and under which names it answers."""

import socket

import pytest

from config.trial import address
from config.trial.failure import Failure


LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


def test_loopback_answers_only_to_loopback_and_what_was_asked_for():
    with address.bind("127.0.0.1", 0) as listener:
        assert address.url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert address.hosts(listener) == LOOPBACK
        assert address.hosts(listener, "a.example,::2") == ["a.example", "[::2]", *LOOPBACK]


def test_open_to_the_network_answers_to_the_machine_s_own_name():
    with address.bind("0.0.0.0", 0) as listener:  # noqa: S104 it does not listen
        assert address.url_of(listener).startswith("http://127.0.0.1:")
        names = address.hosts(listener)
        assert names[:3] == LOOPBACK
        assert socket.gethostname() in names
        assert "0.0.0.0" not in names  # noqa: S104


def test_host_that_is_none_is_wrong_usage():
    with pytest.raises(Failure, match="HOST 填写有误") as failure:
        address.bind("no such host", 0)
    assert failure.value.code == 2


def test_bound_port_refuses_until_the_web_server_listens():
    with address.bind("127.0.0.1", 0) as listener:
        assert not address.answers(address.url_of(listener), "/healthz")
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(Failure, match="已被其他程序占用") as failure:
            address.bind("127.0.0.1", port)
    assert failure.value.code == 4
