"""A sample paper that uses every part: cover, contents, text, charts, long and wide tables."""

import datetime
from decimal import Decimal as D

from django.template import engines

from core import charts
from core.pdf import paper
from core.templatetags.paper import Column


RARE = "㛃𠅤䶮𬱖㸆𤧛堃祎玥垚犇淼𣲗𫍯𬭸𬶍龘靐㐂镕珺𫖯𬸪〇㎡№‰×÷Σ≤≥①"
SCHOOLS = ["实验小学", "城东小学", "实验二小", "江滨小学", "屏都小学", "黄田镇校", "竹口小学"]
META = paper.Meta(
    title="青禾县2025—2026学年集团化办学年度报告",
    author="青禾县教育局",
    made_at=datetime.datetime(
        2026, 10, 14, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=8))
    ),
)

EXCHANGE = (
    "全学年交流轮岗教师33人，其中派驻任教、支教18人，跟岗11人，走教4人；期满考核优秀4人、合格29人。"
    "每所成员校均有核心校派驻的骨干教师的集团8个。"
)
SCORING = (
    "22个考核单元中，20个已有综合得分。小学组实验小学89.96分、城东小学87.03分、实验二小86.17分、"
    "江滨小学85.65分、屏都小学83.10分。隆宫乡小未出分，五都小学综合得分因此未计算，本稿照此列明。"
    "按核心校自身得分占80%、成员校均分占20%计算，各校得分由来见附件。"
)
PROBLEM = (
    "集团内部教师交流仍以走教为主，派驻一学年以上的骨干教师偏少；成员校教研活动记录不全，"
    "联合教研的质量有待提高。下一学年，各集团应当在九月底前报送年度工作计划，并按月填报活动记录。"
)
YEAR = "2025年9月1日至2026年8月31日"
RETURNED = YEAR + "，其间返回原校参加县级教研活动两周"

COVER = """{% extends "pdf/cover.html" %}{% load paper %}
{% block text %}
<p>2025—2026学年，全县组建教育集团11个，其中融合型2个、共建型9个，参加学校（含校区、学部）24所。现将有关情况报告如下。</p>
{% heading 1 "基本情况" %}
{% heading 2 "教师交流" %}
{% for n in "123"|make_list %}<p>{{ exchange }}</p>{% endfor %}
{% heading 3 "派驻与支教" %}
<p>各集团核心校向成员校派出骨干教师，名单见<a href="#appendix">附件</a>。</p>
{% heading 4 "生僻字" %}
<p>教师姓名：{% for c in rare %}<span class="name">王{{ c }}</span>、{% endfor %}均能印出。</p>
{% heading 2 "捆绑考核" %}
{% for n in "12345"|make_list %}<p>{{ scoring }}</p>{% endfor %}
<p class="signature"><span>青禾县教育局<br>2026年10月14日</span></p>
{% endblock %}"""

BODY = """{% extends "pdf/chapter.html" %}{% load paper %}
{% block text %}
{% heading 1 "存在的问题和下一步打算" %}
{% for part in parts %}
{% heading 2 part %}
{% for n in "123"|make_list %}<p>{{ problem }}</p>{% endfor %}
{% endfor %}
{% endblock %}"""

TABLES = """{% extends "pdf/tables.html" %}{% load paper %}
{% block text %}
{% heading 1 "附表" %}
{% heading 2 "集团得分" %}
<figure>{% chart bars %}<figcaption>图1　各集团综合得分</figcaption></figure>
{% table "表1　各集团综合得分" score_columns scores %}
<p class="note">注：得分保留两位小数；“—”表示未计算。</p>
{% heading 2 "三年走势" %}
<figure>{% chart lines %}<figcaption>图2　三年走势</figcaption></figure>
{% table "表2　三年走势" trend_columns trend %}
{% heading 2 "交流教师名册" %}
<p id="appendix">名册按学校排列。</p>
{% table "表3　交流教师名册" roster_columns roster %}
<section class="wide">
{% heading 2 "各校指标得分" %}
{% table "表4　各校指标得分" wide_columns wide %}
</section>
{% endblock %}"""


def chapters() -> list[str]:
    """The chapters of the sample, with its contents page after the cover."""
    headings = paper.Headings()
    groups = [f"{name}教育集团" for name in SCHOOLS]
    scores = [D("89.96"), D("87.03"), D("86.17"), D("85.65"), D("83.10"), None, D("80.15")]
    years = ["2023—2024", "2024—2025", "2025—2026"]
    trend = {
        "小学组": [D("81.20"), D("83.40"), D("86.90")],
        "初中组": [D("84.00"), None, D("88.10")],
    }
    context = {
        "headings": headings,
        "authority": "青禾县教育局文件",
        "document_number": "青教〔2026〕×号",
        "title": ["青禾县2025—2026学年", "集团化办学年度报告"],
        "addressee": "县人民政府",
        "rare": RARE,
        "exchange": EXCHANGE,
        "scoring": SCORING,
        "problem": PROBLEM,
        "parts": ["教师交流", "联合教研", "资源共享", "督导整改", "经费保障"],
        "bars": charts.bars(groups, {"综合得分": scores}, unit="分"),
        "score_columns": [
            Column("序号", 4, "number"),
            Column("教育集团"),
            Column("综合得分", 8, "number"),
        ],
        "scores": [
            (n, name, score or "—")
            for n, (name, score) in enumerate(zip(groups, scores, strict=True), start=1)
        ],
        "lines": charts.lines(years, trend, unit="分"),
        "trend_columns": [Column("学年"), *(Column(name, 8, "number") for name in trend)],
        "trend": [(year, *(it[n] or "—" for it in trend.values())) for n, year in enumerate(years)],
        "roster_columns": [
            Column("序号", 4, "number"),
            Column("姓名", 6, "name"),
            Column("派出学校", 10),
            Column("到任学校", 10),
            Column("起止"),
        ],
        "roster": [
            (
                n + 1,
                f"王{RARE[n % 24]}",
                SCHOOLS[n % 7],
                SCHOOLS[(n + 1) % 7],
                YEAR if n % 5 else RETURNED,
            )
            for n in range(120)
        ],
        "wide_columns": [
            Column("学校", 8),
            *(Column(f"指标{n}", 0, "number") for n in range(1, 15)),
        ],
        "wide": [
            (SCHOOLS[n % 7], *(f"{80 + (n * 7 + k) % 200 / 10:.2f}" for k in range(14)))
            for n in range(60)
        ],
    }
    made = [engines["django"].from_string(it).render(context) for it in (COVER, BODY, TABLES)]
    return [made[0], paper.CONTENTS, *made[1:]]
