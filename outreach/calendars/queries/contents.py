"""What is in a private feed now: kept texts of the events that its holder may see, or entries made of what is to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

from flask import current_app, url_for
from sqlalchemy import ColumnElement, and_, func, or_, select, true

from outreach import clock
from outreach.accounts.links import address
from outreach.calendars.models import CalendarText, PrivateFeed
from outreach.calendars.queries.private import Holder
from outreach.calendars.queries.texts import load_events
from outreach.calendars.rules import COUNTY_COLOUR, PAST_DAYS, View, colour_of
from outreach.calendars.rules.private import FeedKind
from outreach.db import db
from outreach.districts.queries import get_county
from outreach.events.models import Assignment, Event
from outreach.events.queries import entry_for_ambassador, lacking_of, list_short_events
from outreach.events.rules import COMING, AssignmentStatus, EventStatus, Times
from outreach.ical import CalendarEvent, CalendarFeed, Classification, render_event
from outreach.outcomes.queries import list_without_outcome
from outreach.referrals.models import StageEntry
from outreach.referrals.queries.coming import list_coming
from outreach.referrals.queries.due_dates import due_date
from outreach.visits.models import VisitRequest
from outreach.web.filters import plural, say_date

REWARD_MONTHS = 6


def about_feed(feed: PrivateFeed) -> CalendarFeed:
    """What the feed says of itself. It names nobody: calendars' names stand on screens that others see."""
    county = get_county()
    place = feed.district.name if feed.district else county.name
    name, description = {
        FeedKind.OWN: ("my visits", "The visits that you are invited to or have agreed to."),
        FeedKind.VISITS: ("visits to us", "The visits that you have asked for."),
        FeedKind.STAFF: (f"{place} (staff)", f"Everything that is planned in {place}. For council staff only."),
        FeedKind.WORK: ("work to do", "Events that lack ambassadors, and outcomes that nobody has recorded."),
        FeedKind.REWARDS: ("rewards to come", "The days on which rewards fall due if all the terms are met."),
    }[feed.kind]
    colour = colour_of(feed.district.row, feed.district.column) if feed.district else COUNTY_COLOUR
    return CalendarFeed(
        name=f"{county.scheme}: {name}",
        description=f"{description} From {county.council}. The address of this calendar is yours alone.",
        colour_name=colour.name,
        colour_hex=colour.hexadecimal,
    )


def list_components(feed: PrivateFeed, holder: Holder) -> Sequence[bytes]:
    """The texts of the feed's entries, in the order of their start."""
    if feed.kind is FeedKind.WORK:
        return [_rendered(entry) for entry in _work()]
    if feed.kind is FeedKind.REWARDS:
        return [_rendered(entry) for entry in _rewards(holder.id)]
    chosen = {FeedKind.OWN: _own, FeedKind.VISITS: _visits, FeedKind.STAFF: _staff}[feed.kind](feed, holder)
    shown = (chosen, CalendarText.shown_until >= clock.today())
    if feed.kind is FeedKind.OWN and (parts := _parts_of(holder)):
        return _with_parts(parts, shown)
    return db.session.scalars(
        select(CalendarText.text).where(*shown).order_by(CalendarText.starts_at, CalendarText.event_id)
    ).all()


def _parts_of(holder: Holder) -> dict[int, Times]:
    """When an ambassador is needed, where that is only a part of the event: by event."""
    rows = db.session.execute(
        select(Assignment.event_id, Assignment.starts_at, Assignment.ends_at)
        .join(Assignment.event)
        .where(
            Assignment.ambassador_id == holder.id,
            (Assignment.starts_at != Event.starts_at) | (Assignment.ends_at != Event.ends_at),
        )
    )
    return {event_id: (starts_at, ends_at) for event_id, starts_at, ends_at in rows}


def _with_parts(parts: Mapping[int, Times], shown: Iterable[ColumnElement[bool]]) -> list[bytes]:
    """The kept texts, and in place of those of whole events what this ambassador is needed for.

    What is kept of an event is its whole time, for all who stand alike. Who has a part of it is shown that part,
    rendered as it is read: few are, and it changes with the event's own SEQUENCE.
    """
    rows = db.session.execute(
        select(CalendarText.event_id, CalendarText.view, CalendarText.starts_at, CalendarText.text).where(*shown)
    ).all()
    events = {one.id: one for one in load_events({row.event_id for row in rows} & parts.keys())}
    entries = []
    for row in rows:
        event = events.get(row.event_id)
        if event is None:
            entries.append((row.starts_at, row.event_id, row.text))
            continue
        status = AssignmentStatus.INVITED if row.view is View.HELD else AssignmentStatus.ACCEPTED
        entry = entry_for_ambassador(event, status, parts[event.id], in_feed=True)
        entries.append((parts[event.id][0], event.id, _rendered(entry)))
    return [text for _, _, text in sorted(entries, key=lambda entry: entry[:2])]


