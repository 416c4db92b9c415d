"""The checklist of one person, item by item: its state in words, when it may have been done, when to remind. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from outreach.ambassadors.rules.readiness import Done, expires_on
from outreach.errors import Conflict

# Days before an item expires on which both people are reminded.
REMIND_DAYS = (30, 7)
# For how long after an item expired it is told that it did: a job that was down for longer stays silent.
TELL_EXPIRED_WITHIN = 14
LONGEST_AGO = timedelta(days=3650)


class ItemState(Enum):
    DONE = "done"
    MISSING = "missing"
    EXPIRES = "expires"
    EXPIRED = "expired"


@dataclass(frozen=True)
class ItemStanding:
    """How an item stands today; `words` say it whole, as 'Expires in 12 days'."""

    state: ItemState
    words: str


def standing_of(done: Done | None, today: date, *, required: bool = True) -> ItemStanding:
    """Judge one item of one person. What nobody has to do is not missing."""
    if done is None or done.done_on > today:
        return ItemStanding(ItemState.MISSING, "Missing" if required else "Not recorded")
    if done.expires_on is None:
        return ItemStanding(ItemState.DONE, "Done")
    days = (done.expires_on - today).days
    if days < 0:
        return ItemStanding(ItemState.EXPIRED, "Expired")
    if days <= REMIND_DAYS[0]:
        return ItemStanding(ItemState.EXPIRES, f"Expires {say_in_days(days)}")
    return ItemStanding(ItemState.DONE, "Done")


def say_in_days(days: int) -> str:
    """'today', 'tomorrow', 'in 12 days'."""
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def check_done_on(done_on: date, months_valid: int | None, today: date) -> None:
    """An item was done today or before, not in another age, and still counts."""
    if done_on > today:
        raise Conflict("The day it was done must be today or in the past", "done_on")
    if done_on < today - LONGEST_AGO:
        raise Conflict("The day it was done must be in the last 10 years", "done_on")
    ends = expires_on(done_on, months_valid)
    if ends is not None and ends < today:
        raise Conflict("Done on that day it would have expired already: it must be done again", "done_on")


def reminder_due(ends: date, today: date) -> int | None:
    """Which telling is due: 30 or 7 days before the item expires, 0 once it has, None for none of them."""
    days = (ends - today).days
    if days < 0:
        return 0 if -days <= TELL_EXPIRED_WITHIN else None
    return next((before for before in sorted(REMIND_DAYS) if days <= before), None)
