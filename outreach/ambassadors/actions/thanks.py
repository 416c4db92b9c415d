"""Thanking an ambassador."""

from __future__ import annotations

from outreach import clock
from outreach.accounts.links import address
from outreach.ambassadors.actions.mailing import own_link, recipient
from outreach.ambassadors.actions.own import MAY_SEE_OWN_PAGE
from outreach.ambassadors.actions.register import guard
from outreach.ambassadors.models import Ambassador, Thanks
from outreach.ambassadors.queries.own import list_thanked_for
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.ambassadors.rules.thanks import ThanksFrom, check_words
from outreach.audit.actions import record
from outreach.db import db, lock_row
from outreach.districts.queries import get_county
from outreach.errors import Conflict
from outreach.outbox.actions import queue_mail
from outreach.web.door import Actor
from outreach.web.keys import new_reference


def thank_as_coordinator(actor: Actor, ambassador: Ambassador, words: str, *, event_id: int | None = None) -> Thanks:
    """Thank an ambassador in the council's name, for one event or for everything, and mail them."""
    guard(actor)
    signed = f"{actor.name}, {get_county().council}"
    return add_thanks(actor, ambassador, words=words, signed=signed, source=ThanksFrom.COORDINATOR, event_id=event_id)


def add_thanks(
    actor: Actor, ambassador: Ambassador, *, words: str, signed: str, source: ThanksFrom, event_id: int | None
) -> Thanks:
    """Keep somebody's thanks and mail the ambassador. No guard: who may thank whom is asked before.

    Raises Conflict when they have left, when the words are none or too many, and when the same person has thanked
    them for the same event.
    """
    check_words(words)
    lock_row(ambassador)
    if ambassador.status is AmbassadorStatus.LEFT:
        raise Conflict("This ambassador has left. Thank them in person if you can.")
    if event_id is not None and ambassador.id in list_thanked_for(event_id, signed):
        raise Conflict("You have thanked them for this visit already.")
    thanks = Thanks(
        reference=new_reference("TH"),
        ambassador_id=ambassador.id,
        event_id=event_id,
        source=source,
        signed=signed[:200],
        words=words,
        thanked_at=clock.now(),
    )
    db.session.add(thanks)
    record(actor, "ambassador.thank", ambassador, source=source.value)
    link = f"{own_link(ambassador)}/thanks" if ambassador.status in MAY_SEE_OWN_PAGE else address("/ambassador/my-link")
    queue_mail(recipient(ambassador), "ambassadors/thanked", about=ambassador, thanks=thanks, link=link)
    return thanks
