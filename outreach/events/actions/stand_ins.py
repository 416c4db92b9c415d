"""Asking the colleague whom somebody who cannot come has named. Only a coordinator does, and by the same bars."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from outreach.audit.actions import record
from outreach.db import db
from outreach.errors import Conflict
from outreach.events.actions.answers import SETTLED, lock_stand_in, settle_stand_in
from outreach.events.actions.assignments import invite_ambassadors
from outreach.events.actions.rows import check_coordinator, lock_ambassadors, lock_event
from outreach.events.models import Assignment
from outreach.events.queries import find_stand_in, list_shortlist
from outreach.events.queries.answers import find_by_mailbox, say_taken
from outreach.events.rules import ASSIGNMENT_WORDS, ChoiceWay, StandInStatus
from outreach.events.rules.bars import BarCode, check_seen
from outreach.events.rules.choosing import NAMED_BY
from outreach.events.rules.today import GAVE_UP
from outreach.web.door import Actor

NOT_REGISTERED = "Nobody on the register has that address."


def ask_stand_in(
    actor: Actor, assignment: Assignment, *, override: str = "", seen: Collection[BarCode] = ()
) -> Assignment:
    """Invite the colleague in the place of who cannot come; their name and address as they were given are forgotten.

    Raises Conflict where nobody on the register has that address, where they cannot be asked, where the place has gone
    to somebody else by now (as when an order has asked the next), or where a wish or a limit rules them out and the
    coordinator gives no reason to ask them all the same, or had not `seen` it on their page.
    """
    check_coordinator(actor)
    event = assignment.event
    named = find_stand_in(assignment)
    if named is None or named.status is not StandInStatus.NAMED:
        raise Conflict(SETTLED)
    person = find_by_mailbox(named.email)
    if person is None:
        raise Conflict(NOT_REGISTERED)
    lock_ambassadors([person.id])
    lock_event(event)
    stand_in = lock_stand_in(assignment)
    if assignment.status not in GAVE_UP:
        raise Conflict(f"{assignment.ambassador.name} is {ASSIGNMENT_WORDS[assignment.status]}, so nobody stands in.")
    db.session.refresh(assignment, ["opening"])
    shortlist = list_shortlist(assignment.opening)
    found = shortlist.find(person.id)
    if found is None:
        raise Conflict(NOT_REGISTERED)
    if found.bar and found.bar.hard:
        raise Conflict(found.bar.said_of(person.name))
    if not shortlist.place.left:
        event_page = f"/manage/events/{event.reference}#orders"
        raise Conflict(say_taken(assignment), ways_out=[("See who is on the event", event_page)])
    check_seen(person.name, found.bars, seen)
    if found.bar and not override.strip():
        raise Conflict("Enter why you ask them all the same", "override")
    chosen = shortlist.chosen(found, override if found.bar else "")
    named_by = {"code": NAMED_BY, "words": "named by who cannot come", "points": 0, "assignment": assignment.id}
    (asked,) = invite_ambassadors(
        actor,
        event,
        [person.id],
        opening=assignment.opening,
        way=ChoiceWay.STAND_IN,
        chosen={person.id: replace(chosen, reasons=(*chosen.reasons, named_by))},
    )
    settle_stand_in(actor, stand_in, StandInStatus.ASKED)
    record(actor, "assignment.ask_stand_in", assignment, event=event.reference)
    return asked
