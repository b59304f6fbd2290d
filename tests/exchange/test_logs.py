"""B4-1, B4-2, X-25: the log of a day, its photos, the host's word, and who reads it."""

import datetime
import io
import uuid

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from core import images
from core.errors import Denied
from core.models import AuditEvent, StoredFile
from core.todos import TodoKind
from directory.enums import Role
from directory.models import User
from directory.selectors import people as accounts
from exchange.actions import logs
from exchange.log_days import check_day
from exchange.models import LogEntry, LogPhoto
from exchange.selectors import logs as selectors
from exchange.selectors.log_todos import todos_for
from tests.factories import county as made
from tests.factories import exchange as people


MONDAY = datetime.date(2024, 10, 14)  # of a full week of workdays
TODAY = datetime.date(2024, 10, 16)
NOW = datetime.datetime(2024, 10, 16, 2, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", NOW.isoformat())


@pytest.fixture
def scene(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    return Scene()


class Scene:
    def __init__(self):
        self.county = made.district()
        self.home, self.host, self.far = (
            made.school(self.county, name) for name in ("实验小学", "举水乡小", "黄田乡小")
        )
        made.actor(Role.TEACHER, at=self.home, username="teacher", on=TODAY)
        user = User.objects.get(username="teacher")
        person = people.teacher(self.home, user=user)
        self.teacher = accounts.actor_for(user, TODAY)[0]
        self.principals = {}
        self.placement = people.placement(
            person, self.home, self.host, datetime.date(2024, 9, 1), datetime.date(2025, 8, 31)
        )

    def principal(self, school):
        if school.pk not in self.principals:
            self.principals[school.pk] = made.actor(Role.PRINCIPAL, at=school, on=TODAY)
        return self.principals[school.pk]

    def write(self, day=TODAY, **said):
        asked = {"placement_id": self.placement.pk, "day": day, "kinds": ["LESSON_GIVEN"]}
        return logs.write(**asked | {"actor": self.teacher, "now": NOW} | said)


def picture(kind="JPEG", size=(3000, 2000), exif=None, name="照片.jpg"):
    out = io.BytesIO()
    options = {"exif": exif} if exif else {}
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return ContentFile(out.getvalue(), name)


@pytest.mark.parametrize(
    ("day", "arrived", "last", "said"),
    [
        ("2024-10-16", "2024-09-01", "2025-08-31", None),
        ("2024-09-01", "2024-09-01", "2025-08-31", None),
        ("2024-10-17", "2024-09-01", "2025-08-31", "明天以后"),
        ("2024-08-31", "2024-09-01", "2025-08-31", "您 2024-09-01 到岗"),
        ("2024-10-16", "2024-09-01", "2024-10-15", "到 2024-10-15 为止"),
        ("2024-10-16", None, "2025-08-31", "还没有确认到岗"),
        ("2024-10-09", "2024-09-01", "2024-10-09", None),
        ("2024-10-08", "2024-09-01", "2024-10-08", "结束后一周为止"),
    ],
)
def test_b4_2_which_days_may_be_logged(day, arrived, last, said):
    on = datetime.date.fromisoformat
    asked = {"today": TODAY, "arrived_on": arrived and on(arrived), "last_day": on(last)}
    if said is None:
        check_day(on(day), **asked)
    else:
        with pytest.raises(Denied, match=said):
            check_day(on(day), **asked)


def test_b4_1_a_day_is_written_once_and_changed_by_writing_again(scene):
    first = scene.write(kinds=["LESSON_HEARD", "LESSON_GIVEN"], lessons_given=3, text=" 合唱 ")
    assert (first.kinds, first.lessons_given, first.lessons_heard, first.text) == (
        ["LESSON_GIVEN", "LESSON_HEARD"], 3, None, "合唱",
    )  # fmt: skip
    again = scene.write(kinds=["RESEARCH"], lessons_given=3)
    assert again.pk == first.pk
    entry = LogEntry.objects.get()
    assert (entry.kinds, entry.lessons_given, entry.text) == (["RESEARCH"], None, "")
    acts = AuditEvent.objects.filter(act__startswith="exchange.log").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == ["exchange.log.write", "exchange.log.change"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"kinds": []}, "请选今天做了什么"),
        ({"kinds": ["SLEEP"]}, "请选今天做了什么"),
        ({"lessons_given": 30}, "上课节数应为 1 至 12"),
        ({"day": TODAY + DAY}, "明天以后"),
    ],
)
def test_what_a_log_must_be(scene, said, sentence):
    with pytest.raises(Denied, match=sentence):
        scene.write(**said)
    assert not LogEntry.objects.exists()


