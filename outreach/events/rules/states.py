"""The states of events and assignments, what may be done in each, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
    LET_GO = "let_go"
    ATTEND = "attend"
    MISS = "miss"
    QUEUE = "queue"
    SKIP = "skip"
    OFFER = "offer"


_A, _P = AssignmentStatus, AssignmentStep
ASSIGNMENT_STEPS: dict[tuple[AssignmentStatus, AssignmentStep], AssignmentStatus] = {
    (_A.QUEUED, _P.INVITE): _A.INVITED,
    (_A.QUEUED, _P.SKIP): _A.WITHDRAWN,  # their turn came, and they are not ready or free any more
    (_A.QUEUED, _P.OFFER): _A.ACCEPTED,
    (_A.QUEUED, _P.WITHDRAW): _A.WITHDRAWN,
    (_A.INVITED, _P.ACCEPT): _A.ACCEPTED,
    (_A.INVITED, _P.DECLINE): _A.DECLINED,
    (_A.INVITED, _P.LAPSE): _A.LAPSED,
    (_A.INVITED, _P.WITHDRAW): _A.WITHDRAWN,
    (_A.INVITED, _P.ASK_AGAIN): _A.INVITED,  # the event moved before they answered
    (_A.ACCEPTED, _P.ASK_AGAIN): _A.INVITED,  # the event moved after they accepted
    (_A.ACCEPTED, _P.DECLINE): _A.WITHDRAWN,  # the ambassador can no longer come
    (_A.ACCEPTED, _P.WITHDRAW): _A.WITHDRAWN,  # the coordinator took them off, or the event was cancelled
    # The event was put off, and they cannot be asked again as they are not active, or had said they were not there.
    (_A.INVITED, _P.LET_GO): _A.WITHDRAWN,
    (_A.ACCEPTED, _P.LET_GO): _A.WITHDRAWN,
    (_A.DID_NOT_ATTEND, _P.LET_GO): _A.WITHDRAWN,
    (_A.DECLINED, _P.INVITE): _A.INVITED,
    (_A.DECLINED, _P.ACCEPT): _A.ACCEPTED,  # a change of mind, by the same link
    (_A.LAPSED, _P.INVITE): _A.INVITED,
    (_A.WITHDRAWN, _P.INVITE): _A.INVITED,
    (_A.DECLINED, _P.QUEUE): _A.QUEUED,
    (_A.LAPSED, _P.QUEUE): _A.QUEUED,
    (_A.WITHDRAWN, _P.QUEUE): _A.QUEUED,
    (_A.DECLINED, _P.OFFER): _A.ACCEPTED,
    (_A.LAPSED, _P.OFFER): _A.ACCEPTED,
    (_A.WITHDRAWN, _P.OFFER): _A.ACCEPTED,
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


def holds_place(status: AssignmentStatus, due: datetime | None, now: datetime) -> bool:
    """Whether somebody has a place of an opening: they are coming, or were asked and may answer until it is `due`.

    An invitation past its time holds no place from that moment on, though it is the worker that ends it later.
    """
    return status in COMING or (status is AssignmentStatus.INVITED and (due is None or due > now))


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

HOST_CANCELLED = "host_cancelled"  # the code of the reason, in a county that has one, that the host gave up the visit
FIRST_YEAR = 2000  # pages of months begin with it, and the time zone of calendars is true for it
LONGEST_EVENT = timedelta(days=14)
ANSWER_WITHIN = timedelta(days=5)
NIGHT_FALLS, NIGHT_ENDS, FIRST_ANSWERS = 20, 8, 9  # hours of London's day between which no invitation lapses
REMIND_SILENT = timedelta(days=2)
SHORTEST_REMINDED = timedelta(days=1)
LAST_REMINDED = timedelta(minutes=30)  # before the answer is due: then a reminder would only be reproach
# A reminder, named by its days, and the days before the event on which it may still go out if a worker was down.
REMIND_BEFORE = {7: (7, 6, 5), 1: (1, 0)}


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
    is_key: bool = False  # of its institution: a day on which the council wants to be there


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """Refuse an event that ends before it starts, or lasts longer than a fortnight. Raises Conflict."""
    if starts_at.year < FIRST_YEAR:
        raise Conflict(f"The year must be {FIRST_YEAR} or later.", "starts")
    if ends_at <= starts_at:
        raise Conflict("The end must be after the start.", "ends")
    if ends_at - starts_at > LONGEST_EVENT:
        raise Conflict("The event must last 14 days or fewer.", "ends")


def check_answerable(status: EventStatus, starts_at: datetime, now: datetime) -> None:
    """Refuse an answer to an event that is off, or that has begun. Raises Conflict."""
    if status is EventStatus.CANCELLED:
        raise Conflict("This event is cancelled, so no answer is needed.")
    if status is EventStatus.DONE or starts_at <= now:
        raise Conflict("This event has begun, so this cannot be answered any more.")


def check_still_short(*, has_room: bool) -> None:
    """Refuse a change of mind once others have taken the places, or been offered them. Raises Conflict."""
    if not has_room:
        raise Conflict("Somebody else is coming or has been asked, so nobody else is needed. Thank you for offering.")


class InvitationState(Enum):
    """What somebody who opens an invitation is told."""

    ASKED = "asked"
    COMING = "coming"
    SAID_NO = "said_no"
    NO_LONGER = "no_longer"  # they had said yes, and then that they cannot
    TAKEN_OFF = "taken_off"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    OVER = "over"


_TOLD = {
    AssignmentStatus.ACCEPTED: InvitationState.COMING,
    AssignmentStatus.DECLINED: InvitationState.SAID_NO,
    AssignmentStatus.LAPSED: InvitationState.LAPSED,
    AssignmentStatus.INVITED: InvitationState.ASKED,
}


def invitation_state(
    event: EventStatus, status: AssignmentStatus, times: tuple[datetime, datetime], now: datetime, *, said_no: bool
) -> InvitationState:
    """What to tell the ambassador. `said_no` when it was they who ended it.

    Who is coming sees where to go until the end; who has not answered may do so until the start.
    """
    if event is EventStatus.CANCELLED:
        return InvitationState.CANCELLED
    starts_at, ends_at = times
    if event is EventStatus.DONE or ends_at <= now or (starts_at <= now and status is not AssignmentStatus.ACCEPTED):
        return InvitationState.OVER
    if status in _TOLD:
        return _TOLD[status]
    return InvitationState.NO_LONGER if said_no else InvitationState.TAKEN_OFF


def answer_by(invited_at: datetime, starts_at: datetime, within: timedelta = ANSWER_WITHIN) -> datetime:
    """When an invitation lapses: so long after it was sent, but never at night, and no later than the start.

    What would end between 8pm and 8am ends at 9am of the morning after. Both times must be London's: whose clocks
    they are decides what is night. Lengths are of time that passes, also when the clocks change meanwhile.
    """
    due = (invited_at.astimezone(UTC) + within).astimezone(invited_at.tzinfo)
    if due.hour >= NIGHT_FALLS or due.hour < NIGHT_ENDS:
        morning = due + timedelta(days=1) if due.hour >= NIGHT_FALLS else due
        due = morning.replace(hour=FIRST_ANSWERS, minute=0, second=0, microsecond=0, fold=0)
    # Compared as instants: two times of one zone compare by what its clocks show.
    return max(invited_at, min(due, starts_at, key=datetime.timestamp), key=datetime.timestamp)


def remind_from(invited_at: datetime, answer_by: datetime) -> datetime | None:
    """When somebody who has not answered is reminded: two days before, or halfway if they have less than four.

    None for whoever has less than a day: the mail that asked them is of today.
    """
    if answer_by - invited_at < SHORTEST_REMINDED:
        return None
    return max(answer_by - REMIND_SILENT, invited_at + (answer_by - invited_at) / 2)


def status_for(accepted: int, status: EventStatus) -> EventStatus:
    """Planned or confirmed, as somebody is coming or not; other states stay."""
    if status not in (EventStatus.PLANNED, EventStatus.CONFIRMED):
        return status
    return next_event_status(status, EventStep.CONFIRM if accepted else EventStep.REOPEN)


def overlaps(a: tuple[datetime, datetime], others: Iterable[tuple[datetime, datetime]]) -> bool:
    """Whether a half-open span meets any other: one that ends as the other starts does not."""
    return any(a[0] < end and start < a[1] for start, end in others)


Times = tuple[datetime, datetime]
