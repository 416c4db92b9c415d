"""Reading data that somebody else wrote, piece by piece, with a sentence for whatever does not fit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

from outreach.errors import Conflict

CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
LONGEST_CODE = 40
MOST_PENCE = 100_000_000  # a million pounds: nobody's reward, and far inside what a column holds
MOST_ENTRIES = 50
Kind = TypeVar("Kind", bound=Enum)
_NEEDED = object()


class Reader:
    """One table of the data and the path that leads to it. Every method raises Conflict, its field the path."""

    def __init__(self, raw: object, path: str = "") -> None:
        self.path = path
        if not isinstance(raw, Mapping):
            raise self.wrong("", "must be a table of named values")
        self.raw: Mapping[str, Any] = raw

    def part(self, name: str) -> Reader:
        return Reader(self._get(name), self._at(name))

    def each(self, name: str, default: object = _NEEDED) -> list[Reader]:
        found = self._get(name, default)
        if not isinstance(found, Sequence) or isinstance(found, str):
            raise self.wrong(name, "must be a list")
        if len(found) > MOST_ENTRIES:
            raise self.wrong(name, f"must have {MOST_ENTRIES} entries or fewer")
        return [Reader(one, f"{self._at(name)}.{number}") for number, one in enumerate(found)]

    def words(self, name: str, longest: int) -> str:
        """Text that may be empty."""
        found = self._get(name, "")
        if not isinstance(found, str) or len(found) > longest:
            raise self.wrong(name, f"must be text of {longest} characters or fewer")
        return found

    def text(self, name: str, longest: int = 100) -> str:
        found = self.words(name, longest)
        if not found.strip():
            raise self.wrong(name, "must not be empty")
        return found

    def code(self, name: str) -> str:
        found = self._get(name)
        if not isinstance(found, str) or not CODE.fullmatch(found) or len(found) > LONGEST_CODE:
            raise self.wrong(name, "must be a code of lower-case letters, digits and underscores")
        return found

    def whole(self, name: str, least: int, most: int) -> int:
        found = self._get(name)
        # True is a number to Python, and to nobody else.
        if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
            raise self.wrong(name, f"must be a whole number from {least} to {most}")
        return found

    def whole_or_none(self, name: str, least: int, most: int) -> int | None:
        return None if self._get(name, None) is None else self.whole(name, least, most)

    def pence(self, name: str) -> int:
        found = self._get(name, 0)
        if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= MOST_PENCE:
            raise self.wrong(name, "must be a sum in whole pence, not below nothing")
        return found

    def flag(self, name: str, default: object = _NEEDED) -> bool:
        found = self._get(name, default)
        if not isinstance(found, bool):
            raise self.wrong(name, "must be true or false")
        return found

    def one_of(self, name: str, kind: type[Kind]) -> Kind:
        found = self._get(name)
        for member in kind:
            if member.value == found:
                return member
        raise self.wrong(name, "must be one of: " + ", ".join(str(member.value) for member in kind))

    def wrong(self, name: str, words: str) -> Conflict:
        at = self._at(name) if name else self.path
        return Conflict(f"{at or 'The scheme'} {words}", field=at)

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _get(self, name: str, default: object = _NEEDED) -> Any:
        if name not in self.raw and default is _NEEDED:
            raise self.wrong(name, "is missing")
        return self.raw.get(name, default)


def plain(value: Any) -> Any:
    """Tuples as lists, as JSON gives them back."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value