def test_nobody_writes_for_another(scene):
    for actor in (scene.principal(scene.host), scene.principal(scene.home)):
        with pytest.raises(Denied, match="由交流教师本人填写"):
            scene.write(actor=actor)


def test_b4_1_the_host_comments_and_then_it_stays_as_it_was_read(scene):
    entry = scene.write()
    with pytest.raises(Denied, match="由接收学校"):
        logs.comment(entry_id=entry.pk, text="好", actor=scene.principal(scene.home), now=NOW)
    with pytest.raises(Denied, match="请写意见"):
        logs.comment(entry_id=entry.pk, text=" ", actor=scene.principal(scene.host), now=NOW)
    logs.comment(entry_id=entry.pk, text="课上得好", actor=scene.principal(scene.host), now=NOW)
    with pytest.raises(Denied, match="已对这篇日志写了意见，不能再改"):
        scene.write(text="改")


def test_b4_1_home_host_and_bureau_read_nobody_else(scene):
    entry = scene.write()
    readers = [
        scene.teacher, scene.principal(scene.home), scene.principal(scene.host),
        made.actor(Role.BUREAU_PERSONNEL, at=scene.county, username="hr", on=TODAY),
    ]  # fmt: skip
    assert all(selectors.may_read(reader, entry.pk) for reader in readers)
    other = made.actor(
        Role.BUREAU_HEAD, at=made.district("331199", "别县"), username="far", on=TODAY
    )
    strangers = [scene.principal(scene.far), other]
    assert not any(selectors.may_read(it, entry.pk) for it in strangers)


def test_a_photo_is_made_small_and_tells_nothing_of_where(scene):
    entry, exif = scene.write(), Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    key = uuid.uuid4()
    asked = {"entry_id": entry.pk, "key": key, "actor": scene.teacher, "now": NOW}
    photo = logs.add_photo(content=picture(exif=exif), **asked)
    assert logs.add_photo(content=picture(), **asked) == photo
    stored = StoredFile.objects.get()
    with stored.content.open("rb") as file, Image.open(file) as shown:
        assert (shown.format, shown.size) == ("JPEG", (1067, 1600))
        assert dict(shown.getexif()) == {}
    assert stored.name == "日志照片-2024-10-16.jpg"
    logs.remove_photo(photo_id=photo.pk, actor=scene.teacher, now=NOW)
    assert (LogPhoto.objects.count(), StoredFile.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ\x90\x00" + b"\0" * 200, "不是照片"),
        (b"\x7fELF" + b"\0" * 200, "不是照片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是照片"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 200, "HEIC"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 200, "不是照片"),
        (b"\0" * (images.LARGEST + 1), "超过 10 MB"),
        (b"", "不是照片"),
    ],
)
def test_what_is_no_photo_is_refused_by_its_content(scene, content, said):
    entry = scene.write()
    with pytest.raises(Denied, match=said):
        logs.add_photo(
            entry_id=entry.pk, content=ContentFile(content, "程序.jpg"), key=uuid.uuid4(),
            actor=scene.teacher, now=NOW,
        )  # fmt: skip
    assert not StoredFile.objects.exists()


def test_a_picture_of_too_many_pixels_is_not_unpacked(scene, monkeypatch):
    monkeypatch.setitem(images.MOST_PIXELS, "PNG", 1000)
    with pytest.raises(Denied, match="像素太多"):
        images.small_photo(picture("PNG", (100, 100)), "大图.png")


