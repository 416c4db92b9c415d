"""Feeds, read from kept texts, and the texts themselves, freshly rendered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, or_, select, true

from outreach import clock
from outreach.calendars.models import CalendarText
from outreach.calendars.rules import (
    COUNTY_COLOUR,
    COUNTY_SLUG,
    Colour,
    Standing,
    View,
    colour_of,
    shown_until,
    standing_of,
)
from outreach.db import db
from outreach.districts.models import County, District, Term
from outreach.events.models import Event
from outreach.events.queries import venue_of
from outreach.ical import CalendarEvent, CalendarFeed, EventStatus, render_event
from outreach.institutions.models import Institution, Site


@dataclass(frozen=True)
class Edition:
    """Everything that decides the bytes of a feed, read in one row: an equal edition is an equal feed."""

    slug: str
    day: date
    district_id: int | None
    name: str
    description: str
    colour: Colour
    count: int
    checksum: int
    changed_at: datetime


@dataclass(frozen=True)
class Text:
    """An event as a calendar carries it, and until when feeds show it."""

    event: Event
    text: bytes
    shown_until: date

    @property
    def checksum(self) -> int:
        """48 bits of the text's digest: the sum over a feed of 30,000 events still fits the database's integers."""
        return int.from_bytes(sha256(self.text).digest()[:6], "big")


# Feeds


def find_edition(slug: str) -> Edition | None:
    """The present edition of a district's feed, or the county's; None if there is no such feed.

    The time of change is that of any public event of the county, and no earlier than this day's beginning: it also
    moves when an event leaves a feed, for another district or because its time is over.
    """
    day = clock.today()
    in_feed = and_(CalendarText.view == View.PUBLIC, CalendarText.shown_until >= day)
    newest = select(func.max(CalendarText.changed_at)).where(CalendarText.view == View.PUBLIC).scalar_subquery()
    query = (
        select(
            County,
            District,
            func.count(CalendarText.id),
            func.coalesce(func.sum(CalendarText.checksum), 0),
            newest,
        )
        .select_from(County)
        .outerjoin(District, District.slug == slug)
        .outerjoin(CalendarText, and_(in_feed, _of_district(slug)))
        .group_by(County.id, District.id)
    )
    found = db.session.execute(query).first()
    if found is None:
        return None
    county: County = found[0]
    district: District | None = found[1]
    if district is None and slug != COUNTY_SLUG:
        return None
    place = district.name if district else county.name
    changed_at: datetime | None = found[4]
    since = clock.start_of(day)
    return Edition(
        slug=slug,
        day=day,
        district_id=district.id if district else None,
        name=f"{county.scheme}: {place}",
        description=f"Public events about careers in care in {place}, from {county.council}.",
        colour=colour_of(district.row, district.column) if district else COUNTY_COLOUR,
        count=found[2],
        checksum=int(found[3]),
        changed_at=since if changed_at is None else max(changed_at, since),
    )


def _of_district(slug: str) -> ColumnElement[bool]:
    """Which texts are in a feed: the county's has them all."""
    return true() if slug == COUNTY_SLUG else CalendarText.district_id == District.id


def feed_of(edition: Edition) -> CalendarFeed:
    """What the feed says of itself."""
    return CalendarFeed(
        name=edition.name,
        description=edition.description,
        colour_name=edition.colour.name,
        colour_hex=edition.colour.hexadecimal,
    )


def list_texts(edition: Edition) -> list[bytes]:
    """The kept texts of a feed, in the order of their start."""
    query = select(CalendarText.text).where(CalendarText.view == View.PUBLIC, CalendarText.shown_until >= edition.day)
    if edition.district_id is not None:
        query = query.where(CalendarText.district_id == edition.district_id)
    return list(db.session.scalars(query.order_by(CalendarText.starts_at, CalendarText.event_id)))


# Texts


def list_public_texts(event_id: int | None = None) -> list[Text]:
    """The public text, freshly rendered, of one event or of every event that was ever published.

    Labels are joined, not read off the event: an act that has just changed the district's number may still hold
    the old district.
    """
    query = (
        select(Event, Term.label, District.name, Site, Institution.name)
        .join(Term, Term.id == Event.activity_id)
        .join(District, District.id == Event.district_id)
        .outerjoin(Site, Site.id == Event.site_id)
        .outerjoin(Institution, Institution.id == Event.institution_id)
        .where(
            Event.visit_request_id.is_(None),
            or_(Event.published_at.is_not(None), Event.unpublished_at.is_not(None)),
        )
        .order_by(Event.id)
    )
    if event_id is not None:
        query = query.where(Event.id == event_id)
    texts = []
    for event, activity, district, site, host in db.session.execute(query):
        standing = public_standing(event)
        rendered = render_event(_calendar_event(event, standing, (activity, district), venue_of(event, site, host)))
        last_day = clock.local(event.ends_at).date()
        texts.append(Text(event, rendered, shown_until(last_day, standing)))
    return texts


def list_stored_texts() -> list[CalendarText]:
    return list(
        db.session.scalars(select(CalendarText).where(CalendarText.view == View.PUBLIC).order_by(CalendarText.event_id))
    )


def find_stored_text(event_id: int) -> CalendarText | None:
    return db.session.scalar(
        select(CalendarText).where(CalendarText.event_id == event_id, CalendarText.view == View.PUBLIC)
    )


def public_standing(event: Event) -> Standing:
    """How an event stands with the public."""
    return standing_of(
        event.status,
        from_request=event.visit_request_id is not None,
        published_at=event.published_at,
        unpublished_at=event.unpublished_at,
    )


def calendar_event_of(event: Event) -> CalendarEvent:
    """A public event as calendars take it."""
    host = event.institution.name if event.institution else None
    labels = (event.activity.label, event.district.name)
    return _calendar_event(event, public_standing(event), labels, venue_of(event, event.site, host))


def _calendar_event(event: Event, standing: Standing, labels: tuple[str, str], venue: str) -> CalendarEvent:
    """What was withdrawn keeps its title and time, by which people know it, and says nothing else any more."""
    withdrawn = standing is Standing.WITHDRAWN
    base: str = current_app.config["BASE_URL"]
    return CalendarEvent(
        uid=event.uid_public,
        sequence=event.sequence,
        created=event.created_at,
        changed=event.changed_at,
        starts=event.starts_at,
        ends=event.ends_at,
        summary=event.title,
        description="" if withdrawn else event.public_words,
        location="" if withdrawn else venue,
        url="" if withdrawn else f"{base}/events/{event.reference}",
        categories=labels,
        status=EventStatus.CONFIRMED if standing is Standing.SHOWN else EventStatus.CANCELLED,
    )
