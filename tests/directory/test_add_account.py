"""The first account of a county that starts empty: from the command line, with its own password."""

import io

import pytest
from django.core.management import CommandError, call_command

from core.models import AuditEvent
from directory.enums import Role
from directory.models import Post, User
from tests.factories import county as made


CODE, PASSWORD, OTHER = "331126", "Ju-Shui-2026-Xue", "Another-2026-Word"


@pytest.fixture
def add(db, monkeypatch):
    made.district(code=CODE)

    def add(*arguments, password=PASSWORD):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        told = io.StringIO()
        call_command("add_account", *arguments, "--district", CODE, stdout=told)
        return told.getvalue()

    return add


def test_first_head_of_an_empty_county_signs_in(add, client):
    assert "局领导" in add("juzhang", "局长甲")
    post = Post.objects.get()
    assert (post.user.username, post.role) == ("juzhang", Role.BUREAU_HEAD)
    assert {it.actor_name for it in AuditEvent.objects.order_by("pk")} == {"命令行"}
    answer = client.post("/sign-in/", {"login": "juzhang", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("weak", ["", "12345678", "juzhang-2026"])
def test_weak_password_opens_nothing(add, weak):
    with pytest.raises(CommandError, match="密码"):
        add("juzhang", "局长甲", password=weak)
    assert not User.objects.exists()


def test_account_that_exists_stays_as_it_is(add):
    add("juzhang", "局长甲")
    held = User.objects.get().password
    for name, said in (("局长甲", "没有改动"), ("局长乙", "已有人使用")):
        with pytest.raises(CommandError, match=said):
            add("juzhang", name, password=OTHER)
    assert User.objects.get().password == held


def test_unknown_district_is_told(db):
    with pytest.raises(CommandError, match="没有行政区 999999"):
        call_command("add_account", "juzhang", "局长甲", "--district", "999999")
