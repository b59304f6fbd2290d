"""What a report is of: key, span, as-of day; when a schedule falls."""

import dataclasses
import datetime

import pytest

from core.school_years import default_term
from directory.selectors.calendar import TermDays
from reports.enums import ReportKind
from reports.periods import (
    due_on,
    month_after,
    month_before,
    monthly,
    next_due,
    of_group,
    of_term,
    yearly,
)


D = datetime.date
# By the rule, but for one term that the bureau ended before the Spring Festival of 2024.
TERMS = [
    TermDays(2023, 1, D(2023, 9, 1), D(2024, 2, 2), own=True),
    TermDays(2023, 2, *default_term(2023, 2), own=False),
    TermDays(2024, 1, *default_term(2024, 1), own=False),
    TermDays(2024, 2, *default_term(2024, 2), own=False),
    TermDays(2025, 1, *default_term(2025, 1), own=False),
    TermDays(2025, 2, *default_term(2025, 2), own=False),
]


@pytest.mark.parametrize(
    ("subject", "first", "last", "label"),
    [
        (yearly(1, 2023), D(2023, 9, 1), D(2024, 8, 31), "2023—2024学年"),
        (of_group(1, 2023, 7), D(2023, 9, 1), D(2024, 8, 31), "2023—2024学年"),
        (monthly(1, D(2024, 2, 17)), D(2024, 2, 1), D(2024, 2, 29), "2024年2月"),
        (monthly(1, D(2023, 2, 1)), D(2023, 2, 1), D(2023, 2, 28), "2023年2月"),
        (monthly(1, D(2024, 12, 31)), D(2024, 12, 1), D(2024, 12, 31), "2024年12月"),
        (of_term(1, TERMS[0]), D(2023, 9, 1), D(2024, 2, 2), "2023—2024学年第一学期"),
        (of_term(1, TERMS[3]), D(2025, 2, 1), D(2025, 8, 31), "2024—2025学年第二学期"),
    ],
)
def test_x28_span(subject, first, last, label):
    assert (subject.first_day, subject.last_day, subject.span_label) == (first, last, label)


@pytest.mark.parametrize(
    ("today", "as_of"),
    [
        (D(2024, 8, 30), D(2024, 8, 30)),
        (D(2024, 8, 31), D(2024, 8, 31)),
        (D(2024, 9, 1), D(2024, 8, 31)),
        (D(2030, 1, 1), D(2024, 8, 31)),
    ],
)
def test_x14_as_of_is_the_last_day_or_today_before_it(today, as_of):
    assert yearly(1, 2023).as_of(today) == as_of


def test_x14_every_paper_has_a_key_of_its_own():
    papers = [
        yearly(1, 2023), yearly(1, 2024), yearly(2, 2023), of_group(1, 2023, 5),
        of_group(1, 2023, 6), monthly(1, D(2024, 1, 1)), monthly(1, D(2024, 2, 1)),
        of_term(1, TERMS[0]), of_term(1, TERMS[1]), of_term(1, TERMS[2]),
        of_group(1, 2023, 1), of_group(1, 2023, 2),
    ]  # fmt: skip
    assert len({it.key for it in papers}) == len(papers)
    moved = dataclasses.replace(TERMS[0], last=D(2024, 1, 26))
    assert of_term(1, moved).key == of_term(1, TERMS[0]).key
    assert monthly(1, D(2024, 1, 31)).key == monthly(1, D(2024, 1, 1)).key
    assert monthly(1, D(2024, 8, 31)).school_year == 2023
    assert monthly(1, D(2024, 9, 1)).school_year == 2024


@pytest.mark.parametrize(
    ("kind", "day", "today", "due"),
    [
        (ReportKind.MONTHLY, 5, D(2024, 10, 5), D(2024, 10, 5)),
        (ReportKind.MONTHLY, 5, D(2024, 10, 4), D(2024, 9, 5)),
        (ReportKind.MONTHLY, 28, D(2024, 3, 1), D(2024, 2, 28)),
        (ReportKind.MONTHLY, 5, D(2025, 1, 1), D(2024, 12, 5)),
        (ReportKind.YEARLY, 10, D(2024, 9, 10), D(2024, 9, 10)),
        (ReportKind.YEARLY, 10, D(2024, 9, 9), D(2023, 9, 10)),
        (ReportKind.GROUP, 10, D(2025, 6, 1), D(2024, 9, 10)),
        (ReportKind.TERM, 5, D(2024, 3, 5), D(2024, 3, 5)),
        (ReportKind.TERM, 28, D(2024, 9, 27), D(2024, 3, 28)),
        (ReportKind.TERM, 5, D(2025, 2, 5), D(2025, 2, 5)),
        (ReportKind.TERM, 5, D(2025, 2, 4), D(2024, 9, 5)),
    ],
)
def test_x28_when_a_schedule_falls(kind, day, today, due):
    assert due_on(kind, day, today, TERMS) == due


@pytest.mark.parametrize(
    ("kind", "made_on", "today", "due"),
    [
        (ReportKind.MONTHLY, None, D(2024, 10, 6), D(2024, 10, 5)),
        (ReportKind.MONTHLY, D(2024, 10, 5), D(2024, 10, 6), D(2024, 11, 5)),
        (ReportKind.MONTHLY, D(2024, 12, 5), D(2024, 12, 31), D(2025, 1, 5)),
        (ReportKind.MONTHLY, D(2024, 9, 20), D(2024, 10, 4), D(2024, 10, 5)),
        (ReportKind.YEARLY, D(2024, 9, 5), D(2024, 10, 1), D(2025, 9, 5)),
        (ReportKind.TERM, D(2024, 3, 5), D(2024, 3, 6), D(2024, 9, 5)),
        (ReportKind.TERM, D(2024, 9, 5), D(2024, 12, 6), D(2025, 2, 5)),
        (ReportKind.TERM, None, D(2025, 2, 6), D(2025, 2, 5)),
    ],
)
def test_x28_the_next_day_of_a_schedule(kind, made_on, today, due):
    assert next_due(kind, 5, made_on, today, TERMS) == due


def test_the_month_before_and_after():
    assert month_before(D(2024, 3, 31)) == D(2024, 2, 1)
    assert month_before(D(2024, 1, 1)) == D(2023, 12, 1)
    assert month_after(D(2024, 1, 31)) == D(2024, 2, 1)
    assert month_after(D(2024, 12, 1)) == D(2025, 1, 1)
