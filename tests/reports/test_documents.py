"""X-13, X-14, X-28: what papers say, that it is what the pages say, and that it stays so."""

import datetime
import io
import json
import re

import openpyxl
import pypdfium2
import pytest
from django.urls import reverse

from assessment.selectors.schemes import in_force
from core import tasks
from directory.enums import Role
from directory.models import User
from filings.actions import objections
from groups.actions import memberships
from reports import documents
from reports.documents.tables import tables_of
from reports.enums import ReportKind
from reports.periods import monthly, yearly
from reports.selectors import figures
from tests.assessment import years
from tests.factories import county as made
from tests.groups.scenes import found
from tests.reports import exchanges, scenes


FIRST = str(made.DAY)
OPEN = datetime.date(2025, 7, 15)  # after what the publication has closed
CHAPTERS = [
    "基本情况", "集团与成员", "交流与活动", "捆绑考核", "各核心校得分由来", "增值评价",
    "问题与建议", "附表1　各集团成员", "附表2　各校分指标得分", "附表3　现行规则",
]  # fmt: skip


def frozen(scene, subject=None, actor=None):
    subject = subject or scene.yearly
    return documents.freeze(subject, actor=actor or scene.clerk, as_of=subject.as_of(scenes.TODAY))


def texts(context, chapter):
    """The sentences of a chapter, without its tables."""
    [held] = [it for it in context["chapters"] if it["title"] == chapter]
    return [block["text"] for block in held["blocks"] if block["is"] == "text"]


def table(context, title):
    [held] = [block for block in tables_of(context) if block["title"] == title]
    return held["rows"]


def bare(text):
    """Without blanks and line ends, which a layout moves about."""
    return re.sub(r"\s|\ufffe|\x00", "", text)


@pytest.fixture
def context(scene):
    return frozen(scene)


def test_x28_the_chapters_of_the_yearly_report(context):
    assert [chapter["title"] for chapter in context["chapters"]] == CHAPTERS
    assert context["title"] == "庆元县2024—2025学年集团化办学年度报告"
    assert (context["authority"], context["addressee"]) == ("庆元县教育局", "庆元县人民政府")
    assert context["as_of"] == "2025-08-31"
    assert json.loads(json.dumps(context)) == context


def test_basics_count_groups_and_coverage(context):
    [said] = texts(context, "基本情况")
    assert said == (
        "截至2025年8月31日，全县共有教育集团2个，其中融合型1个、共建型1个。"
        "全县5所办学单位（含校区、学部、教学点）中，3所已由集团覆盖，覆盖率60%；2所未入集团。"
    )
    assert table(context, "各类型集团和成员个数") == [
        ["融合型", 1, 1], ["共建型", 1, 1], ["合计", 2, 2],
    ]  # fmt: skip
    assert table(context, "办学单位和集团覆盖情况") == [
        ["独立法人", 4, 2, 2], ["校区", 1, 1, 0], ["合计", 5, 3, 2],
    ]  # fmt: skip


def test_changes_of_the_year_are_told_as_the_groups_page_tells_them(scene):
    memberships.join(
        group_id=scene.group_ids["实验小学教育集团"], school_id=scene.schools["城东小学"].pk,
        first_day=datetime.date(2025, 8, 20), reason="结对帮扶", actor=None, now=scenes.NOW,
    )  # fmt: skip
    context = frozen(scene)
    assert table(context, "本学年集团和成员的变动") == [
        [FIRST, "实验小学教共体", "集团成立", "核心校：实验小学；校区：坑西小学", "未写明"],
        [FIRST, "实验小学教育集团", "集团成立", "核心校：实验小学；成员校：举水乡小", "未写明"],
        ["2025-08-20", "实验小学教育集团", "成员加入", "加入：城东小学", "结对帮扶"],
    ]  # fmt: skip
    assert "共有变动3次：集团成立2次、成员加入1次。" in texts(context, "集团与成员")[0]
    later = frozen(scene, yearly(scene.county.pk, 2025))
    assert "本学年没有集团成立、解散和成员变动的登记。" in texts(later, "集团与成员")


