"""Codes for careers events: printed on a poster there, so that whoever heard a talk can ask about work."""

from __future__ import annotations

from outreach import clock
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db
from outreach.errors import Conflict, NotAllowed, NotFound
from outreach.events.models import Event
from outreach.events.rules import EventStatus
from outreach.referrals.actions.refer import new_code
from outreach.referrals.models import EventCode
from outreach.referrals.queries.event_codes import find_code_of
from outreach.referrals.rules.consent import EVENT_CODE_LETTERS, is_code_open
from outreach.web.door import Actor, Role


def make_event_code(actor: Actor, event: Event, *, days_after: int) -> EventCode:
    """Make the code of an event. Raises Conflict where it has one, is called off, or was too long ago."""
    _may_make(actor)
    if event.status is EventStatus.CANCELLED:
        raise Conflict("This event has been cancelled, so nobody can come from it.")
    if event.audience is not None and event.audience.under_16:
        raise Conflict(
            "People under 16 come to this event, so no details are taken there. Give them something to take home"
        )
    if not is_code_open(event.ends_at, days_after, clock.now()):
        raise Conflict("This code would have stopped already. Enter more days after the event", "days_after")
    code = EventCode(
        event_id=event.id,
        code=new_code(EVENT_CODE_LETTERS),
        days_after=days_after,
        made_by_id=actor.id,
        made_at=clock.now(),
    )
    taken = Conflict("This event has a code already. Open the page again to see it.")
    again = Conflict("That did not work. Try again.")
    add_or_refuse(
        code,
        {
            "uq_event_code_event_id": taken,
            "event_code.event_id": taken,
            "uq_event_code_code": again,
            "event_code.code": again,
        },
    )
    record(actor, "event_code.make", code)
    return code


def stop_event_code(actor: Actor, event: Event) -> None:
    """Stop the code of an event at once. Those who came by it stay, and still count as from this event."""
    _may_make(actor)
    code = find_code_of(event.id, lock=True)
    if code is None:
        raise NotFound
    record(actor, "event_code.stop", code)
    db.session.delete(code)


def _may_make(actor: Actor) -> None:
    if actor.id is None or not actor.has(Role.COORDINATOR, Role.RECRUITMENT_OFFICER):
        raise NotAllowed("Only a coordinator or a recruitment officer makes codes for events.")
