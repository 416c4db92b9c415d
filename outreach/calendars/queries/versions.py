"""What the public feeds are, and what they hold: read by SQLAlchemy Core without a session, as often as asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Select, select

from outreach.calendars.models import CalendarText, CalendarVersion
from outreach.calendars.rules import COLOURS, COUNTY_COLOUR, COUNTY_SLUG, Colour, View, colour_of
from outreach.districts.models import County, District, Term
from outreach.districts.rules import Vocabulary
from outreach.ical import CalendarFeed

KINDS = "kinds/"

Version = tuple[int, datetime]


@dataclass(frozen=True)
class PublicFeed:
    """One public feed: what it says of itself, and which texts are in it."""

    about: CalendarFeed
    district_id: int | None = None
    activity_id: int | None = None


def select_version(view: View) -> Select[int, datetime]:
    return select(CalendarVersion.number, CalendarVersion.changed_at).where(CalendarVersion.view == view)


def read_public_feeds(connection: Connection) -> dict[str, PublicFeed]:
    """Every public feed, by the name it has in its address: the county's, the districts' and the kinds of events."""
    county = connection.execute(select(County.name, County.council, County.scheme)).first()
    if county is None:
        return {}
    name, council, scheme = county

    def about(what: str, words: str, colour: Colour) -> CalendarFeed:
        return CalendarFeed(
            name=f"{scheme}: {what}",
            description=f"{words}, from {council}.",
            colour_name=colour.name,
            colour_hex=colour.hexadecimal,
        )

    feeds = {COUNTY_SLUG: PublicFeed(about(name, f"Public events about careers in care in {name}", COUNTY_COLOUR))}
    for one in connection.execute(select(District.id, District.slug, District.name, District.row, District.column)):
        words = f"Public events about careers in care in {one.name}"
        feeds[one.slug] = PublicFeed(about(one.name, words, colour_of(one.row, one.column)), district_id=one.id)
    kinds = select(Term.id, Term.code, Term.label, Term.position).where(Term.vocabulary == Vocabulary.ACTIVITY)
    for number, code, label, position in connection.execute(kinds):
        words = f"Public events about careers in care in {name} of this kind: {label}"
        colour = COLOURS[position % len(COLOURS)]
        feeds[f"{KINDS}{code}"] = PublicFeed(about(label, words, colour), activity_id=number)
    return feeds


def read_public_texts(connection: Connection, feed: PublicFeed, day: date) -> Sequence[bytes]:
    """The kept texts of a feed on a day, in the order of their start. Events outside the window are not touched."""
    query = select(CalendarText.text).where(CalendarText.view == View.PUBLIC, CalendarText.shown_until >= day)
    if feed.district_id is not None:
        query = query.where(CalendarText.district_id == feed.district_id)
    if feed.activity_id is not None:
        query = query.where(CalendarText.activity_id == feed.activity_id)
    return connection.execute(query.order_by(CalendarText.starts_at, CalendarText.event_id)).scalars().all()
