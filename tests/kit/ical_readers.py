"""Independent readers of calendars, for tests that ask what a client would see.

icalendar believes a time zone's name; ical.js believes the VTIMEZONE in the calendar. `strict_lines` is neither: it
holds the bytes to RFC 5545 section 3.1, where both libraries are lenient.
"""

import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from icalendar import Calendar

SCRIPT = Path(__file__).with_name("icaljs.mjs")


@dataclass(frozen=True, kw_only=True)
class ReadEvent:
    """An event as a reader understood it: instants in UTC, or dates."""

    uid: str
    sequence: int
    starts: datetime | date
    ends: datetime | date
    summary: str
    description: str
    location: str
    url: str
    categories: tuple[str, ...]
    status: str


class IcalJs:
    """ical.js in one node process for any number of calendars: about a millisecond for each after the start."""

    def __enter__(self) -> Self:
        # Where the machine has no node, `make` puts one beside Python in the virtual environment.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        self._process = subprocess.Popen(
            ["node", str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PATH": path},
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=10)

    def calendar(self, feed: bytes) -> dict[str, Any]:
        """What ical.js makes of the calendar: its property names, its components' names, and its events."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(base64.b64encode(feed).decode() + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline() or '{"error": "node ended"}')
        assert "error" not in answer, f"ical.js: {answer['error']}"
        return answer

    def read(self, feed: bytes) -> list[ReadEvent]:
        return [
            ReadEvent(
                uid=event["uid"],
                sequence=event["sequence"],
                starts=_moment(event["starts"]),
                ends=_moment(event["ends"]),
                summary=event["summary"],
                description=event["description"],
                location=event["location"],
                url=event["url"],
                categories=tuple(event["categories"]),
                status=event["status"],
            )
            for event in self.calendar(feed)["events"]
        ]


def read_with_icaljs(feed: bytes) -> list[ReadEvent]:
    """One calendar, read by a node process of its own. For many, use IcalJs."""
    with IcalJs() as icaljs:
        return icaljs.read(feed)


def read_with_icalendar(feed: bytes) -> list[ReadEvent]:
    calendar = Calendar.from_ical(feed)
    events: list[Any] = calendar.walk("VEVENT")
    assert not calendar.errors
    assert not [event.errors for event in events if event.errors]
    return [
        ReadEvent(
            uid=str(event["UID"]),
            sequence=int(event["SEQUENCE"]),
            starts=_instant(event["DTSTART"].dt),
            ends=_instant(event["DTEND"].dt),
            summary=str(event["SUMMARY"]),
            description=str(event.get("DESCRIPTION", "")),
            location=str(event.get("LOCATION", "")),
            url=str(event.get("URL", "")),
            categories=tuple(str(category) for category in getattr(event.get("CATEGORIES"), "cats", ())),
            status=str(event["STATUS"]),
        )
        for event in events
    ]


def strict_lines(feed: bytes) -> list[str]:
    """The unfolded lines of a calendar; fails on a breach of RFC 5545 section 3.1 or of a reader's habit."""
    assert feed.endswith(b"\r\n"), "the last line has no line break"
    physical = feed.removesuffix(b"\r\n").split(b"\r\n")
    lines: list[str] = []
    for octets in physical:
        assert len(octets) <= 75, f"{len(octets)} octets: {octets!r}"
        assert octets, "an empty line"
        assert not any(octet < 32 or octet == 127 for octet in octets), f"a control character: {octets!r}"
        line = octets.decode()  # fails where a fold is inside a character
        assert line.splitlines() == [line], f"a line break for some readers: {line!r}"
        if line.startswith(" "):
            assert not _ends_inside_escape(lines[-1]), f"a fold inside an escape: {lines[-1]!r}"
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return lines


def property_names(feed: bytes) -> list[str]:
    """The names of all lines, BEGIN and END with what they begin and end."""
    return [line if line.startswith(("BEGIN:", "END:")) else line.split(":")[0] for line in strict_lines(feed)]


def _ends_inside_escape(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _moment(text: str) -> datetime | date:
    return datetime.fromisoformat(text).astimezone(UTC) if "T" in text else date.fromisoformat(text)


def _instant(moment: datetime | date) -> datetime | date:
    if isinstance(moment, datetime):
        assert moment.tzinfo is not None, "a floating time"
        return moment.astimezone(UTC)
    return moment
