"""``bundled_scores`` as another program calls it: the contract of operations.md."""

import random

import openpyxl
import xlwt

from tests.assessment.sheets import B3_B1, PAIR, QINGYUAN, judged, schools, write_sheet


# ---- the county's own sheet


def test_b1_9_b3_10_qingyuan_sheet_gives_the_known_finals():
    code, report = judged(QINGYUAN, pack=B3_B1)
    assert code == 0
    assert report["ok"] is True
    assert report["errors"] == []
    found = schools(report)
    assert {
        name: found[name]["final"]
        for name in (
            "实验小学",
            "坑西小学",
            "城东小学",
            "实验二小",
            "江滨小学",
            "菊隆中学",
            "五都小学",
        )
    } == {
        "实验小学": "89.01",
        "坑西小学": "89.01",
        "城东小学": "85.76",
        "实验二小": "86.17",
        "江滨小学": "85.65",
        "菊隆中学": "83.90",
        "五都小学": None,
    }
    assert found["五都小学"]["waits_for"] == ["隆宫乡小"]
    assert found["隆宫乡小"]["waits_for"] == ["隆宫乡小"]
    assert found["五都小学"]["status"] == "waiting"
    assert {s["provisional"] for s in report["schools"] if s["pool"] == "小学"} == {True}
    assert {s["provisional"] for s in report["schools"] if s["pool"] == "初中"} == {False}
    assert found["实验小学"]["group_types"] == ["CO_BUILT", "INTEGRATED"]
    assert list(found)[:3] == ["实验小学", "坑西小学", "城东小学"]
    assert found["实验小学"]["derivation"][0] == {
        "step": "本单位得分（按学生数加权） (92.50×1850+84.20×310)/2160",
        "value": "91.308796",
        "clause": "B3-10 六、（一）5",
    }
    assert {
        "step": "成员校平均 (78.40+81.20)/2",
        "value": "79.8",
        "clause": "B1-9 五、4",
    } in found["实验小学"]["derivation"]


def test_every_final_score_cites_a_clause_for_each_step():
    report = judged(QINGYUAN, pack=B3_B1)[1]
    for school in report["schools"]:
        assert (school["status"] == "final") == bool(school["derivation"])
        assert all(step["clause"] and step["step"] for step in school["derivation"])


def test_b2_6_pack_without_weights_computes_nothing():
    code, report = judged(QINGYUAN, pack="b3-qingyuan")
    assert code == 1
    assert "所采用方案未规定权重" in report["errors"][0]["message"]
    assert report["schools"] == []
    code, report = judged(QINGYUAN, "--own-weight=0.7", pack="b3-qingyuan")
    assert code == 0
    steps = schools(report)["菊隆中学"]["derivation"]
    assert ("核心校份额 0.7×85.55", "命令行参数") in [(s["step"], s["clause"]) for s in steps]


def test_options_override_the_packs(tmp_path):
    rows = [["核心", "小学", 92.5, None, 1], ["成员", "小学", 78.4, None, 4]]
    path = write_sheet(tmp_path / "得分.xlsx", rows, PAIR)
    final = lambda *options: schools(judged(path, *options)[1])["核心"]["final"]  # noqa: E731
    assert final() == "89.68"
    assert final("--exemption-places=2") == "92.50"
    assert final("--exemption=none", "--exemption-places=2") == "89.68"
    assert final("--own-weight=1") == "92.50"


def test_project_points_and_their_cap(tmp_path):
    groups = [["协作", "协作型", "核心", "核心校"], ["协作", "协作型", "成员", "成员校"]]
    path = write_sheet(
        tmp_path / "得分.xlsx",
        [["核心", "小学", 90], ["成员", "小学", 80]],
        groups,
        [["核心", "研训", 3], ["核心", "课堂", 4.5]],
    )
    step = schools(judged(path, pack=B3_B1)[1])["核心"]["derivation"][1]
    assert (step["value"], step["clause"]) == ("5", "系统默认")
    assert schools(judged(path, pack=B3_B1)[1])["核心"]["final"] == "95.00"
    assert schools(judged(path, "--project-cap=7")[1])["核心"]["final"] == "97.00"


def test_shuffled_rows_columns_and_sheets_give_the_same_results(tmp_path):
    source = openpyxl.load_workbook(QINGYUAN)
    shuffled = openpyxl.Workbook()
    shuffled.remove(shuffled.active)
    chance = random.Random(7)  # noqa: S311 - not a secret
    for name in ("集团", "学校"):
        head, *rows = [list(row) for row in source[name].values]
        order = chance.sample(range(len(head)), len(head))
        chance.shuffle(rows)
        sheet = shuffled.create_sheet(f" {name} ")
        sheet.append(["县教育局汇总表"])
        sheet.append([None])
        sheet.append([" ".join(head[i]) + "\n" for i in order] + ["备注"])
        for row in rows:
            sheet.append([row[i] for i in order])
        sheet.append([None])
        sheet.append(["填表人：", None, "审核人："])
    shuffled.save(tmp_path / "乱序.xlsx")
    assert schools(judged(tmp_path / "乱序.xlsx", pack=B3_B1)[1]) == schools(
        judged(QINGYUAN, pack=B3_B1)[1]
    )


def test_old_xls_reads_the_same(tmp_path):
    source, book = openpyxl.load_workbook(QINGYUAN), xlwt.Workbook()
    for name in ("学校", "集团"):
        sheet = book.add_sheet(name)
        for r, row in enumerate(source[name].values):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r, c, value)
    book.save(str(tmp_path / "得分.xls"))
    assert judged(tmp_path / "得分.xls", pack=B3_B1) == judged(QINGYUAN, pack=B3_B1)


def test_full_width_digits_and_score_written_as_text(tmp_path):
    rows = [["核心", "小学", "９２．５０", "１８５０", None], [" 成 员 ", "小学", "78.4 "]]
    found = schools(judged(write_sheet(tmp_path / "得分.xlsx", rows, PAIR))[1])
    assert (found["核心"]["own"], found["核心"]["final"]) == ("92.50", "89.68")
