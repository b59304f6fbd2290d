"""Import in the browser: preview by cell, the right rows, undo of the batch (X-12, X-30)."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock, ports
from core.actions import imports as core_imports
from core.actions import jobs
from core.actions.imports import STALE
from core.enums import JobState
from core.models import AuditEvent, ImportBatch, ImportRow, Job, StoredFile
from core.selectors import file_visible_to
from desk.actions import imports as desk
from directory.enums import Role
from directory.models import Employment, Grant, SchoolFacts, Teacher
from directory.selectors import people
from groups.models import EducationGroup, Membership
from tests.factories import county as made
from tests.factories import tables


@pytest.fixture(autouse=True)
def today(monkeypatch, settings, tmp_path):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")
    monkeypatch.setattr("core.tasks.run_job.delay_on_commit", lambda _: None)
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def county(db):
    district = made.district()
    made.school(district, "实验小学")
    made.school(district, "举水乡小")
    return district


@pytest.fixture
def clerk(county):
    return made.clerk_of(county, username="bureau")


@pytest.fixture
def page(client, clerk):
    client.force_login(made.user("bureau"))
    return client


def work(batch=None):
    """Run every queued job, as a worker does."""
    for job in Job.objects.filter(state=JobState.QUEUED).order_by("created_at"):
        held = jobs.claim(job_id=job.pk, now=clock.now())

        def step(done, total, message="", held=held):
            jobs.step(job=held, now=clock.now(), done=done, total=total, message=message)

        try:
            result = ports.job_handlers[held.kind](held, step)
        except Exception as error:
            jobs.fail(job_id=held.pk, now=clock.now(), message=str(error))
            raise
        jobs.finish(job=held, now=clock.now(), result=result)
    if batch:
        batch.refresh_from_db()


def upload(page, path, kind="teachers", **data):
    """The batch of an uploaded file, checked."""
    content = SimpleUploadedFile(path.name, path.read_bytes())
    answer = page.post(
        reverse("import-new", args=[kind]), {"file": content, "start": "2024-09-01"} | data
    )
    assert answer.status_code == 302, answer.content.decode()
    batch = ImportBatch.objects.latest("pk")
    assert answer.url == reverse("import-batch", args=[batch.pk])
    work(batch)
    return batch


def shown(page, batch, query=""):
    answer = page.get(reverse("import-batch", args=[batch.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def post(page, name, batch):
    answer = page.post(reverse(name, args=[batch.pk]))
    work(batch)
    return answer


def teachers(*numbers, **cells):
    return [tables.teacher(number, **cells) for number in numbers]


def test_x12_preview_shows_errors_first_with_address_and_cure_and_masks(page, tmp_path):
    rows = [*teachers(1), tables.teacher(2, 身份证号="4.4E+17"), tables.teacher(3)]
    batch = upload(page, tables.xlsx(tmp_path / "名册.xlsx", rows, above=["教师名册"]))
    assert (batch.state, batch.counts) == (
        "PREVIEWED", {"NEW": 2, "CHANGED": 0, "UNCHANGED": 0, "WRONG": 1},
    )  # fmt: skip
    text = shown(page, batch)
    assert "F4" in text
    assert "末几位已丢失。" in text
    assert "请把这一列设为文本格式后重填 18 位。" in text
    assert "写入 2 行" in text
    assert rows[0]["身份证号"] not in text
    assert rows[0]["手机"] not in text
    assert "331126********" in text
    assert text.index("00002") < text.index("00001") < text.index("00003")
    assert "00002" not in shown(page, batch, "?state=NEW")
    stored = str(list(ImportRow.objects.values_list("cells", "faults", "before")))
    assert rows[0]["身份证号"] not in stored
    assert rows[0]["手机"] not in stored


def test_right_rows_are_written_and_wrong_ones_left(page, clerk, tmp_path):
    rows = [*teachers(1), tables.teacher(2, 手机="1")]
    batch = upload(page, tables.xlsx(tmp_path / "a.xlsx", rows))
    post(page, "import-write", batch)
    assert batch.state == "WRITTEN"
    assert [it.staff_number for it in Teacher.objects.all()] == ["00001"]
    assert "已写入 1 行" in shown(page, batch)
    event = AuditEvent.objects.get(act="core.import.write")
    assert (event.user_id, event.details["NEW"], event.details["WRONG"]) == (clerk.user_id, 1, 1)
    assert not AuditEvent.objects.filter(act__startswith="directory.teacher").exists()


def test_second_write_and_second_undo_are_refused(page, tmp_path):
    batch = upload(page, tables.xlsx(tmp_path / "a.xlsx", teachers(1)))
    post(page, "import-write", batch)
    answer = post(page, "import-write", batch)
    assert (answer.status_code, "不能再写一次" in answer.content.decode()) == (409, True)
    assert post(page, "import-undo", batch).status_code == 302
    answer = post(page, "import-undo", batch)
    assert (answer.status_code, "已经撤回" in answer.content.decode()) == (409, True)
    assert Teacher.objects.count() == 0


def test_two_clicks_on_write_are_one_job(page, tmp_path):
    batch = upload(page, tables.xlsx(tmp_path / "a.xlsx", teachers(1)))
    for _ in range(2):
        page.post(reverse("import-write", args=[batch.pk]))
    assert Job.objects.filter(kind="import.write").count() == 1


def test_x30_undo_puts_everything_back(page, tmp_path):
    first = upload(page, tables.xlsx(tmp_path / "a.xlsx", teachers(1)))
    post(page, "import-write", first)
    before = Teacher.objects.values().get()
    changed = tables.teacher(1, "举水乡小", 学科="数学", 手机="13712345678", 姓名="王新名")
    second = upload(page, tables.xlsx(tmp_path / "b.xlsx", [changed, tables.teacher(2)]))
    text = shown(page, second)
    assert "<del>语文</del>" in text
    assert "<del>实验小学</del>" in text
    post(page, "import-write", second)
    assert Teacher.objects.get(staff_number="00001").name == "王新名"
    assert Employment.objects.count() == 3
    assert post(page, "import-undo", second).status_code == 302
    assert Teacher.objects.values().get() == before
    place = Employment.objects.get()
    assert place.period.upper is None
    assert AuditEvent.objects.filter(act="core.import.undo").count() == 1


def test_undo_is_refused_whole_when_something_changed_since(page, tmp_path):
    post(page, "import-write", upload(page, tables.xlsx(tmp_path / "a.xlsx", teachers(1, 2))))
    batch = upload(page, tables.xlsx(tmp_path / "b.xlsx", teachers(1, 2, 学科="数学")))
    post(page, "import-write", batch)
    Teacher.objects.filter(staff_number="00002").update(subject="英语")
    answer = post(page, "import-undo", batch)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "第 3 行：工号 00002 的“学科”在导入后又改过" in text
    assert "什么都没有改动" in text
    assert batch.state == "WRITTEN"
    assert Teacher.objects.get(staff_number="00001").subject == "数学"


def test_undo_is_refused_when_what_was_made_is_in_use(page, county, tmp_path):
    rows = [{"学校名称": "新校"}]
    batch = upload(page, tables.xlsx(tmp_path / "a.xlsx", rows), "schools")
    post(page, "import-write", batch)
    school = SchoolFacts.objects.get(name="新校").school
    grant = Grant.objects.create(
        user=made.user("bureau"), role="HOST", school=school, source="t", source_id=1,
        period="[2024-09-01,)",
    )  # fmt: skip
    answer = post(page, "import-undo", batch)
    assert "“新校”已有“授权”记录" in answer.content.decode()
    assert SchoolFacts.objects.filter(name="新校").exists()
    grant.delete()
    post(page, "import-undo", batch)
    assert not SchoolFacts.objects.filter(name="新校").exists()


def test_undo_of_schools_and_of_groups(page, county, tmp_path):
    names = set(SchoolFacts.objects.order_by("pk").values_list("name", "stage"))
    rows = [
        {"学校名称": "实验小学", "学段": "小学", "学生数": 10, "区划代码": "331126001001"},
        {"学校名称": "新校", "学段": "初中", "学生数": 20, "区划代码": ""},
    ]
    schools = upload(page, tables.xlsx(tmp_path / "a.xlsx", rows), "schools")
    post(page, "import-write", schools)
    assert schools.state == "WRITTEN"
    lines = [
        {"类型": "共建型", "集团": "甲", "学校": "实验小学", "角色": "核心校", "所属学校": ""},
        {"类型": "共建型", "集团": "甲", "学校": "丙部", "角色": "成员校", "所属学校": "丙校"},
    ]
    groups = upload(page, tables.csv_file(tmp_path / "b.csv", lines), "groups", start="2023-09-01")
    post(page, "import-write", groups)
    assert Membership.objects.count() == 2
    post(page, "import-undo", groups)
    assert not Membership.objects.exists()
    assert not EducationGroup.objects.exists()
    post(page, "import-undo", schools)
    assert schools.state == "UNDONE"
    assert set(SchoolFacts.objects.order_by("pk").values_list("name", "stage")) == names


def test_half_a_wrong_group_is_left_out_whole(page, tmp_path):
    lines = [
        {"类型": "共建型", "集团": "甲", "学校": "实验小学", "角色": "核心校"},
        {"类型": "共建型", "集团": "甲", "学校": "", "角色": "成员校"},
        {"类型": "共建型", "集团": "乙", "学校": "举水乡小", "角色": "核心校"},
        {"类型": "共建型", "集团": "乙", "学校": "丁校", "角色": "成员校"},
    ]
    batch = upload(page, tables.xlsx(tmp_path / "a.xlsx", lines), "groups")
    assert (batch.counts["NEW"], batch.counts["WRONG"]) == (2, 2)
    assert "同一集团的第 3 行有误" in shown(page, batch)
    post(page, "import-write", batch)
    assert EducationGroup.objects.count() == 1


def test_areas_b5_1(page, county, tmp_path):
    rows = [
        {"区划代码": "331126001001", "名称": "城东社区", "乡镇": "濛洲街道", "城乡属性": "11",
         "城乡分类代码": "111"},
        {"区划代码": "33112600100", "名称": "短", "乡镇": "", "城乡属性": "1", "城乡分类代码": ""},
    ]  # fmt: skip
    batch = upload(page, tables.xlsx(tmp_path / "a.xlsx", rows), "areas")
    assert (batch.counts["NEW"], batch.counts["WRONG"]) == (1, 1)
    post(page, "import-write", batch)
    assert batch.state == "WRITTEN"
    again = upload(page, tables.xlsx(tmp_path / "a.xlsx", rows[:1]), "areas")
    assert again.counts["UNCHANGED"] == 1
    assert post(page, "import-undo", batch).status_code == 302


def test_a_stale_preview_is_renewed_and_not_written(page, tmp_path):
    path = tables.xlsx(tmp_path / "a.xlsx", teachers(1))
    first, second = upload(page, path), upload(page, path)
    post(page, "import-write", first)
    post(page, "import-write", second)
    assert (second.state, second.message) == ("PREVIEWED", STALE)
    assert second.counts["UNCHANGED"] == 1
    assert STALE in shown(page, second)
    assert Teacher.objects.count() == 1


def test_a_dead_workers_write_goes_on_and_writes_once(page, clerk, tmp_path):
    batch = upload(page, tables.xlsx(tmp_path / "a.xlsx", teachers(1)))
    page.post(reverse("import-write", args=[batch.pk]))
    job = Job.objects.get(kind="import.write")
    for _ in range(2):  # the first died after its commit, before it said so
        desk.write(job, lambda *_: None)
    assert Teacher.objects.count() == 1
    assert AuditEvent.objects.filter(act="core.import.write").count() == 1


def test_marked_copy_keeps_the_file_and_says_what_is_wrong(page, tmp_path):
    rows = [*teachers(1), tables.teacher(2, 手机="1", 学段="小学部")]
    path = tables.xlsx(tmp_path / "名册.xlsx", rows, above=["标题"], below=["填表人：某某"])
    batch = upload(page, path)
    answer = page.post(reverse("import-marked-copy", args=[batch.pk]))
    assert answer.status_code == 200
    copy = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert copy["A1"].value == "标题"
    assert copy["P2"].value == "错误说明"
    assert "手机：" in copy["P4"].value
    assert copy["G4"].fill.fgColor.rgb.endswith("F8CBC6")
    assert copy["P3"].value is None
    assert copy["F3"].value == rows[0]["身份证号"]
    event = AuditEvent.objects.get(act="core.import.export")
    assert event.details == {"kind": "teachers", "faults": 2}
    mended = tmp_path / "改好.xlsx"
    copy["G4"], copy["H4"] = "13900000002", "小学"
    copy.parent.save(mended)
    assert upload(page, mended).counts["NEW"] == 2


def test_marked_copy_of_csv_is_a_workbook_of_text(page, tmp_path):
    path = tables.csv_file(tmp_path / "a.csv", [tables.teacher(2, 手机="1")], encoding="gb18030")
    batch = upload(page, path)
    answer = page.post(reverse("import-marked-copy", args=[batch.pk]))
    copy = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert copy["F2"].value == tables.teacher(2)["身份证号"]
    assert copy["F2"].number_format == "@"
    assert "11 位" in copy["P2"].value


def test_template_is_typed_text_and_reads_back(page, tmp_path):
    answer = page.get(reverse("import-template", args=["teachers"]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["教师"]
    assert [cell.value for cell in sheet[1]] == tables.TEACHERS
    assert sheet.column_dimensions["F"].number_format == "@"
    for place, column in enumerate(tables.TEACHERS, start=1):
        sheet.cell(2, place, tables.teacher(1)[column])
    book.save(tmp_path / "填好.xlsx")
    assert upload(page, tmp_path / "填好.xlsx").counts["NEW"] == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xlsx", b"\xff\xd8\xff\xe0 photo", "不是 Excel 表格"),
        ("a.xlsx", b"PK\x03\x04 half", "已损坏"),
        ("a.csv", "姓名,工号\n甲,1\n".encode(), "缺少“学校”列"),
        ("a.csv", b"<html><td>", "不是 Excel 表格"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(page, name, content, sentence, tmp_path):
    (tmp_path / name).write_bytes(content)
    batch = upload(page, tmp_path / name)
    assert batch.state == "REFUSED"
    assert sentence in shown(page, batch)


def test_upload_form_refuses_and_keeps_what_was_chosen(page):
    address = reverse("import-new", args=["groups"])
    assert 'value="2024-09-01"' in page.get(address).content.decode()
    answer = page.post(address, {"start": "2023-09-01"})
    assert answer.status_code == 422
    assert "请选择文件。" in answer.content.decode()
    assert 'value="2023-09-01"' in answer.content.decode()
    answer = page.post(address, {"file": SimpleUploadedFile("a.et", b"x"), "start": "2023-09-01"})
    assert "另存为 .xlsx" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_discarding_removes_rows_and_file(page, tmp_path):
    batch = upload(page, tables.xlsx(tmp_path / "a.xlsx", teachers(1)))
    answer = page.post(reverse("import-discard", args=[batch.pk]))
    assert answer.url == reverse("import-list")
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), StoredFile.objects.count()) == ("DISCARDED", 0, 0)


def test_others_see_no_batch_and_no_file(client, page, county, tmp_path):
    batch = upload(page, tables.xlsx(tmp_path / "a.xlsx", teachers(1)))
    far = made.clerk_of(made.district("331124", "松阳县"), username="far")
    school = SchoolFacts.objects.get(name="实验小学").school
    principal = made.actor(Role.PRINCIPAL, at=school, username="head")
    research = made.actor(Role.BUREAU_RESEARCH, at=county, username="research")
    for actor, username in ((far, "far"), (principal, "head"), (research, "research")):
        assert file_visible_to(actor, batch.file_id) is None
        client.force_login(made.user(username))
        for name in ("import-write", "import-discard", "import-undo", "import-marked-copy"):
            assert client.post(reverse(name, args=[batch.pk])).status_code == 404
        assert client.get(reverse("import-batch", args=[batch.pk])).status_code == 404
    for url in (reverse("import-list"), reverse("import-new", args=["teachers"])):
        client.force_login(made.user("head"))
        assert client.get(url).status_code == 404
    personnel = made.actor(Role.BUREAU_PERSONNEL, at=county, username="hr")
    assert file_visible_to(personnel, batch.file_id) is not None
    client.force_login(made.user("hr"))
    assert client.get(reverse("import-new", args=["teachers"])).status_code == 200
    assert client.get(reverse("import-new", args=["schools"])).status_code == 404


def test_rights_are_asked_again_when_writing(page, clerk, county, tmp_path):
    batch = upload(page, tables.xlsx(tmp_path / "a.xlsx", teachers(1)))
    page.post(reverse("import-write", args=[batch.pk]))
    user = made.user("bureau")
    user.posts.update(period="[2024-09-01,2024-10-01)")
    assert people.actor_for(user, clock.today())[0].post_id is None
    with pytest.raises(Exception, match="身份已停用"):
        work(batch)
    assert not Teacher.objects.exists()
    with pytest.raises(ImportBatch.DoesNotExist):
        core_imports.check(
            batch_id=0, importer=desk.KINDS["teachers"], on=clock.today(), now=clock.now()
        )


@pytest.mark.parametrize("many", [1, 3])
def test_queries_do_not_grow_with_rows(page, tmp_path, many, django_assert_num_queries):
    rows = [tables.teacher(n, 手机="1" if n % 2 else "13900000000") for n in range(many * 2)]
    batch = upload(page, tables.xlsx(tmp_path / "a.xlsx", rows))
    with django_assert_num_queries(7):
        shown(page, batch)
    with django_assert_num_queries(5):
        assert page.get(reverse("import-list")).status_code == 200
