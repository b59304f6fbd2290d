import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.models import ImportBatch, Job
from directory.actions import accounts
from directory.models import User
from filings.actions import objections
from tests.assessment import judged as scenes
from tests.factories import county as made


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


@pytest.fixture
def bureau(client, monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2025-07-12T09:30:00+08:00")
    scene = scenes.judged(missing=("隆宫乡小",))

    def open_as(actor):
        client.force_login(User.objects.get(pk=actor.user_id))
        return " ".join(client.get("/").content.decode().split())

    return scene, open_as


@pytest.mark.django_db
def test_each_line_tells_what_how_long_and_leads_to_the_act(bureau):
    scene, open_as = bureau
    page = open_as(scene.clerk)
    assert "2024—2025学年捆绑考核：1 所没交" in page
    assert f'href="/assessment/{scene.scheme.pk}/missing/">催报' in page
    assert "没有等您办理的事项" in open_as(scene.head)


@pytest.mark.django_db
def test_a_window_stands_among_the_last_days(bureau):
    scene, open_as = bureau
    scene.score("隆宫乡小", "68.00")
    scene.publish()
    page = open_as(scene.principal("举水乡小"))
    assert "知悉" in page
    assert "还有 4 天" in page
    assert "期限 07-16" in page
    assert "没有等您办理的事项" in page


@pytest.mark.django_db
def test_own_upload_that_is_not_written_and_a_job_that_failed(bureau):
    scene, open_as = bureau
    now = clock.now()
    ImportBatch.objects.create(
        kind="teachers", state="PREVIEWED", district_id=scene.county.pk, file_name="名册.csv",
        user_id=scene.clerk.user_id, created_at=now - datetime.timedelta(days=4),
    )  # fmt: skip
    Job.objects.create(
        kind="import.check", state="FAILED", user_id=scene.clerk.user_id, created_at=now,
        finished_at=now,
        message="文件读不出来，请另存为 .xlsx。",
    )  # fmt: skip
    page = open_as(scene.clerk)
    assert "名册.csv 已核对，还没有写入" in page
    assert "已等 3 个工作日" in page  # 8 July is a Tuesday, the day of the page a Saturday
    assert "文件读不出来，请另存为 .xlsx。" in page
    other = made.clerk_of(scene.county, username="other")
    assert "名册.csv" not in open_as(other)


@pytest.mark.django_db
def test_queries_do_not_grow_with_lines(bureau):
    scene, open_as = bureau
    open_as(scene.clerk)

    def batch():
        ImportBatch.objects.create(
            kind="teachers", state="PREVIEWED", district_id=scene.county.pk, file_name="名册.csv",
            user_id=scene.clerk.user_id, created_at=clock.now(),
        )  # fmt: skip

    def count():
        with CaptureQueriesContext(connection) as seen:
            open_as(scene.clerk)
        return len(seen)

    batch()
    one = count()
    batch()
    batch()
    assert count() == one


@pytest.mark.django_db
def test_news_tells_its_day_and_does_not_wait(bureau):
    scene, open_as = bureau
    scene.score("隆宫乡小", "68.00")
    scene.publish()
    objection = scene.object()
    objections.decide(
        objection_id=objection.pk, upheld=False, reason="核对无误", actor=scene.head,
        now=scenes.NOW,
    )  # fmt: skip
    page = open_as(scene.principal("举水乡小"))
    assert "异议不成立" in page
    assert "个工作日" not in page
