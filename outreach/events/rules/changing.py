"""What a change of times or of the place means: to the openings of an event, and to the people on it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from outreach.errors import Conflict
from outreach.events.rules.states import Times

MOST_NEEDED = 50


class Fate(Enum):
    """What becomes of somebody on an event that changes."""

    UNTOUCHED = "untouched"  # nothing is different for them; or it has been, and is only put right
    STAYS = "stays"  # a part of what they were told: they are told, and need not answer
    ASKED = "asked"  # they must agree again
    GOES = "goes"  # they cannot be asked again


class Obstacle(Enum):
    """Why somebody cannot be asked again, in the order in which it is told."""

    NOT_READY = "not_ready"
    BUSY = "busy"
    CHILDREN = "children"
    AWAY = "away"
    MISSED = "missed"


def is_within(inner: Times, outer: Times) -> bool:
    """Whether a span lies in another one."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def fate_of(before: Times, after: Times, *, same_place: bool, now: datetime) -> Fate:
    """What a change means to whoever is down for a span, as far as the span alone can say.

    Who has kept the time free keeps it for a part of it. What has begun by the new time is only put right.
    """
    kept = same_place and is_within(after, before)
    if (same_place and after == before) or after[1] <= now:
        return Fate.UNTOUCHED
    if kept:
        return Fate.STAYS
    return Fate.UNTOUCHED if after[0] <= now else Fate.ASKED


def fitted(opening: Times, before: Times, after: Times) -> Times:
    """An opening's times once its event has changed.

    The whole of an event stays the whole of it. If the event is shortened, an opening keeps what is left of its own
    time; if it moves, the opening stays as far into it as it was, and is cut at its end. One that would be left without
    a minute lies at the end that is nearest, and is as long as it was, where the event is.
    """
    if opening == before:
        return after
    if is_within(after, before):
        wanted = opening
    else:
        by = after[0] - before[0]
        wanted = opening[0] + by, opening[1] + by
    starts, ends = max(wanted[0], after[0]), min(wanted[1], after[1])
    if starts < ends:
        return starts, ends
    length = min(opening[1] - opening[0], after[1] - after[0])
    return (after[0], after[0] + length) if wanted[1] <= after[0] else (after[1] - length, after[1])


@dataclass(frozen=True)
class OpeningDetails:
    """Everything that can be said of an opening. Its qualification is named by its number."""

    starts_at: datetime
    ends_at: datetime
    needed: int
    qualification_id: int | None = None
    qualified_needed: int = 0
    open_to_offers: bool = False

    @property
    def times(self) -> Times:
        return self.starts_at, self.ends_at


def check_opening(details: OpeningDetails, event: Times, others: int, within: str) -> None:
    """Refuse an opening that does not fit into its event. Raises Conflict.

    `others` is how many the other openings need; `within` says when the event is.
    """
    if not is_within(details.times, event):
        field = "starts" if details.starts_at < event[0] or details.starts_at >= event[1] else "ends"
        raise Conflict(f"It must be within the event: {within}.", field)
    if details.needed + others > MOST_NEEDED:
        raise Conflict(f"An event can have {MOST_NEEDED} ambassadors at most: its others need {others}.", "needed")
    if details.qualification_id is None and details.qualified_needed:
        raise Conflict("Select what they must be.", "qualification")
    if details.qualification_id is not None and not details.qualified_needed:
        raise Conflict("Enter how many of them must be.", "qualified")
    if details.qualified_needed > details.needed:
        raise Conflict("This must be as many as are needed, or fewer.", "qualified")