def test_what_is_not_recorded_is_said_and_not_counted(context):
    [said] = texts(context, "交流与活动")
    assert said.startswith("本学年没有教师交流轮岗、交流日志和共享场地的登记；")


def test_b1_9_derivation_of_every_core_with_its_clauses(context):
    rows = table(context, "实验小学计算过程")
    assert rows[0] == [
        "本单位得分（按学生数加权）", "(92.50 × 1850 + 84.20 × 310) ÷ 2160", "91.308796",
        "B3-10 六、（一）5",
    ]  # fmt: skip
    assert rows[-1][0::2] == ["最终得分（四舍五入到两位小数）", "88.73"]
    assert all(row[3] for row in rows)


def test_b3_12_value_added_against_schools_that_started_alike(context):
    said = texts(context, "增值评价")
    assert "前、中、后三分之一" in said[0]
    rows = {row[0]: row[1:] for row in table(context, "小学增值")}
    assert rows["举水乡小"] == [
        "76.40", "78.40", "+2.00", "上年后三分之一", 0, "无对照", "无对照",
    ]  # fmt: skip
    assert rows["实验小学"][:5] == ["90.00", "92.50", "+2.50", "上年前三分之一", 1]


def test_findings_are_counted_from_the_data(scene, context):
    said = texts(context, "问题与建议")
    assert said[1] == ("（1）未加入任何集团的学校2所：城东小学、五大堡乡小。建议逐校确定所属集团。")
    [chapter] = [it for it in context["chapters"] if it["title"] == "问题与建议"]
    assert chapter["blocks"][0]["kept"]  # no page ends with the sentence that opens the list
    found(
        scene.county,
        scene.schools["城东小学"],
        [scene.schools["五大堡乡小"]],
        "城东集团",
        "2025-08-01",
    )
    assert "未加入任何集团" not in "".join(texts(frozen(scene), "问题与建议"))


def test_rule_9_an_unpublished_year_is_said_and_has_no_ranks(db):
    scene = scenes.judged(publish_both=False)
    context = frozen(scene, yearly(scene.county.pk, years.YEAR - 1))
    [said] = texts(context, "捆绑考核")
    assert said == ("2023—2024学年捆绑考核结果尚未发布（方案未发布），本报告不列得分和名次。")
    titles = [it["title"] for it in context["chapters"]]
    assert titles[-2:] == ["附表1　各集团成员", "附表2　现行规则"]
    values = {figure["key"]: figure["value"] for figure in context["figures"]}
    assert (values["scored"], values["freed"]) == ("未发布", "未发布")
    assert "92.50" not in json.dumps(context)
    this = frozen(scene)
    assert texts(this, "增值评价") == ["2023—2024学年考核结果没有发布，不作增值评价。"]
    empty = frozen(scene, yearly(scene.county.pk, 2025))
    assert "还没有建立考核方案" in texts(empty, "捆绑考核")[0]


def test_x15_objections_of_the_reported_year_alone_of_all_in_a_bulletin(scene):
    """One to the first year's results, one to the second's; nobody decides them."""
    member = scene.schools["举水乡小"]
    for start, day in ((2023, datetime.date(2024, 9, 22)), (2024, datetime.date(2025, 7, 12))):
        version = figures.year_results(scene.clerk, scene.county.pk, start)
        objections.file(
            notice_id=version.publication.notice_id, school_id=member.pk, about_id=member.pk,
            text="少计一项，请核对。", on=day,
            actor=made.actor(Role.PRINCIPAL, at=member, username=f"principal-{start}"),
            now=datetime.datetime.combine(day, datetime.time(2), datetime.UTC),
        )  # fmt: skip

    def told(subject):
        context = frozen(scene, subject)
        values = {figure["key"]: figure["value"] for figure in context["figures"]}
        return values["undecided"], "".join(texts(context, "问题与建议"))

    for subject, count in (
        (yearly(scene.county.pk, 2023), 0),  # it was filed after that year's last day
        (scene.yearly, 1),
        (monthly(scene.county.pk, datetime.date(2025, 8, 1)), 2),
        (monthly(scene.county.pk, datetime.date(2025, 6, 1)), 1),
    ):
        figure, said = told(subject)
        assert figure == count, subject
        assert ("尚未处理的异议" in said) == bool(count)
        assert not count or f"尚未处理的异议{count}条" in said


