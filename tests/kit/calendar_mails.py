"""A queued mail with a calendar in it, as its reader would see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from icalendar import Calendar

from outreach.outbox.models import Mail


@dataclass(frozen=True)
class Sent:
    """What an invitation asks, and of whom."""

    message: str
    to: str
    method: str
    sequence: int
    starts: datetime
    stamp: datetime
    uid: str
    attendee: str
    answer: str
    awaited: bool
    body: str


def read_calendar_mail(mail: Mail) -> Sent:
    """Fails unless it is one event for one attendee, in the name of the mailbox, and waits for its thread."""
    calendar: Any = Calendar.from_ical(mail.calendar or "")
    (event,) = calendar.walk("VEVENT")
    assert str(calendar["METHOD"]) == mail.calendar_method
    assert mail.thread
    attendee = event["ATTENDEE"]
    assert not isinstance(attendee, list), "one mail, one attendee"
    assert str(event["ORGANIZER"]) == "mailto:outreach@county.example"
    return Sent(
        mail.message,
        mail.recipient,
        str(calendar["METHOD"]),
        int(event["SEQUENCE"]),
        event["DTSTART"].dt,
        event["DTSTAMP"].dt,
        str(event["UID"]),
        str(attendee).removeprefix("mailto:"),
        attendee.params.get("PARTSTAT", ""),
        attendee.params.get("RSVP") == "TRUE",
        mail.body,
    )
