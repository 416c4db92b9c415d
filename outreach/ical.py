"""Calendar text, pure: a `CalendarEvent` becomes one VEVENT, and stored VEVENTs become a feed.

The only file of the application that imports icalendar. An event is rendered once, when it changes, and its text is
kept; a feed joins kept texts. So nothing here reads the clock, and the same event gives the same bytes always.

icalendar 7.3.0 builds the properties and their parameters. Two things are done here instead, each with a test:
escaping, because vText writes the text `C:\\New` as a line break and "ew", and folding, because Contentline can cut an
escaped backslash in two. icalendar's vInline carries a value that is escaped already, or needs no escaping.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event
from icalendar.prop import vDDDTypes, vInline

LONDON = ZoneInfo("Europe/London")
PRODUCT = "-//County recruitment outreach//Calendars//EN"
POLL = "PT1H"
"""How often we suggest that a client asks again. A minimum; Google and Outlook follow rules of their own."""

FIRST_YEAR = 1996
"""The rules of TIMEZONE have been in force since then; earlier summers ended on other Sundays."""

CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0xFEFF)) | {0x09: " "}
"""What becomes of characters that no text may hold: C0, DEL and C1 controls, and the byte order mark."""

TIMEZONE = b"""\
BEGIN:VTIMEZONE
TZID:Europe/London
X-LIC-LOCATION:Europe/London
BEGIN:DAYLIGHT
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
TZNAME:BST
DTSTART:19700329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
TZNAME:GMT
DTSTART:19701025T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
""".replace(b"\n", b"\r\n")
"""Written out by hand: see docs/decisions/0005-fixed-timezone-block.md."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarFeed:
    """What a feed says of itself. `colour_name` is a CSS colour name, `colour_hex` the same colour as #RRGGBB."""

    name: str
    description: str
    colour_name: str
    colour_hex: str


def render_event(event: CalendarEvent) -> bytes:
    """The text of one VEVENT, with CRLF after every line. Any text is taken; see `clean_text` for what it becomes.

    Raises ValueError for what no text could say truly: no usable UID, a negative sequence, a time without a zone, an
    end that is not after the start, a time that comes twice as the clocks go back, a place or an address that cannot
    be. The message says which.
    """
    return b"".join(_folded(line) for line in _lines(_component(event)))


def assemble(feed: CalendarFeed, components: Iterable[bytes]) -> bytes:
    """A whole feed from texts of `render_event`, in the order given. Without any it is still a valid calendar.

    The caller orders (by start, then id) and sees to it that a UID comes once.
    """
    return _calendar(_about(feed), components)


def single(*events: CalendarEvent) -> bytes:
    """A single file to download, of one event or some. It names no calendar, so that a client adds them to its own."""
    return _calendar((), map(render_event, events))


def clean_text(text: str) -> str:
    """The text as a calendar can carry it: what readers of a feed get back.

    Whatever Python's `splitlines` takes for a line break becomes a newline, since some readers (vdirsyncer) split a
    feed that way, and a title must not be able to begin a new line there. A tab becomes a space; other control
    characters, byte order marks and lone surrogates go; so does space around the whole.
    """
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return "\n".join(line.translate(CONTROLS) for line in whole.splitlines()).strip()


def clean_line(text: str) -> str:
    """`clean_text` on one line, for titles, places and names."""
    return clean_text(text).replace("\n", " ")


def comes_twice(moment: datetime) -> bool:
    """Whether London's clocks show the time of this moment twice. No such time can be written so that all read it alike
    (given the first pass, icalendar reads the first and ical.js, as in Thunderbird, the second); forms refuse it.
    """
    local = _utc(moment, "the moment").astimezone(LONDON)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _component(event: CalendarEvent) -> Component:
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
    component.add("SUMMARY", _text(f"Cancelled: {summary}" if cancelled else summary))
    if description := "\n\n".join(part for part in (clean_text(event.description), url) if part):
        component.add("DESCRIPTION", _text(description))
    if location := clean_line(event.location):
        component.add("LOCATION", _text(location))
    if event.geo is not None:
        component.add("GEO", vInline(_geo(*event.geo)))
    if url:
        component.add("URL", vInline(url))
    # ical.js takes the comma after an escaped backslash for an escaped one, so no category may end in a backslash.
    if categories := [name for raw in event.categories if (name := clean_line(raw).rstrip("\\"))]:
        component.add("CATEGORIES", vInline(",".join(map(_escaped, categories))))
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


def _about(feed: CalendarFeed) -> Iterator[tuple[str, vInline]]:
    if not re.fullmatch(r"[a-z]{3,30}", feed.colour_name):
        raise ValueError(f"not a CSS colour name: {feed.colour_name!r}")
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", feed.colour_hex):
        raise ValueError(f"not a colour as #RRGGBB: {feed.colour_hex!r}")
    name, description = _text(clean_line(feed.name)), _text(clean_text(feed.description))
    yield "NAME", name
    yield "X-WR-CALNAME", name
    yield "DESCRIPTION", description
    yield "X-WR-CALDESC", description
    yield "X-WR-TIMEZONE", vInline("Europe/London")
    yield "REFRESH-INTERVAL", vInline(POLL, params={"VALUE": "DURATION"})
    yield "X-PUBLISHED-TTL", vInline(POLL)
    yield "COLOR", vInline(feed.colour_name)
    yield "X-APPLE-CALENDAR-COLOR", vInline(feed.colour_hex)


def _calendar(about: Iterable[tuple[str, vInline]], components: Iterable[bytes]) -> bytes:
    calendar = Calendar()
    calendar.add("VERSION", vInline("2.0"))
    calendar.add("PRODID", vInline(PRODUCT))
    calendar.add("CALSCALE", vInline("GREGORIAN"))
    calendar.add("METHOD", vInline("PUBLISH"))
    for name, value in about:
        calendar.add(name, value)
    *opening, closing = map(_folded, _lines(calendar))
    return b"".join([*opening, TIMEZONE, *components, closing])


def _lines(component: Component) -> list[str]:
    """The component's lines in the order they were added, without icalendar's empty last one."""
    return [str(line) for line in component.content_lines(sorted=False) if line]


def _text(text: str) -> vInline:
    return vInline(_escaped(text))


def _escaped(text: str) -> str:
    """A TEXT value by RFC 5545 section 3.3.11; the text is clean, so a newline is its only control character."""
    return re.sub(r"[\\;,]", r"\\\g<0>", text).replace("\n", r"\n")


def _folded(line: str) -> bytes:
    """The line in pieces of at most 75 octets, cut neither inside a character nor inside an escape."""
    pieces: list[bytes] = []
    piece = b""
    for match in re.finditer(r"\\?.", line, re.DOTALL):
        token = match[0].encode()
        if len(piece) + len(token) > 75:
            pieces.append(piece)
            piece = b" "
        piece += token
    return b"\r\n".join([*pieces, piece]) + b"\r\n"


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
