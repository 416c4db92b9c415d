"""How a calendar is sent: HTTP as calendar programs need it, without Flask, so that nothing stands in the way.

docs/calendar-checklist.md says which program needs which rule.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from werkzeug.http import http_date, parse_date

from outreach import clock

CALENDAR = "text/calendar; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
PACKING = 6
TRY_AGAIN = 300
METHODS = "GET, HEAD, OPTIONS"

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What goes to the server: HTTP's status line, headers and body."""

    status: str
    headers: Headers
    data: bytes


class Body:
    """A calendar as it is sent, plain and packed, with every header made beforehand.

    `marks` goes into the entity tag: what may change for the reader although the text has not.
    """

    def __init__(
        self, plain: bytes, changed_at: datetime, marks: str, headers: Mapping[str, str], packed: bytes | None = None
    ) -> None:
        self.plain = plain
        self.packed = packed or gzip.compress(plain, PACKING, mtime=0)
        self.modified = changed_at.replace(microsecond=0)
        etag = f"{marks}-{sha256(plain).hexdigest()[:32]}"
        self.etags = {False: f'"{etag}"', True: f'"{etag}-gzip"'}
        self.unchanged: dict[bool, Answer] = {}
        self.whole: dict[bool, Answer] = {}
        for is_packed, data in ((False, self.plain), (True, self.packed)):
            about: Headers = [
                ("ETag", self.etags[is_packed]),
                ("Last-Modified", http_date(self.modified)),
                ("Vary", "Accept-Encoding"),
                *headers.items(),
            ]
            encoding: Headers = [("Content-Encoding", "gzip")] if is_packed else []
            of_data: Headers = [("Content-Type", CALENDAR), ("Content-Length", str(len(data))), *encoding]
            self.unchanged[is_packed] = Answer("304 NOT MODIFIED", about, b"")
            self.whole[is_packed] = Answer("200 OK", [*of_data, *about], data)

    def answer(self, environ: Mapping[str, Any]) -> Answer:
        """The whole calendar, packed for those who ask for that by name, or that the reader has it already."""
        packed = wants_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if self._is_had(environ, self.etags[packed]):
            return self.unchanged[packed]
        return self.whole[packed]

    def _is_had(self, environ: Mapping[str, Any], etag: str) -> bool:
        """The tags decide where there are any. A date is compared, and one that is still to come says nothing."""
        tags: str = environ.get("HTTP_IF_NONE_MATCH", "").strip()
        if tags:
            return tags == "*" or etag in tags
        said: str = environ.get("HTTP_IF_MODIFIED_SINCE", "")
        since = read_date(said) if said else None
        return since is not None and self.modified <= since <= clock.now()


def marks_of(day: date, *more: object) -> str:
    """What a tag begins with: windows move at London's midnight by themselves."""
    return "-".join([f"{day:%Y%m%d}", *map(str, more)])


@lru_cache(maxsize=256)
def wants_gzip(said: str) -> bool:
    """Whether gzip is asked for by its name: some programs that say nothing, or 'anything', cannot unpack."""
    for part in said.split(","):
        name, _, rest = part.partition(";")
        if name.strip().lower() == "gzip":
            return _quality(rest) > 0
    return False


def _quality(said: str) -> float:
    name, _, value = said.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


@lru_cache(maxsize=256)
def read_date(said: str) -> datetime | None:
    """A date as HTTP writes it; None for anything else."""
    return parse_date(said[:100])


def no_such_calendar(headers: Mapping[str, str]) -> Answer:
    return _words("404 NOT FOUND", "There is no such calendar.\n", headers)


def not_allowed(headers: Mapping[str, str]) -> Answer:
    """Nobody writes to a calendar of ours. Another refusal than this would tell Thunderbird that somebody may."""
    return _words("405 METHOD NOT ALLOWED", "This calendar can only be read.\n", {**headers, "Allow": METHODS})


def may_read(headers: Mapping[str, str]) -> Answer:
    return _words("200 OK", "", {**headers, "Allow": METHODS})


def trouble(headers: Mapping[str, str]) -> Answer:
    """Programs keep what they have, and come again. An empty calendar would make them delete it."""
    return _words("503 SERVICE UNAVAILABLE", "Try again later.\n", {**headers, "Retry-After": str(TRY_AGAIN)})


def _words(status: str, words: str, headers: Mapping[str, str]) -> Answer:
    data = words.encode()
    about = {"Content-Type": PLAIN, "Content-Length": str(len(data)), "Cache-Control": "no-store", **headers}
    return Answer(status, list(about.items()), data)
