"""The content of each kind of paper, read once and frozen."""

import dataclasses
import datetime
from collections.abc import Mapping, Sequence

from assessment.selectors import setup
from core.actor import Actor
from core.errors import Denied
from directory.selectors import cards, people
from filings.enums import ObjectionState
from filings.selectors.objections import objections_visible_to
from groups.selectors import groups, papers
from groups.selectors.groups import GroupOn
from policies import selectors as policies
from reports.documents import appendix, basics, blocks, exchange, findings, months, scores
from reports.enums import ReportKind
from reports.periods import Subject
from reports.selectors import figures
from reports.selectors.exchange import Exchanged, exchanged
from reports.selectors.months import months_of


NO_GROUP = "没有这个集团，或不在您的范围内。"


@dataclasses.dataclass(frozen=True)
class Asked:
    """What a paper is asked of, by whom, for which day."""

    subject: Subject
    actor: Actor
    as_of: datetime.date
    district: object

    @property
    def place(self) -> str:
        return basics.place_word(self.district.name)

    def year(self, back: int = 0) -> figures.YearResults:
        subject = self.subject
        return figures.year_results(self.actor, subject.district_id, subject.school_year - back)

    def exchanged(self, groups: Mapping[int, str], group_id: int | None = None) -> Exchanged:
        """What the chapter on exchange tells, of these groups or of one of them."""
        subject = self.subject
        return exchanged(
            self.actor, subject.first_day, subject.last_day, self.as_of, groups=groups,
            group_id=group_id,
        )  # fmt: skip

    def undecided(self, school_year: int | None = None) -> int:
        district_id = self.subject.district_id
        return figures.undecided(self.actor, district_id, self.as_of, school_year)


def freeze(subject: Subject, *, actor: Actor, as_of: datetime.date) -> dict:
    """Everything the paper shows, as plain JSON; the queries do not grow with the rows.

    Raises Denied for a group that the actor does not see.
    """
    district = people.districts_visible_to(actor).filter(pk=subject.district_id).first()
    if district is None:
        raise Denied("这个行政区不在您的管理范围内。")
    asked = Asked(subject, actor, as_of, district)
    made = {
        ReportKind.YEARLY: _yearly,
        ReportKind.GROUP: _of_group,
        ReportKind.TERM: _of_term,
        ReportKind.MONTHLY: _monthly,
    }[subject.kind](asked)
    blocks.captioned(made["chapters"])
    return {
        "kind": subject.kind.value,
        "kind_label": subject.kind.label,
        "span": subject.span_label,
        "as_of": str(as_of),
        "unfinished": as_of < subject.last_day,
        "district": district.name,
        "authority": district.bureau_name,
        "is_sample": district.is_sample,
    } | made


def _yearly(asked: Asked) -> dict:
    subject, actor, as_of = asked.subject, asked.actor, asked.as_of
    seen = figures.overview(actor, as_of)
    year, last = asked.year(), asked.year(back=1)
    rules = policies.rules_for(subject.district_id, as_of)
    changes = papers.changes_between(actor, subject.first_day, as_of)
    undecided = asked.undecided(subject.school_year)
    seats = papers.seats_on([group.group_id for group in seen.groups], as_of)
    found = [
        *findings.of_groups(seen),
        *findings.of_results(year, undecided),
        *findings.of_rules(rules),
    ]
    chapters = [
        basics.basics(seen, asked.place),
        basics.groups_and_changes(seen, changes, "本学年"),
        exchange.chapter(asked.exchanged(_names(seen, changes)), "本学年"),
        scores.bundled(year, last, _rules_of(asked, year)),
        scores.derived(year),
        scores.added(year, last, figures.added_by_pool(year, last)),
        findings.chapter(found),
        appendix.members(1, seen.groups, seats, _cards(seats, as_of), actor.district_ids),
    ]
    if year.is_published:
        indicators = setup.indicators_of(actor, year.version)
        entrants = setup.entrants_of(actor, year.version, indicators)
        chapters.append(appendix.by_indicator(2, indicators, entrants))
    chapters.append(appendix.rules(3 if year.is_published else 2, rules))
    title = f"{asked.district.name}{subject.span_label}集团化办学年度报告"
    return {
        "title": title,
        "title_lines": [f"{asked.district.name}{subject.span_label}", "集团化办学年度报告"],
        "addressee": f"{asked.district.name}人民政府",
        "summary": [
            basics.state_said(seen, asked.place),
            *_year_summary(year),
            f"本报告数据截至{blocks.day(as_of)}。现将有关情况报告如下。",
        ],
        "figures": _frozen(figures.headline(seen, year, undecided)),
        "chapters": chapters,
    }


