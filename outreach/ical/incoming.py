"""Calendar text that comes back by mail: what one answer says, line by line.

Only the lines that an answer needs are read; the rest, time zones and the text of the event among it, is passed over.
So the work is in proportion to the text, whatever is in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from icalendar.parser import Contentline

from outreach.ical.text import clean_text

LONGEST_LINE = 20_000
_FOLD = re.compile(r"\r?\n[ \t]")
_WANTED = re.compile(r"(UID|SEQUENCE|DTSTAMP|RECURRENCE-ID|ATTENDEE|COMMENT)[;:]", re.IGNORECASE)
_STAMP = re.compile("([0-9]{8}T[0-9]{6})Z?")


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingCalendar:
    """What a calendar in a mail says. `entries` and `attendees` count; what follows is of the first of each.

    A missing SEQUENCE is 0, as RFC 5545 has it; a DTSTAMP without a zone is UTC, as it must be.
    """

    method: str
    entries: int
    uid: str
    sequence: int
    stamp: datetime | None
    recurring: bool
    attendees: int
    attendee: str
    answer: str
    comment: str


def read_incoming(text: str) -> IncomingCalendar | None:
    """Read a calendar text; None where it is none, or where it says something in two ways. Raises nothing."""
    try:
        return _read(text)
    except ValueError:
        return None


def _read(text: str) -> IncomingCalendar:
    calendars, methods, entries = _split(text)
    if calendars != 1 or len(methods) != 1:
        raise ValueError("not one calendar with one method")
    found = _parts(entries[0]) if entries else {}
    attendees = found.get("ATTENDEE", [])
    params, address = attendees[0] if attendees else ({}, "")
    comment = _only(found, "COMMENT", several=True) or params.get("X-RESPONSE-COMMENT", "")
    return IncomingCalendar(
        method=methods[0].strip().upper(),
        entries=len(entries),
        uid=clean_text(_only(found, "UID")),
        sequence=_sequence(_only(found, "SEQUENCE")),
        stamp=_stamp(_only(found, "DTSTAMP")),
        recurring="RECURRENCE-ID" in found,
        attendees=len(attendees),
        attendee=_address(address),
        answer=params.get("PARTSTAT", "").strip().upper(),
        comment=clean_text(comment),
    )


def _split(text: str) -> tuple[int, list[str], list[list[str]]]:
    """How many calendars there are, their methods, and the wanted lines of each entry. Alarms in it are passed over."""
    calendars = 0
    methods: list[str] = []
    entries: list[list[str]] = []
    open_now: list[str] = []
    for line in re.split("\r\n|\r|\n", _FOLD.sub("", text)):
        head = line[:40].strip().upper()
        if head.startswith("BEGIN:"):
            open_now.append(head.removeprefix("BEGIN:"))
            calendars += open_now == ["VCALENDAR"]
            if open_now == ["VCALENDAR", "VEVENT"]:
                entries.append([])
        elif head.startswith("END:"):
            if not open_now or open_now.pop() != head.removeprefix("END:"):
                raise ValueError("the components are not closed in their order")
        elif open_now == ["VCALENDAR"] and head.startswith("METHOD:"):
            methods.append(line.split(":", 1)[1])
        elif open_now == ["VCALENDAR", "VEVENT"] and _WANTED.match(line):
            entries[-1].append(line)
    if open_now:
        raise ValueError("the text breaks off")
    return calendars, methods, entries


def _parts(lines: list[str]) -> dict[str, list[tuple[dict[str, str], str]]]:
    """The lines of an entry by their names: parameters and the value."""
    found: dict[str, list[tuple[dict[str, str], str]]] = {}
    for line in lines:
        if len(line) > LONGEST_LINE:
            raise ValueError("a line is too long")
        name, params, value = Contentline(line).parts()  # type: ignore[no-untyped-call]  # the library has no types here
        words = {str(key).upper(): each for key, each in params.items() if isinstance(each, str)}
        found.setdefault(name.upper(), []).append((words, value))
    return found


def _only(found: dict[str, list[tuple[dict[str, str], str]]], name: str, *, several: bool = False) -> str:
    values = [value for _, value in found.get(name, [])]
    if len(values) > 1 and not several:
        raise ValueError(f"{name} comes twice")
    return values[0] if values else ""


def _sequence(value: str) -> int:
    if not value:
        return 0
    if not re.fullmatch("[0-9]{1,9}", value.strip()):
        raise ValueError("not a sequence")
    return int(value)


def _stamp(value: str) -> datetime | None:
    if not value:
        return None
    found = _STAMP.fullmatch(value.strip())
    if found is None:
        raise ValueError("not an instant")
    return datetime.strptime(f"{found[1]}+0000", "%Y%m%dT%H%M%S%z")


def _address(value: str) -> str:
    """The e-mail address of `mailto:`, in small letters; empty for any other kind of address."""
    scheme, _, address = value.strip().partition(":")
    return clean_text(unquote(address)).lower() if scheme.lower() == "mailto" else ""
