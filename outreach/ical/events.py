"""One event as one audience may see it, and its VEVENT."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Component, Event
from icalendar.prop import vDDDTypes, vInline

from outreach.ical.text import clean_line, clean_text, escaped, folded, lines_of, text_value

LONDON = ZoneInfo("Europe/London")

FIRST_YEAR = 1996
"""The rules of TIMEZONE have been in force since then; earlier summers ended on other Sundays."""


class EventStatus(StrEnum):
    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Classification(StrEnum):
    PUBLIC = "PUBLIC"
    PRIVATE = "PRIVATE"


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarEvent:
    """One event as one audience may see it.

    `starts` and `ends` are both aware datetimes, or both dates for an event of whole days. `ends` is never part of the
    event: for whole days it is the day after the last one. `sequence` and `changed` rise with every visible change.
    `geo` is latitude and longitude in degrees. `busy` says whether the event takes the reader's own time.
    """

    uid: str
    sequence: int
    created: datetime
    changed: datetime
    starts: datetime | date
    ends: datetime | date
    summary: str
    description: str = ""
    location: str = ""
    geo: tuple[float, float] | None = None
    url: str = ""
    categories: tuple[str, ...] = ()
    status: EventStatus = EventStatus.CONFIRMED
    busy: bool = False
    classification: Classification = Classification.PUBLIC


def render_event(event: CalendarEvent) -> bytes:
    """The text of one VEVENT, with CRLF after every line. Any text is taken; see `clean_text` for what it becomes.

    Raises ValueError for what no text could say truly: no usable UID, a negative sequence, a time without a zone, an
    end that is not after the start, a time that comes twice as the clocks go back, a place or an address that cannot
    be. The message says which.
    """
    return b"".join(folded(line) for line in lines_of(component_of(event)))


def comes_twice(moment: datetime) -> bool:
    """Whether London's clocks show the time of this moment twice. No such time can be written so that all read it alike
    (given the first pass, icalendar reads the first and ical.js, as in Thunderbird, the second); forms refuse it.
    """
    local = _utc(moment, "the moment").astimezone(LONDON)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def component_of(event: CalendarEvent) -> Component:
    cancelled = event.status is EventStatus.CANCELLED
    starts, ends = _span(event.starts, event.ends)
    changed = _utc(event.changed, "changed")
    url = _address(event.url)
    summary = clean_line(event.summary)
    if event.sequence < 0:
        raise ValueError(f"a sequence is never negative: {event.sequence}")
    component = Event()
    component.add("UID", vInline(_uid(event.uid)))
    component.add("SEQUENCE", event.sequence)
    component.add("DTSTAMP", changed)
    component.add("CREATED", _utc(event.created, "created"))
    component.add("LAST-MODIFIED", changed)
    component.add("DTSTART", vDDDTypes(starts))
    component.add("DTEND", vDDDTypes(ends))
    component.add("SUMMARY", text_value(f"Cancelled: {summary}" if cancelled else summary))
    if description := "\n\n".join(part for part in (clean_text(event.description), url) if part):
        component.add("DESCRIPTION", text_value(description))
    if location := clean_line(event.location):
        component.add("LOCATION", text_value(location))
    if event.geo is not None:
        component.add("GEO", vInline(_geo(*event.geo)))
    if url:
        component.add("URL", vInline(url))
    # ical.js takes the comma after an escaped backslash for an escaped one, so no category may end in a backslash.
    if categories := [name for raw in event.categories if (name := clean_line(raw).rstrip("\\"))]:
        component.add("CATEGORIES", vInline(",".join(map(escaped, categories))))
    component.add("STATUS", vInline(event.status))
    component.add("CLASS", vInline(event.classification))
    component.add("TRANSP", vInline("OPAQUE" if event.busy and not cancelled else "TRANSPARENT"))
    component.add("X-MICROSOFT-CDO-BUSYSTATUS", vInline(_busy_status(event.busy, event.status)))
    return component


def _busy_status(busy: bool, status: EventStatus) -> str:
    """Outlook's own word, which unlike TRANSP can tell a held time from a taken one."""
    if not busy or status is EventStatus.CANCELLED:
        return "FREE"
    return "TENTATIVE" if status is EventStatus.TENTATIVE else "BUSY"


def _span(starts: datetime | date, ends: datetime | date) -> tuple[datetime | date, datetime | date]:
    """Both ends as they are written: London's time, or dates."""
    match starts, ends:
        case datetime(), datetime():
            first, last = _utc(starts, "starts"), _utc(ends, "ends")
            if last <= first:
                raise ValueError(f"the event ends at {last}, not after its start at {first}")
            return _london(first), _london(last)
        case (datetime(), _) | (_, datetime()):
            raise ValueError("starts and ends must both be times or both be dates")
    if ends <= starts:
        raise ValueError(f"the event ends on {ends}, not after its first day {starts}")
    return starts, ends


def _utc(moment: datetime, field: str) -> datetime:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"{field} has no time zone: {moment}")
    return moment.astimezone(UTC).replace(microsecond=0)


def _london(moment: datetime) -> datetime:
    local = moment.astimezone(LONDON)
    if local.year < FIRST_YEAR:
        raise ValueError(f"no calendar time before {FIRST_YEAR}: {moment}")
    if comes_twice(local):
        raise ValueError(f"this time comes twice as the clocks go back, and readers disagree which is meant: {moment}")
    return local


def _uid(uid: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._@-]{1,99}", uid):
        raise ValueError(f"a UID is 1 to 99 letters, digits, dots, hyphens, underscores and @: {uid!r}")
    return uid


def _geo(latitude: float, longitude: float) -> str:
    """Six decimals, about 10 cm: what RFC 5545 asks every reader to accept."""
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError(f"not a place on Earth: {latitude}, {longitude}")
    return f"{latitude:.6f};{longitude:.6f}"


def _address(url: str) -> str:
    """An absolute web address of ASCII only; what does not belong in one is percent-encoded, so it stays one line."""
    if not url:
        return ""
    address = quote(url, safe="%:/?#[]@!$&'()*+,;=-._~", errors="replace")
    if not re.match(r"https?://[^/?#]", address):
        raise ValueError(f"not an absolute web address: {url!r}")
    return address
