"""Several posts of one person, their end, and what becomes of the account (X-10, X-26)."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from core.errors import Denied
from core.models import AuditEvent
from directory.actions import accounts, posts
from directory.enums import Role
from directory.models import Post
from directory.selectors import people
from tests.factories import county as made


TODAY = datetime.date(2024, 10, 15)
CLOCK = "2024-10-15T09:00:00+08:00"
NOW = datetime.datetime.fromisoformat(CLOCK)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", CLOCK)


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def school(county):
    return made.school(county, "实验小学")


@pytest.fixture
def village(county):
    return made.school(county, "举水乡小")


@pytest.fixture
def both(school, village):
    """Principal of one school and teacher at another."""
    user = made.user("both", "双职甲")
    first = give(user, Role.PRINCIPAL, school)
    return user, first, give(user, Role.TEACHER, village)


def give(user, role, school):
    return accounts.give_post(user=user, role=role, school=school, first_day=made.DAY, now=made.NOW)


def end(post, last_day, *, actor=None, reason="调离"):
    return posts.end(post_id=post.pk, last_day=last_day, reason=reason, actor=actor, now=NOW)


def test_x10_switch_is_kept_in_the_session_and_recorded(client, both):
    user, first, second = both
    client.force_login(user)
    assert client.get("/").context["request"].hat.post_id == first.pk
    answer = client.post("/post/", {"post": second.pk})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    worn = client.get("/").context["request"]
    assert (worn.hat.post_id, worn.actor.role) == (second.pk, Role.TEACHER)
    event = AuditEvent.objects.get(act="directory.post.wear")
    assert (event.user_id, event.post_id, event.role) == (user.pk, second.pk, Role.TEACHER)


def test_switch_to_the_same_post_again_records_nothing(client, both):
    user, first, _ = both
    client.force_login(user)
    client.post("/post/", {"post": first.pk})
    assert not AuditEvent.objects.filter(act="directory.post.wear").exists()


@pytest.mark.parametrize("wrong", ["", "x", "999999999", "1 OR 1=1"])
def test_switch_to_what_is_no_post_is_404(client, both, wrong):
    client.force_login(both[0])
    assert client.post("/post/", {"post": wrong}).status_code == 404


def test_switch_to_anothers_or_an_ended_post_is_404(client, both, county):
    user, _, second = both
    other = made.user("other")
    theirs = accounts.give_post(
        user=other, role=Role.BUREAU_HEAD, district=county, first_day=made.DAY, now=made.NOW
    )
    end(second, TODAY - datetime.timedelta(days=1))
    client.force_login(user)
    for post in (theirs, second):
        assert client.post("/post/", {"post": post.pk}).status_code == 404
    assert client.get("/").context["request"].actor.role == Role.PRINCIPAL


def test_post_that_ends_while_worn_falls_back_to_another(client, both):
    user, first, second = both
    client.force_login(user)
    client.post("/post/", {"post": second.pk})
    end(second, TODAY - datetime.timedelta(days=1))
    page = client.get("/")
    assert (page.status_code, page.context["request"].hat.post_id) == (200, first.pk)


def test_post_holds_on_its_last_day_and_not_after(both):
    user, _, second = both
    end(second, TODAY)
    assert {hat.post_id for hat in people.hats_of(user, TODAY)} >= {second.pk}
    tomorrow = TODAY + datetime.timedelta(days=1)
    assert second.pk not in {hat.post_id for hat in people.hats_of(user, tomorrow)}
    assert Post.objects.filter(pk=second.pk).exists()


def test_ending_twice_records_once(both):
    end(both[2], TODAY)
    end(both[2], TODAY)
    event = AuditEvent.objects.get(act="directory.post.end")
    assert event.details == {"last_day": "2024-10-15", "reason": "调离"}


def test_end_before_its_start_and_without_reason_are_refused(both):
    with pytest.raises(Denied, match="不能早于任职开始的 2024-09-01"):
        end(both[2], datetime.date(2024, 8, 1))
    with pytest.raises(Denied, match="请写明结束任职的原因"):
        end(both[2], TODAY, reason="  ")


def test_moving_an_end_over_the_next_post_is_refused(both, village):
    user, _, second = both
    end(second, datetime.date(2024, 9, 30))
    accounts.give_post(user=user, role=Role.TEACHER, school=village, first_day=TODAY, now=made.NOW)
    with pytest.raises(ValidationError, match="已有相同身份"):
        end(second, TODAY)


@pytest.mark.parametrize(
    ("role", "ends"),
    [
        (Role.PRINCIPAL, {Role.TEACHER, Role.SCHOOL_CLERK}),
        (Role.SCHOOL_CLERK, {Role.TEACHER, Role.SCHOOL_CLERK}),
        (Role.TEACHER, set()),
        (Role.BUREAU_EDUCATION, {Role.TEACHER, Role.SCHOOL_CLERK, Role.PRINCIPAL}),
        (Role.BUREAU_RESEARCH, set()),
        (Role.LEADERSHIP, set()),
    ],
)
def test_who_ends_which_post_at_a_school(county, school, role, ends):
    at = county if role.startswith("BUREAU") or role == Role.LEADERSHIP else school
    actor = made.actor(role, at=at)
    done = set()
    for other in (Role.PRINCIPAL, Role.SCHOOL_CLERK, Role.TEACHER):
        post = give(made.user(f"target-{other}"), other, school)
        try:
            end(post, TODAY, actor=actor)
        except Denied:
            continue
        done.add(other)
    assert done == ends


def test_nobody_ends_the_post_they_wear(county):
    head = made.actor(Role.BUREAU_HEAD, at=county)
    with pytest.raises(Denied, match="不能结束您自己正在使用的身份"):
        end(Post.objects.get(pk=head.post_id), TODAY, actor=head)


def test_x26_leavers_sessions_end_and_sign_in_is_refused(client, both):
    user, first, second = both
    user.set_password("Sehr-lang-2024")
    user.save()
    client.force_login(user)
    end(first, datetime.date(2024, 10, 1))
    end(second, datetime.date(2024, 10, 14))
    page = client.get("/")
    assert page.status_code == 403
    assert "您的任职已于 2024年10月14日 全部结束" in page.content.decode()
    assert client.get("/")["Location"].startswith("/sign-in/")
    answer = client.post("/sign-in/", {"login": "both", "password": "Sehr-lang-2024"})
    assert answer.status_code == 200
    assert "账号已停用" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_leaver_with_a_wrong_password_learns_nothing(client, both):
    for post in both[1:]:
        end(post, datetime.date(2024, 10, 1))
    answer = client.post("/sign-in/", {"login": "both", "password": "wrong"}).content.decode()
    assert "账号或密码不对" in answer
    assert "停用" not in answer


def test_account_whose_first_post_lies_ahead_signs_in_and_sees_the_no_post_page(client, school):
    user = made.user("soon")
    accounts.give_post(
        user=user, role=Role.TEACHER, school=school, first_day=datetime.date(2025, 2, 1), now=NOW
    )
    assert people.closed_since(user, TODAY) is None
    client.force_login(user)
    assert "您目前没有在任的身份" in client.get("/").content.decode()


def test_new_post_opens_a_closed_account_again(client, both, school):
    user, first, second = both
    for post in (first, second):
        end(post, datetime.date(2024, 10, 1))
    assert people.closed_since(user, TODAY) == datetime.date(2024, 10, 2)
    accounts.give_post(user=user, role=Role.TEACHER, school=school, first_day=TODAY, now=NOW)
    assert people.closed_since(user, TODAY) is None


def test_page_of_the_end_names_what_is_lost_and_keeps_what_was_typed(client, county, both):
    clerk = made.clerk_of(county, username="bureau")
    _, first, second = both
    client.force_login(made.user("bureau"))
    address = f"/posts/{second.pk}/end/"
    assert "最后一个身份" not in client.get(address).content.decode()
    end(first, TODAY)
    end(first, datetime.date(2024, 10, 1))
    assert "最后一个身份" in client.get(address).content.decode()
    answer = client.post(address, {"last_day": "2024-08-01", "reason": "退休"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "不能早于任职开始的 2024-09-01" in page
    assert 'value="退休"' in page
    answer = client.post(address, {"last_day": "2024-10-15", "reason": "退休"})
    assert answer["Location"] == "/accounts/?q=both"
    assert AuditEvent.objects.filter(act="directory.post.end", user_id=clerk.user_id).count() == 1


def test_posts_of_another_school_or_county_are_404(client, school, both):
    _, _, second = both
    clerk = made.user("clerk")
    give(clerk, Role.SCHOOL_CLERK, school)
    elsewhere = made.district("331124", "松阳县")
    made.clerk_of(elsewhere, username="far")
    for username in ("clerk", "far"):
        client.force_login(made.user(username))
        assert client.get(f"/posts/{second.pk}/end/").status_code == 404
        assert client.post(f"/posts/{second.pk}/end/", {}).status_code == 404


def test_school_clerk_sees_but_does_not_end_the_principals_post(client, school, both):
    _, first, _ = both
    give(made.user("clerk"), Role.SCHOOL_CLERK, school)
    client.force_login(made.user("clerk"))
    assert "身份不由您结束" in client.get(f"/posts/{first.pk}/end/").content.decode()
    answer = client.post(f"/posts/{first.pk}/end/", {"last_day": "2024-10-15", "reason": "x"})
    assert answer.status_code == 200
    assert Post.objects.get(pk=first.pk).period.upper is None