def test_a_report_of_one_group(scene):
    context = frozen(scene, scene.of_group("实验小学教育集团"))
    assert context["title"] == "实验小学教育集团2024—2025学年度报告"
    [said] = texts(context, "基本情况")
    assert said == (
        "实验小学教育集团为共建型集团，2024年9月1日成立。"
        "截至2025年8月31日，核心校为实验小学，成员1个：举水乡小。"
    )
    rows = table(context, "小学考核结果")
    assert [row[1] for row in rows] == ["实验小学", "举水乡小"]
    assert [row[0] for row in table(context, "小学增值")] == ["实验小学", "举水乡小"]
    assert "城东小学" not in json.dumps(context, ensure_ascii=False)


def test_the_monthly_bulletin(scene):
    july = monthly(scene.county.pk, datetime.date(2025, 7, 1))
    context = frozen(scene, july)
    assert context["title"] == "庆元县集团化办学工作月报（2025年7月）"
    assert texts(context, "考核与异议") == [
        "2025年7月10日发布2024—2025学年捆绑考核结果（第1版）。",
        "本月没有收到异议。",
    ]
    assert "本月没有集团成立、解散和成员变动的登记。" in texts(context, "集团与成员")
    march = frozen(scene, monthly(scene.county.pk, datetime.date(2025, 3, 1)))
    assert texts(march, "考核与异议")[0] == "本月没有发布考核结果。"


def test_x13_the_same_figures_on_page_workbook_api_and_paper(client, scene, context):
    """The final scores and ranks of a pool, and the groups, four ways."""
    paper = {
        row[1]: (row[9], row[0]) for row in table(context, "小学考核结果")
    }  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(documents.workbook("YEARLY", context)))
    sheet = list(book["结果 小学"].iter_rows(min_row=2, values_only=True))
    workbook = {row[1]: (f"{row[9]:.2f}", row[0]) for row in sheet}

    client.force_login(User.objects.get(pk=scene.clerk.user_id))
    version = in_force(scene.county.pk, years.YEAR)
    shown = client.get(reverse("scheme-results", args=[version.pk])).content.decode()
    rows = client.get("/api/v1/results/", {"scheme": version.pk, "page_size": 200}).json()
    api = {
        row["school"]["name"] if isinstance(row["school"], dict) else row["school_name"]: (
            row["final"], row["final_rank"],
        )
        for row in rows["results"]
        if row["scheme"] == version.pk
    }  # fmt: skip
    assert paper == workbook == api
    for name, (final, _) in paper.items():
        assert name in shown
        assert final in shown

    on = {"on": "2025-08-31"}
    listed = client.get(reverse("group-list"), on).context["rows"]
    grouped = [
        (row.type_label, row.name, row.core, "、".join(row.partners), str(row.since))
        for row in listed
    ]
    assert [tuple(row[1:]) for row in table(context, "集团、核心校和成员")] == grouped
    outside = client.get(reverse("group-outside"), on).context["list"]["count"]
    board = client.get(reverse("dashboard"), on).context["figures"]
    told = {figure.key: figure.value for figure, _ in board}
    assert told == {figure["key"]: figure["value"] for figure in context["figures"]}
    assert told["outside"] == outside