def _of_group(asked: Asked) -> dict:
    subject, actor = asked.subject, asked.actor
    group = groups.group_on(actor, subject.group_id, asked.as_of)
    if group is None:
        raise Denied(NO_GROUP)
    as_of = min(asked.as_of, group.until or asked.as_of)
    year, last = asked.year(), asked.year(back=1)
    judged_on = year.version.cut_off_on if year.is_published else as_of
    now = papers.seats_on([subject.group_id], as_of).get(subject.group_id, [])
    judged = papers.seats_on([subject.group_id], judged_on).get(subject.group_id, [])
    only = frozenset(pk for seat in judged for pk in seat.school_ids)
    listed = [
        it
        for it in papers.changes_between(actor, subject.first_day, asked.as_of)
        if it.group_id == subject.group_id
    ]
    known = _cards({subject.group_id: now}, as_of)
    named = {group.group_id: group.facts.name}
    line = _line(group, now, known)
    chapters = [
        blocks.chapter("基本情况", [blocks.said(_group_said(group, line, as_of))]),
        blocks.chapter("成员变动", basics.changes_told(listed, "本学年"), own_page=False),
        exchange.chapter(asked.exchanged(named, group.group_id), "本学年"),
        scores.bundled(year, last, _rules_of(asked, year), only),
        scores.derived(year, only),
        scores.added(year, last, figures.added_by_pool(year, last), only),
        appendix.members(
            1, [line], {subject.group_id: now}, known, actor.district_ids, title="集团成员"
        ),
    ]
    name = group.facts.name
    inside = [row for row in year.rows if row.school_id in only]
    scored = [row for row in inside if row.final is not None]
    return {
        "title": f"{name}{subject.span_label}度报告",
        "title_lines": [name, f"{subject.span_label}度报告"],
        "addressee": f"{asked.district.name}人民政府",
        "summary": [
            _group_said(group, line, as_of),
            scores.year_said(year),
            *([_scores_said(inside)] if scored else []),
            f"本报告数据截至{blocks.day(asked.as_of)}。现将有关情况报告如下。",
        ],
        "figures": _frozen(
            [
                figures.Figure("members", "成员", len(line.members), "个", line.type_label),
                figures.Figure(
                    "scored", "有最终得分的学校", len(scored) if year.is_published else "未发布",
                    "所", year.label,
                ),
                figures.Figure("changes", "本学年变动", len(listed), "次", "成立、解散和成员变动"),
            ]
        ),
        "chapters": chapters,
    }  # fmt: skip


def _monthly(asked: Asked) -> dict:
    place, span = asked.district.name, asked.subject.span_label
    told = _of_days(asked, "本月", f"本月报数据截至{blocks.day(asked.as_of)}。")
    title = f"{place}集团化办学工作月报"
    return told | {"title": f"{title}（{span}）", "title_lines": [title, f"（{span}）"]}


def _of_term(asked: Asked) -> dict:
    term = asked.subject.term
    lines = [f"{asked.district.name}{asked.subject.span_label}", "集团化办学工作总结"]
    days = f"本学期自{blocks.day(term.first)}至{blocks.day(term.last)}"
    closing = f"{days}，本总结数据截至{blocks.day(asked.as_of)}。"
    return _of_days(asked, "本学期", closing, by_month=True) | {
        "title": "".join(lines),
        "title_lines": lines,
    }


def _of_days(asked: Asked, span: str, closing: str, *, by_month: bool = False) -> dict:
    """A bulletin, or with ``by_month`` a term's report: what stands on its day, what went on."""
    subject, actor, as_of = asked.subject, asked.actor, asked.as_of
    seen = figures.overview(actor, as_of)
    changes = papers.changes_between(actor, subject.first_day, as_of)
    undecided = asked.undecided()
    rules = policies.rules_for(subject.district_id, as_of)
    news = _news(asked, span)
    found = [*findings.of_groups(seen), *findings.of_results(asked.year(), undecided)]
    found += findings.of_rules(rules)
    went_on = asked.exchanged(_names(seen, changes))
    each = months_of(actor, went_on.exchange) if by_month else []
    changed = f"变动{len(changes)}次。" if changes else "没有变动。"
    return {
        "addressee": f"{asked.district.name}人民政府",
        "summary": [
            basics.state_said(seen, asked.place),
            f"{span}集团和成员{changed}{exchange.in_short(went_on, span)}{''.join(news)}",
            closing,
        ],
        "figures": _frozen(_figures_of_days(seen, changes, undecided, span)),
        "chapters": [
            basics.basics(seen, asked.place),
            basics.groups_and_changes(seen, changes, span),
            exchange.chapter(went_on, span),
            *([] if all(it.is_empty for it in each) else [months.chapter(each, span)]),
            blocks.chapter("考核与异议", [blocks.said(text) for text in news], own_page=False),
            findings.chapter(found),
        ],
    }


