"""What a public calendar shows, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from outreach.events.rules import EventStatus

PAST_DAYS = 60
"""How long an event stays in a feed after its last day: a client deletes what is missing."""

CANCELLED_DAYS = 30
"""How long one that is off stays, marked as cancelled: Outlook shows it as going ahead for as long as it is there."""

COUNTY_SLUG = "county"


class View(Enum):
    """For whose eyes a stored text is. All but the public's carry the staff UID and the event's own SEQUENCE."""

    PUBLIC = "public"
    STAFF = "staff"
    OWN = "own"  # an ambassador who is coming, or was until the event was cancelled
    HELD = "held"  # an ambassador who has been asked and has not answered
    HOST = "host"  # the contact who asked for the visit
    NAMED = "named"  # the same, saying who is coming: for contacts whom somebody has verified


class Standing(Enum):
    """How an event stands with the public."""

    HIDDEN = "hidden"  # never published, or it came from a visit request
    SHOWN = "shown"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"  # published once and then taken back


def standing_of(
    status: EventStatus, *, from_request: bool, published_at: datetime | None, unpublished_at: datetime | None
) -> Standing:
    """Whether the public may know of an event. A visit that was asked for is nobody else's business, ever."""
    if from_request or (published_at is None and unpublished_at is None):
        return Standing.HIDDEN
    if published_at is None or (unpublished_at is not None and unpublished_at >= published_at):
        return Standing.WITHDRAWN
    return Standing.CANCELLED if status is EventStatus.CANCELLED else Standing.SHOWN


def shown_until(last_day: date, standing: Standing) -> date:
    """The last London day on which an event is in the feeds."""
    return last_day + timedelta(days=PAST_DAYS if standing is Standing.SHOWN else CANCELLED_DAYS)


def next_change(before: datetime | None, now: datetime) -> datetime:
    """When a version changes: now, but in a later second than it last did.

    Last-Modified counts seconds. Were two changes in one, a program that has seen the first and asks by the date
    would never be given the second.
    """
    if before is None:
        return now
    return max(now, before.replace(microsecond=0) + timedelta(seconds=1))


@dataclass(frozen=True)
class Colour:
    """A colour by its CSS name and its number: clients understand one or the other."""

    name: str
    hexadecimal: str


COUNTY_COLOUR = Colour("seagreen", "#2E8B57")
COLOURS = (
    Colour("teal", "#008080"),
    Colour("darkgreen", "#006400"),
    Colour("steelblue", "#4682B4"),
    Colour("indigo", "#4B0082"),
    Colour("firebrick", "#B22222"),
    Colour("darkorange", "#FF8C00"),
    Colour("saddlebrown", "#8B4513"),
    Colour("mediumvioletred", "#C71585"),
    Colour("darkslategray", "#2F4F4F"),
)


def colour_of(row: int, column: int) -> Colour:
    """A district's colour by its place on the map of tiles, so that neighbours differ. Never the only sign."""
    return COLOURS[((row - 1) * 3 + column - 1) % len(COLOURS)]
