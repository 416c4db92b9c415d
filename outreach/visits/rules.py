"""The states of a visit request, and what may be asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

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

STATUS_WORDS = {
    RequestStatus.NEW: "has not been answered yet",
    RequestStatus.ACCEPTED: "has already been accepted",
    RequestStatus.DECLINED: "has already been declined",
    RequestStatus.WITHDRAWN: "has already been withdrawn",
    RequestStatus.EXPIRED: "has expired",
}

MOST_DATES = 3
LATEST = timedelta(days=550)  # three terms ahead and a little
LONGEST_VISIT = timedelta(hours=12)
LARGEST_AUDIENCE = 10000


def next_status(status: RequestStatus, step: RequestStep) -> RequestStatus:
    """The state after a step. Raises Conflict where the step does not fit."""
    found = STEPS.get((status, step))
    if found is None:
        raise Conflict(f"This request {STATUS_WORDS[status]}, so this cannot be done now.")
    return found


def may_step(status: RequestStatus, step: RequestStep) -> bool:
    """Whether the table has this step: what decides which buttons there are."""
    return (status, step) in STEPS


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


@dataclass(frozen=True)
class Unlisted:
    """An institution that is not on the list, as the person who asks describes it. Kind and district by code."""

    name: str
    kind: str
    district: str
    town: str
    address: str
    postcode: str


@dataclass(frozen=True)
class Caller:
    """Who asks, in their own words."""

    name: str
    job_title: str
    email: str
    phone: str


@dataclass(frozen=True)
class Asked:
    """Everything that is asked for. Either a site that is known or an institution that is not on the list."""

    site_id: int | None
    unlisted: Unlisted | None
    caller: Caller
    activity: str
    audience: str
    audience_size: int
    online: bool
    times: tuple[tuple[datetime, datetime], ...]
    topic_notes: str
    access_notes: str
    supervisor: str


# The public journey. Each step is a page; `unlisted` stands in for the list, and `campus` comes only where there is
# a choice.
STEPS_OF_JOURNEY = (
    "institution",
    "unlisted",
    "campus",
    "contact",
    "activity",
    "audience",
    "place",
    "dates",
    "notes",
    "supervisor",
)
NOT_LISTED = "none"

Answers = Mapping[str, Mapping[str, Any]]


def path_of(answers: Answers) -> list[str]:
    """The steps that this person goes through, given what they have said so far."""
    told = answers.get("institution", {})
    unlisted = told.get("institution") == NOT_LISTED
    left_out = {"campus" if unlisted or not told.get("several") else "", "" if unlisted else "unlisted"}
    return [step for step in STEPS_OF_JOURNEY if step not in left_out]


def first_unanswered(answers: Answers, under_18: Collection[str]) -> str | None:
    """The first step still to answer; None when all is said. `under_18` are the audiences who need a supervisor."""
    for step in path_of(answers):
        if step not in answers:
            return step
        if step == "supervisor" and answers["audience"]["audience"] in under_18 and not answers[step]["supervisor"]:
            return step
    return None


def comes_early(step: str, answers: Answers, under_18: Collection[str]) -> bool:
    """Whether somebody is at a step before they have answered those that lead to it."""
    path, missing = path_of(answers), first_unanswered(answers, under_18)
    if step not in path:
        return step == "campus"
    return missing is not None and path.index(step) > path.index(missing)


def read_reference(typed: str) -> str:
    """A visit request's reference as it is stored, from 'vr 7k3m 9qtx', '7K3M9QTX' and the like."""
    plain = re.sub("[^0-9A-Z]", "", typed.upper())[:40]
    plain = plain.removeprefix("VR") if len(plain) > 8 else plain
    return f"VR-{plain[:4]}-{plain[4:]}"


@dataclass(frozen=True)
class Companion:
    """What a host is told of an ambassador who is coming."""

    first_name: str
    job_title: str
    employer: str


# Reminders to the host: so many days before, and the last moment at which that reminder still makes sense.
REMINDERS = ((7, timedelta(days=2)), (1, timedelta(0)))


# When a host who has not told us about the day is asked to, in the same way.
ASKING = ((14, timedelta(days=5)), (5, timedelta(0)))


def reminder_due(
    starts_at: datetime, agreed_at: datetime, now: datetime, due_on: Sequence[tuple[int, timedelta]] = REMINDERS
) -> int | None:
    """Which reminder is due, by its days; none for a visit agreed later than it would have gone out."""
    for days, latest in due_on:
        due = starts_at - timedelta(days=days)
        if agreed_at < due <= now < starts_at - latest:
            return days
    return None


class Stage(Enum):
    """Where a request stands, for the person who asked: its state and its event's in one word."""

    WAITING = "waiting"
    FINDING = "finding"  # accepted, nobody has said yes so far
    CHECKING = "checking"  # somebody comes, and we have yet to check who asked
    CONFIRMING = "confirming"  # somebody comes, and the host has yet to say how the group is kept safe
    COMING = "coming"
    OVER = "over"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def stage_of(
    status: RequestStatus, *, cancelled: bool, over: bool, coming: int, verified: bool, confirmed: bool = True
) -> Stage:
    """Tell the person who asked where things stand."""
    settled = {
        RequestStatus.NEW: Stage.WAITING,
        RequestStatus.DECLINED: Stage.DECLINED,
        RequestStatus.WITHDRAWN: Stage.WITHDRAWN,
        RequestStatus.EXPIRED: Stage.EXPIRED,
    }
    if status in settled:
        return settled[status]
    if cancelled:
        return Stage.CANCELLED
    if over:
        return Stage.OVER
    if not coming:
        return Stage.FINDING
    if not verified:
        return Stage.CHECKING
    return Stage.COMING if confirmed else Stage.CONFIRMING


# What the history says of each act, for the coordinator and, where it is theirs to know, for who asked.
HISTORY_WORDS = {
    "visit_request.ask": "Asked for",
    "visit_request.accept": "Accepted",
    "visit_request.decline": "Declined",
    "visit_request.withdraw": "Withdrawn",
    "visit_request.expire": "Expired: every date had passed",
    "visit_request.ask_for_change": "A change was asked for",
    "visit_request.deal_with_message": "A message was marked as dealt with",
    "visit_request.send_link": "The private link was sent again",
}
HOST_WORDS = {
    "visit_request.ask": "We received your request",
    "visit_request.accept": "We accepted your request",
    "visit_request.decline": "We declined your request",
    "visit_request.withdraw": "The request was withdrawn",
    "visit_request.expire": "The request expired: every date had passed",
    "visit_request.deal_with_message": "We dealt with a change you asked for",
}
# What was written to who asked, as it stands in their history.
HOST_MAIL_WORDS = {
    "visits/coming": "We told you who is coming",
    "visits/coming_unnamed": "An ambassador agreed to come",
    "visits/not_coming": "An ambassador could no longer come",
    "visits/moved": "The visit was moved",
    "visits/cancelled": "The visit was cancelled",
}


@dataclass(frozen=True)
class Happening:
    """One line of a request's history."""

    title: str
    when: datetime
    by: str = ""
    text: str = ""