def test_at_most_six_photos(scene):
    entry = scene.write()
    asked = {"entry_id": entry.pk, "actor": scene.teacher, "now": NOW}
    for _ in range(6):
        logs.add_photo(content=picture(size=(40, 30)), key=uuid.uuid4(), **asked)
    with pytest.raises(Denied, match="最多 6 张"):
        logs.add_photo(content=picture(size=(40, 30)), key=uuid.uuid4(), **asked)


def test_the_week_shows_what_is_written_missing_and_to_come(scene):
    scene.write(MONDAY)
    days = selectors.week_of(scene.teacher, MONDAY, TODAY)
    assert [(it.day.day, bool(it.entry), it.is_open, it.is_later) for it in days] == [
        (14, True, False, False), (15, False, True, False), (16, False, True, False),
        (17, False, False, True), (18, False, False, True),
    ]  # fmt: skip


def test_the_workbench_asks_for_today_and_tells_of_a_comment(scene):
    [today] = todos_for(scene.teacher, TODAY)
    assert (today.title, today.due_on) == ("今天的日志（举水乡小）", TODAY)
    entry = scene.write()
    assert todos_for(scene.teacher, TODAY) == []
    [unread] = todos_for(scene.principal(scene.host), TODAY)
    assert unread.title == "近一周有 1 篇来校教师的日志还没写意见"
    logs.comment(entry_id=entry.pk, text="很好", actor=scene.principal(scene.host), now=NOW)
    [news] = todos_for(scene.teacher, TODAY)
    assert (news.kind, news.detail) == (TodoKind.NEWS, "很好")
    saturday = datetime.date(2024, 10, 19)
    assert [it for it in todos_for(scene.teacher, saturday) if it.due_on] == []


# ---- pages


@pytest.fixture
def phone(client, scene):
    client.force_login(User.objects.get(pk=scene.teacher.user_id))
    return client


def test_a_log_is_written_with_a_plain_form(phone, scene):
    address = reverse("log-write", args=[scene.placement.pk, "2024-10-16"])
    page = phone.get(address).content.decode()
    assert "举水乡小" in page
    assert 'value="ATTENDANCE"' in page
    answer = phone.post(
        address, {"kinds": ["LESSON_GIVEN"], "lessons_given": 2, "text": "好", "photos": picture()}
    )
    assert answer.url == "/logs/?week=2024-10-16"
    user = scene.teacher.user_id
    told = f'data-log-saved="{user}-{scene.placement.pk}-2024-10-16"'
    assert told in phone.get(answer.url).content.decode()
    assert "data-log-saved" not in phone.get(answer.url).content.decode()
    entry = LogEntry.objects.get()
    assert (entry.lessons_given, entry.photos.count()) == (2, 1)
    assert "上课 2 节" in phone.get(reverse("log-detail", args=[entry.pk])).content.decode()
    again = phone.post(address, {"text": "没选"})
    assert again.status_code == 422
    assert "请选今天做了什么。" in again.content.decode()
    assert "没选" in again.content.decode()


def test_x25_the_script_sends_text_then_each_photo_and_may_send_again(phone, scene):
    address = reverse("log-write", args=[scene.placement.pk, "2024-10-16"])
    json = {"HTTP_ACCEPT": "application/json"}
    for _ in range(2):
        said = phone.post(address, {"kinds": ["RESEARCH"]}, **json).json()
    entry = LogEntry.objects.get()
    assert said["photos"] == reverse("log-photo-add", args=[entry.pk])
    key = str(uuid.uuid4())
    for _ in range(2):
        answer = phone.post(said["photos"], {"key": key, "photo": picture()}, **json)
        assert answer.status_code == 200
    assert entry.photos.count() == 1
    executable = {"key": key[:-1] + "0", "photo": ContentFile(b"MZ", "a.jpg")}
    bad = phone.post(said["photos"], executable, **json)
    assert (bad.status_code, bad.json()) == (
        422, {"errors": ["“a.jpg”不是照片（JPG、PNG、WebP），或已损坏，没有接收。"]},
    )  # fmt: skip
    refused = phone.post(address, {"kinds": []}, **json)
    assert (refused.status_code, refused.json()) == (422, {"errors": ["请选今天做了什么。"]})


