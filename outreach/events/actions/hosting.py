"""The mails to the contact of an event that nobody has asked for: what is planned with them, and who is coming.

Whoever asked for a visit is written to about their request (`visits`). These contacts have nothing to follow: what they
need stands in the mail, and its link opens their visit pack. Who is coming is told to those only whom somebody has
verified.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from outreach import clock
from outreach.accounts.links import mint_link
from outreach.db import db
from outreach.events.models import Event
from outreach.events.queries import entry_for_host, list_shown_events
from outreach.events.queries.packs import host_pack
from outreach.events.rules import COMING, AmbassadorAnswered, EventStatus
from outreach.ical import CalendarPart, publish
from outreach.ical import EventStatus as Written
from outreach.institutions.models import Contact
from outreach.institutions.rules import ContactVerified
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.models import Mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import ActorKind, Purpose


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
    _mail_on(event, contact, before="", how="is planned")


def mail_host_moved(event: Event, before: str, how: str) -> None:
    """Tell the contact that it is at another time or place now: `how` says which."""
    if contact := _contact_of(event):
        _mail_on(event, contact, before=before, how=how)


def mail_host_cancelled(event: Event, was: HostedBefore) -> None:
    """Tell the contact that it is off."""
    if contact := _contact_of(event):
        mail_host_off(event, contact, was)


def tell_host_who_is_coming(fact: AmbassadorAnswered) -> None:
    """Say who is coming by now: who, or somebody else, has said yes, no, or that they no longer can."""
    event = db.session.get_one(Event, fact.event_id)
    db.session.flush()
    if event.status is not EventStatus.CANCELLED:
        mail_host_people(event)


def tell_hosts_once_verified(fact: ContactVerified) -> None:
    """Tell a contact, who could not be told so far, who is coming."""
    for event in list_shown_events((Event.contact_id == fact.contact_id) & (Event.status != EventStatus.CANCELLED)):
        mail_host_people(event)


def mail_host_people(event: Event) -> None:
    """Tell the contact who is coming, if they are verified and were not told so last, at the address that they have."""
    contact = _contact_of(event)
    if contact is None or contact.verified_at is None:
        return
    coming = sorted(one.id for one in event.assignments if one.status in COMING)
    begins = f"host-people:{event.id}:{contact.id}:"
    told = db.session.scalar(
        select(Mail.once)
        .where(Mail.once.startswith(begins, autoescape=True), Mail.recipient == contact.email)
        .order_by(Mail.id.desc())
        .limit(1)
    )
    # Who is coming when and where, in short: said again only once it differs.
    now = f"{coming} {event.starts_at:%Y%m%d%H%M} {event.place}"
    mark = hashlib.sha256(now.encode()).hexdigest()[:16]
    if (told is None and not coming) or (told is not None and told.endswith(f":{mark}")):
        return
    to = Recipient(RecipientKind.CONTACT, contact.id, contact.name, contact.email)
    once = f"{begins}{event.sequence}:{mark}"
    queue_mail(
        to, "events/host_people", about=event, once=once, event=event, pack=host_pack(event), mint_pack=_mint_pack
    )


def _contact_of(event: Event) -> Contact | None:
    """Whom to write to of an event that is still to come and that nobody has asked for."""
    ahead = event.starts_at > clock.now()
    return event.contact if ahead and event.visit_request_id is None else None


def _mint_pack(event: Event, contact: Contact) -> str:
    """A fresh private link to the host's visit pack, for the contact, until the event ends."""
    return mint_link(Purpose.HOST, event.id, ActorKind.CONTACT, contact.id, event.ends_at)


def _mail_on(event: Event, contact: Contact, *, before: str, how: str) -> None:
    calendar = publish(entry_for_host(event, named=False))
    _mail(event, contact, "events/host_on", calendar, before=before, how=how, mint_pack=_mint_pack)


def _mail(event: Event, contact: Contact, message: str, calendar: CalendarPart, **context: Any) -> None:
    to = Recipient(RecipientKind.CONTACT, contact.id, contact.name, contact.email)
    thread = f"host-{event.id}-{contact.id}"
    queue_mail(to, message, about=event, calendar=calendar, thread=thread, event=event, **context)
