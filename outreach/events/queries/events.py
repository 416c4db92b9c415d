"""Finding events."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, Select, bindparam, column, func, or_, select, table
from sqlalchemy.orm import joinedload, selectinload

from outreach import clock
from outreach.accounts.queries import list_account_names
from outreach.ambassadors.models import Ambassador
from outreach.audit.models import AuditEntry
from outreach.db import db
from outreach.errors import NotFound
from outreach.events.models import Assignment, Event, Opening
from outreach.events.queries.leaving import SAFE
from outreach.events.rules import COMING, AssignmentStatus, EventStatus
from outreach.events.rules.leaving import HOW_SAFE_SAID, HowSafe
from outreach.institutions.models import Institution
from outreach.web.door import ActorKind

# An address may hold anything, also what a database cannot be asked.
REFERENCE = re.compile("[A-Za-z]{2}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}")
OPEN = (EventStatus.PLANNED, EventStatus.CONFIRMED)
LONGEST_SHOWN = timedelta(days=90)  # longer than any calendar keeps what is over

_WHOLE = (
    joinedload(Event.activity),
    joinedload(Event.audience),
    joinedload(Event.district),
    joinedload(Event.institution),
    joinedload(Event.site),
    joinedload(Event.contact),
)
_PEOPLE = selectinload(Event.assignments).joinedload(Assignment.ambassador)


@dataclass(frozen=True)
class EventFilter:
    """What the list of events is narrowed to; what is left out does not narrow it."""

    district_id: int | None = None
    status: EventStatus | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    short: bool = False
    key: bool = False
    ambassador: str = ""
    words: str = ""


# Every page of an event begins with it, so the statement is made once.
_BY_REFERENCE = select(Event).where(Event.reference == bindparam("reference")).options(*_WHOLE).limit(1)


def get_event(reference: str) -> Event:
    if not REFERENCE.fullmatch(reference):
        raise NotFound
    event = db.session.scalar(_BY_REFERENCE, {"reference": reference.upper()})
    if event is None:
        raise NotFound
    return event


def get_event_of_contact(event_id: int, contact_id: int | None) -> Event:
    """An event that nobody asked for, if it is still with this contact and not called off."""
    event = db.session.scalar(
        select(Event)
        .where(Event.id == event_id, Event.contact_id == contact_id)
        .where(Event.visit_request_id.is_(None), Event.status != EventStatus.CANCELLED)
        .options(*_WHOLE)
    )
    if event is None:
        raise NotFound
    return event


def find_event_of_request(request_id: int) -> Event | None:
    """The event that a visit request became."""
    return db.session.scalar(select(Event).where(Event.visit_request_id == request_id).options(*_WHOLE))


def find_request_reference(event: Event) -> str | None:
    """The reference of the visit request that an event came from. Visits lie above: asked by the table's name."""
    if event.visit_request_id is None:
        return None
    request = table("visit_request", column("id"), column("reference"))
    return db.session.scalar(select(request.c.reference).where(request.c.id == event.visit_request_id))


def holding_a_place(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """`rules.holds_place` of a row of `assignment`, inside a query."""
    may_answer = Assignment.answer_by.is_(None) | (Assignment.answer_by > now)
    return Assignment.status.in_(COMING) | ((Assignment.status == AssignmentStatus.INVITED) & may_answer)


def promised_in_opening() -> ColumnElement[int]:
    """How many have said yes to an opening, or may yet: of a row of `opening`, inside a query."""
    return (
        select(func.count(Assignment.id))
        .where(Assignment.opening_id == Opening.id, holding_a_place(clock.now()))
        .correlate(Opening)
        .scalar_subquery()
    )


def _short() -> ColumnElement[bool]:
    """Not called off, and for an opening that is not over fewer people said yes or may yet than are needed."""
    lacks = (Opening.ends_at > clock.now()) & (promised_in_opening() < Opening.needed)
    return Event.status.in_(OPEN) & (Event.ends_at > clock.now()) & Event.openings.any(lacks)


def list_lacking(event: Event) -> list[tuple[Opening, int]]:
    """The openings not yet over that lack people nobody has been asked for, and how many. Too many fill no other."""
    promised = Counter(one.opening_id for one in event.assignments if one.holds_place)
    open_still = [one for one in event.openings if one.ends_at > clock.now()]
    return [(one, one.needed - promised[one.id]) for one in open_still if one.needed > promised[one.id]]


def lacking_of(event: Event) -> int:
    """How many an event that is not over lacks whom nobody has been asked for."""
    return sum(lacking for _, lacking in list_lacking(event))


def list_short_events() -> list[Event]:
    """Events to come or on now that lack ambassadors nobody has been asked for, soonest first."""
    return list(
        db.session.scalars(
            select(Event)
            .where(_short())
            .options(*_WHOLE, _PEOPLE, selectinload(Event.openings))
            .order_by(Event.starts_at, Event.id)
        )
    )


def list_events_between(start: datetime, end: datetime, district_id: int | None = None) -> list[Event]:
    """Events that touch a span of time, in order of their start, whatever their state."""
    query = select(Event).where(Event.starts_at < end, Event.ends_at > start)
    if district_id is not None:
        query = query.where(Event.district_id == district_id)
    return list(db.session.scalars(query.options(*_WHOLE, _PEOPLE).order_by(Event.starts_at, Event.id)))


def list_events_of_institution(institution_id: int) -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.institution_id == institution_id).order_by(Event.id)))