def test_x25_a_photo_that_comes_after_the_comment_is_kept_and_told(phone, scene):
    """It may have waited for a connection; what the host read stays as it was."""
    entry = scene.write()
    before = NOW - datetime.timedelta(hours=1)
    logs.comment(entry_id=entry.pk, text="好", actor=scene.principal(scene.host), now=before)
    detail = reverse("log-detail", args=[entry.pk])
    assert phone.get(reverse("log-write", args=[scene.placement.pk, "2024-10-16"])).url == detail
    page = phone.get(detail).content.decode()
    add = reverse("log-photo-add", args=[entry.pk])
    assert f'data-photos="{add}"' in page
    assert "文字不能再改" in page
    assert "意见之后补传</span>" not in page
    bad = phone.post(add, {"photo": ContentFile(b"MZ", "a.jpg")})
    assert bad.status_code == 422
    assert "“a.jpg”不是照片" in bad.content.decode()
    assert phone.post(add).status_code == 422
    assert phone.post(add, {"photo": [picture(), picture(size=(40, 30))]}).url == detail
    assert phone.get(detail).content.decode().count("意见之后补传</span>") == 2
    photo = entry.photos.first()
    assert phone.post(reverse("log-photo-remove", args=[entry.pk, photo.pk])).status_code == 404


@pytest.mark.parametrize("day", ["2024-10-17", "2024-08-01"])
def test_a_day_that_may_not_be_logged_says_why(phone, scene, day):
    address = reverse("log-write", args=[scene.placement.pk, day])
    assert "不能写日志" in phone.get(address).content.decode()
    assert phone.post(address, {"kinds": ["RESEARCH"]}).status_code == 422


def test_a_host_reads_and_comments_in_the_list(client, scene):
    entry = scene.write(text="两个声部能合上了")
    principal = scene.principal(scene.host)
    client.force_login(User.objects.get(pk=principal.user_id))
    assert "两个声部能合上了" in client.get(reverse("log-list")).content.decode()
    address = reverse("log-detail", args=[entry.pk])
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "辛苦了"}).url == address
    assert "辛苦了" in client.get(address).content.decode()
    shown = client.get(reverse("log-list") + "?comment=NONE").content.decode()
    assert "两个声部能合上了" not in shown


def test_b4_1_the_host_leafs_through_the_logs_by_weeks(client, scene):
    """NOW is a Wednesday; the address keeps the week, and the other filters beside it."""
    scene.write(text="本周的一句话")
    scene.write(day=datetime.date(2024, 10, 11), text="上周五的一句话")
    scene.write(day=datetime.date(2024, 9, 25), text="九月的一句话")
    client.force_login(User.objects.get(pk=scene.principal(scene.host).user_id))

    def page(query):
        return client.get(f"{reverse('log-list')}?{query}").content.decode()

    assert 'href="?days=2024-10-14"' in page("")  # 按周看
    this = page("days=2024-10-14&comment=NONE")
    assert "本周的一句话" in this
    assert "上周五的一句话" not in this
    assert 'href="?days=2024-10-07&amp;comment=NONE"' in this
    assert "下一周" not in this  # it has not come
    last = page("days=2024-10-07")
    assert "上周五的一句话" in last
    assert "本周的一句话" not in last
    assert 'href="?days=2024-10-14"' in last
    assert "九月的一句话" in page("days=2024-09-23")
    for odd in ("2024-09-25", "nonsense", "99999999999", "0001-01-01"):
        assert client.get(f"{reverse('log-list')}?days={odd}").status_code == 200
