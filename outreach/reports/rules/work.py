"""What needs the coordinator: the groups of the work list, and what is late."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

SHOWN_FIRST = 3  # of a group, until all of it is asked for
SOON = timedelta(days=14)
OUTCOME_LATE = timedelta(days=7)

_REFERENCE = re.compile(r"(VR|EV)([0-9A-Z]{8})")


@dataclass(frozen=True)
class Item:
    """One thing to do: what it is, why it needs somebody, since when, and the page to do it on."""

    title: str
    why: str
    since: datetime
    endpoint: str
    values: dict[str, str | int]
    facts: tuple[str, ...] = ()
    urgent: bool = False


@dataclass(frozen=True)
class Group:
    """The things of one kind, oldest first. What cannot wait is always shown `whole`."""

    key: str
    heading: str
    items: Sequence[Item] = field(default_factory=tuple)
    whole: bool = False

    @property
    def first(self) -> Sequence[Item]:
        """The first few, what is late before what is not; or all, where that is hardly more."""
        if self.whole or len(self.items) <= SHOWN_FIRST + 1:
            return self.items
        return sorted(self.items, key=lambda one: not one.urgent)[:SHOWN_FIRST]

    @property
    def late(self) -> int:
        return sum(one.urgent for one in self.items)


def is_overdue(answer_by: date, today: date) -> bool:
    """Whether a request should have been answered by now."""
    return answer_by < today


def is_soon(starts_at: datetime, now: datetime) -> bool:
    """Whether an event that still lacks somebody is so near that it cannot wait."""
    return starts_at - now <= SOON


def say_missing(lacking: int, answers: Sequence[str], *, anybody: bool) -> str:
    """Why an event lacks ambassadors: '1 ambassador is missing: Ann declined'. `anybody`: somebody else is asked."""
    words = "1 ambassador is missing" if lacking == 1 else f"{lacking} ambassadors are missing"
    if answers:
        return f"{words}: {', '.join(answers)}"
    return f"{words}: nobody {'else ' if anybody else ''}has been asked"


def read_reference(typed: str) -> str | None:
    """A reference as it is stored, from 'vr 7k3m 9qtx', 'EV7K3M9QTX' and the like; None when it is none."""
    found = _REFERENCE.fullmatch(re.sub(r"[\W_]", "", typed[:80]).upper())
    return f"{found[1]}-{found[2][:4]}-{found[2][4:]}" if found else None


def say_problem(error: str | None) -> str:
    """What went wrong with a mail, for somebody who knows the person and not the protocol."""
    kind, _, detail = (error or "").partition(": ")
    if kind == "refused":
        return f"The address was refused: {detail}"
    if kind == "deferred":
        return f"The other side asked us to try again later: {detail}"
    if kind == "unreachable":
        return "The mail server could not be reached"
    return error or ""
