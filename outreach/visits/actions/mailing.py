"""The mails of a visit request: to the contact, always with their private link, and to the coordinators."""

from __future__ import annotations

from typing import Any

from outreach import clock
from outreach.accounts.links import address, mint_link
from outreach.accounts.queries import list_accounts_with
from outreach.accounts.rules import FOLLOW_LASTS
from outreach.events.models import Event
from outreach.events.queries import entry_for_host
from outreach.events.queries.arrangements import is_missing, unconfirmed_of
from outreach.events.queries.packs import day_of
from outreach.ical import publish
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.models import Mail
from outreach.outbox.rules import RecipientKind
from outreach.visits.models import VisitRequest
from outreach.visits.queries import was_queued
from outreach.web.door import Actor, ActorKind, Purpose, Role


def mail_contact(request: VisitRequest, message: str, once: str | None = None, **context: Any) -> Mail | None:
    """Queue a mail to the contact of a request, with a fresh private link to follow it."""
    if once is not None and was_queued(once):
        return None  # before a link is minted for nothing
    contact = request.contact
    return queue_mail(
        Recipient(RecipientKind.CONTACT, contact.id, contact.name, contact.email),
        f"visits/{message}",
        about=request,
        once=once,
        request=request,
        follow=mint_link(Purpose.FOLLOW, request.id, ActorKind.CONTACT, contact.id, clock.now() + FOLLOW_LASTS),
        **_of_the_day(request, context.get("event")),
        **context,
    )


def _of_the_day(request: VisitRequest, event: Event | None) -> dict[str, Any]:
    """What the host has still to tell us: whether anything, and what the visit waits for before it is confirmed."""
    if event is None or event.cancelled_at is not None or event.contact_id != request.contact_id:
        return {"to_tell": False, "unconfirmed": "", "needs": ""}
    return {"to_tell": is_missing(event), "unconfirmed": unconfirmed_of(event), "needs": day_of(event).needs}


def mail_visit(request: VisitRequest, message: str, event: Event | None, **context: Any) -> None:
    """Queue a mail to the contact with the visit, once there is one, for them to put into a calendar if they like."""
    if event is not None:
        entry = entry_for_host(event, named=request.contact.verified_at is not None)
        context |= {"calendar": publish(entry), "thread": f"visit-{event.id}"}
    mail_contact(request, message, event=event, **context)


def mail_coordinators(actor: Actor, request: VisitRequest, message: str) -> None:
    """Queue a mail to every coordinator but the one who did it. It names the reference and the district, nobody."""
    for account in list_accounts_with(Role.COORDINATOR):
        if actor.kind is ActorKind.ACCOUNT and actor.id == account.id:
            continue
        queue_mail(
            Recipient(RecipientKind.ACCOUNT, account.id, account.name, account.email),
            f"visits/{message}",
            about=request,
            reference=request.reference,
            district=request.site.district.name,
            page=address(f"/requests/{request.reference}"),
        )
