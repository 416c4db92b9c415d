"""What is arranged for the day of an event, what the host has still to say, and what was said the last time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from outreach.db import db
from outreach.districts.models import Term
from outreach.events.models import Arrangements, Event
from outreach.events.queries.events import OPEN
from outreach.events.rules import EventStatus
from outreach.events.rules.arranging import CHASE, HOST_SAYS, say_unconfirmed
from outreach.events.rules.children import is_child_facing
from outreach.institutions.models import Contact


def find_arrangements(event: Event) -> Arrangements | None:
    """The row as the database has it now; none before anybody has said anything."""
    return db.session.scalar(
        select(Arrangements).where(Arrangements.event_id == event.id).execution_options(populate_existing=True)
    )


def is_given(event: Event) -> bool:
    """Whether somebody has said whom to ask for on the day; what the coordinator alone keeps does not count."""
    return event.arrangements is not None and bool(event.arrangements.contact_name and event.arrangements.contact_phone)


def under_18s_may_come(event: Event) -> bool:
    """As for counting days: where nobody has said who comes, they may."""
    return is_child_facing(event.audience.under_18 if event.audience else None)


def must_agree(event: Event) -> bool:
    """Whether a host has to say how the group is kept safe. What nobody hosts has nobody to say it."""
    return event.institution_id is not None and under_18s_may_come(event)


def unconfirmed_of(event: Event) -> str:
    """What the host has still to do before the visit is confirmed, as a sentence; empty where there is nothing.

    What has taken place, or is off, waits for nothing.
    """
    if event.status in (EventStatus.DONE, EventStatus.CANCELLED):
        return ""
    row = event.arrangements
    if row is None:
        return say_unconfirmed(must_agree(event), False, ("", ""))
    lead = (row.safeguarding_name, row.safeguarding_phone)
    return say_unconfirmed(must_agree(event), row.host_agreed_at is not None, lead)


def is_missing(event: Event) -> bool:
    """Whether the host still has something to tell us: what a mail asks them for."""
    return bool(unconfirmed_of(event)) or not is_given(event)


def list_unconfirmed_events(now: datetime) -> list[Event]:
    """Visits with under-18s in the next days that their hosts have not confirmed, soonest first."""
    row = Arrangements
    return list(
        db.session.scalars(
            select(Event)
            .outerjoin(Event.arrangements)
            .outerjoin(Event.audience)
            .where(
                Event.status.in_(OPEN),
                Event.institution_id.is_not(None),
                Event.starts_at > now,
                Event.starts_at <= now + CHASE,
                or_(Event.audience_id.is_(None), Term.under_18),
                or_(
                    row.event_id.is_(None),
                    row.host_agreed_at.is_(None),
                    row.safeguarding_name == "",
                    row.safeguarding_phone == "",
                ),
            )
            .options(
                contains_eager(Event.arrangements),
                contains_eager(Event.audience),
                joinedload(Event.district),
                joinedload(Event.contact),
            )
            .order_by(Event.starts_at, Event.id)
        )
    )


def filled_with(
    row: Arrangements | None, last: Arrangements | None, contact: Contact | None = None
) -> dict[str, object]:
    """What a form about the day is filled with: what is arranged, else what was the last time.

    Whom to ask for is the contact who fills it in, if it is one: it is for nobody else to say for them unasked.
    """
    held: dict[str, object] = {name: getattr(row, name, "") or getattr(last, name, "") for name in HOST_SAYS}
    if not getattr(row, "contact_name", ""):
        held |= {"contact_name": contact.name if contact else "", "contact_phone": contact.phone if contact else ""}
    return held | {"version": row.version if row else ""}


def find_last_time(event: Event, contact: Contact | None = None) -> Arrangements | None:
    """What was arranged the last time at the same place, to fill a form with.

    For a contact whom nobody has verified only what they have said themselves: it names people.
    """
    if event.site_id is None:
        return None
    query = (
        select(Arrangements)
        .join(Arrangements.event)
        .where(
            Event.site_id == event.site_id,
            Event.id != event.id,
            Event.online == event.online,
            Arrangements.contact_name != "",
        )
        .order_by(Arrangements.changed_at.desc(), Arrangements.event_id.desc())
        .limit(1)
    )
    if contact is not None and contact.verified_at is None:
        query = query.where(Event.contact_id == contact.id)
    return db.session.scalar(query)
