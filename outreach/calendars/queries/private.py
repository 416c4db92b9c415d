"""Private feeds: whose an address is, whether they may still have it, and what is in it now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.accounts.models import Account
from outreach.accounts.rules import FOLLOW_LASTS
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import STOPPED
from outreach.calendars.models import PrivateFeed
from outreach.calendars.rules.private import ROLE_FOR, FeedKind, name_of
from outreach.db import db
from outreach.districts.models import District
from outreach.districts.queries import list_districts
from outreach.institutions.models import Contact
from outreach.web.door import Actor, ActorKind, Role
from outreach.web.keys import digest, keyed_digest


@dataclass(frozen=True)
class Holder:
    """Whose feed it is, as they stand now. `verified` counts for contacts only."""

    kind: ActorKind
    id: int
    name: str
    email: str
    institution_id: int | None = None
    verified: bool = False


@dataclass(frozen=True)
class Offer:
    """A feed that somebody may have: its kind, and a district where it is one district's."""

    kind: FeedKind
    district: District | None = None

    @property
    def name(self) -> str:
        return name_of(self.kind, self.district.slug if self.district else None)


@dataclass(frozen=True)
class Opened:
    """What an address leads to: a feed that was ended, or a live one and its holder, if they may have it now."""

    feed: PrivateFeed
    ended: bool
    holder: Holder | None


def open_address(token: str, name: str) -> Opened | None:
    """The feed of an address; None if there is none. The name at its end must be its own."""
    feed = db.session.scalar(
        select(PrivateFeed)
        .where(PrivateFeed.digest == digest(token), PrivateFeed.name == name)
        .options(joinedload(PrivateFeed.district))
    )
    if feed is None:
        return None
    if feed.ended_at is not None:
        return Opened(feed, ended=True, holder=None)
    holder = find_holder(feed.holder_kind, feed.holder_id, feed.kind)
    if holder is not None and is_other_mailbox(feed, holder):
        return Opened(feed, ended=True, holder=None)
    return Opened(feed, ended=False, holder=holder)


def is_other_mailbox(feed: PrivateFeed, holder: Holder) -> bool:
    """Whether the holder's e-mail address has changed since: then their feed ends, as links to the old one have."""
    return feed.mailbox != keyed_digest(holder.email)


def find_holder(kind: ActorKind, holder_id: int | None, feed: FeedKind) -> Holder | None:
    """The person, if they may have a feed of this kind now: read anew at each fetch."""
    if kind is ActorKind.AMBASSADOR and feed is FeedKind.OWN:
        return _ambassador(holder_id)
    if kind is ActorKind.CONTACT and feed is FeedKind.VISITS:
        return _contact(holder_id)
    if kind is ActorKind.ACCOUNT and feed in ROLE_FOR:
        return _account(holder_id, Role(ROLE_FOR[feed]))
    return None


def _ambassador(ambassador_id: int | None) -> Holder | None:
    one = db.session.get(Ambassador, ambassador_id)
    if one is None or one.status in STOPPED:
        return None
    return Holder(ActorKind.AMBASSADOR, one.id, one.name, one.email)


def _contact(contact_id: int | None) -> Holder | None:
    one = db.session.get(Contact, contact_id)
    if one is None or one.last_used_at < clock.now() - FOLLOW_LASTS:
        return None
    verified = one.verified_at is not None
    return Holder(ActorKind.CONTACT, one.id, one.name, one.email, one.institution_id, verified)


def _account(account_id: int | None, role: Role) -> Holder | None:
    one = db.session.get(Account, account_id)
    if one is None or one.disabled_at is not None or role not in {grant.role for grant in one.roles}:
        return None
    return Holder(ActorKind.ACCOUNT, one.id, one.name, one.email)


# For the pages


def list_offers(actor: Actor) -> list[Offer]:
    """The feeds that an account may have, by its roles: each district's and the county's, the work, the rewards."""
    found = []
    for kind, role in ROLE_FOR.items():
        if not actor.has(Role(role)):
            continue
        found.append(Offer(kind))
        if kind is FeedKind.STAFF:
            found += [Offer(kind, district) for district in list_districts()]
    return found


def find_offer(actor: Actor, name: str) -> Offer | None:
    return next((one for one in list_offers(actor) if one.name == name), None)


def list_live_feeds(actor: Actor) -> dict[str, PrivateFeed]:
    """Somebody's live feeds, by their names."""
    return {feed.name: feed for feed in db.session.scalars(_live(actor).order_by(PrivateFeed.id))}


def find_live_feed(actor: Actor, name: str) -> PrivateFeed | None:
    return db.session.scalar(_live(actor).where(PrivateFeed.name == name))


def lock_live_feed(actor: Actor, name: str) -> PrivateFeed | None:
    """Somebody's live feed of a name, held until the act is over."""
    return db.session.scalar(_live(actor).where(PrivateFeed.name == name).with_for_update())


def _live(actor: Actor) -> Select[PrivateFeed]:
    return select(PrivateFeed).where(
        PrivateFeed.holder_kind == actor.kind, PrivateFeed.holder_id == actor.id, PrivateFeed.ended_at.is_(None)
    )
