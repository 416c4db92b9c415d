"""Why somebody who is not coming is not: never asked, taken off, or by their own word. Pure.

A row says only that somebody is off; whether they had been asked, and had said yes, is in what was done since.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from outreach.events.rules.choosing import OrderStatus

_BEGINS = frozenset({"assignment.queue", "assignment.invite"})
_ASKS = frozenset({"assignment.invite", "assignment.log", "assignment.accept", "assignment.offer"})
_YES = frozenset({"assignment.log", "assignment.accept", "assignment.offer"})
_ENDS = frozenset({"assignment.withdraw", "assignment.let_go"})
ACTS = _BEGINS | _ASKS | _ENDS


class Gone(Enum):
    DROPPED_OUT = "dropped_out"  # they had said yes, and then that they cannot
    PASSED_OVER = "passed_over"
    NOT_ITS_TURN = "not_its_turn"  # taken out of an order before their turn
    STOPPED = "stopped"  # the order was, before their turn
    ENDED = "ended"  # the event had begun
    NEVER_ASKED_OFF = "never_asked_off"  # the event was cancelled before their turn
    UNANSWERED_OFF = "unanswered_off"  # it was cancelled before they answered
    SAID_YES_OFF = "said_yes_off"
    LET_GO = "let_go"
    UNANSWERED = "unanswered"
    TAKEN_OFF = "taken_off"
    UNKNOWN = "unknown"  # what was done is not known any more


GONE_TAGS = {
    Gone.DROPPED_OUT: "No longer coming",
    Gone.PASSED_OVER: "Not asked",
    Gone.NOT_ITS_TURN: "Not asked",
    Gone.STOPPED: "Not asked",
    Gone.ENDED: "Not asked",
    Gone.NEVER_ASKED_OFF: "Not asked",
    Gone.UNANSWERED_OFF: "Called off",
    Gone.SAID_YES_OFF: "Called off",
    Gone.LET_GO: "Taken off",
    Gone.UNANSWERED: "Taken off",
    Gone.TAKEN_OFF: "Taken off",
    Gone.UNKNOWN: "Taken off",
}

# The sentence; {} is the day on which the order or the event ended, or what ruled them out.
GONE_WORDS = {
    Gone.DROPPED_OUT: "Had said yes, and can no longer come",
    Gone.PASSED_OVER: "Not asked, but passed over: {}",
    Gone.NOT_ITS_TURN: "Not asked: taken off before their turn",
    Gone.STOPPED: "Not asked: the order was stopped on {}",
    Gone.ENDED: "Not asked: the order ended on {} before their turn",
    Gone.NEVER_ASKED_OFF: "Not asked: the event was cancelled on {}",
    Gone.UNANSWERED_OFF: "Asked, and the event was cancelled on {} before they answered",
    Gone.SAID_YES_OFF: "Had said yes before the event was cancelled on {}",
    Gone.LET_GO: "Could not come along when the event was changed",
    Gone.UNANSWERED: "Asked, and taken off before they answered",
    Gone.TAKEN_OFF: "Taken off after they had said yes",
    Gone.UNKNOWN: "Taken off",
}


@dataclass(frozen=True, slots=True)
class Course:
    """What was done with somebody since they were last put in an order or asked."""

    asked: bool = False
    said_yes: datetime | None = None
    ended_by: str = ""

    @property
    def known(self) -> bool:
        return self.asked or bool(self.ended_by)


def course_of(acts: Iterable[tuple[str, datetime]]) -> Course:
    """From the acts of the audit, oldest first."""
    asked, said_yes, ended_by = False, None, ""
    for action, at in acts:
        if action in _BEGINS:
            asked, said_yes, ended_by = False, None, ""
        asked = asked or action in _ASKS
        said_yes = at if action in _YES else said_yes
        ended_by = action if action in _ENDS else ended_by
    return Course(asked, said_yes, ended_by)


def why_gone(
    course: Course,
    *,
    invited_at: datetime | None,
    skipped: bool,
    gave_reason: bool,
    order: OrderStatus | None,
    called_off: bool,
    order_was_over: bool = False,
) -> Gone:
    """Why somebody who is off an event is; `order` is that which they stood in last.

    `called_off` when the event was cancelled; `order_was_over` when the order had come to its end by then.
    """
    if skipped:
        return Gone.PASSED_OVER
    if gave_reason:
        return Gone.DROPPED_OUT
    if course.ended_by == "assignment.let_go":
        return Gone.LET_GO
    off = called_off and not course.ended_by
    if order is not None and invited_at is None and not course.asked:
        return _never_asked(order, course, off=off and not order_was_over)
    if not course.known:
        return Gone.UNKNOWN
    # Asked again when the event moved, they were invited anew: an older yes is none any more.
    yes = course.said_yes is not None and (invited_at is None or course.said_yes >= invited_at)
    if off:
        return Gone.SAID_YES_OFF if yes else Gone.UNANSWERED_OFF
    return Gone.TAKEN_OFF if yes else Gone.UNANSWERED


def _never_asked(order: OrderStatus, course: Course, *, off: bool) -> Gone:
    if off:
        return Gone.NEVER_ASKED_OFF
    if course.ended_by or order is OrderStatus.RUNNING:
        return Gone.NOT_ITS_TURN
    return Gone.STOPPED if order is OrderStatus.STOPPED else Gone.ENDED
