"""Charts: one dict of options for screen and paper."""

import json
import re
from decimal import Decimal as D

import pytest
from django.template import engines
from django_cotton.compiler_regex import CottonCompiler

from core import charts


GROUPS = ["甲集团", "乙集团", "丙集团"]
SCORES = {"综合得分": [D("89.90"), None, D("83.10")]}


def texts(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_x14_a_chart_is_the_same_whatever_was_drawn_before():
    first = charts.svg(charts.bars(GROUPS, SCORES), width=600)
    charts.svg(charts.lines(GROUPS, SCORES), width=300)
    assert charts.svg(charts.bars(GROUPS, SCORES), width=600) == first


def test_x13_labels_are_the_figures_as_the_table_writes_them():
    drawn = texts(charts.svg(charts.bars(GROUPS, SCORES, unit="分"), width=600))
    assert {"89.90", "83.10", "分", *GROUPS} <= set(drawn)


def test_a_missing_figure_is_drawn_as_nothing_and_never_as_zero():
    options = charts.bars(GROUPS, SCORES)
    assert options["series"][0]["data"][1] is None
    drawn = charts.svg(options, width=600)
    assert drawn.count('fill="#0b5468"') == 2


@pytest.mark.parametrize("kind", [charts.bars, charts.lines])
def test_paper_gets_the_light_theme_and_one_face(kind):
    drawn = charts.svg(kind(GROUPS, {**SCORES, "去年": [1, 2, 3]}), width=600)
    assert "--" not in drawn
    assert "#0b5468" in drawn
    assert "#b5772b" in drawn
    assert set(re.findall(r"font-family:([^;\"]*)", drawn)) == {"Noto Sans SC"}


@pytest.mark.parametrize("kind", [charts.bars, charts.lines])
def test_letters_keep_their_colour_on_paper(kind):
    options = kind(GROUPS, SCORES)
    (series,) = options["series"]
    assert series["label"]["color"] == "--ink"
    letters = re.findall(r"<text[^>]*>", charts.svg(options, width=600))
    assert [it for it in letters if "stroke=" in it] == []


def test_many_bars_lie_one_below_the_other_and_fit_a_page():
    names = [f"第{n}小学教育集团" for n in range(1, 25)]
    two = charts.bars(names, {"本校得分": range(24), "最终得分": range(24)})
    assert two["yAxis"]["data"] == names
    assert 280 < two["drawnHeight"] <= charts.TALLEST
    assert set(texts(charts.svg(two, width=640))) >= {*names, "25"}


def test_bars_too_thin_for_figures_leave_them_to_the_table():
    names = [str(n) for n in range(90)]
    options = charts.bars(names, {"分": range(90)})
    assert options["drawnHeight"] == charts.TALLEST
    assert not options["series"][0]["label"]["show"]


def test_names_are_text_and_no_markup():
    names = ["<b>甲</b>", "--c1", "乙&丙"]
    drawn = charts.svg(charts.bars(names, {"分": [1, 2, 3]}), width=900)
    assert "<b>" not in drawn
    assert "&lt;b&gt;" in drawn


def test_a_chart_on_a_page_carries_its_options_and_its_table():
    used = '<c-chart id="scores" title="各集团得分" :options="options"><table></table></c-chart>'
    page = engines["django"].from_string(CottonCompiler().process(used))
    options = charts.bars(["</script>"], {"分": [D("1.50")]})
    markup = page.render({"options": options})
    (data,) = re.findall(
        r'<script id="scores-options" type="application/json">(.*?)</script>', markup
    )
    assert json.loads(data) == options
    assert 'data-chart="scores-options"' in markup
    assert markup.index("application/json") < markup.index("<table>")
