"""Who is asked to what while the county is invented: by the rules of the shortlist, as it would have been that day."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import zip_longest

from sqlalchemy import select

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.db import db
from outreach.districts.models import District, SchoolTerm, Term
from outreach.districts.queries import travel_minutes
from outreach.events.models import Assignment, Opening
from outreach.events.queries.people import gather_people
from outreach.events.queries.shortlist import counted_term, get_points, place_of
from outreach.events.rules import COMING, HOLDING, AssignmentStatus, Chosen
from outreach.events.rules.bars import BarCode
from outreach.events.rules.considering import NOWHERE, Held, Person, Place, Surroundings
from outreach.events.rules.shortlist import Considered, consider, rank
from outreach.institutions.models import Site

POSITIONS = (0, 0, 0, 0, 1, 1, 2)
"""Which of the ranked is asked: mostly the first."""
AROUND = timedelta(days=62).total_seconds()
OVERRIDES = {
    BarCode.UNUSUAL: "Said on the telephone that they can make the time",
    BarCode.HOURS_USED: "Their manager gives them the hours for this one",
    BarCode.SHORT_NOTICE: "Rang them: they can come at short notice",
    BarCode.VISITS: "Offered to do one more that month",
}
"""Why somebody is asked all the same, by what rules them out."""


Days = tuple[date, date]
Words = tuple[Sequence[Term], Sequence[Term], Sequence[Term]]  # activities, audiences, qualifications


@dataclass
class _Spell:
    """What somebody is down for. It holds them for as long as the assignment's state does."""

    assignment: Assignment
    held: Held
    day: date
    child_days: frozenset[date]


