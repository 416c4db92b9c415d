"""Everybody as the rules of the shortlist and of the planner see them, in the same few queries of plain columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from outreach import clock
from outreach.ambassadors.models import Ambassador, AmbassadorDistrict, AmbassadorTerm, ManagerAgreement
from outreach.ambassadors.queries import child_checks
from outreach.ambassadors.queries.own import list_availability
from outreach.ambassadors.queries.readiness import ready_on
from outreach.ambassadors.rules import Agreement, AmbassadorStatus
from outreach.db import db
from outreach.events.models import Assignment, Event
from outreach.events.queries.children import child_days_of
from outreach.events.rules import COMING, HOLDING, AssignmentStatus
from outreach.events.rules.considering import NOTHING_SAID, NOWHERE, Held, Person, Place, minutes_taken, town_of
from outreach.institutions.models import Site

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Crowd:
    """Everybody who has not left, by number, and what they are called."""

    people: list[Person]
    names: Mapping[int, str]


def gather_people(places: Sequence[Place], term: tuple[date, date], towns: Mapping[int, list[str]]) -> Crowd:
    """Everybody, with all that counts for any of these places; nothing is read a person at a time.

    `term` is the one whose outings are counted, `towns` those of each district.
    """
    first, last = min(one.first for one in places), max(one.last for one in places)
    travels = _travelling_to({one.district_id for one in places})
    has = _having({id for one in places for id in (one.activity_id, one.audience_id, one.qualification_id) if id})
    said = list_availability(first, last)
    held = _held(first, last, towns)
    agreed = _agreed_minutes()
    here = _here({one.event_id for one in places})
    outings = _outings(term)
    times = min(one.starts for one in places), max(one.ends for one in places)
    facing = any(one.child_facing for one in places)
    child_days = child_days_of(None, times) if facing else {}
    checks = child_checks() if facing else {}
    people, names = [], {}
    for id, name, home, base, role, notice, visits, ready in db.session.execute(_everybody()):
        names[id] = name
        last_outing, count = outings.get(id, (None, 0))
        people.append(
            Person(
                id=id,
                ready=bool(ready),
                home_district_id=home,
                travels_to=travels.get(id, _NOTHING),
                base_town=town_of(base, towns[home]),
                term_ids=frozenset((role, *has[id])) if id in has else frozenset((role,)),
                availability=said.get(id, NOTHING_SAID),
                held=tuple(held.get(id, ())),
                agreed_minutes=agreed.get(id),
                notice_days=notice,
                visits_a_month=visits,
                child_days=child_days.get(id, _NO_DAYS),
                child_check=checks.get(id),
                last_outing=last_outing,
                outings=count,
                here=here.get(id, NOWHERE),
            )
        )
    return Crowd(people, names)


_NOTHING: frozenset[int] = frozenset()
_NO_DAYS: frozenset[date] = frozenset()


def _everybody() -> Any:
    return (
        select(
            Ambassador.id,
            Ambassador.name,
            Ambassador.home_district_id,
            Ambassador.base_town,
            Ambassador.role_family_id,
            Ambassador.notice_days,
            Ambassador.visits_a_month,
            ready_on(clock.today()),
        )
        .where(Ambassador.status != AmbassadorStatus.LEFT, Ambassador.unconfirmed_since.is_(None))
        .order_by(Ambassador.id)
    )


def _sets(rows: Iterable[Any]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for id, value in rows:
        found[id].add(value)
    return {id: frozenset(values) for id, values in found.items()}


def _travelling_to(districts: Collection[int]) -> dict[int, frozenset[int]]:
    """Who travels to these districts, and to which of them."""
    return _sets(
        db.session.execute(
            select(AmbassadorDistrict.ambassador_id, AmbassadorDistrict.district_id).where(
                AmbassadorDistrict.district_id.in_(districts)
            )
        )
    )


def _having(terms: Collection[int]) -> dict[int, frozenset[int]]:
    """Who offers or has these terms, and which of them."""
    return _sets(
        db.session.execute(
            select(AmbassadorTerm.ambassador_id, AmbassadorTerm.term_id).where(AmbassadorTerm.term_id.in_(terms))
        )
    )


def _agreed_minutes() -> dict[int, int]:
    """The minutes a month that each person's manager has agreed; the newest agreement counts."""
    rows = db.session.execute(
        select(ManagerAgreement.ambassador_id, ManagerAgreement.hours_a_month)
        .where(ManagerAgreement.status == Agreement.AGREED, ManagerAgreement.hours_a_month.is_not(None))
        .order_by(ManagerAgreement.id)
    )
    return {id: int(hours * 60) for id, hours in rows if hours is not None}


def _here(events: Collection[int]) -> dict[int, dict[int, AssignmentStatus]]:
    """What became of those who were asked to these events before, by person and event."""
    found: dict[int, dict[int, AssignmentStatus]] = defaultdict(dict)
    for id, event_id, status in db.session.execute(
        select(Assignment.ambassador_id, Assignment.event_id, Assignment.status).where(Assignment.event_id.in_(events))
    ):
        found[id][event_id] = status
    return found


def _held(first: date, last: date, towns: Mapping[int, list[str]]) -> dict[int, list[Held]]:
    """What holds each person in the months of these days, and on the days around them."""
    begins = clock.start_of(min(first.replace(day=1), first - _DAY))
    until = clock.start_of(max((last.replace(day=1) + timedelta(days=32)).replace(day=1), last + 2 * _DAY))
    rows = db.session.execute(
        select(
            Assignment.ambassador_id,
            Assignment.event_id,
            Event.reference,
            Event.title,
            Assignment.starts_at,
            Assignment.ends_at,
            Assignment.hours,
            Event.online,
            Event.district_id,
            Site.town,
        )
        .join(Event, Event.id == Assignment.event_id)
        .outerjoin(Site, Site.id == Event.site_id)
        .where(Assignment.status.in_(HOLDING), Assignment.starts_at < until, Assignment.ends_at > begins)
        .order_by(Assignment.starts_at, Assignment.id)
    )
    found: dict[int, list[Held]] = defaultdict(list)
    for id, event_id, reference, title, starts_at, ends_at, hours, online, district_id, town in rows:
        starts, ends = clock.local(starts_at), clock.local(ends_at)
        found[id].append(
            Held(
                event_id=event_id,
                words=f"{reference}, {title}",
                starts=starts,
                ends=ends,
                town="" if online else town_of(town, towns[district_id]),
                minutes=minutes_taken(starts, ends) if hours is None else int(hours * 60),
            )
        )
    return found


def _outings(term: tuple[date, date]) -> dict[int, tuple[date | None, int]]:
    """The day of each person's last outing, and how many they have had, or said yes to, in a term."""
    now = clock.now()
    begins, until = clock.start_of(term[0]), clock.start_of(term[1] + _DAY)
    over: ColumnElement[datetime | None] = case((Assignment.ends_at <= now, Assignment.starts_at), else_=None)
    within = case(((Assignment.starts_at >= begins) & (Assignment.starts_at < until), 1), else_=0)
    rows = db.session.execute(
        select(Assignment.ambassador_id, func.max(over), func.sum(within))
        .where(
            Assignment.status.in_(COMING),
            or_(Assignment.ends_at <= now, Assignment.starts_at < until),
        )
        .group_by(Assignment.ambassador_id)
    )
    return {id: (_day(last), int(count)) for id, last, count in rows}


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else clock.local(moment).date()
