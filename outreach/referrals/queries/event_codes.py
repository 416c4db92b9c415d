"""Finding the codes of careers events, and how many came by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.db import db
from outreach.errors import NotFound
from outreach.events.models import Event
from outreach.events.rules import EventStatus
from outreach.referrals.models import EventCode, ReferLink, Referral
from outreach.referrals.queries.referring import find_refer_link
from outreach.referrals.rules.consent import MOST_DAYS_AFTER_EVENT, is_code_open, plain_code


@dataclass(frozen=True)
class Came:
    """How many asked by the code of an event, and how many of them said yes."""

    asked: int = 0
    agreed: int = 0


def find_code_of(event_id: int, *, lock: bool = False) -> EventCode | None:
    query = select(EventCode).where(EventCode.event_id == event_id)
    return db.session.scalar(query.with_for_update() if lock else query)


def find_open_code(typed: str) -> EventCode | None:
    """The code of an event that has not been called off and whose days are not over."""
    found = db.session.scalar(
        select(EventCode)
        .where(EventCode.code == plain_code(typed)[:20])
        .options(joinedload(EventCode.event).joinedload(Event.district))
    )
    if found is None or found.event.status is EventStatus.CANCELLED:
        return None
    if found.event.audience is not None and found.event.audience.under_16:
        return None
    return found if is_code_open(found.event.ends_at, found.days_after, clock.now()) else None


def get_source(typed: str) -> ReferLink | EventCode:
    """What a code stands for: a referrer's link, or a careers event. Raises NotFound once it has stopped."""
    found = find_refer_link(plain_code(typed)) or find_open_code(typed)
    if found is None:
        raise NotFound
    return found


def may_name(event: Event) -> bool:
    """Whether somebody with a code is told which event it is: a visit to a school is no secret once it has begun."""
    return event.published_at is not None or event.starts_at <= clock.now()


def select_events() -> Select[Event]:
    """Events that can have a code: to come, or so lately over that a code may still be open; soonest first."""
    since = clock.now() - timedelta(days=MOST_DAYS_AFTER_EVENT)
    return (
        select(Event)
        .where(Event.ends_at > since, Event.status != EventStatus.CANCELLED)
        .options(joinedload(Event.district))
        .order_by((Event.ends_at < clock.now()).asc(), Event.starts_at, Event.id)
    )


def find_codes_of(events: Sequence[Event]) -> dict[int, EventCode]:
    """The codes of these events, by event."""
    ids = [one.id for one in events]
    return {one.event_id: one for one in db.session.scalars(select(EventCode).where(EventCode.event_id.in_(ids)))}


def count_came(events: Sequence[Event]) -> dict[int, Came]:
    """How many came by the codes of these events, by event; events that nobody came from are absent."""
    rows = db.session.execute(
        select(Referral.event_id, func.count(), func.count(Referral.agreed_at))
        .where(Referral.event_id.in_([one.id for one in events]))
        .group_by(Referral.event_id)
    )
    return {row[0]: Came(row[1], row[2]) for row in rows if row[0] is not None}


def open_until(code: EventCode) -> datetime:
    """When a code stops; it moves with the event."""
    return code.event.ends_at + timedelta(days=code.days_after)
