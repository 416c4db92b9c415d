"""The events that the public may see, for its pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from outreach import clock
from outreach.db import db
from outreach.districts.models import District, Term
from outreach.errors import NotFound
from outreach.events.models import Event
from outreach.events.rules import EventStatus


def _shown_with() -> tuple[ExecutableOption, ...]:
    """What every page shows of an event, loaded with it."""
    return tuple(joinedload(one) for one in (Event.activity, Event.district, Event.site, Event.institution))


def is_public() -> ColumnElement[bool]:
    """Events that the public may see now, the cancelled among them; the same rule as `standing_of`."""
    return and_(
        Event.visit_request_id.is_(None),
        Event.published_at.is_not(None),
        or_(Event.unpublished_at.is_(None), Event.unpublished_at < Event.published_at),
    )


def select_public_events(
    since: datetime, until: datetime | None = None, *, district: str = "", activity: str = ""
) -> Select[Event]:
    """Public events that are going on between two instants, soonest first; perhaps of one district and one kind."""
    query = (
        select(Event)
        .where(is_public(), Event.ends_at > since)
        .options(*_shown_with())
        .order_by(Event.starts_at, Event.id)
    )
    if until is not None:
        query = query.where(Event.starts_at < until)
    if district:
        query = query.join(District, District.id == Event.district_id).where(District.slug == district)
    if activity:
        query = query.join(Term, Term.id == Event.activity_id).where(Term.code == activity)
    return query


def list_public_events(since: datetime, until: datetime, *, district: str = "") -> list[Event]:
    return list(db.session.scalars(select_public_events(since, until, district=district)))


def get_public_event(reference: str) -> Event:
    """A public event. Raises NotFound for one that is not, as for one that is not there."""
    event = db.session.scalar(select(Event).where(Event.reference == reference, is_public()).options(*_shown_with()))
    if event is None:
        raise NotFound
    return event


def count_coming() -> dict[tuple[int, int], int]:
    """How many public events are to come and not called off, by district and by kind."""
    rows = db.session.execute(
        select(Event.district_id, Event.activity_id, func.count(Event.id))
        .where(is_public(), Event.ends_at > clock.now(), Event.status != EventStatus.CANCELLED)
        .group_by(Event.district_id, Event.activity_id)
    )
    return {(row[0], row[1]): row[2] for row in rows}
