"""The audit page, and what is written there of coming and going."""

import ast
import datetime
import re
from pathlib import Path

import pytest

from core import acts
from core.actions import audit, seals
from core.models import AuditEvent
from core.selectors import audit_chain
from directory.actions import accounts
from directory.enums import Role
from directory.models import User
from directory.selectors import people
from tests.factories import county as made


ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "core",
    "directory",
    "policies",
    "filings",
    "groups",
    "resources",
    "exchange",
    "assessment",
    "reports",
    "desk",
)
ACT = re.compile(rf"(?:{'|'.join(APPS)})(?:\.[a-z_]+){{2}}")
TODAY = datetime.date(2024, 10, 15)
CLOCK = "2024-10-15T09:00:00+08:00"
NOW = datetime.datetime.fromisoformat(CLOCK)
PASSWORD = "Bamboo-2024-eins"  # noqa: S105


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", CLOCK)


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def head(county):
    return made.actor(Role.BUREAU_HEAD, at=county, username="head", on=TODAY)


@pytest.fixture
def reader(client, head):
    client.force_login(made.user("head"))
    return client


def record(actor, label, *, act="directory.school.change", now=NOW, **details):
    audit.record(
        act=act, actor=actor, now=now, object_type="school", object_id=77, object_label=label,
        details=details,
    )  # fmt: skip


def objects(client, query=""):
    page = client.get(f"/audit/?{query}").content.decode()
    return [it.strip() for it in re.findall(r'data-l="对象">([^<]*)<', page)]


def acts_in_code():
    """Strings that look like an act, and patterns of those that are put together."""
    constants, patterns = set(), set()
    for path in sorted(path for app in APPS for path in (ROOT / app).rglob("*.py")):
        if "migrations" in path.parts or path == ROOT / "core" / "acts.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and ACT.fullmatch(str(node.value)):
                constants.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [getattr(part, "value", "") for part in node.values]
                text = "".join(part if isinstance(part, str) else "x" for part in parts)
                if ACT.fullmatch(text):
                    patterns.add(
                        "".join(re.escape(it) if isinstance(it, str) else "[a-z_]+" for it in parts)
                    )
    return constants, patterns


def test_every_act_of_the_code_is_named_in_chinese():
    constants, patterns = acts_in_code()
    assert len(constants) > 15
    assert constants - acts.LABELS.keys() == set()
    unnamed = [it for it in patterns if not any(re.fullmatch(it, act) for act in acts.LABELS)]
    assert unnamed == []
    dead = [
        act
        for act in acts.LABELS.keys() - constants
        if not any(re.fullmatch(pattern, act) for pattern in patterns)
    ]
    assert dead == []
    assert all(re.search(r"[\u4e00-\u9fff]", label) for label in acts.LABELS.values())


def test_newest_first_with_labels_and_details_in_words(reader, head):
    record(head, "甲校", now=NOW - datetime.timedelta(hours=1))
    record(head, "乙校", fields=["name", "code"], **{"from": "2024-09-01"})
    assert objects(reader)[:2] == ["乙校", "甲校"]
    page = reader.get("/audit/").content.decode()
    assert "变更学校信息" in page
    assert "自：2024-09-01；项目：名称、标识码" in page
    assert "directory.school.change<" not in page


def test_filters_by_day_person_act_and_object(reader, head, county):
    other = made.actor(Role.BUREAU_EDUCATION, at=county, username="edu", on=TODAY)
    User.objects.filter(username="edu").update(name="经办乙")
    other = people.actor_for(User.objects.get(username="edu"), TODAY)[0]
    midnight = datetime.datetime.fromisoformat("2024-10-14T00:00:00+08:00")
    record(head, "前夜", now=midnight - datetime.timedelta(seconds=1))
    record(other, "零点", now=midnight)
    record(head, "当天", act="directory.school.enter")
    assert objects(reader, "first_day=2024-10-14&last_day=2024-10-14") == ["零点"]
    assert objects(reader, "last_day=2024-10-13&object=前") == ["前夜"]
    assert objects(reader, "person=经办乙") == ["零点"]
    assert objects(reader, "act=directory.school.enter") == ["当天"]
    assert set(objects(reader, "object=77")) == {"前夜", "零点", "当天"}
    assert objects(reader, "object=没有的") == []


def test_faulty_question_is_told_and_shows_everything(reader, head):
    record(head, "甲校")
    page = reader.get("/audit/?first_day=2024-10-15&last_day=2024-10-01&act=x").content.decode()
    assert "“到”不能早于“从”" in page
    assert "甲校" in page


def test_events_of_another_county_are_not_shown(reader, head):
    far = made.district("331124", "松阳县")
    record(made.clerk_of(far, username="far", on=TODAY), "远校")
    record(head, "甲校")
    assert "远校" not in objects(reader)
    assert "甲校" in objects(reader)


def test_page_is_for_those_who_may_read_it(client, county):
    school = made.school(county, "实验小学")
    for role, at in ((Role.BUREAU_EDUCATION, county), (Role.PRINCIPAL, school)):
        actor = made.actor(role, at=at)
        client.force_login(User.objects.get(pk=actor.user_id))
        assert client.get("/audit/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_a_constant_number_of_queries(reader, head, rows, django_assert_num_queries):
    for number in range(rows):
        record(head, f"校{number}")
    with django_assert_num_queries(5):
        reader.get("/audit/")


def test_the_newest_seal_is_told_at_the_foot(reader, head):
    record(head, "甲校")
    assert "封存值" not in reader.get("/audit/").content.decode()
    seals.seal(now=NOW)
    page = reader.get("/audit/").content.decode()
    assert "第 1 号，2024-10-15 09:00" in page
    assert f"<code>{audit_chain.last_seal().hash}</code>" in page


def test_pages_hold_fifty(reader, head):
    audit.record_all(
        act="directory.school.change", actor=head, now=NOW, object_type="school",
        objects=[(number, f"校{number:03}", None, None) for number in range(120)],
    )  # fmt: skip
    assert len(objects(reader, "object=校")) == 50
    assert len(objects(reader, "object=校&page=3")) == 20


def test_coming_and_going_are_recorded_for_the_district(client, county):
    user = made.user("clerk9", "经办九")
    user.set_password(PASSWORD)
    user.save()
    accounts.give_post(
        user=user, role=Role.BUREAU_RESEARCH, district=county, first_day=made.DAY, now=NOW
    )
    client.post("/sign-in/", {"login": " CLERK９", "password": PASSWORD})
    client.post("/sign-out/")
    events = AuditEvent.objects.filter(user_id=user.pk).order_by("id")
    assert [(it.act, it.object_label, it.district_id, it.address) for it in events] == [
        ("directory.account.sign_in", "clerk9", county.pk, "127.0.0.1"),
        ("directory.account.sign_out", "clerk9", county.pk, "127.0.0.1"),
    ]


def test_lock_is_recorded_once_also_for_an_account_that_does_not_exist(client, county):
    for _ in range(7):
        client.post("/sign-in/", {"login": "Ghost", "password": "no"})
    event = AuditEvent.objects.get(act="directory.account.locked")
    assert (event.user_id, event.object_label, event.district_id) == (None, "ghost", county.pk)


def test_varied_case_wins_no_further_guesses(client, county):
    statuses = [
        client.post("/sign-in/", {"login": login, "password": "no"}).status_code
        for login in ("ghost", "Ghost", "GHOST", "gHost", "ghOst", "ghoSt")
    ]
    assert statuses[-1] == 429
