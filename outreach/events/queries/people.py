"""Everybody as the rules of the shortlist and of the planner see them, in the same few queries of plain columns.

One page asks this of everybody, so the statements are made once, when the file is read, and ask tables and not
objects; what is the same for many people (an opening that holds them, a week that they gave) is worked out once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Date, Float, bindparam, case, func, or_, select, type_coerce

from outreach import clock
from outreach.ambassadors.models import Ambassador, AmbassadorDistrict, AmbassadorTerm, ManagerAgreement
from outreach.ambassadors.queries import child_checks
from outreach.ambassadors.queries.own import list_availability
from outreach.ambassadors.queries.readiness import ready_on
from outreach.ambassadors.rules import Agreement, AmbassadorStatus
from outreach.ambassadors.rules.availability import PartOfDay
from outreach.audit.models import AuditEntry
from outreach.db import UTCDateTime, db
from outreach.districts.models import Term
from outreach.events.models import Assignment, Event, Opening, OtherDate
from outreach.events.queries.children import counts_as_child_facing
from outreach.events.queries.gone import gone_by_row
from outreach.events.rules import COMING, HOLDING, AssignmentStatus
from outreach.events.rules.children import WINDOW, days_of
from outreach.events.rules.considering import (
    NO_OFFERS,
    NOT_GONE,
    NOTHING_SAID,
    NOWHERE,
    Held,
    Offer,
    Person,
    Place,
    minutes_taken,
    town_of,
)
from outreach.events.rules.gone import Gone
from outreach.institutions.models import Site

_DAY, _AROUND = timedelta(days=1), timedelta(days=WINDOW)
_NOTHING: frozenset[int] = frozenset()
_NO_DAYS: frozenset[date] = frozenset()
_PARTS = list(PartOfDay)
DECLINE = "assignment.decline"
_States = dict[int, dict[int, AssignmentStatus]]  # by person and event
_Gone = dict[int, dict[int, Gone]]
_NEVER: tuple[date | None, int] = (None, 0)

_asked = Assignment.__table__.c
_goes, _has, _agreed = AmbassadorDistrict.__table__.c, AmbassadorTerm.__table__.c, ManagerAgreement.__table__.c
_BEGINS, _UNTIL = bindparam("begins", type_=UTCDateTime()), bindparam("until", type_=UTCDateTime())
_NOW = bindparam("now", type_=UTCDateTime())

_EVERYBODY = (
    select(
        Ambassador.id,
        Ambassador.name,
        Ambassador.home_district_id,
        Ambassador.base_town,
        Ambassador.role_family_id,
        Ambassador.notice_days,
        Ambassador.visits_a_month,
        ready_on(cast(date, bindparam("today", type_=Date()))),
    )
    .where(Ambassador.status != AmbassadorStatus.LEFT, Ambassador.unconfirmed_since.is_(None))
    .order_by(Ambassador.id)
)
_TRAVELLING = select(_goes.ambassador_id, _goes.district_id).where(
    _goes.district_id.in_(bindparam("districts", expanding=True))
)
_HAVING = select(_has.ambassador_id, _has.term_id).where(_has.term_id.in_(bindparam("terms", expanding=True)))
_AGREED = (
    select(_agreed.ambassador_id, type_coerce(_agreed.hours_a_month, Float))
    .where(_agreed.status == Agreement.AGREED, _agreed.hours_a_month.is_not(None))
    .order_by(_agreed.id)
)
# A row that is taken up again forgets its reason; that there was a no is in the audit.
_DECLINED = select(AuditEntry.id).where(
    AuditEntry.subject_kind == Assignment.__tablename__,
    AuditEntry.subject_id == _asked.id,
    AuditEntry.action == DECLINE,
)
_SAID_NO = _asked.reason_id.is_(None) & _DECLINED.exists()
_HERE = select(_asked.ambassador_id, _asked.event_id, _asked.status, _SAID_NO, gone_by_row(_asked)).where(
    _asked.event_id.in_(bindparam("events", expanding=True))
)
_INSTEAD = (
    select(_asked.ambassador_id, _asked.event_id, OtherDate.day, OtherDate.part)
    .join(OtherDate, OtherDate.assignment_id == _asked.id)
    .where(
        _asked.event_id.in_(bindparam("events", expanding=True)),
        OtherDate.day >= bindparam("today", type_=Date()),
    )
)
_SPELLS = (
    select(
        Opening.id,
        Opening.event_id,
        Opening.starts_at,
        Opening.ends_at,
        Event.reference,
        Event.title,
        Event.online,
        Event.district_id,
        Site.town,
        counts_as_child_facing(),
    )
    .join(Event, Event.id == Opening.event_id)
    .outerjoin(Site, Site.id == Event.site_id)
    .outerjoin(Term, Term.id == Event.audience_id)
    .where(Opening.starts_at < _UNTIL, Opening.ends_at > _BEGINS)
)
_HELD = (
    select(_asked.ambassador_id, _asked.opening_id, type_coerce(_asked.hours, Float))
    .where(_asked.status.in_(HOLDING), _asked.starts_at < _UNTIL, _asked.ends_at > _BEGINS)
    .order_by(_asked.starts_at, _asked.id)
)
_OUTINGS = (
    select(
        _asked.ambassador_id,
        func.max(case((_asked.ends_at <= _NOW, _asked.starts_at), else_=None)),
        func.sum(case(((_asked.starts_at >= _BEGINS) & (_asked.starts_at < _UNTIL), 1), else_=0)),
    )
    .where(_asked.status.in_(COMING), or_(_asked.ends_at <= _NOW, _asked.starts_at < _UNTIL))
    .group_by(_asked.ambassador_id)
)


@dataclass(frozen=True)
class Crowd:
    """Everybody who has not left, by number, and what they are called."""

    people: list[Person]
    names: Mapping[int, str]


def gather_people(
    places: Sequence[Place], term: tuple[date, date], towns: Mapping[int, list[str]], only: int | None = None
) -> Crowd:
    """Everybody, with all that counts for any of these places, or `only` one; nothing is read a person at a time.

    `term` is the one whose outings are counted, `towns` those of each district.
    """
    first, last = min(one.first for one in places), max(one.last for one in places)
    travels = _sets(_rows(_TRAVELLING, only, districts=list({one.district_id for one in places})))
    terms = {id for one in places for id in (one.activity_id, one.audience_id, one.qualification_id) if id}
    has = _sets(_rows(_HAVING, only, terms=list(terms)))
    agreed = {id: round(hours * 60) for id, hours in _rows(_AGREED, only)}
    said = list_availability(first, last, only)
    held, child_days = _held(first, last, towns, only)
    events = {one.event_id for one in places}
    here, declined, gone = _here(events, only)
    instead = _instead(events, only)
    outings = _outings(term, only)
    checks = child_checks(None if only is None else [only]) if any(one.child_facing for one in places) else {}
    usual = {home: town_of(None, known) for home, known in towns.items()}
    people, names = [], {}
    for id, name, home, base, role, notice, visits, ready in _rows(_EVERYBODY, only, today=clock.today()):
        names[id] = name
        last_outing, count = outings.get(id, _NEVER)
        # By place and not by name: this is the loop that the whole page waits for.
        person = Person(
            id,
            bool(ready),
            home,
            travels.get(id, _NOTHING),
            town_of(base, ()) if base else usual[home],
            has.get(id, _NOTHING) | {role},
            said.get(id, NOTHING_SAID),
            tuple(held[id]) if id in held else (),
            agreed.get(id),
            notice,
            visits,
            child_days.get(id, _NO_DAYS),
            checks.get(id),
            last_outing,
            count,
            here.get(id, NOWHERE),
            declined.get(id, _NOTHING),
            instead.get(id, NO_OFFERS),
            gone.get(id, NOT_GONE),
        )
        people.append(person)
    return Crowd(people, names)


def rows_of(statement: Any, **asked: Any) -> Sequence[Any]:
    """Plain rows, past the mapping of objects, which takes longer than the database."""
    db.session.flush()
    return db.session.connection().execute(statement, asked).all()


def _rows(statement: Any, only: int | None, **asked: Any) -> Sequence[Any]:
    """Of everybody, or of one: whose they are is what each of these statements tells first."""
    if only is not None:
        statement = statement.where(statement.selected_columns[0] == only)
    return rows_of(statement, **asked)


def _sets(rows: Iterable[Any]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for id, value in rows:
        found[id].add(value)
    return {id: frozenset(values) for id, values in found.items()}


def _here(events: Collection[int], only: int | None) -> tuple[_States, dict[int, frozenset[int]], _Gone]:
    """What became of those who were asked to these events before, who had said no, and why others are off them."""
    found: _States = defaultdict(dict)
    gone: _Gone = defaultdict(dict)
    declined: list[tuple[int, int]] = []
    for id, event_id, status, before, why in _rows(_HERE, only, events=list(events)):
        found[id][event_id] = status
        if before:
            declined.append((id, event_id))
        if why:
            gone[id][event_id] = Gone(why)
    return found, _sets(declined), gone


def _instead(events: Collection[int], only: int | None) -> dict[int, dict[int, tuple[Offer, ...]]]:
    """The days still to come that people offered instead when they could not come to these events."""
    found: dict[int, dict[int, tuple[Offer, ...]]] = defaultdict(dict)
    rows = _rows(_INSTEAD, only, events=list(events), today=clock.today())
    for id, event_id, day, part in sorted(rows, key=lambda row: (row[2], _PARTS.index(row[3]))):
        found[id][event_id] = (*found[id].get(event_id, ()), (day, part))
    return found


@dataclass(frozen=True, slots=True)
class _Spell:
    """An opening that holds somebody: the same for all whom it holds."""

    held: Held
    child_days: frozenset[date]  # none where no under-18s come


@lru_cache(maxsize=20_000)
def _spell(event_id: int, words: str, starts_at: datetime, ends_at: datetime, town: str, facing: bool) -> _Spell:
    """Kept between pages: all that it is made of is asked for by name."""
    starts, ends = clock.local(starts_at), clock.local(ends_at)
    days = days_of(starts, ends)
    held = Held(event_id, words, starts, ends, town, minutes_taken(starts, ends, len(days)))
    return _Spell(held, days if facing else _NO_DAYS)


def _held(
    first: date, last: date, towns: Mapping[int, list[str]], only: int | None
) -> tuple[dict[int, list[Held]], dict[int, frozenset[date]]]:
    """What holds each person in the months of these days and the 30 days around, and their days with under-18s."""
    begins = min(first.replace(day=1), first - _AROUND)
    until = max((last.replace(day=1) + timedelta(days=32)).replace(day=1), last + _DAY + _AROUND)
    span = {"begins": clock.start_of(begins), "until": clock.start_of(until)}
    openings = _SPELLS
    if only is not None:
        openings = openings.where(Opening.id.in_(select(_asked.opening_id).where(_asked.ambassador_id == only)))
    spells = {
        id: _spell(
            event_id,
            f"{reference}, {title}",
            starts_at,
            ends_at,
            "" if online else town_of(town, towns[district_id]),
            bool(facing),
        )
        for id, event_id, starts_at, ends_at, reference, title, online, district_id, town, facing in rows_of(
            openings, **span
        )
    }
    held: dict[int, list[Held]] = defaultdict(list)
    days: dict[int, frozenset[date]] = {}
    for id, opening_id, hours in _rows(_HELD, only, **span):
        spell = spells.get(opening_id)
        if spell is None:
            continue  # somebody has just put it there, between the two questions; the act asks again under lock
        # Hours that were recorded are what it took.
        held[id].append(spell.held if hours is None else replace(spell.held, minutes=round(hours * 60)))
        if spell.child_days:
            days[id] = days[id] | spell.child_days if id in days else spell.child_days
    return held, days


def _outings(term: tuple[date, date], only: int | None) -> dict[int, tuple[date | None, int]]:
    """The day of each person's last outing, and how many they have had, or said yes to, in a term."""
    span = {"begins": clock.start_of(term[0]), "until": clock.start_of(term[1] + _DAY), "now": clock.now()}
    days: dict[datetime | None, date | None] = {None: None}  # many were out together: a day is read off once
    found: dict[int, tuple[date | None, int]] = {}
    for id, last, count in _rows(_OUTINGS, only, **span):
        if last not in days:
            days[last] = clock.local(last).date()
        found[id] = days[last], int(count)
    return found
