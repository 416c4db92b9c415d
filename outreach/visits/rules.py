"""The states of a visit request, and what may be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import Enum

from outreach.errors import Conflict


class RequestStatus(Enum):
    NEW = "new"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class RequestStep(Enum):
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


_S, _T = RequestStatus, RequestStep
STEPS: dict[tuple[RequestStatus, RequestStep], RequestStatus] = {
    (_S.NEW, _T.ACCEPT): _S.ACCEPTED,
    (_S.NEW, _T.DECLINE): _S.DECLINED,
    (_S.NEW, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.NEW, _T.EXPIRE): _S.EXPIRED,
    (_S.ACCEPTED, _T.WITHDRAW): _S.WITHDRAWN,
}

MOST_DATES = 3
LATEST = timedelta(days=550)  # three terms ahead and a little
LONGEST_VISIT = timedelta(hours=12)
LARGEST_AUDIENCE = 10000


def next_status(status: RequestStatus, step: RequestStep) -> RequestStatus:
    """The state after a step. Raises Conflict where the step does not fit."""
    found = STEPS.get((status, step))
    if found is None:
        raise Conflict(f"This request has already been {status.value}, so this cannot be done now.")
    return found


def check_preferred(times: Sequence[tuple[datetime, datetime]], now: datetime) -> None:
    """One to three different spans, in the future, within 18 months, at most 12 hours each. Raises Conflict."""
    if not 1 <= len(times) <= MOST_DATES:
        raise Conflict(f"Enter between 1 and {MOST_DATES} dates.", "dates")
    for position, (start, end) in enumerate(times, start=1):
        if start <= now:
            raise Conflict("The date must be in the future.", f"day_{position}")
        if start > now + LATEST:
            raise Conflict("The date must be in the next 18 months.", f"day_{position}")
        if end <= start:
            raise Conflict("The end must be after the start.", f"ends_{position}")
        if end - start > LONGEST_VISIT:
            raise Conflict("The visit must last 12 hours or fewer.", f"ends_{position}")
    if len(set(times)) != len(times):
        raise Conflict("The dates must differ from each other.", "dates")


def answer_due(asked: date, working_days: int) -> date:
    """The day by which a request is to be answered: so many working days (Monday to Friday) after it was asked."""
    day = asked
    while working_days:
        day += timedelta(days=1)
        if day.weekday() < 5:
            working_days -= 1
    return day


def all_passed(times: Sequence[tuple[datetime, datetime]], now: datetime) -> bool:
    """Whether no preferred date is left to accept."""
    return all(start <= now for start, _ in times)