class Register:
    """The active as the rules see them, with what has held them so far. Open it once all has been said of people."""

    def __init__(
        self, ambassadors: Sequence[Ambassador], districts: Sequence[District], words: Words, days: Days
    ) -> None:
        towns = {one.id: one.towns for one in districts}
        crowd = gather_people(_anywhere(districts, words, days), days, towns)
        self.rows = {one.id: one for one in ambassadors if one.status is AmbassadorStatus.ACTIVE}
        # Ready if active: the demonstration may be built for another day than today.
        self.people = {one.id: replace(one, ready=True) for one in crowd.people if one.id in self.rows}
        self.travel, self.points = travel_minutes(None), get_points()
        self.spells: dict[int, list[_Spell]] = {id: [] for id in self.people}
        self.terms = list(db.session.scalars(select(SchoolTerm).order_by(SchoolTerm.first_day, SchoolTerm.id)))
        self.overridden: set[BarCode] = set()
        self.kept_free: Ambassador | None = None  # whom nobody asks for the present

    def put_down(self, assignment: Assignment, opening: Opening) -> None:
        """Have somebody down for an opening from now on: it holds them while the assignment's state does."""
        place = place_of(opening, 0, 0)
        words = f"{opening.event.reference}, {opening.event.title}"
        held = Held(place.event_id, words, place.starts, place.ends, place.town, place.minutes)
        days = place.days if place.child_facing else frozenset()
        self.spells[assignment.ambassador.id].append(_Spell(assignment, held, place.first, days))

    def count_around(self, site: Site) -> int:
        """How many live in a site's district and can come at any time of the week."""
        return sum(
            one.home_district_id == site.district_id and not one.availability.pattern for one in self.people.values()
        )

    def choose(
        self,
        chance: random.Random,
        opening: Opening,
        asked_at: datetime,
        who: Ambassador | None = None,
        *,
        against_wishes: bool = False,
    ) -> tuple[Ambassador, Chosen] | None:
        """One of the first few of the shortlist as it stands at that moment, or `who`; None if nobody can be asked.

        `against_wishes`: rather somebody whom a wish rules out, with a reason to ask them all the same.
        """
        event = opening.event
        found = self.judge(opening, asked_at)
        ranked, on_it = rank(found), {one.ambassador.id for one in event.assignments}
        free = [one for one in found if one.ambassador_id not in on_it]
        if who is not None:
            fit = [one for one in free if one.ambassador_id == who.id]
        else:
            overridden = [one for one in free if against_wishes and _may_override(one)]
            fit = sorted(overridden, key=self._unusual)[:1] or [one for one in ranked if one.ambassador_id not in on_it]
        if not fit:
            return None
        one = fit[min(chance.choice(POSITIONS), len(fit) - 1)]
        position = None if one.barred else ranked.index(one) + 1
        override = self._override(one.barred)
        return self.rows[one.ambassador_id], Chosen(position, len(ranked), one.score, tuple(one.kept()), override)

    def _unusual(self, found: Considered) -> tuple[bool, int, int]:
        """Rather for a reason that has not been given before."""
        return found.barred in self.overridden, -found.score, found.ambassador_id

    def _override(self, barred: BarCode | None) -> str:
        if barred is None:
            return ""
        self.overridden.add(barred)
        return OVERRIDES[barred]

    def judge(self, opening: Opening, asked_at: datetime) -> list[Considered]:
        """Everybody who could get to an opening, as they stood at that moment."""
        taken = [one for one in opening.event.assignments if one.opening is opening and one.status in HOLDING]
        qualified = sum(self.people[one.ambassador.id].has(opening.qualification_id) for one in taken)
        place = place_of(opening, len(taken), qualified)
        begun = [one for one in self.terms if one.first_day <= place.first][-1:]
        term = (begun[0].name, begun[0].first_day, begun[0].last_day) if begun else None
        (first, last), period = counted_term(place.first, term)
        outings = {
            id: sum(first <= one.day <= last for one in spells if one.assignment.status in COMING)
            for id, spells in self.spells.items()
        }
        around = Surroundings(
            now=clock.local(asked_at),
            travel=self.travel,
            points=self.points,
            outings=sum(outings.values()),
            people=len(self.people),
            period=period,
        )
        here = {one.ambassador.id: {place.event_id: one.status} for one in opening.event.assignments}
        return [
            consider(self._as_of(one, place, asked_at, outings[one.id], here.get(one.id, NOWHERE)), place, around)
            for one in self.people.values()
            if (place.online or place.district_id in {one.home_district_id, *one.travels_to})
            and self.rows[one.id] is not self.kept_free
        ]

    def _as_of(
        self, person: Person, place: Place, asked_at: datetime, outings: int, here: Mapping[int, AssignmentStatus]
    ) -> Person:
        """Somebody with what held them when they were asked."""
        held, child_days, last = [], set[date](), None
        for spell in self.spells[person.id]:
            status = spell.assignment.status
            if status not in HOLDING:
                continue
            child_days |= spell.child_days
            if abs(spell.held.begins - place.begins) < AROUND:
                held.append(_with_hours(spell))
            if status in COMING and spell.held.stops <= asked_at.timestamp():
                last = max(last or spell.day, spell.day)
        return replace(
            person,
            held=tuple(held),
            child_days=frozenset(child_days),
            outings=outings,
            last_outing=last,
            here=here,
        )


def _with_hours(spell: _Spell) -> Held:
    """Hours that were recorded are what it took."""
    hours = spell.assignment.hours
    minutes = spell.held.minutes if hours is None else round(hours * 60)
    return spell.held if minutes == spell.held.minutes else replace(spell.held, minutes=minutes)


def _may_override(found: Considered) -> bool:
    return found.barred is not None and all(one.code in OVERRIDES for one in found.bars)


def _anywhere(districts: Sequence[District], words: Words, days: Days) -> list[Place]:
    """Places that between them are in every district and ask for every word, so that all is read of everybody."""
    noons = [datetime.combine(day, time(12), tzinfo=clock.LONDON) for day in days]
    activities, audiences, qualifications = words
    every = zip_longest(districts, activities, audiences, qualifications)
    return [
        Place(
            opening_id=0,
            event_id=0,
            district_id=(district or districts[0]).id,
            town="",
            starts=noons[number % 2],
            ends=noons[number % 2] + timedelta(hours=1),
            activity_id=activity.id if activity else 0,
            audience_id=audience.id if audience else None,
            child_facing=True,
            qualification_id=qualification.id if qualification else None,
            left=1,
            qualified_left=0,
            online=False,
        )
        for number, (district, activity, audience, qualification) in enumerate(every)
    ]
