"""What may be recorded of an event, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum

from outreach.errors import Conflict
from outreach.events.rules import AssignmentStatus, EventStatus

ASK_AGAIN_AFTER = timedelta(days=7)
RATE_AFTER = timedelta(days=1)
ASK_NO_LATER_THAN = timedelta(days=30)
"""Nobody is asked about an event longer ago, as when years of events are read in."""

STALE = (
    "Somebody else has recorded something since you opened this page. "
    "Look at what is recorded now, then change and send yours again."
)

MOST_PEOPLE = 10_000
MOST_HOURS = Decimal(100)

ON_IT = (AssignmentStatus.ACCEPTED, AssignmentStatus.ATTENDED, AssignmentStatus.DID_NOT_ATTEND)
"""Ambassadors who were expected, whether or not it is recorded what became of it."""


class Happened(Enum):
    """What an ambassador says of an event they were expected at."""

    ATTENDED = "attended"
    MISSED = "missed"
    OFF = "off"


HAPPENED_WORDS = {
    Happened.ATTENDED: "Yes, and I was there",
    Happened.MISSED: "Yes, but I was not there",
    Happened.OFF: "No, it did not take place",
}

SCORES = {5: "Very good", 4: "Good", 3: "Neither good nor poor", 2: "Poor", 1: "Very poor"}


@dataclass(frozen=True)
class Report:
    """What came of an event: `reached` maps audiences, by id, to people; audiences with nobody are left out."""

    took_place: bool
    reached: Mapping[int, int] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Attendance:
    """Whether one ambassador was there, and the hours it took them; None where nobody has said."""

    assignment_id: int
    attended: bool | None
    hours: Decimal | None


@dataclass(frozen=True)
class Opinion:
    """How the requester found a visit."""

    score: int
    ask_again: bool
    words: str


def check_recordable(status: EventStatus, starts_at: datetime, now: datetime, begins: str) -> None:
    """Refuse a record of what has not begun or was cancelled. `begins` is the start in words. Raises Conflict."""
    if status is EventStatus.CANCELLED:
        raise Conflict("This event was cancelled, so there is nothing to record.")
    if now < starts_at:
        raise Conflict(f"You can record what happened from {begins}, when the event begins.")


def check_report(report: Report) -> None:
    """Refuse a report that does not add up. Raises Conflict."""
    if report.took_place and sum(report.reached.values()) < 1:
        raise Conflict("Enter how many people were reached: at least one, as the event took place.")
    if not report.took_place and report.reached:
        raise Conflict("Nobody can have been reached by an event that did not take place.")
    if not report.took_place and not report.note:
        raise Conflict("Enter why the event did not take place.", "note")


def check_rateable(status: EventStatus, ends_at: datetime, now: datetime, ends: str, took_place: bool | None) -> None:
    """Refuse a rating of what is not over or never was. `ends` is the end in words. Raises Conflict."""
    if status is EventStatus.CANCELLED:
        raise Conflict("This visit was cancelled, so there is nothing to rate.")
    if now < ends_at:
        raise Conflict(f"You can rate the visit from {ends}, when it is over.")
    if took_place is False:
        raise Conflict("This visit is recorded as not having taken place. If it did, tell us.")
