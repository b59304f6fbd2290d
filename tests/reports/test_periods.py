"""What a report is of: key, span, as-of day; when a schedule falls."""

import datetime

import pytest

from reports.enums import ReportKind
from reports.periods import due_on, month_before, monthly, next_due, of_group, yearly


D = datetime.date


@pytest.mark.parametrize(
    ("subject", "first", "last", "label"),
    [
        (yearly(1, 2023), D(2023, 9, 1), D(2024, 8, 31), "2023—2024学年"),
        (of_group(1, 2023, 7), D(2023, 9, 1), D(2024, 8, 31), "2023—2024学年"),
        (monthly(1, D(2024, 2, 17)), D(2024, 2, 1), D(2024, 2, 29), "2024年2月"),
        (monthly(1, D(2023, 2, 1)), D(2023, 2, 1), D(2023, 2, 28), "2023年2月"),
        (monthly(1, D(2024, 12, 31)), D(2024, 12, 1), D(2024, 12, 31), "2024年12月"),
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
    ]  # fmt: skip
    assert len({it.key for it in papers}) == len(papers)
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
    ],
)
def test_x28_when_a_schedule_falls(kind, day, today, due):
    assert due_on(kind, day, today) == due


@pytest.mark.parametrize(
    ("kind", "made_on", "today", "due"),
    [
        (ReportKind.MONTHLY, None, D(2024, 10, 6), D(2024, 10, 5)),
        (ReportKind.MONTHLY, D(2024, 10, 5), D(2024, 10, 6), D(2024, 11, 5)),
        (ReportKind.MONTHLY, D(2024, 12, 5), D(2024, 12, 31), D(2025, 1, 5)),
        (ReportKind.MONTHLY, D(2024, 9, 20), D(2024, 10, 4), D(2024, 10, 5)),
        (ReportKind.YEARLY, D(2024, 9, 5), D(2024, 10, 1), D(2025, 9, 5)),
    ],
)
def test_x28_the_next_day_of_a_schedule(kind, made_on, today, due):
    assert next_due(kind, 5, made_on, today) == due


def test_the_month_before():
    assert month_before(D(2024, 3, 31)) == D(2024, 2, 1)
    assert month_before(D(2024, 1, 1)) == D(2023, 12, 1)
