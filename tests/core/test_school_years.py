import datetime

import pytest

from core.school_years import school_year_name, school_year_of


@pytest.mark.parametrize(
    ("day", "year", "name"),
    [
        ("2026-08-31", 2025, "2025—2026学年"),
        ("2026-09-01", 2026, "2026—2027学年"),
        ("2026-12-31", 2026, "2026—2027学年"),
        ("2027-01-01", 2026, "2026—2027学年"),
        ("2027-08-31", 2026, "2026—2027学年"),
    ],
)
def test_school_year_turns_on_1_september(day, year, name):
    day = datetime.date.fromisoformat(day)
    assert school_year_of(day) == year
    assert school_year_name(day) == name
