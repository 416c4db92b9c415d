"""The states of events and assignments, and the facts that events tell the features above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from outreach.errors import Conflict


class EventStatus(Enum):
    PLANNED = "planned"
    CONFIRMED = "confirmed"
    DONE = "done"
    CANCELLED = "cancelled"


class EventStep(Enum):
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CANCEL = "cancel"
    FINISH = "finish"


_S, _T = EventStatus, EventStep
EVENT_STEPS: dict[tuple[EventStatus, EventStep], EventStatus] = {
    (_S.PLANNED, _T.CONFIRM): _S.CONFIRMED,
    (_S.CONFIRMED, _T.CONFIRM): _S.CONFIRMED,  # one more ambassador said yes
    (_S.CONFIRMED, _T.REOPEN): _S.PLANNED,
    (_S.PLANNED, _T.REOPEN): _S.PLANNED,
    (_S.PLANNED, _T.CANCEL): _S.CANCELLED,
    (_S.CONFIRMED, _T.CANCEL): _S.CANCELLED,
    (_S.PLANNED, _T.FINISH): _S.DONE,
    (_S.CONFIRMED, _T.FINISH): _S.DONE,
    (_S.DONE, _T.FINISH): _S.DONE,  # the record of what came of it was corrected
}


class AssignmentStatus(Enum):
    QUEUED = "queued"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    ATTENDED = "attended"
    DID_NOT_ATTEND = "did_not_attend"


class AssignmentStep(Enum):
    INVITE = "invite"
    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    ASK_AGAIN = "ask_again"
    ATTEND = "attend"
    MISS = "miss"


_A, _P = AssignmentStatus, AssignmentStep
ASSIGNMENT_STEPS: dict[tuple[AssignmentStatus, AssignmentStep], AssignmentStatus] = {
    (_A.QUEUED, _P.INVITE): _A.INVITED,
    (_A.QUEUED, _P.WITHDRAW): _A.WITHDRAWN,
    (_A.INVITED, _P.ACCEPT): _A.ACCEPTED,
    (_A.INVITED, _P.DECLINE): _A.DECLINED,
    (_A.INVITED, _P.LAPSE): _A.LAPSED,
    (_A.INVITED, _P.WITHDRAW): _A.WITHDRAWN,
    (_A.INVITED, _P.ASK_AGAIN): _A.INVITED,  # the event moved before they answered
    (_A.ACCEPTED, _P.ASK_AGAIN): _A.INVITED,  # the event moved after they accepted
    (_A.ACCEPTED, _P.DECLINE): _A.WITHDRAWN,  # the ambassador can no longer come
    (_A.ACCEPTED, _P.WITHDRAW): _A.WITHDRAWN,  # the coordinator took them off, or the event was cancelled
    (_A.DECLINED, _P.INVITE): _A.INVITED,
    (_A.DECLINED, _P.ACCEPT): _A.ACCEPTED,  # a change of mind, by the same link
    (_A.LAPSED, _P.INVITE): _A.INVITED,
    (_A.WITHDRAWN, _P.INVITE): _A.INVITED,
    (_A.ACCEPTED, _P.ATTEND): _A.ATTENDED,
    (_A.ACCEPTED, _P.MISS): _A.DID_NOT_ATTEND,
    (_A.ATTENDED, _P.ATTEND): _A.ATTENDED,
    (_A.ATTENDED, _P.MISS): _A.DID_NOT_ATTEND,
    (_A.DID_NOT_ATTEND, _P.ATTEND): _A.ATTENDED,
    (_A.DID_NOT_ATTEND, _P.MISS): _A.DID_NOT_ATTEND,
}

# While in one of these, nobody else may have the ambassador at that time. The database refuses it too.
HOLDING = (AssignmentStatus.INVITED, AssignmentStatus.ACCEPTED, AssignmentStatus.ATTENDED)
COMING = (AssignmentStatus.ACCEPTED, AssignmentStatus.ATTENDED)

EVENT_WORDS = {
    EventStatus.PLANNED: "planned",
    EventStatus.CONFIRMED: "confirmed",
    EventStatus.DONE: "done",
    EventStatus.CANCELLED: "cancelled",
}
ASSIGNMENT_WORDS = {
    AssignmentStatus.QUEUED: "waiting to be invited",
    AssignmentStatus.INVITED: "invited",
    AssignmentStatus.ACCEPTED: "accepted",
    AssignmentStatus.DECLINED: "declined",
    AssignmentStatus.LAPSED: "did not answer",
    AssignmentStatus.WITHDRAWN: "no longer coming",
    AssignmentStatus.ATTENDED: "attended",
    AssignmentStatus.DID_NOT_ATTEND: "did not attend",
}

LONGEST_EVENT = timedelta(days=14)
ANSWER_WITHIN = timedelta(days=5)


def next_event_status(status: EventStatus, step: EventStep) -> EventStatus:
    """The state after a step. Raises Conflict where the step does not fit."""
    found = EVENT_STEPS.get((status, step))
    if found is None:
        raise Conflict(f"This event is {EVENT_WORDS[status]}, so this cannot be done now.")
    return found


def next_assignment_status(status: AssignmentStatus, step: AssignmentStep) -> AssignmentStatus:
    """The state after a step. Raises Conflict where the step does not fit."""
    found = ASSIGNMENT_STEPS.get((status, step))
    if found is None:
        raise Conflict(f"This cannot be done now: the invitation is marked as {ASSIGNMENT_WORDS[status]}.")
    return found


def may_step(status: AssignmentStatus, step: AssignmentStep) -> bool:
    """Whether the table has this step: what decides which buttons there are."""
    return (status, step) in ASSIGNMENT_STEPS


def may_go(status: EventStatus, step: EventStep) -> bool:
    """Whether the table has this step of an event."""
    return (status, step) in EVENT_STEPS


@dataclass(frozen=True)
class EventDetails:
    """Everything that planning an event asks for. Rows are named by their numbers."""

    title: str
    activity_id: int
    district_id: int
    institution_id: int | None
    site_id: int | None
    contact_id: int | None
    visit_request_id: int | None
    online: bool
    place: str
    starts_at: datetime
    ends_at: datetime
    needed: int
    audience_id: int | None
    audience_size: int | None
    supervisor: str
    notes: str
    public_words: str = ""


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """Refuse an event that ends before it starts, or lasts longer than a fortnight. Raises Conflict."""
    if ends_at <= starts_at:
        raise Conflict("The end must be after the start.", "ends")
    if ends_at - starts_at > LONGEST_EVENT:
        raise Conflict("The event must last 14 days or fewer.", "ends")


def answer_by(invited_at: datetime, starts_at: datetime) -> datetime:
    """When an invitation lapses: five days after it was sent, but no later than the start."""
    return min(invited_at + ANSWER_WITHIN, starts_at)


@dataclass(frozen=True)
class Candidate:
    """What the picking list needs to know of one ambassador, for one event."""

    ambassador_id: int
    ready: bool
    lives_here: bool
    travels_here: bool
    offers_activity: bool
    speaks_to_audience: bool
    busy_with: str | None  # the reference and title of the event that holds them then
    status_here: AssignmentStatus | None  # their assignment on this very event


@dataclass(frozen=True)
class Suitability:
    """Why somebody fits, what to bear in mind, and the one reason why they cannot be picked, if there is one."""

    ambassador_id: int
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]
    bar: str | None

    @property
    def near(self) -> bool:
        """Whether they live in the event's district or travel to it."""
        return LIVES_HERE in self.reasons or TRAVELS_HERE in self.reasons

    def rank(self, name: str) -> tuple[int, int, int, str, int]:
        """Pickable first, then those who have not said no to it, then the most reasons, then by name and id."""
        return (1 if self.bar else 0, len(self.remarks), -len(self.reasons), name.casefold(), self.ambassador_id)


