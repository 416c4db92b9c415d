"""The mails to the contacts of an event that changes hands. They name no ambassador."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from outreach.events.models import Event
from outreach.events.queries import entry_for_host
from outreach.ical import CalendarPart, publish
from outreach.ical import EventStatus as Written
from outreach.institutions.models import Contact
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind


@dataclass(frozen=True)
class HostedBefore:
    """How an event stood with its old host, in words."""

    title: str
    when: str
    place: str


def mail_host_off(event: Event, contact: Contact, was: HostedBefore) -> None:
    """Tell the old contact that it is off with them, and nothing of who has it now."""
    entry = replace(
        entry_for_host(event, named=False),
        summary=was.title,
        location=was.place,
        description=f"Reference {event.reference}",
        status=Written.CANCELLED,
    )
    _mail(event, contact, "events/host_off", publish(entry), was=was)


def mail_host_on(event: Event, contact: Contact) -> None:
    """Tell the new contact what is planned with them."""
    _mail(event, contact, "events/host_on", publish(entry_for_host(event, named=False)))


def _mail(event: Event, contact: Contact, message: str, calendar: CalendarPart, **context: Any) -> None:
    to = Recipient(RecipientKind.CONTACT, contact.id, contact.name, contact.email)
    thread = f"host-{event.id}-{contact.id}"
    queue_mail(to, message, about=event, calendar=calendar, thread=thread, event=event, **context)
