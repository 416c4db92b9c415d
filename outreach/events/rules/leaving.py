"""Visits that somebody makes alone: who says that they have left, when they are asked, and when somebody acts. Pure.

Every length counts from the end of the visit, as an instant: clocks that change or a night in between alter nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum

from outreach.accounts.rules import LEAVING_LASTS
from outreach.events.rules.states import COMING, AssignmentStatus, Times, overlaps

CHASE_AFTER = timedelta(minutes=30)
ACT_AFTER = timedelta(minutes=60)
# Nobody is mailed for the first time about what ended longer ago; the work list shows it.
TOO_LATE = timedelta(hours=12)
# So long a worker that was down still notes who is missed. Once noted, they are shown until somebody records more.
# As long, the link of their invitation leads to the button by which they say that they have left.
WATCHED_FOR = LEAVING_LASTS


class LeavingStep(Enum):
    """What is mailed to hear of somebody."""

    ASK = "ask"  # the ambassador, as the visit ends
    CHASE = "chase"  # the ambassador once more
    ACT = "act"  # the coordinators: ring them


class HowSafe(Enum):
    """How a coordinator knows that somebody is safe. A code and no words: a concern is told by telephone."""

    SPOKE = "spoke"
    HOST = "host"
    EMPLOYER = "employer"


HOW_SAFE = {
    HowSafe.SPOKE: "I have heard from them",
    HowSafe.HOST: "The host saw them leave",
    HowSafe.EMPLOYER: "Their employer has heard from them",
}
HOW_SAFE_SAID = {
    HowSafe.SPOKE: "the coordinator has heard from them",
    HowSafe.HOST: "the host saw them leave",
    HowSafe.EMPLOYER: "their employer has heard from them",
}


def goes_alone(own: Times, others: Iterable[Times], *, online: bool) -> bool:
    """Whether nobody else of ours is there at any time of somebody's part. Online nobody is anywhere."""
    return not online and not overlaps(own, others)


def is_out(starts_at: datetime, checked_out_at: datetime | None) -> bool:
    """Whether somebody has said that they left, and not of a visit that was put off since."""
    return checked_out_at is not None and checked_out_at >= starts_at


def is_waited_for(status: AssignmentStatus, starts_at: datetime, checked_out_at: datetime | None) -> bool:
    """Whether somebody on a visit alone has still to be heard of.

    That an outcome says they were there is no word of their leaving: it can be recorded from the start on, and by
    others. Only who was not there, or is not down for it any more, need not leave.
    """
    return status in COMING and not is_out(starts_at, checked_out_at)


def tells_of_leaving(ends_at: datetime, now: datetime) -> bool:
    """Whether somebody who says how their visit went says by that that they have left: not before its end."""
    return now >= ends_at


def is_missed(ends_at: datetime, now: datetime) -> bool:
    """Whether it is time that others act for somebody who has not been heard of."""
    return now - ends_at >= ACT_AFTER


def is_awaited(ends_at: datetime, answered_at: datetime | None) -> bool:
    """Whether somebody was down for a visit before it was over: what has been and is only logged alarms nobody."""
    return answered_at is None or answered_at < ends_at


def steps_due(ends_at: datetime, now: datetime) -> tuple[LeavingStep, ...]:
    """What is to be mailed now, each once. Whoever is asked late, as a worker was down, is not asked twice over."""
    since = now - ends_at
    if not timedelta(0) <= since <= TOO_LATE:
        return ()
    if since >= ACT_AFTER:
        return (LeavingStep.CHASE, LeavingStep.ACT)
    return (LeavingStep.CHASE,) if since >= CHASE_AFTER else (LeavingStep.ASK,)
