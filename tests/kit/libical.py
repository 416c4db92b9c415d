"""libical, the C library under GNOME's, KDE's and many phones' calendars, as a reader of ours.

It believes the VTIMEZONE in the calendar, as ical.js does, but shares no line with it. `make libical` runs this file:
it uses the one of the machine, else that of Debian, installed where that is allowed and else unpacked into .work/.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import sys
from ctypes import c_char_p, c_int, c_int64, c_void_p
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.kit.ical_readers import ReadEvent

WORK = Path(__file__).resolve().parents[2] / ".work" / "libical"
PACKAGES = ("libical3t64", "libical3")  # Debian 13's name and the one before
MISSING = "libical was not found. Run `make libical`, or install the package that has libical.so.3."


def find() -> str | None:
    """The library's name or path, or None."""
    unpacked = sorted(WORK.glob("usr/lib/*/libical.so.3"))
    return ctypes.util.find_library("ical") or (str(unpacked[0]) if unpacked else None)


def fetch() -> None:
    """Get it from Debian, as root with what it needs, else into .work/ (it needs ICU, which most machines have)."""
    apt = shutil.which("apt-get")
    if apt is None:
        return
    WORK.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        _run(apt, "-qq", "update")
    for package in PACKAGES:
        if os.geteuid() == 0:
            _run(apt, "-qq", "install", "-y", "--no-install-recommends", package)
        elif _run(apt, "-qq", "download", package):
            for archive in WORK.glob("*.deb"):
                _run("dpkg-deb", "-x", str(archive), str(WORK))
        if find():
            return


def _run(*command: str) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return not subprocess.run(
        command, cwd=WORK, env=environment, stdin=subprocess.DEVNULL, capture_output=True
    ).returncode


class _Time(ctypes.Structure):
    """struct icaltimetype of libical 3."""

    _fields_ = [
        *((name, c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")),
        ("zone", c_void_p),
    ]


_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "icalparser_parse_string": (c_void_p, c_char_p),
    "icalcomponent_free": (None, c_void_p),
    "icalcomponent_string_to_kind": (c_int, c_char_p),
    "icalcomponent_get_first_component": (c_void_p, c_void_p, c_int),
    "icalcomponent_get_next_component": (c_void_p, c_void_p, c_int),
    "icalcomponent_count_errors": (c_int, c_void_p),
    "icalcomponent_get_uid": (c_char_p, c_void_p),
    "icalcomponent_get_sequence": (c_int, c_void_p),
    "icalcomponent_get_summary": (c_char_p, c_void_p),
    "icalcomponent_get_description": (c_char_p, c_void_p),
    "icalcomponent_get_location": (c_char_p, c_void_p),
    "icalcomponent_get_dtstart": (_Time, c_void_p),
    "icalcomponent_get_dtend": (_Time, c_void_p),
    "icaltime_as_timet_with_zone": (c_int64, _Time, c_void_p),
    "icalproperty_string_to_kind": (c_int, c_char_p),
    "icalcomponent_get_first_property": (c_void_p, c_void_p, c_int),
    "icalcomponent_get_next_property": (c_void_p, c_void_p, c_int),
    "icalproperty_get_url": (c_char_p, c_void_p),
    "icalproperty_get_categories": (c_char_p, c_void_p),
    "icalproperty_get_value_as_string": (c_char_p, c_void_p),
}


@cache
def _library() -> Any:
    name = find()
    assert name is not None, MISSING
    library = ctypes.CDLL(name)
    for function, (result, *arguments) in _SIGNATURES.items():
        getattr(library, function).restype = result
        getattr(library, function).argtypes = arguments
    return library


def read_with_libical(feed: bytes) -> list[ReadEvent]:
    """The events of a calendar; fails on whatever libical marks as an error."""
    library = _library()
    calendar = library.icalparser_parse_string(feed)
    assert calendar, "libical reads no calendar"
    try:
        assert not library.icalcomponent_count_errors(calendar), "libical marks errors"
        kind = library.icalcomponent_string_to_kind(b"VEVENT")
        found = []
        event = library.icalcomponent_get_first_component(calendar, kind)
        while event:
            found.append(_read(library, event))
            event = library.icalcomponent_get_next_component(calendar, kind)
        return found
    finally:
        library.icalcomponent_free(calendar)


def _read(library: Any, event: int) -> ReadEvent:
    return ReadEvent(
        uid=_text(library.icalcomponent_get_uid(event)),
        sequence=library.icalcomponent_get_sequence(event),
        starts=_moment(library, library.icalcomponent_get_dtstart(event)),
        ends=_moment(library, library.icalcomponent_get_dtend(event)),
        summary=_text(library.icalcomponent_get_summary(event)),
        description=_text(library.icalcomponent_get_description(event)),
        location=_text(library.icalcomponent_get_location(event)),
        url="".join(_properties(library, event, b"URL", library.icalproperty_get_url)),
        categories=tuple(_properties(library, event, b"CATEGORIES", library.icalproperty_get_categories)),
        status="".join(_properties(library, event, b"STATUS", library.icalproperty_get_value_as_string)),
    )


def _properties(library: Any, event: int, name: bytes, value_of: Any) -> list[str]:
    kind = library.icalproperty_string_to_kind(name)
    found = []
    one = library.icalcomponent_get_first_property(event, kind)
    while one:
        found.append(_text(value_of(one)))
        one = library.icalcomponent_get_next_property(event, kind)
    return found


def _moment(library: Any, time: _Time) -> datetime | date:
    if time.is_date:
        return date(time.year, time.month, time.day)
    assert time.zone, "a floating time"
    return datetime.fromtimestamp(library.icaltime_as_timet_with_zone(time, time.zone), UTC)


def _text(value: bytes | None) -> str:
    return (value or b"").decode()


if __name__ == "__main__":
    if not find():
        fetch()
    if not find():
        # The tests that want it say so themselves; the others can go on.
        sys.stderr.write(f"{MISSING}\n")