def _own(_feed: PrivateFeed, holder: Holder) -> ColumnElement[bool]:
    """What the ambassador is asked to, comes to or came to; and what was called off after they had said yes."""
    mine = select(Assignment.event_id).where(Assignment.ambassador_id == holder.id)
    called_off = and_(
        Assignment.status == AssignmentStatus.WITHDRAWN,
        Assignment.answered_at.is_not(None),
        Assignment.reason_id.is_(None),
        Assignment.event_id.in_(select(Event.id).where(Event.status == EventStatus.CANCELLED)),
    )
    return or_(
        and_(
            CalendarText.view == View.OWN,
            CalendarText.event_id.in_(mine.where(or_(Assignment.status.in_(COMING), called_off))),
        ),
        and_(
            CalendarText.view == View.HELD,
            CalendarText.event_id.in_(mine.where(Assignment.status == AssignmentStatus.INVITED)),
        ),
    )


def _visits(_feed: PrivateFeed, holder: Holder) -> ColumnElement[bool]:
    """The contact's own visits; once somebody has verified them, the institution's others too, and who is coming."""
    asked = select(Event.id).join(VisitRequest, VisitRequest.id == Event.visit_request_id)
    if not holder.verified:
        return and_(
            CalendarText.view == View.HOST,
            CalendarText.event_id.in_(asked.where(VisitRequest.contact_id == holder.id)),
        )
    return and_(
        CalendarText.view == View.NAMED,
        CalendarText.event_id.in_(asked.where(VisitRequest.institution_id == holder.institution_id)),
    )


def _staff(feed: PrivateFeed, _holder: Holder) -> ColumnElement[bool]:
    here = CalendarText.district_id == feed.district_id if feed.district_id is not None else true()
    return and_(CalendarText.view == View.STAFF, here)


@lru_cache(maxsize=2000)
def _rendered(entry: CalendarEvent) -> bytes:
    """Rendering costs a millisecond, and what is to do changes seldom."""
    return render_event(entry)


def _work() -> list[CalendarEvent]:
    """Events to come or on now that lack ambassadors, and past ones without a record, soonest first."""
    today = clock.today()
    since = clock.start_of(today - timedelta(days=PAST_DAYS))
    late = [one for one in list_without_outcome() if since <= one.ends_at < clock.start_of(today)]
    return [*(_missing_outcome(one, today) for one in late), *map(_opening, list_short_events())]


def _opening(event: Event) -> CalendarEvent:
    """An event that lacks ambassadors, at its own time. Its number rises with the event's and with every answer."""
    asked = [one for one in event.assignments if one.status in (*COMING, AssignmentStatus.INVITED)]
    marks = [moment for one in event.assignments for moment in (one.invited_at, one.answered_at) if moment]
    return CalendarEvent(
        uid=f"{event.reference}.opening@{current_app.config['HOST']}",
        sequence=event.sequence + sum(one.version for one in event.assignments),
        created=event.created_at,
        changed=max([event.changed_at, *marks]),
        starts=event.starts_at,
        ends=event.ends_at,
        summary=f"{plural(lacking_of(event), 'ambassador')} needed: {event.title}",
        description=(
            f"{len(asked)} of {event.needed} asked or coming.\n{event.district.name}. Reference {event.reference}"
        ),
        location=event.place,
        url=address(url_for("events.show", reference=event.reference)),
        categories=(event.activity.label, event.district.name),
        classification=Classification.PRIVATE,
    )


def _missing_outcome(event: Event, today: date) -> CalendarEvent:
    """An outcome that nobody has recorded, on today's date until somebody does: it moves with each day."""
    last_day = clock.local(event.ends_at).date()
    return CalendarEvent(
        uid=f"{event.reference}.outcome@{current_app.config['HOST']}",
        sequence=event.sequence + (today - last_day).days,
        created=event.created_at,
        changed=max(event.changed_at, clock.start_of(today)),
        starts=today,
        ends=today + timedelta(days=1),
        summary=f"No outcome recorded: {event.title}",
        description=f"It was on {say_date(event.starts_at)}.\n{event.district.name}. Reference {event.reference}",
        url=address(url_for("outcomes.by_coordinator", reference=event.reference)),
        categories=(event.activity.label, event.district.name),
        classification=Classification.PRIVATE,
    )


def _rewards(officer_id: int) -> list[CalendarEvent]:
    """The days on which rewards fall due, without those of this officer or of their household, and without names.

    An entry changes with its referral's stages, and at the latest with the day.
    """
    coming = list_coming(officer_id, REWARD_MONTHS)
    entries = db.session.execute(
        select(StageEntry.referral_id, func.max(StageEntry.recorded_at))
        .where(StageEntry.referral_id.in_({one.referral.id for one in coming}))
        .group_by(StageEntry.referral_id)
    )
    recorded = {row[0]: row[1] for row in entries}
    morning = clock.start_of(clock.today())
    return [
        due_date(
            reference=one.referral.reference,
            milestone=one.milestone.code,
            due=one.due,
            on=one.on,
            made_at=one.referral.made_at,
            now=max(recorded.get(one.referral.id, morning), morning),
            host=current_app.config["HOST"],
            url=address(url_for("referrals.verdict", reference=one.referral.reference)),
        )
        for one in coming
    ]
