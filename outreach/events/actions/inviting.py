"""The event in an ambassador's own calendar: put there by the mail that asks them, and taken out by the one that says
that they are not expected. The assignment remembers what was mailed to which address, and answers are held to that.
"""

from __future__ import annotations

from flask import current_app

from outreach.db import db
from outreach.districts.queries import find_county
from outreach.events.models import Assignment, InvitationOrder, Opening
from outreach.events.queries import entry_for_ambassador
from outreach.events.rules import COMING, Times
from outreach.ical import CalendarPart, Party, cancel, request


def times_of(assignment: Assignment) -> Times:
    """When somebody is needed: the times of their opening, which may be a part of the event's."""
    return assignment.starts_at, assignment.ends_at


def put_into_opening(row: Assignment, opening: Opening) -> None:
    """Have somebody down for an opening. If it was another, neither the order they waited in nor their calendar counts.

    Their calendar still has the time of the other one: a yes to that is no yes to this.
    """
    if row.opening_id != opening.id:
        forget_calendar(row)
        order = db.session.get(InvitationOrder, row.order_id) if row.order_id is not None else None
        if order is not None and order.opening_id != opening.id:
            row.order_id, row.place_in_order = None, None
    row.opening_id, row.starts_at, row.ends_at = opening.id, opening.starts_at, opening.ends_at


def organizer() -> Party:
    """Who asks: the scheme, at the mailbox whose answers are read."""
    county = find_county()
    return Party(county.scheme if county else "", current_app.config["MAIL_REPLIES"])


def thread_of(assignment: Assignment) -> str:
    """The mails that must reach one person in order. Whoever queues one holds the event's lock."""
    return f"assignment-{assignment.id}"


def ask_by_calendar(assignment: Assignment) -> CalendarPart:
    """The event as a question. Call it once the event has the number (SEQUENCE) of what is asked."""
    event, person = assignment.event, assignment.ambassador
    assignment.mailed_sequence, assignment.mailed_to = event.sequence, person.email
    entry = entry_for_ambassador(event, assignment.status, times_of(assignment))
    agreed = assignment.status in COMING
    return request(entry, organizer(), Party(person.name, person.email), agreed=agreed)


def put_back_into_calendar(assignment: Assignment) -> CalendarPart | None:
    """The event for somebody who has said yes; None if it stands in their calendar.

    It does not after a no by link, which took it out, or where they were asked at another address.
    """
    if assignment.mailed_sequence is not None and assignment.mailed_to == assignment.ambassador.email:
        return None
    return ask_by_calendar(assignment)


def take_out_of_calendar(assignment: Assignment) -> CalendarPart | None:
    """What removes the event; None if it does not stand there, or only in a calendar of another address."""
    event, person = assignment.event, assignment.ambassador
    asked = assignment.mailed_sequence is not None and assignment.mailed_to == person.email
    forget_calendar(assignment)
    if not asked:
        return None
    return cancel(
        entry_for_ambassador(event, assignment.status, times_of(assignment)),
        organizer(),
        Party(person.name, person.email),
    )


def forget_calendar(assignment: Assignment) -> None:
    """No answer from a calendar counts any more."""
    assignment.mailed_sequence = assignment.mailed_to = None
