"""Names as people look for them (X-23)."""

import pytest

from core.words import pinyin, search_text, simplified, sort_key


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("仇甲", "qiujia", "qj"),
        ("曾甲", "zengjia", "zj"),
        ("解甲", "xiejia", "xj"),
        ("覃甲", "qinjia", "qj"),
        ("盖甲", "gejia", "gj"),
        ("朴甲", "piaojia", "pj"),
        ("查甲", "zhajia", "zj"),
        ("翟甲", "zhaijia", "zj"),
        ("区甲", "oujia", "oj"),
        ("单甲", "shanjia", "sj"),
        ("尉迟甲", "yuchijia", "yj"),
        ("王甲", "wangjia", "wj"),
    ],
)
def test_surname_is_read_as_a_surname(name, full, initials):
    assert pinyin(name, person=True) == (full, initials)


def test_a_place_is_not_read_as_a_surname():
    assert pinyin("解放小学") == ("jiefangxiaoxue", "jfxx")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("慶元縣實驗小學", "庆元县实验小学"),
        ("舉水鄉小", "举水乡小"),
        ("\uff21\uff22\uff43１２", "abc12"),  # full-width ABc
        ("教 师　甲", "教师甲"),
        ("（城東）", "(城东)"),
    ],
)
def test_traditional_full_width_and_blanks_find_the_same(typed, stored):
    assert simplified(typed) == stored


@pytest.mark.parametrize("name", ["𠮷田甲", "㐂甲", "田𠮷"])
def test_rare_characters_are_kept_and_found(name):
    text = search_text(name, person=True)
    assert text.startswith(f"{name} ")
    assert simplified(name) in text
    assert sort_key(name, person=True).endswith(name)


def test_search_text_holds_name_pinyin_and_initials():
    assert search_text("曾小乙", person=True) == "曾小乙 zengxiaoyi zxy"


def test_empty_and_foreign_names():
    assert pinyin("", person=True) == ("", "")
    assert search_text("Ann Lee", person=True).startswith("annlee")
