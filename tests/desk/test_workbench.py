import datetime

import pytest

from directory.actions import accounts


NOW = datetime.datetime(2026, 11, 21, 1, 30, tzinfo=datetime.UTC)


@pytest.mark.django_db
def test_account_without_a_post_in_force_is_told_whom_to_ask(client):
    user, _ = accounts.open_account(username="new", name="新人甲", password=None, now=NOW)
    client.force_login(user)
    page = client.get("/").content.decode()
    assert "没有在任身份" in page
    assert "您目前没有在任的身份" in page
    assert "请找为您开通账号的管理员" in page
    assert "待我办理" not in page
