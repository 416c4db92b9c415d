"""Calendars that programs had fetched when the demonstration begins: two of the coordinator's, and some public ones."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from outreach.calendars.actions.versions import settle
from outreach.calendars.models import FeedFetch, PrivateFeed
from outreach.calendars.queries.contents import about_feed, list_components
from outreach.calendars.queries.private import Holder
from outreach.calendars.rules.clients import Client
from outreach.calendars.rules.private import FeedKind, name_of
from outreach.db import db
from outreach.demo.actions.auditing import audit_line, insert_lines
from outreach.demo.actions.scene import Scene
from outreach.ical import assemble
from outreach.web.door import ActorKind
from outreach.web.keys import digest, keyed_digest, new_token

MADE_DAYS_AGO = 40
FETCHED = (
    ("county", Client.GOOGLE, 3),
    ("county", Client.OUTLOOK, 7),
    ("county", Client.APPLE, 30),
    ("{district}", Client.THUNDERBIRD, 1),
    ("{district}", Client.GOOGLE, 11),
    ("private/staff", Client.OUTLOOK, 2),
    ("private/work", Client.THUNDERBIRD, 1),
)
"""Which feed was fetched by what kind of program, and how many hours before the day began."""


def add_subscriptions(scene: Scene) -> None:
    """The coordinator's calendars of one district and of their work, and what was fetched lately.

    Nobody holds the addresses: the coordinator makes new ones. Call it once calendars were told of every event.
    """
    settle(db.session())
    district = scene.districts[0]
    lines = []
    for kind, chosen in ((FeedKind.STAFF, district), (FeedKind.WORK, None)):
        account = scene.accounts["coordinator"]
        holder = Holder(ActorKind.ACCOUNT, account.id, account.name, account.email)
        feed = PrivateFeed(
            digest=digest(new_token()),
            mailbox=keyed_digest(account.email),
            kind=kind,
            holder_kind=holder.kind,
            holder_id=holder.id,
            name=name_of(kind, chosen.slug if chosen else None),
            district=chosen,
            created_at=scene.before(MADE_DAYS_AGO),
            last_seen_at=scene.now - timedelta(hours=1),
            changed_at=scene.before(2),
        )
        entries = list_components(feed, holder)
        text = assemble(about_feed(feed), entries)
        feed.checksum, feed.items, feed.size = sha256(text).hexdigest(), len(entries), len(text)
        db.session.add(feed)
        db.session.flush()
        lines.append(audit_line(feed, "calendar.make", feed.created_at, ActorKind.ACCOUNT, account.id))
    insert_lines(lines)
    db.session.add_all(
        FeedFetch(
            feed=name.format(district=district.slug), client=client, fetched_at=scene.now - timedelta(hours=hours)
        )
        for name, client, hours in FETCHED
    )
    db.session.flush()
