"""Carrying out what a change means to the people on an event: who stays, who is asked again, who is let go, and mails.

What becomes of whom is foreseen by `queries/changing.py`, which the pages that ask before a change show by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db, refusing
from outreach.errors import Conflict
from outreach.events.actions import mails
from outreach.events.actions.children import check_child_days
from outreach.events.actions.inviting import forget_calendar, times_of
from outreach.events.actions.rows import reread_assignments, settle_status
from outreach.events.models import CLASH, Assignment, Event
from outreach.events.queries import clashes_of
from outreach.events.queries.changing import Foreseen, Spans, foresee
from outreach.events.rules import (
    HOLDING,
    AmbassadorAnswered,
    AssignmentStep,
    Times,
    answer_by,
    next_assignment_status,
)
from outreach.events.rules.changing import Fate, is_within
from outreach.events.rules.today import GAVE_UP
from outreach.web.door import Actor
from outreach.web.facts import emit
from outreach.web.filters import say_weekday, say_when

JUST_ASKED = "Somebody on this event has just been asked to another one then. Try again to see who."


@dataclass(frozen=True)
class Settled:
    """What became of whom. Nobody has been told yet: call `tell` once the event's SEQUENCE is raised."""

    event: Event
    place: str  # where it was
    seen: Sequence[Foreseen]
    elsewhere: str = ""  # that the place or the host is another, in words

    def with_fate(self, fate: Fate) -> list[Foreseen]:
        return [one for one in self.seen if one.fate is fate]

    @property
    def kept(self) -> bool:
        """Whether nobody has to be asked again, and nobody is let go."""
        return not any(one.fate in (Fate.ASKED, Fate.GOES) for one in self.seen)

    def tell(self, words: str) -> None:
        """Mail everybody for whom something is different. Who was not expected any more hears nothing."""
        for one in self.with_fate(Fate.ASKED):
            how = say_change(one.before, one.after, self.elsewhere)
            mails.mail_moved(one.assignment, before=f"{say_when(*one.before)}, {self.place}", how=how, words=words)
        for one in self.with_fate(Fate.STAYS):
            mails.mail_shortened(one.assignment, before=say_when(*one.before), words=words)
        for one in self.with_fate(Fate.GOES):
            if one.before[1] > clock.now() and one.obstacle is not None:
                mails.mail_let_go(one.assignment, one.obstacle, words)

    def emit_gone(self) -> None:
        """Tell the features above who is not coming any more."""
        for one in self.with_fate(Fate.GOES):
            emit(AmbassadorAnswered(self.event.id, one.assignment.id, coming=False))


ELSEWHERE, OTHER_HOST = "is at another place", "has another host"


def say_change(before: Times, after: Times, elsewhere: str) -> str:
    """What has changed, as the subject of a mail ends: 'has moved to Tuesday 24 November 2026'."""
    said = []
    if after != before:
        day, same_day = say_weekday(after[0]), say_weekday(after[0]) == say_weekday(before[0])
        if is_within(after, before):
            said.append(f"is shorter on {day}")
        else:
            said.append(f"is at another time on {day}" if same_day else f"has moved to {day}")
    return " and ".join([*said, elsewhere] if elsewhere else said)


def settle_change(
    actor: Actor,
    event: Event,
    assignments: Sequence[Assignment],
    spans: Spans,
    *,
    same_place: bool,
    place: str,
    elsewhere: str = "",
    field: str | None = None,
) -> Settled:
    """Give openings of an event new times, and settle what that means to everybody on them.

    `place` is where it was, and `elsewhere` says that the place or the host is another: both are for the mails.
    Whoever calls holds the locks (`lock_held`). Raises Conflict where what has been cannot be put right: it names who
    was elsewhere then, or would have too many days with under-18s.
    """
    seen = foresee(assignments, spans, same_place=same_place)
    held = {one.ambassador_id: times_of(one) for one in assignments if one.status in HOLDING}
    _check_put_right(event, seen)
    for gone in assignments:
        concerned = gone.status in GAVE_UP and gone.opening_id in spans
        if concerned and not (same_place and spans[gone.opening_id] == times_of(gone)):
            # Nobody tells them of it: a yes from their calendar would be to the time or place that it had.
            forget_calendar(gone)
    for one in seen:
        if one.fate is Fate.GOES:
            _let_go(actor, one.assignment)
    db.session.flush()  # they are free before the times change: the database looks at each by itself
    for opening in event.openings:
        opening.starts_at, opening.ends_at = spans.get(opening.id, (opening.starts_at, opening.ends_at))
    with refusing({CLASH: Conflict(JUST_ASKED)}):
        db.session.flush()
    # The assignments' copies of the times followed in the database.
    present = reread_assignments(event)
    for one in seen:
        if one.fate is Fate.ASKED:
            _ask_again(one.assignment)
    if any(one.fate is not Fate.UNTOUCHED for one in seen):
        settle_status(event, present)
    kept = {one.ambassador_id: times_of(one) for one in present if one.status in HOLDING}
    check_child_days(event, kept, before=held, field=field)
    return Settled(event, place, seen, elsewhere)


def _check_put_right(event: Event, seen: Sequence[Foreseen]) -> None:
    """Nobody was at two places. Raises Conflict, which says who and where."""
    changed = [one for one in seen if one.fate is Fate.UNTOUCHED and one.after != one.before]
    found = [
        clashes_of([one.assignment.ambassador_id], *one.after, event.id)
        for one in changed
        if one.assignment.status in HOLDING
    ]
    said = [
        f"{others[0].ambassador.name} is busy then: {others[0].event.reference}, {others[0].event.title}."
        for others in found
        if others
    ]
    if said:
        raise Conflict(f"{' '.join(said)} Take them off this event first, or choose another time.")


def _let_go(actor: Actor, assignment: Assignment) -> None:
    assignment.status = next_assignment_status(assignment.status, AssignmentStep.LET_GO)
    assignment.answered_at, assignment.hours = None, None
    record(actor, "assignment.let_go", assignment, event=assignment.event.reference)


def _ask_again(assignment: Assignment) -> None:
    now = clock.now()
    assignment.status = next_assignment_status(assignment.status, AssignmentStep.ASK_AGAIN)
    assignment.invited_at, assignment.answered_at = now, None
    # One time for everybody, however they were asked before: what a mail of a change asks is new to each of them.
    assignment.answer_by = answer_by(clock.local(now), clock.local(assignment.starts_at))