def test_x13_every_table_is_a_sheet_with_the_same_cells(context):
    book = openpyxl.load_workbook(io.BytesIO(documents.workbook("YEARLY", context)))
    for block, sheet in zip(tables_of(context), book.worksheets, strict=True):
        rows = list(sheet.iter_rows(values_only=True))
        labels = [column["label"].replace("\n", " ") for column in block["columns"]]
        assert list(rows[0]) == labels
        assert len(rows) - 1 == len(block["rows"])


@pytest.mark.parametrize("groups", [1, 3])
def test_queries_do_not_grow_with_the_groups(scene, django_assert_num_queries, groups):
    for number in range(groups):
        core, member = (
            made.school(scene.county, f"{word}{number}", first_day=OPEN)
            for word in ("核心", "成员")
        )
        found(scene.county, core, [member], f"集团{number}", OPEN)
    with django_assert_num_queries(38):
        frozen(scene)
    with django_assert_num_queries(23):
        frozen(scene, scene.of_group("实验小学教育集团"))
    with django_assert_num_queries(21):
        frozen(scene, monthly(scene.county.pk, scenes.TODAY))


def test_x14_x28_the_printed_text_is_the_frozen_text_and_the_bytes_come_again(scene):
    """The district's report laid out twice, a year apart, and read with another engine."""
    report_of = scene.yearly
    schools = ("实验小学", "举水乡小", "五大堡乡小", "城东小学")
    for key, name in zip(("core", "member", "second", "alone"), schools, strict=True):
        setattr(scene, key, scene.schools[name])
    scene.group_id = scene.group_ids["实验小学教育集团"]
    exchanges.laid(scene, years.YEAR)
    context = frozen(scene)
    steps = []

    def progress(done, total, message=""):
        steps.append((done, total))

    paper = documents.lay_out(ReportKind.YEARLY, context, progress=progress)
    pdf, pages = paper.pdf, paper.pages
    made.school(scene.county, "后来的小学", first_day=OPEN)
    again = documents.lay_out(
        ReportKind.YEARLY, json.loads(json.dumps(context)), progress=scenes.silent
    )
    assert again.pdf == pdf
    assert steps[0][0] == 0
    assert steps[-1][1] > 3
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == pages
        printed = bare("".join(page.get_textpage().get_text_bounded() for page in document))
    for title in context["title_lines"]:
        assert bare(title) in printed
    for chapter in context["chapters"]:
        assert bare(chapter["title"]) in printed
        for block in chapter["blocks"]:
            if block["is"] == "text":
                assert bare(block["text"])[:20] in printed
            elif block["is"] == "table":
                for cell in [cell for row in block["rows"] for cell in row]:
                    assert bare(str(cell))[:6] in printed, cell
    assert printed.count("草稿") >= pages
    number = "331126-N2024-1-ABCDEFGH"
    issued = documents.lay_out(
        report_of.kind, context, progress=scenes.silent, number=number, issued_on=scenes.TODAY
    )
    with pypdfium2.PdfDocument(issued.pdf) as document:
        first = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert number in bare(first)
    assert "2025年10月10日" in bare(first)
    assert "草稿" not in bare(first)


def test_a_cancelled_layout_ends(scene):
    def cancelled(done, total, message=""):
        raise tasks.Denied("任务已取消或已由别的进程接手。")

    with pytest.raises(tasks.Denied, match="任务已取消"):
        documents.lay_out(ReportKind.YEARLY, frozen(scene), progress=cancelled)


def test_value_added_takes_the_best_first(scene):
    now = figures.year_results(scene.clerk, scene.county.pk, years.YEAR)
    last = figures.year_results(scene.clerk, scene.county.pk, years.YEAR - 1)
    [rows] = figures.added_by_pool(now, last).values()
    told = [it.added for it in rows if it.added is not None]
    assert told == sorted(told, reverse=True)
    assert [it.added for it in rows][len(told) :] == [None] * (len(rows) - len(told))
