"""Noting that a feed was fetched, without learning by whom."""

from __future__ import annotations

from sqlalchemy import bindparam, text

from outreach import clock
from outreach.calendars.rules.clients import family_of
from outreach.db import UTCDateTime
from outreach.web.touches import is_waiting, touch

FETCHED = text(
    "INSERT INTO feed_fetch (feed, client, fetched_at) VALUES (:feed, :client, :fetched_at) "
    "ON CONFLICT (feed, client) DO UPDATE SET fetched_at = excluded.fetched_at"
).bindparams(bindparam("fetched_at", type_=UTCDateTime()))


def mark_fetched(feed: str, user_agent: str | None) -> None:
    """Have it noted, within a minute, that a feed was fetched now by a program of that family.

    `feed` is the public feed's path without `/calendars/` and `.ics`, or `private/<kind>`. Costs one look into
    memory while such a note is waiting already.
    """
    client = family_of(user_agent)
    if is_waiting("feed", (feed, client)):
        return
    touch("feed", (feed, client), FETCHED.bindparams(feed=feed, client=client.value, fetched_at=clock.now()))
