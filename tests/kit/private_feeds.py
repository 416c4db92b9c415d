"""Private feeds made for tests, and read as programs read them."""

from __future__ import annotations

from flask.testing import FlaskClient

from outreach.calendars.actions.private import make_address
from outreach.calendars.queries.private import Offer, find_offer
from outreach.calendars.rules.private import FeedKind
from outreach.db import db
from outreach.web.door import Actor, ActorKind, Role
from tests.kit.ical_readers import ReadEvent, read_with_icalendar
from tests.makers import make_account

ROLES = {
    "county": Role.COORDINATOR,
    "district-worcester": Role.COORDINATOR,
    "district-redditch": Role.COORDINATOR,
    "work": Role.COORDINATOR,
    "rewards": Role.RECRUITMENT_OFFICER,
}


def feed_for(actor: Actor, offer: Offer) -> str:
    """The path of a new private feed."""
    feed, token = make_address(actor, offer)
    db.session.commit()
    return f"/feeds/{token}/{feed.name}.ics"


def own_feed(ambassador_id: int) -> str:
    return feed_for(Actor(ActorKind.AMBASSADOR, ambassador_id), Offer(FeedKind.OWN))


def visits_feed(contact_id: int) -> str:
    return feed_for(Actor(ActorKind.CONTACT, contact_id), Offer(FeedKind.VISITS))


def account_feed(name: str, account_id: int | None = None) -> str:
    """A feed of an account's: of a new one with the right role, unless told whose."""
    account_id = account_id or make_account(ROLES[name]).id
    actor = Actor(ActorKind.ACCOUNT, account_id, roles=frozenset({ROLES[name]}))
    offer = find_offer(actor, name)
    assert offer is not None, f"nobody is offered {name}"
    return feed_for(actor, offer)


def read(client: FlaskClient, path: str) -> dict[str, ReadEvent]:
    """The entries of a feed by UID, as icalendar reads them."""
    response = client.get(path)
    assert response.status_code == 200, response.data
    return {event.uid: event for event in read_with_icalendar(response.data)}
