"""Days with under-18s: those that hold somebody, over all institutions, and what more would come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import contains_eager

from outreach import clock
from outreach.ambassadors.queries import child_checks
from outreach.ambassadors.rules import Done
from outreach.ambassadors.rules.availability import Span
from outreach.db import db
from outreach.districts.models import Term
from outreach.events.models import Assignment, Event
from outreach.events.rules import HOLDING, EventStatus, Times
from outreach.events.rules.children import (
    WINDOW,
    ChildVerdict,
    days_of,
    fullest,
    is_child_facing,
    is_overnight,
    judge,
    uncovered,
)

_AROUND, _DAY = timedelta(days=WINDOW), timedelta(days=1)
_FAR = timedelta(days=3 * 365)  # nothing is planned further ahead


def audience_of(event: Event) -> Term | None:
    """Who comes to an event, as it is being changed."""
    return db.session.get(Term, event.audience_id) if event.audience_id is not None else None


def faces_children(event: Event) -> bool:
    """Whether an event counts as one with under-18s: so it does while nobody has said who comes."""
    audience = audience_of(event)
    return is_child_facing(audience.under_18 if audience else None)


def lacks_adult(event: Event) -> bool:
    """Whether nobody can be asked to it, as nobody is named who stays with the group."""
    return faces_children(event) and not event.supervisor


def child_days_of(
    ids: Collection[int] | None, around: Times, but_for_event: int | None = None
) -> dict[int, frozenset[date]]:
    """The days with under-18s that hold these people, or everybody, in 30 days around a span; one query.

    Whoever has none is not in it. Asked, expected and been there count; an event may be left out, as it moves.
    """
    query = (
        select(Assignment.ambassador_id, Assignment.starts_at, Assignment.ends_at)
        .join(Assignment.event)
        .outerjoin(Event.audience)
        .where(
            *_counts(),
            Assignment.starts_at < around[1] + _AROUND,
            Assignment.ends_at > around[0] - _AROUND,
        )
    )
    if ids is not None:
        query = query.where(Assignment.ambassador_id.in_(ids))
    if but_for_event is not None:
        query = query.where(Assignment.event_id != but_for_event)
    found: dict[int, set[date]] = defaultdict(set)
    for ambassador_id, starts_at, ends_at in db.session.execute(query):
        found[ambassador_id] |= days_of(clock.local(starts_at), clock.local(ends_at))
    return {ambassador_id: frozenset(days) for ambassador_id, days in found.items()}


def child_verdicts_of(
    wanted: Mapping[int, Times], but_for_event: int | None = None, before: Mapping[int, Times] | None = None
) -> dict[int, ChildVerdict]:
    """What spans with under-18s would come to for these people, by person, in two queries.

    `before` are spans with under-18s at that same event which hold some of them already: days and nights of those
    are not new, so that an event can be shortened, or put right, whatever else has changed since.
    """
    if not wanted:
        return {}
    around = min(times[0] for times in wanted.values()), max(times[1] for times in wanted.values())
    held, checks = child_days_of(wanted, around, but_for_event), child_checks(wanted)
    return {
        ambassador_id: _judged(
            held.get(ambassador_id, frozenset()),
            times,
            (before or {}).get(ambassador_id),
            checks.get(ambassador_id),
        )
        for ambassador_id, times in wanted.items()
    }


def _judged(held: frozenset[date], times: Times, before: Times | None, check: Done | None) -> ChildVerdict:
    starts, ends = (clock.local(one) for one in times)
    days, overnight, known = days_of(starts, ends), is_overnight(starts, ends), frozenset[date]()
    if before is not None:
        was = tuple(clock.local(one) for one in before)
        known = days_of(*was)
        overnight = overnight and not is_overnight(*was)
        # A night more is more work on days that are held already: it is judged as if they were new.
        known = frozenset() if overnight else known
    return judge(held | (days & known), days - known, overnight, check)


def child_remarks_of(event: Event, people: Iterable[Assignment]) -> dict[int, str]:
    """What is to be said of those whom an event holds, by ambassador: their third day, or one too many, unchecked."""
    held = {one.ambassador_id: (one.starts_at, one.ends_at) for one in people if one.status in HOLDING}
    if not held or event.status is EventStatus.CANCELLED or not faces_children(event):
        return {}
    verdicts = child_verdicts_of(held, event.id)
    said = {
        id: one.warn or (f"{one.refuse}, and no check was seen" if one.refuse else "") for id, one in verdicts.items()
    }
    return {id: words[:1].upper() + words[1:] for id, words in said.items() if words}


@dataclass(frozen=True)
class ChildRecord:
    """One person's days with under-18s around today and to come, for their record page."""

    behind: int  # in the 30 days that end today
    ahead: int  # in the 30 days that begin tomorrow
    fullest: tuple[int, Span] | None  # the most in any 30 days that hold a day to come, and which 30 those are
    visits: tuple[Assignment, ...]  # of the last 30 days and to come, soonest first
    too_many: tuple[date, ...]  # days for which a check would have to be seen
    check: Done | None
    today: date


def child_record_of(ambassador_id: int) -> ChildRecord:
    """What the record page of an ambassador says of their days with under-18s: three queries."""
    today = clock.today()
    first, last = today - _AROUND + _DAY, today + _AROUND
    around = clock.start_of(first), clock.start_of(today + _FAR)
    # A day just inside is the fourth of 30 which begin outside.
    days = child_days_of([ambassador_id], around).get(ambassador_id, frozenset())
    check = child_checks([ambassador_id]).get(ambassador_id)
    visits = db.session.scalars(
        select(Assignment)
        .join(Assignment.event)
        .outerjoin(Event.audience)
        .where(
            Assignment.ambassador_id == ambassador_id,
            *_counts(),
            Assignment.ends_at > around[0],
        )
        .options(contains_eager(Assignment.event).joinedload(Event.institution))
        .order_by(Assignment.starts_at, Assignment.id)
    )
    return ChildRecord(
        behind=sum(first <= day <= today for day in days),
        ahead=sum(today < day <= last for day in days),
        fullest=fullest(days, today),
        visits=tuple(visits),
        too_many=tuple(day for day in uncovered(days, check) if first <= day),
        check=check,
        today=today,
    )


def _counts() -> tuple[ColumnElement[bool], ...]:
    """Of an assignment joined with its event and, perhaps, its audience: that its days count. As `faces_children`."""
    return Assignment.status.in_(HOLDING), counts_as_child_facing()


def counts_as_child_facing() -> ColumnElement[bool]:
    """Of an event joined with, perhaps, its audience: that its days count for whoever it holds."""
    return (Event.status != EventStatus.CANCELLED) & or_(Event.audience_id.is_(None), Term.under_18)