def _names(seen: figures.Overview, changes: Sequence[papers.GroupChange]) -> dict[int, str]:
    """The groups of the day, then those that were dissolved in the span, by id."""
    names = {group.group_id: group.name for group in seen.groups}
    return names | {it.group_id: it.name for it in changes if it.group_id not in names}


def _figures_of_days(seen, changes, undecided, span: str) -> list[figures.Figure]:
    headline = figures.headline(seen, figures.YearResults(0), undecided)
    return [
        *(it for it in headline if it.key in {"groups", "covered", "outside"}),
        figures.Figure("undecided", "待处理异议", undecided, "条", "全部公示合计"),
        figures.Figure("changes", f"{span}变动", len(changes), "次", "集团和成员"),
    ]


def _news(asked: Asked, span: str) -> list[str]:
    """What was published and objected to in the month or term. Two queries."""
    days = (asked.subject.first_day, asked.as_of)
    published = figures.published_between(asked.actor, asked.subject.district_id, *days)
    filed = objections_visible_to(asked.actor).filter(notice__district_id=asked.subject.district_id)
    told = [
        f"{blocks.day_of(at)}发布{version.year_label}捆绑考核结果（第{version.version}版）。"
        for version, at in published
    ] or [f"{span}没有发布考核结果。"]
    states = list(filed.filter(filed_at__date__range=days).order_by("pk").values_list("state"))
    decided = [it for (it,) in states if it not in {ObjectionState.OPEN, ObjectionState.WITHDRAWN}]
    if states:
        told.append(f"{span}收到异议{len(states)}条，其中已处理{len(decided)}条。")
    else:
        told.append(f"{span}没有收到异议。")
    return told


def _year_summary(year: figures.YearResults) -> list[str]:
    if not year.is_published:
        return [scores.year_said(year)]
    said = f"{scores.year_said(year)}{scores.counts_said(year)}"
    return [said + _scores_said(year.cores, "核心校")]


def _scores_said(rows, whose: str = "") -> str:
    """The final scores, pool by pool, each in a sentence: 小学类核心校最终得分：……。"""
    by_pool: dict[str, list[str]] = {}
    for row in rows:
        if row.final is not None:
            by_pool.setdefault(row.pool, []).append(f"{row.name}{row.final:.2f}分")
    return "".join(
        f"{pool}类{whose}最终得分：{'、'.join(names)}。" for pool, names in by_pool.items()
    )


def _group_said(group: GroupOn, line: figures.GroupLine, as_of: datetime.date) -> str:
    over = f"，{blocks.day(group.until)}解散" if group.until and group.until < as_of else ""
    members = "、".join(line.members)
    held = f"成员{len(line.members)}个：{members}" if line.members else "没有成员"
    return (
        f"{line.name}为{line.type_label}集团，{blocks.day(line.since)}成立{over}。"
        f"截至{blocks.day(as_of)}，核心校为{line.core or '空缺'}，{held}。"
    )


def _line(group: GroupOn, seats, known) -> figures.GroupLine:
    def name(seat):
        if seat.cluster:
            return f"{seat.cluster}（{len(seat.inner_ids)} 校）"
        return known[seat.school_id].name

    return figures.GroupLine(
        group_id=group.group_id,
        name=group.facts.name,
        type=group.facts.type,
        district_id=group.facts.district_id,
        district="",
        core="、".join(name(seat) for seat in seats if seat.is_core),
        members=tuple(name(seat) for seat in seats if not seat.is_core),
        since=group.since,
    )


def _cards(seats: dict, on: datetime.date) -> dict[int, cards.Card]:
    inside = {pk for held in seats.values() for seat in held for pk in seat.school_ids}
    return cards.cards_on(on, inside)


def _rules_of(asked: Asked, year: figures.YearResults):
    """The rules with which the year was reckoned: those of its cut-off day."""
    if not year.is_published:
        return None
    return policies.rules_for(asked.subject.district_id, year.version.cut_off_on)


def _frozen(listed: list[figures.Figure]) -> list[dict]:
    return [dataclasses.asdict(figure) for figure in listed]
