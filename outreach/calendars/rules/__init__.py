"""Rules of calendars: pure, read and tested without Flask and without a database."""

from outreach.calendars.rules.months import FIRST_YEAR, LAST_YEAR, month_after, read_month, weeks_of, write_month
from outreach.calendars.rules.public import (
    CANCELLED_DAYS,
    COLOURS,
    COUNTY_COLOUR,
    COUNTY_SLUG,
    PAST_DAYS,
    Colour,
    Standing,
    View,
    colour_of,
    next_change,
    shown_until,
    standing_of,
)

__all__ = [
    "CANCELLED_DAYS",
    "COLOURS",
    "COUNTY_COLOUR",
    "COUNTY_SLUG",
    "FIRST_YEAR",
    "LAST_YEAR",
    "PAST_DAYS",
    "Colour",
    "Standing",
    "View",
    "colour_of",
    "month_after",
    "next_change",
    "read_month",
    "shown_until",
    "standing_of",
    "weeks_of",
    "write_month",
]
