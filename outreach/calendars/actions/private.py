"""Making and ending private addresses. Only a digest is kept: the address itself is shown once, to whom it is for."""

from __future__ import annotations

from sqlalchemy import update

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus, AmbassadorStopped
from outreach.audit.actions import record
from outreach.calendars.models import PrivateFeed
from outreach.calendars.queries.private import Offer, find_holder, find_live_feed, lock_live_feed
from outreach.calendars.rules.private import KIND_WORDS
from outreach.db import add_or_refuse, db
from outreach.errors import Conflict, NotFound
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import SYSTEM, Actor, ActorKind
from outreach.web.keys import digest, keyed_digest, new_token

AT_ONCE = Conflict("This calendar has just been given another address. Open the page again to see how it stands.")
TOLD = {ActorKind.AMBASSADOR: RecipientKind.AMBASSADOR, ActorKind.CONTACT: RecipientKind.CONTACT}


def make_address(actor: Actor, offer: Offer) -> tuple[PrivateFeed, str]:
    """A new private address of one's own; the one there was is gone from the next request on.

    Whoever came by a link from a mail is told by mail, in case it was somebody else who had the link. Returns the
    row and the raw token, which is kept nowhere. Raises NotFound for what this person may not have.
    """
    holder = find_holder(actor.kind, actor.id, offer.kind)
    if holder is None:
        raise NotFound
    old = lock_live_feed(actor, offer.name)
    if old is not None:
        old.ended_at = clock.now()
        db.session.flush()
    token = new_token()
    feed = PrivateFeed(
        digest=digest(token),
        mailbox=keyed_digest(holder.email),
        kind=offer.kind,
        holder_kind=actor.kind,
        holder_id=holder.id,
        name=offer.name,
        district_id=offer.district.id if offer.district else None,
        created_at=clock.now(),
        last_seen_at=clock.now(),
        checksum="",
        changed_at=clock.now(),
        items=0,
        size=0,
    )
    add_or_refuse(feed, {"uq_private_feed_live": AT_ONCE, "private_feed.holder_kind": AT_ONCE})
    record(actor, "calendar.rotate" if old else "calendar.make", feed, kind=offer.kind.value)
    if actor.kind in TOLD:
        queue_mail(
            Recipient(TOLD[actor.kind], holder.id, holder.name, holder.email),
            "calendars/address_made",
            about=feed,
            once=f"calendar-address-{actor.kind.value}-{holder.id}-{clock.today()}",
            at=clock.now(),
            words=KIND_WORDS[offer.kind],
        )
    return feed, token


def stop_address(actor: Actor, name: str) -> None:
    """End a private address of one's own: calendar programs are told that it is gone. Raises NotFound."""
    feed = find_live_feed(actor, name)
    if feed is None:
        raise NotFound
    locked = lock_live_feed(actor, name)
    if locked is not None:
        locked.ended_at = clock.now()
        record(actor, "calendar.stop", locked, kind=locked.kind.value)


def follow_stopped_ambassador(fact: AmbassadorStopped) -> None:
    """Whoever leaves has no calendar of visits any more. While somebody is paused or suspended theirs is not found."""
    ambassador = db.session.get(Ambassador, fact.ambassador_id)
    if ambassador is None or ambassador.status is not AmbassadorStatus.LEFT:
        return
    ended = db.session.scalars(
        update(PrivateFeed)
        .where(
            PrivateFeed.holder_kind == ActorKind.AMBASSADOR,
            PrivateFeed.holder_id == ambassador.id,
            PrivateFeed.ended_at.is_(None),
        )
        .values(ended_at=clock.now())
        .returning(PrivateFeed)
    ).all()
    for feed in ended:
        record(SYSTEM, "calendar.stop", feed, kind=feed.kind.value)
