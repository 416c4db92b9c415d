"""How a month is written in an address, and laid out on a page."""

from __future__ import annotations

import re
from calendar import Calendar
from datetime import date

FIRST_YEAR, LAST_YEAR = 2000, 2100


def read_month(text: str) -> date | None:
    """The first day of a month written '2026-11'; None for anything else, as it comes from the address bar."""
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    return date(int(found[1]), int(found[2]), 1)


def write_month(day: date) -> str:
    """'2026-11', as addresses write a month."""
    return f"{day:%Y-%m}"


def month_after(first: date, months: int = 1) -> date:
    """The first day of the month so many months later, or earlier."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def weeks_of(first: date) -> list[list[date]]:
    """The days of a month in weeks from Monday, filled up with the neighbours' days."""
    return Calendar().monthdatescalendar(first.year, first.month)
