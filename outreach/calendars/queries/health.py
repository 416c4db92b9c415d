"""How every feed is: what is in it, when it last changed, and which programs last fetched it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select

from outreach import clock
from outreach.calendars.models import CalendarText, FeedFetch, PrivateFeed
from outreach.calendars.queries.versions import PublicFeed, read_public_feeds
from outreach.calendars.rules import View
from outreach.calendars.rules.clients import Client
from outreach.calendars.rules.private import FeedKind
from outreach.db import db
from outreach.ical import assemble
from outreach.outbox.models import JobRun

Fetch = tuple[Client, datetime]
RECENT = timedelta(days=7)
CHECK = "calendar texts"
"""The worker's daily job that renders every text anew and compares."""


@dataclass(frozen=True)
class PublicHealth:
    """A public feed as it would be sent now."""

    name: str
    title: str
    items: int
    size: int
    changed_at: datetime | None
    fetches: list[Fetch]


@dataclass(frozen=True)
class PrivateHealth:
    """The private feeds of one kind together: a feed of one person's is nobody else's business."""

    kind: FeedKind
    addresses: int
    recent: int
    most_items: int
    largest: int
    changed_at: datetime | None
    fetches: list[Fetch]


def list_public_health() -> list[PublicHealth]:
    """The county's feed first, then the districts' and the kinds'."""
    rows = db.session.execute(
        select(
            CalendarText.district_id,
            CalendarText.activity_id,
            func.count(CalendarText.id).label("items"),
            func.sum(func.length(CalendarText.text)).label("size"),
            func.max(CalendarText.changed_at).label("changed_at"),
        )
        .where(CalendarText.view == View.PUBLIC, CalendarText.shown_until >= clock.today())
        .group_by(CalendarText.district_id, CalendarText.activity_id)
    ).all()
    fetches = _fetches()
    feeds = read_public_feeds(db.session.connection())
    return [_public(name, feed, [row for row in rows if _is_in(row, feed)], fetches) for name, feed in feeds.items()]


def _is_in(row: Row[int, int | None, int, int, datetime], feed: PublicFeed) -> bool:
    return feed.district_id in (None, row[0]) and feed.activity_id in (None, row[1])


def _public(
    name: str,
    feed: PublicFeed,
    rows: list[Row[int, int | None, int, int, datetime]],
    fetches: dict[str, list[Fetch]],
) -> PublicHealth:
    return PublicHealth(
        name=name,
        title=feed.about.name.partition(": ")[2],
        items=sum(row[2] for row in rows),
        size=len(assemble(feed.about, ())) + sum(int(row[3]) for row in rows),
        changed_at=max((row[4] for row in rows), default=None),
        fetches=fetches.get(name, []),
    )


def list_private_health() -> list[PrivateHealth]:
    """Every kind of private feed, how many live addresses it has and how they are fetched."""
    rows = db.session.execute(
        select(
            PrivateFeed.kind,
            func.count(PrivateFeed.id),
            func.max(PrivateFeed.items),
            func.max(PrivateFeed.size),
            func.max(PrivateFeed.changed_at),
        )
        .where(PrivateFeed.ended_at.is_(None))
        .group_by(PrivateFeed.kind)
    )
    found = {row[0]: row for row in rows}
    lately = select(PrivateFeed.kind, func.count(PrivateFeed.id)).where(
        PrivateFeed.ended_at.is_(None), PrivateFeed.checksum != "", PrivateFeed.last_seen_at > clock.now() - RECENT
    )
    recent = {row[0]: row[1] for row in db.session.execute(lately.group_by(PrivateFeed.kind))}
    fetches = _fetches()
    return [
        PrivateHealth(
            kind=kind,
            addresses=found[kind][1] if kind in found else 0,
            recent=recent.get(kind, 0),
            most_items=found[kind][2] if kind in found else 0,
            largest=found[kind][3] if kind in found else 0,
            changed_at=found[kind][4] if kind in found else None,
            fetches=fetches.get(f"private/{kind.value}", []),
        )
        for kind in FeedKind
    ]


def _fetches() -> dict[str, list[Fetch]]:
    """Who fetched a feed, the latest first."""
    found: dict[str, list[Fetch]] = {}
    for one in db.session.scalars(select(FeedFetch).order_by(FeedFetch.fetched_at.desc(), FeedFetch.id)):
        found.setdefault(one.feed, []).append((one.client, one.fetched_at))
    return found


def find_check() -> JobRun | None:
    """The last run of the check that compares every kept text with a fresh one."""
    return db.session.get(JobRun, CHECK)
