"""Charts: one plain dict of ECharts options feeds the screen and the paper (X-13).

Colours and faces stand in the options by the names of tokens.css (``--c1``, ``--ink-2``);
``static/js/charts.js`` puts in those of the page's theme, ``svg`` those of the light one. Every
chart goes with a table of its figures: on a phone the table takes its place.
"""

import functools
import json
import re
import threading
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import dukpy
from django.conf import settings


Value = Decimal | int | None  # None: no figure; the line has a gap, the bar is left out
PALETTE = ("--c1", "--c2", "--c3", "--c4", "--c5")
PAPER_FACE = "Noto Sans SC"
MOST_UPRIGHT = 8  # upright bars; the figures of more would run into each other
HEAD, BAR, BETWEEN = 56, 12, 6  # of lying bars, in CSS pixels
TALLEST = 800  # fits one page under its heading
# ECharts sets timers for animations and lazy updates, which one picture at once does not have.
BROWSERLESS = "var setTimeout = function () { return 0; }, clearTimeout = function () {};"
DRAW = """(function () {
  var chart = echarts.init(null, null, {
    renderer: "svg", ssr: true, width: dukpy.width, height: dukpy.height
  });
  chart.setOption(JSON.parse(dukpy.options));
  var drawn = chart.renderToSVGString();
  chart.dispose();
  return drawn;
})()"""


def bars(labels: Sequence[str], series: Mapping[str, Sequence[Value]], *, unit: str = "") -> dict:
    """A bar for each label and series, its figure at its end (scores of groups).

    Upright while the names have room beneath, else lying, one below the other.
    """
    options = _options(labels, series, unit=unit)
    lying = len(labels) * len(series) > MOST_UPRIGHT
    labelled = True
    if lying:
        wanted = HEAD + len(labels) * (BAR * len(series) + BETWEEN)
        options["drawnHeight"] = min(wanted, TALLEST)
        labelled = wanted <= TALLEST  # thinner bars have no room for figures; the table has them
        options["xAxis"], options["yAxis"] = options["yAxis"], options["xAxis"]
        options["yAxis"]["inverse"] = True  # the first on top
        options["yAxis"]["axisLabel"]["width"] = 150
        options["xAxis"]["nameTextStyle"] |= {"verticalAlign": "top", "lineHeight": 24}
        options["grid"] |= {"right": 56, "top": 32 if len(series) > 1 else 8}  # the unit is below
    drawn = {
        "type": "bar",
        "barMaxWidth": 36,
        "barCategoryGap": "20%",
        "label": _label("right" if lying else "top"),
    }
    drawn["label"]["show"] = labelled
    options["series"] = [
        drawn | {"name": name, "data": _points(values)} for name, values in series.items()
    ]
    return options


def lines(labels: Sequence[str], series: Mapping[str, Sequence[Value]], *, unit: str = "") -> dict:
    """A line for each series (a trend over years); a missing figure is a gap, never a zero."""
    options = _options(labels, series, unit=unit)
    options["yAxis"]["scale"] = True  # a trend between 80 and 90 is not drawn from 0
    drawn = {"type": "line", "symbol": "circle", "symbolSize": 7, "lineStyle": {"width": 2}}
    drawn["label"] = _label("top")
    options["series"] = [
        drawn | {"name": name, "data": _points(values)} for name, values in series.items()
    ]
    return options


def svg(options: dict, *, width: int) -> str:
    """The chart as SVG in the light theme; the same options give the same text (X-14).

    ``width`` in CSS pixels; the height is the options' own.
    """
    resolved = json.dumps(_resolved(options, _light_theme()))
    with _drawing:
        drawn = _runtime().evaljs(
            DRAW, options=resolved, width=width, height=options["drawnHeight"]
        )
    return _steady(drawn)


def _options(labels, series, *, unit: str) -> dict:
    """What bars and lines share. ``drawnHeight`` in CSS pixels is ours; ECharts passes over it."""
    text = {"color": "--ink-2", "fontFamily": "--sans", "fontSize": 12, "lineHeight": 15}
    several = len(series) > 1
    grid = {"left": 8, "right": 16, "top": 56 if several else 32, "bottom": 8}
    return {
        "animation": False,
        "drawnHeight": 280,
        "color": list(PALETTE),
        "textStyle": {"fontFamily": "--sans"},
        "grid": grid | {"containLabel": True},
        "legend": {
            "show": several,
            "top": 0,
            "left": "center",
            "itemWidth": 14,
            "itemHeight": 10,
            "textStyle": text,
        },
        "xAxis": {
            "type": "category",
            "data": list(labels),
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": "--line-2"}},
            "axisLabel": text
            | {"interval": 0, "width": 560 // max(len(labels), 5), "overflow": "break"},
        },
        "yAxis": {
            "type": "value",
            "name": unit,
            "nameTextStyle": dict(text),
            "axisLabel": text,
            "splitLine": {"lineStyle": {"color": "--line"}},
        },
    }


def _label(position: str) -> dict:
    # A border around letters would be drawn over them on paper.
    return {
        "show": True,
        "position": position,
        "color": "--ink",
        "fontFamily": "--sans",
        "fontSize": 11,
        "textBorderWidth": 0,
    }


def _points(values: Sequence[Value]) -> list:
    """Where each value is drawn, labelled as the table writes it: 83.10, not 83.1."""
    return [
        {"value": float(value), "label": {"formatter": str(value)}} if value is not None else None
        for value in values
    ]


def _resolved(value, theme: dict[str, str]):
    """The options with tokens' values for their names."""
    if isinstance(value, dict):
        return {key: _resolved(inner, theme) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, theme) for inner in value]
    if isinstance(value, str) and value.startswith("--"):
        return theme.get(value, value)
    return value


@functools.cache
def _light_theme() -> dict[str, str]:
    css = Path(settings.BASE_DIR, "static", "css", "tokens.css").read_text(encoding="utf-8")
    light = css[: css.index('[data-bs-theme="dark"]')]
    tokens = dict(re.findall(r"(--[a-z0-9-]+):\s*([^;]+);", light))
    return tokens | {"--sans": PAPER_FACE}


_drawing = threading.Lock()  # the runtime is one, and no thread may enter it beside another


@functools.cache
def _runtime() -> dukpy.JSInterpreter:
    """ECharts loaded once a process: an eighth of a second; a chart then takes a fiftieth."""
    source = Path(settings.BASE_DIR, "static", "generated", "echarts.js")
    runtime = dukpy.JSInterpreter()
    runtime.evaljs(BROWSERLESS + source.read_text(encoding="utf-8") + ";null")
    return runtime


def _steady(drawn: str) -> str:
    """Without what only a browser needs, and with names that do not count charts drawn before."""
    drawn = re.sub(r"<style.*?</style>", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r' (?:class|ecmeta_\w+|pointer-events)="[^"]*"', "", drawn)
    names = dict.fromkeys(re.findall(r"zr\d+-\w+", drawn))
    for number, name in enumerate(names):
        drawn = re.sub(rf"\b{name}\b", f"part-{number}", drawn)
    return drawn
