"""Who is ready: active, with every required item of the checklist done and none of them expired. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from outreach.ambassadors.rules.states import AmbassadorStatus


class RequirementKind(Enum):
    """What an item of the checklist is to the product; most are plain."""

    PLAIN = "plain"
    MANAGER = "manager"  # the line manager's agreement: what makes somebody released
    CONSENT = "consent"  # that first name, role and story may be shown in public
    CHILD_CHECK = "child_check"  # a check for work with children was seen, on that day; nothing of it is kept


class Agreement(Enum):
    """What a line manager has said about the time that the role takes."""

    NAMED = "named"  # by an applicant who has not confirmed their address so far: nobody is asked before that
    ASKED = "asked"
    AGREED = "agreed"
    NOT_NOW = "not_now"
    ENDED = "ended"  # replaced by a later one, or the person has left


@dataclass(frozen=True)
class Needed:
    """A required item of the checklist."""

    id: int
    label: str
    kind: RequirementKind = RequirementKind.PLAIN


@dataclass(frozen=True)
class Done:
    """That somebody did an item, and the last day on which it counts, if it expires."""

    done_on: date
    expires_on: date | None = None

    def counts_on(self, day: date) -> bool:
        return self.done_on <= day and (self.expires_on is None or day <= self.expires_on)


@dataclass(frozen=True)
class Readiness:
    """Whether somebody can be invited on a day, and what stands in the way: labels in the checklist's order.

    `until` is the last day on which they are ready if nothing is renewed; None: no end, or not ready.
    """

    ready: bool
    missing: tuple[str, ...]
    expired: tuple[str, ...]
    until: date | None


def readiness_of(status: AmbassadorStatus, needed: Iterable[Needed], done: Mapping[int, Done], day: date) -> Readiness:
    """Judge one person on one day. `done` is by the id of the requirement."""
    missing, expired, ends = [], [], []
    for item in needed:
        found = done.get(item.id)
        if found is None or found.done_on > day:
            missing.append(item.label)
        elif not found.counts_on(day):
            expired.append(item.label)
        elif found.expires_on is not None:
            ends.append(found.expires_on)
    ready = status is AmbassadorStatus.ACTIVE and not missing and not expired
    return Readiness(ready, tuple(missing), tuple(expired), min(ends) if ready and ends else None)


def expires_on(done_on: date, months_valid: int | None) -> date | None:
    """The last day on which an item counts: so many months after it was done, on the last day of a shorter month."""
    if months_valid is None:
        return None
    count = done_on.year * 12 + done_on.month - 1 + months_valid
    year, month = divmod(count, 12)
    return date(year, month + 1, min(done_on.day, monthrange(year, month + 1)[1]))