def list_shown_events(which: ColumnElement[bool]) -> list[Event]:
    """Those of some events that a calendar may still show, by number."""
    since = clock.now() - LONGEST_SHOWN
    return list(db.session.scalars(select(Event).where(which, Event.ends_at > since).order_by(Event.id)))


def select_events(wanted: EventFilter, *, latest_first: bool = False) -> Select[Event]:
    """Events for the staff list, soonest first unless told otherwise."""
    query = select(Event).options(
        joinedload(Event.district), joinedload(Event.activity), joinedload(Event.institution), _PEOPLE
    )
    for condition in _conditions(wanted):
        query = query.where(condition)
    if latest_first:
        return query.order_by(Event.starts_at.desc(), Event.id.desc())
    return query.order_by(Event.starts_at, Event.id)


def _conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.district_id is not None:
        found.append(Event.district_id == wanted.district_id)
    if wanted.status is not None:
        found.append(Event.status == wanted.status)
    if wanted.starts_from is not None:
        found.append(Event.ends_at > wanted.starts_from)
    if wanted.starts_before is not None:
        found.append(Event.starts_at < wanted.starts_before)
    if wanted.short:
        found.append(_short())
    if wanted.key:
        found.append(Event.is_key.is_(True))
    if wanted.ambassador:
        people = select(Assignment.event_id).join(Ambassador, Ambassador.id == Assignment.ambassador_id)
        found.append(Event.id.in_(people.where(_contains(Ambassador.name, wanted.ambassador))))
    if wanted.words:
        hosts = select(Institution.id).where(_contains(Institution.name, wanted.words))
        columns = (Event.reference, Event.title, Event.place)
        found.append(or_(Event.institution_id.in_(hosts), *(_contains(one, wanted.words) for one in columns)))
    return found


def _contains(where: ColumnElement[str] | object, words: str) -> ColumnElement[bool]:
    return func.lower(where).contains(words.lower(), autoescape=True)


DROP_OUT = "assignment.drop_out"  # a no after a yes, in a history: the audit has it as a no
# What an ambassador does by themselves: who did it is said only where somebody else recorded it.
_THEIR_OWN = frozenset(f"assignment.{one}" for one in ("accept", "decline", "offer", "perhaps", "check_out"))


@dataclass(frozen=True)
class Happening:
    """One act in an event's history: what, when, and by whom in words."""

    action: str
    at: datetime
    by: str  # empty where it goes without saying, and where nobody did it but the worker
    about: str  # the ambassadors it concerned, if it was about any, and how it is known that one is safe
    way: str = ""  # how an answer came, if not by link or by hand


def list_history(event: Event, most: int = 200, *, only: Assignment | None = None) -> list[Happening]:
    """What was done to an event and to the assignments to it, or only to one of those; newest first."""
    people = {one.id: one.ambassador.name for one in ([only] if only else event.assignments)}
    mine = (AuditEntry.subject_kind == "event") & (AuditEntry.subject_id == event.id) & (only is None)
    theirs = (AuditEntry.subject_kind == "assignment") & AuditEntry.subject_id.in_(people)
    entries = db.session.scalars(
        select(AuditEntry).where(or_(mine, theirs)).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(most)
    ).all()
    accounts = {one.actor_id for one in entries if one.actor_kind is ActorKind.ACCOUNT and one.actor_id is not None}
    names = list_account_names(accounts)
    others = {
        ActorKind.AMBASSADOR: "the ambassador",
        ActorKind.CONTACT: "the host",
        ActorKind.SYSTEM: "",
        ActorKind.PUBLIC: "a visitor",
    }
    history = [
        Happening(
            DROP_OUT if one.details.get("after") else one.action,
            one.at,
            ""
            if one.actor_kind is ActorKind.AMBASSADOR and one.action in _THEIR_OWN
            else others.get(one.actor_kind, names.get(one.actor_id or 0, "a former account")),
            _say_about(one, people.get(one.subject_id, "")) if one.subject_kind == "assignment" else "",
            one.details.get("way", ""),
        )
        for one in entries
    ]
    return history if only else together(history)


def together(history: Iterable[Happening]) -> list[Happening]:
    """One line for what was done to several people within a minute, their names in the order in which it was."""

    def minute(one: Happening) -> datetime:
        return one.at.replace(second=0, microsecond=0) if one.about else one.at

    alike = groupby(history, lambda one: (one.action, one.by, one.way, minute(one)))
    rows = [list(rows) for _, rows in alike]
    return [replace(row[0], about=", ".join(dict.fromkeys(one.about for one in reversed(row)))) for row in rows]


def _say_about(entry: AuditEntry, name: str) -> str:
    return f"{name}: {HOW_SAFE_SAID[HowSafe(entry.details['how'])]}" if entry.action == SAFE else name
