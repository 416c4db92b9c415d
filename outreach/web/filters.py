"""How figures, days and times read on a page: London's clock and the words of the GOV.UK style."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from flask import Flask

from outreach import clock
from outreach.web.fields.dates import say_time

Moment = date | datetime


def _day(value: Moment) -> date:
    """The London day of an instant; a plain date is already one."""
    return clock.local(value).date() if isinstance(value, datetime) else value


def say_date(value: Moment) -> str:
    """'22 November 2026'."""
    day = _day(value)
    return f"{day.day} {day:%B %Y}"


def say_weekday(value: Moment) -> str:
    """'Tuesday 24 November 2026'."""
    return f"{_day(value):%A} {say_date(value)}"


def say_short_date(value: Moment) -> str:
    """'24 Nov 2026', for tables."""
    day = _day(value)
    return f"{day.day} {day:%b %Y}"


def say_clock(value: datetime) -> str:
    """'5:30pm' in London."""
    return say_time(clock.local(value).time().replace(second=0, microsecond=0))


def say_times(start: datetime, end: datetime) -> str:
    """'9:30am to 11am'."""
    return f"{say_clock(start)} to {say_clock(end)}"


def say_when(start: datetime, end: datetime) -> str:
    """'Tuesday 24 November 2026, 9:30am to 11am'; over midnight both days are named."""
    if _day(start) == _day(end):
        return f"{say_weekday(start)}, {say_times(start, end)}"
    return f"{say_weekday(start)}, {say_clock(start)} to {say_weekday(end)}, {say_clock(end)}"


def plural(count: int, one: str, many: str = "") -> str:
    """'1 visit', '2 visits', '1,200 people'."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def say_span(length: timedelta) -> str:
    """A length of time in its largest whole unit: '3 days', '1 hour', 'less than a minute'."""
    seconds = int(length.total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return plural(seconds // size, unit)
    return "less than a minute"


def say_waiting(since: datetime) -> str:
    """How long something has waited: '3 days'."""
    return say_span(max(clock.now() - since, timedelta(0)))


def say_ago(moment: datetime) -> str:
    """'3 days ago'; 'just now' within the minute; what lies ahead is 'in 2 days'."""
    gap = clock.now() - moment
    if abs(gap) < timedelta(minutes=1):
        return "just now"
    return f"{say_span(gap)} ago" if gap > timedelta(0) else f"in {say_span(-gap)}"


def say_hours(value: Decimal) -> str:
    """'1 hour', '1.5 hours'."""
    return f"{value.normalize():f} hour{'' if value == 1 else 's'}"


def curl_quotes(text: str) -> str:
    """Typographic quotes for words of our own; people's own text is shown as they wrote it."""
    text = re.sub(r"(?<![\w’”.,!?)])\"", "“", text).replace('"', "”")
    return re.sub(r"(?<![\w’”.,!?)])'(?!\d0s)", "‘", text).replace("'", "’")


def register(app: Flask) -> None:
    app.jinja_env.filters.update(
        date=say_date,
        weekday=say_weekday,
        short_date=say_short_date,
        time=say_clock,
        times=say_times,
        when=say_when,
        waiting=say_waiting,
        ago=say_ago,
        span=say_span,
        hours=say_hours,
        plural=plural,
        quotes=curl_quotes,
    )
