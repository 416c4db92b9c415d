"""Whether a mail is an answer, and if not, why. Whose answer it is, and to what, is looked up by the actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from outreach.errors import Conflict
from outreach.replies.rules.reading import Letter
from outreach.replies.rules.reasons import Reason

CLOCKS_DIFFER = timedelta(days=1)
FROM_PEOPLE = ("REPLY", "COUNTER", "REFRESH")
"""What a calendar sends us because its person pressed something."""


class ReplyStatus(Enum):
    """What became of a mail that came to us."""

    ACTED = "acted"
    NOTED = "noted"  # a perhaps: it stands in the event's history, and an answer is still awaited
    DROPPED = "dropped"
    WAITING = "waiting"
    DONE = "done"


STEPS: dict[tuple[ReplyStatus, str], ReplyStatus] = {(ReplyStatus.WAITING, "finish"): ReplyStatus.DONE}


class AnswerKind(Enum):
    """What somebody pressed in their calendar."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


@dataclass(frozen=True)
class Answer:
    """An answer from a calendar: to which event, by which address, and when it was given."""

    kind: AnswerKind
    uid: str
    attendee: str
    sequence: int
    stamp: datetime
    comment: str


class CalendarText(Protocol):
    """A calendar as `outreach.ical` reads it."""

    @property
    def method(self) -> str: ...
    @property
    def entries(self) -> int: ...
    @property
    def uid(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def stamp(self) -> datetime | None: ...
    @property
    def recurring(self) -> bool: ...
    @property
    def attendees(self) -> int: ...
    @property
    def attendee(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def comment(self) -> str: ...


def judge(letter: Letter, calendars: Sequence[CalendarText | None], now: datetime) -> Answer | Reason:
    """The answer in a mail, or why there is none. `calendars` are the letter's, as read; None where one cannot be.

    What a person pressed in a calendar counts although a program sent it, as Google's and Exchange's do.
    """
    if found := _set_aside(letter):
        return found
    answers = [one for one in calendars if one is not None and one.method == "REPLY"]
    meant = [one for one in calendars if one is None or one.method in FROM_PEOPLE]
    if letter.automatic and not meant:
        return Reason.AUTOMATIC
    if not calendars:
        return Reason.FORWARDED if letter.forwarded else Reason.PLAIN
    if None in calendars:
        return Reason.UNREADABLE
    others = [one.method for one in calendars if one is not None and one.method != "REPLY"]
    if others:
        return {"COUNTER": Reason.COUNTER, "REFRESH": Reason.REFRESH}.get(others[0], Reason.NOT_AN_ANSWER)
    read = [_answer(one, now) for one in answers]
    if any(one != read[0] for one in read):
        return Reason.SEVERAL
    answer = read[0]
    if isinstance(answer, Answer) and letter.sender != answer.attendee:
        return Reason.OTHER_SENDER
    return answer


def _set_aside(letter: Letter) -> Reason | None:
    """What is not looked into further, and why."""
    if letter.report == "delivery-status":
        return Reason.NOT_DELIVERED if letter.delivery in ("failed", "") else Reason.DELAYED
    if letter.report == "disposition-notification":
        return Reason.RECEIPT
    # Whoever is away writes long mails too: a note of absence bothers nobody, however large.
    if letter.automatic and (letter.too_large or letter.too_complicated):
        return Reason.AUTOMATIC
    if letter.too_large:
        return Reason.TOO_LARGE
    if letter.too_complicated:
        return Reason.TOO_COMPLICATED
    return Reason.WINMAIL if letter.winmail else None


def _answer(calendar: CalendarText, now: datetime) -> Answer | Reason:
    if calendar.recurring:
        return Reason.RECURRING
    if calendar.entries != 1 or calendar.attendees > 1:
        return Reason.SEVERAL
    if calendar.answer == "DELEGATED":
        return Reason.DELEGATED
    kinds = {kind.value.upper(): kind for kind in AnswerKind}
    if not calendar.uid or not calendar.attendee or calendar.answer not in kinds:
        return Reason.UNCLEAR
    if calendar.stamp is None:
        return Reason.NO_STAMP
    if calendar.stamp > now + CLOCKS_DIFFER:
        return Reason.FUTURE
    return Answer(
        kinds[calendar.answer], calendar.uid, calendar.attendee, calendar.sequence, calendar.stamp, calendar.comment
    )


def check_timely(answer: Answer, mailed: int | None, last: datetime | None) -> Reason | None:
    """Why an answer no longer counts; None when it does.

    `mailed` is the SEQUENCE of the last invitation that this person was mailed, None once that was taken out of their
    calendar, and `last` when they last answered. A no to what was taken back says what we know; a yes to it may be
    to another day than the event has now.
    """
    if mailed is not None and answer.sequence < mailed:
        return Reason.OLDER_SEQUENCE
    if last is not None and answer.stamp <= last:
        return Reason.OLDER_ANSWER
    return Reason.TAKEN_BACK if mailed is None and answer.kind is not AnswerKind.DECLINED else None


def next_status(status: ReplyStatus, step: str) -> ReplyStatus:
    """The state after a step. Raises Conflict where the step does not fit."""
    found = STEPS.get((status, step))
    if found is None:
        raise Conflict("Somebody has dealt with this already.")
    return found
