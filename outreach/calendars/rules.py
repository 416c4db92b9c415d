"""What a public calendar shows, for how long, and how a month is laid out."""

from __future__ import annotations

import re
from calendar import Calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from outreach.events.rules import EventStatus

PAST_DAYS = 60
"""How long an event stays in a feed after its last day: a client deletes what is missing."""

CANCELLED_DAYS = 30
"""How long one that is off stays, marked as cancelled: Outlook shows it as going ahead for as long as it is there."""

FIRST_YEAR, LAST_YEAR = 2000, 2100
COUNTY_SLUG = "county"


class View(Enum):
    """For whose eyes a stored text is."""

    PUBLIC = "public"
    STAFF = "staff"


class Standing(Enum):
    """How an event stands with the public."""

    HIDDEN = "hidden"  # never published, or it came from a visit request
    SHOWN = "shown"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"  # published once and then taken back


def standing_of(
    status: EventStatus, *, from_request: bool, published_at: datetime | None, unpublished_at: datetime | None
) -> Standing:
    """Whether the public may know of an event. A visit that was asked for is nobody else's business, ever."""
    if from_request or (published_at is None and unpublished_at is None):
        return Standing.HIDDEN
    if published_at is None or (unpublished_at is not None and unpublished_at >= published_at):
        return Standing.WITHDRAWN
    return Standing.CANCELLED if status is EventStatus.CANCELLED else Standing.SHOWN


def shown_until(last_day: date, standing: Standing) -> date:
    """The last London day on which an event is in the feeds."""
    return last_day + timedelta(days=PAST_DAYS if standing is Standing.SHOWN else CANCELLED_DAYS)


@dataclass(frozen=True)
class Colour:
    """A colour by its CSS name and its number: clients understand one or the other."""

    name: str
    hexadecimal: str


COUNTY_COLOUR = Colour("seagreen", "#2E8B57")
COLOURS = (
    Colour("teal", "#008080"),
    Colour("darkgreen", "#006400"),
    Colour("steelblue", "#4682B4"),
    Colour("indigo", "#4B0082"),
    Colour("firebrick", "#B22222"),
    Colour("darkorange", "#FF8C00"),
    Colour("saddlebrown", "#8B4513"),
    Colour("mediumvioletred", "#C71585"),
    Colour("darkslategray", "#2F4F4F"),
)


def colour_of(row: int, column: int) -> Colour:
    """A district's colour by its place on the map of tiles, so that neighbours differ. Never the only sign."""
    return COLOURS[((row - 1) * 3 + column - 1) % len(COLOURS)]


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