LIVES_HERE = "lives in this district"
TRAVELS_HERE = "travels to this district"
REMARKS = {
    AssignmentStatus.DECLINED: "declined this one before",
    AssignmentStatus.LAPSED: "did not answer before",
    AssignmentStatus.WITHDRAWN: "was taken off it or could no longer come",
}


def suitability_of(candidate: Candidate) -> Suitability:
    """Explain one ambassador for one event. The bars stand in the order in which they are told."""
    reasons = []
    if candidate.lives_here:
        reasons.append(LIVES_HERE)
    elif candidate.travels_here:
        reasons.append(TRAVELS_HERE)
    if candidate.speaks_to_audience:
        reasons.append("speaks to this audience")
    if candidate.offers_activity:
        reasons.append("offers this kind of visit")
    bar = None
    if candidate.status_here is not None and candidate.status_here in HOLDING:
        bar = f"already {ASSIGNMENT_WORDS[candidate.status_here]}"
    elif not candidate.ready:
        bar = "not active at present"
    elif candidate.busy_with:
        bar = f"busy then: {candidate.busy_with}"
    remark = REMARKS.get(candidate.status_here) if candidate.status_here else None
    return Suitability(candidate.ambassador_id, tuple(reasons), (remark,) if remark else (), bar)


def is_short(accepted: int, needed: int) -> bool:
    """Whether an event still lacks ambassadors."""
    return accepted < needed


def status_for(accepted: int, status: EventStatus) -> EventStatus:
    """Planned or confirmed, as somebody is coming or not; other states stay."""
    if status not in (EventStatus.PLANNED, EventStatus.CONFIRMED):
        return status
    return next_event_status(status, EventStep.CONFIRM if accepted else EventStep.REOPEN)


def overlaps(a: tuple[datetime, datetime], others: Iterable[tuple[datetime, datetime]]) -> bool:
    """Whether a half-open span meets any other: one that ends as the other starts does not."""
    return any(a[0] < end and start < a[1] for start, end in others)


# Facts, told to the features above in the same transaction (see outreach/web/facts.py).


@dataclass(frozen=True)
class EventChanged:
    """Something that a calendar shows has changed: the stored calendar text must follow."""

    event_id: int


@dataclass(frozen=True)
class AmbassadorAnswered:
    """An ambassador said yes or no, or can no longer come."""

    event_id: int
    assignment_id: int
    coming: bool


@dataclass(frozen=True)
class EventMoved:
    """The time or the place changed; `before` is the old time in words."""

    event_id: int
    before: str
    words: str


@dataclass(frozen=True)
class EventCancelled:
    """The event is off. `by_requester` when they asked for it and need no news of it."""

    event_id: int
    words: str
    by_requester: bool
