"""Public events told to the calendars, and feeds read back."""

from __future__ import annotations

from flask.testing import FlaskClient

from outreach import clock
from outreach.calendars.actions import follow_event
from outreach.db import db
from outreach.events.models import Event
from outreach.events.rules import EventChanged
from tests.kit.ical_readers import ReadEvent, read_with_icalendar

FEED = "/calendars/worcester.ics"


def tell(event: Event) -> Event:
    """Tell the calendars of an event, as the acts on events do."""
    follow_event(EventChanged(event.id))
    db.session.commit()
    return event


def change(event: Event, **values: object) -> None:
    for name, value in values.items():
        setattr(event, name, value)
    event.sequence += 1
    event.changed_at = clock.now()
    tell(event)


def events_of(client: FlaskClient, path: str = FEED) -> dict[str, ReadEvent]:
    return {event.uid: event for event in read_with_icalendar(client.get(path).data)}
