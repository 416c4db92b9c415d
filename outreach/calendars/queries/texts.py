"""The texts of events: freshly rendered from the rows, and as they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.calendars.models import CalendarText
from outreach.calendars.rules import Standing, View, shown_until, standing_of
from outreach.db import db
from outreach.events.models import Assignment, Event
from outreach.events.queries import entry_for_ambassador, entry_for_host, entry_for_staff, venue_of
from outreach.events.rules import COMING, AssignmentStatus, EventStatus
from outreach.ical import CalendarEvent, render_event
from outreach.ical import EventStatus as Written

BATCH = 200

Stored = dict[View, CalendarText]


@dataclass(frozen=True)
class Text:
    """An event as one view shows it, not rendered yet, and until when feeds have it."""

    event: Event
    view: View
    entry: CalendarEvent
    shown_until: date

    def render_as(self, stored: CalendarText) -> bytes:
        """The text with the SEQUENCE and the time of change of a kept one: equal if nothing else has changed."""
        return render_event(replace(self.entry, sequence=stored.sequence or 0, changed=stored.changed_at))


def texts_of(event: Event) -> list[Text]:
    """Every text that there should be of an event. It must be loaded as it stands (`load_events`)."""
    last_day = clock.local(event.ends_at).date()
    off = Standing.CANCELLED if event.status is EventStatus.CANCELLED else Standing.SHOWN
    standing = public_standing(event)
    texts = [Text(event, View.STAFF, entry_for_staff(event), shown_until(last_day, off))]
    if standing is not Standing.HIDDEN:
        texts.append(Text(event, View.PUBLIC, _public_entry(event, standing), shown_until(last_day, standing)))
    states = {one.status for one in event.assignments}
    if AssignmentStatus.INVITED in states:
        held = entry_for_ambassador(event, AssignmentStatus.INVITED, in_feed=True)
        texts.append(Text(event, View.HELD, held, shown_until(last_day, off)))
    if states.intersection(COMING) or (off is Standing.CANCELLED and AssignmentStatus.WITHDRAWN in states):
        own = entry_for_ambassador(event, AssignmentStatus.ACCEPTED, in_feed=True)
        texts.append(Text(event, View.OWN, own, shown_until(last_day, off)))
    if event.visit_request_id is not None:
        for view in (View.HOST, View.NAMED):
            host = entry_for_host(event, named=view is View.NAMED)
            texts.append(Text(event, view, host, shown_until(last_day, off)))
    return texts


def load_events(ids: Iterable[int]) -> Iterator[Event]:
    """Events as the database has them now, with all that any text shows, in the order of their numbers.

    What an act has just changed may still hold the old district or the old people: everything is read again.
    """
    wanted = sorted(ids)
    for first in range(0, len(wanted), BATCH):
        query = (
            select(Event)
            .where(Event.id.in_(wanted[first : first + BATCH]))
            .options(
                joinedload(Event.activity),
                joinedload(Event.audience),
                joinedload(Event.district),
                joinedload(Event.site),
                joinedload(Event.institution),
                joinedload(Event.contact),
                joinedload(Event.arrangements),
                selectinload(Event.assignments).joinedload(Assignment.ambassador).joinedload(Ambassador.employer),
            )
            .order_by(Event.id)
            .execution_options(populate_existing=True)
        )
        yield from db.session.scalars(query)


def list_stored(event_ids: Iterable[int]) -> dict[int, Stored]:
    """The kept texts of some events, by event and view."""
    wanted, found = sorted(event_ids), dict[int, Stored]()
    for first in range(0, len(wanted), BATCH):
        query = select(CalendarText).where(CalendarText.event_id.in_(wanted[first : first + BATCH]))
        for text in db.session.scalars(query):
            found.setdefault(text.event_id, {})[text.view] = text
    return found


def list_event_ids() -> list[int]:
    return list(db.session.scalars(select(Event.id).order_by(Event.id)))


def public_standing(event: Event) -> Standing:
    """How an event stands with the public."""
    return standing_of(
        event.status,
        from_request=event.visit_request_id is not None,
        published_at=event.published_at,
        unpublished_at=event.unpublished_at,
    )


def calendar_event_of(event: Event) -> CalendarEvent:
    """A public event as calendars take it, with the SEQUENCE that the feeds have for it."""
    entry = _public_entry(event, public_standing(event))
    stored = db.session.scalar(
        select(CalendarText).where(CalendarText.event_id == event.id, CalendarText.view == View.PUBLIC)
    )
    if stored is None or stored.sequence is None:
        return entry
    return replace(entry, sequence=stored.sequence, changed=stored.changed_at)


def _public_entry(event: Event, standing: Standing) -> CalendarEvent:
    """What was withdrawn keeps its title and time, by which people know it, and says nothing else any more."""
    withdrawn = standing is Standing.WITHDRAWN
    host = event.institution.name if event.institution else None
    base: str = current_app.config["BASE_URL"]
    return CalendarEvent(
        uid=event.uid_public,
        sequence=event.sequence,
        created=event.created_at,
        changed=event.changed_at,
        starts=event.starts_at,
        ends=event.ends_at,
        summary=event.title,
        description="" if withdrawn else event.public_words,
        location="" if withdrawn else venue_of(event, event.site, host),
        url="" if withdrawn else f"{base}/events/{event.reference}",
        categories=(event.activity.label, event.district.name),
        status=Written.CONFIRMED if standing is Standing.SHOWN else Written.CANCELLED,
    )
