"""Whom to ask to an opening: everybody, ranked with reasons, or with the one reason that rules them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, bindparam, case, func, select

from outreach import clock
from outreach.accounts.queries import list_account_names
from outreach.ambassadors.models import Ambassador, AmbassadorTerm
from outreach.audit.models import AuditEntry
from outreach.db import UTCDateTime, db
from outreach.districts.models import District, SchoolTerm
from outreach.districts.queries import travel_minutes
from outreach.events.models import Assignment, Opening, Weight
from outreach.events.queries.children import faces_children
from outreach.events.queries.events import Happening, holding_a_place
from outreach.events.queries.people import Crowd, gather_people, rows_of
from outreach.events.rules.bars import BarCode
from outreach.events.rules.choosing import Chosen
from outreach.events.rules.considering import Place, Surroundings, town_of
from outreach.events.rules.shortlist import Considered, consider, rank
from outreach.events.rules.weights import Criterion, points_of
from outreach.web.door import ActorKind

_QUARTER = timedelta(days=91)
WEIGHT_ACTS = ("weights.change", "weights.reset")


@dataclass(frozen=True)
class Shortlist:
    """Who can be asked to an opening, best first, and everybody else by name."""

    opening: Opening
    place: Place
    ranked: list[Considered]
    ruled_out: list[Considered]
    names: Mapping[int, str]

    def counts(self) -> list[tuple[BarCode, int]]:
        """How many each bar rules out, the commonest first."""
        counted = Counter(one.barred for one in self.ruled_out if one.barred)
        order = list(BarCode)
        return sorted(counted.items(), key=lambda pair: (-pair[1], order.index(pair[0])))

    def find(self, ambassador_id: int) -> Considered | None:
        return next((one for one in (*self.ranked, *self.ruled_out) if one.ambassador_id == ambassador_id), None)

    def chosen(self, found: Considered, override: str = "") -> Chosen:
        """What is kept when somebody on it is asked: their place on it, and all that was said of them."""
        position = next((place for place, one in enumerate(self.ranked, start=1) if one is found), None)
        return Chosen(position, len(self.ranked), found.score, tuple(found.kept()), override)


def list_shortlist(opening: Opening) -> Shortlist:
    """Everybody for one opening, in the same queries however many there are."""
    (place,), around, crowd = gather([opening])
    found = [consider(person, place, around) for person in crowd.people]
    names = crowd.names
    ruled_out = sorted(
        (one for one in found if one.barred), key=lambda one: (names[one.ambassador_id].casefold(), one.ambassador_id)
    )
    return Shortlist(opening, place, rank(found), ruled_out, names)


_TOWNS = select(District.id, District.towns)


def gather(openings: Sequence[Opening], only: int | None = None) -> tuple[list[Place], Surroundings, Crowd]:
    """All that the rules need for some openings, one at least: the places, what is around them, and everybody.

    Or `only` one person: nothing is then known of how many outings others have had, and nothing said of a share.
    """
    towns = {one.id: one.towns for one in rows_of(_TOWNS)}
    places = list_places(openings)
    term, period = _term_of(min(one.first for one in places))
    crowd = gather_people(places, term, towns, only)
    around = Surroundings(
        now=clock.local(clock.now()),
        travel=travel_minutes(places[0].town if len(places) == 1 else None),
        points=get_points(),
        outings=sum(one.outings for one in crowd.people) if only is None else 0,
        people=sum(one.ready or one.outings > 0 for one in crowd.people),
        period=period,
    )
    return places, around, crowd


def list_places(openings: Sequence[Opening]) -> list[Place]:
    """Openings as the rules see them, with what is left of each."""
    taken = _taken([one.id for one in openings])
    return [place_of(one, *taken.get(one.id, (0, 0))) for one in openings]


def place_of(opening: Opening, taken: int, qualified: int) -> Place:
    """An opening as the rules see it, of which so many places are taken, and so many of them by the qualified."""
    event = opening.event
    town = "" if event.online else town_of(event.site.town if event.site else None, event.district.towns)
    return Place(
        opening_id=opening.id,
        event_id=event.id,
        district_id=event.district_id,
        town=town,
        starts=clock.local(opening.starts_at),
        ends=clock.local(opening.ends_at),
        activity_id=event.activity_id,
        audience_id=event.audience_id,
        child_facing=faces_children(event),
        qualification_id=opening.qualification_id,
        left=max(0, opening.needed - taken),
        qualified_left=max(0, opening.qualified_needed - qualified),
        online=event.online,
        district=event.district.name,
        qualification=opening.qualification.label if opening.qualification else "",
    )


_NOW = bindparam("now", type_=UTCDateTime())
_QUALIFIED = (Ambassador.role_family_id == Opening.qualification_id) | AmbassadorTerm.term_id.is_not(None)
_TAKEN = (
    select(Assignment.opening_id, func.count(), func.sum(case((_QUALIFIED, 1), else_=0)))
    .join(Opening, Opening.id == Assignment.opening_id)
    .join(Ambassador, Ambassador.id == Assignment.ambassador_id)
    .outerjoin(
        AmbassadorTerm,
        (AmbassadorTerm.ambassador_id == Ambassador.id) & (AmbassadorTerm.term_id == Opening.qualification_id),
    )
    .where(Assignment.opening_id.in_(bindparam("openings", expanding=True)), holding_a_place(_NOW))
    .group_by(Assignment.opening_id)
)


def _taken(openings: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many said yes to each opening, or may yet, and how many of those have its qualification."""
    rows = rows_of(_TAKEN, openings=list(openings), now=clock.now())
    return {id: (count, int(number or 0)) for id, count, number in rows}


def _term_of(day: date) -> tuple[tuple[date, date], str]:
    begun = rows_of(_BEGUN, day=day)
    return counted_term(day, begun[0] if begun else None)


def counted_term(day: date, term: Sequence[Any] | None) -> tuple[tuple[date, date], str]:
    """The days whose outings count for a day, and how they are called, by the school term that had begun last.

    In the holidays it is the one before; a county that has given no terms counts a quarter of a year.
    """
    if term is None:
        return (day - _QUARTER, day), "in 13 weeks"
    name, first, last = term
    holds_today = first <= clock.today() <= max(last, day)
    return (first, max(last, day)), "this term" if holds_today else f"in {name}"


_BEGUN = (
    select(SchoolTerm.name, SchoolTerm.first_day, SchoolTerm.last_day)
    .where(SchoolTerm.first_day <= bindparam("day", type_=Date()))
    .order_by(SchoolTerm.first_day.desc(), SchoolTerm.id.desc())
    .limit(1)
)


_POINTS = select(Weight.code, Weight.points)


def get_points() -> dict[Criterion, int]:
    """What each criterion counts now."""
    return points_of(dict(rows_of(_POINTS)))


def find_last_weighing() -> Happening | None:
    """Who changed the weights last, and when; None if nobody has."""
    entry = db.session.scalar(
        select(AuditEntry)
        .where(AuditEntry.action.in_(WEIGHT_ACTS))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(1)
    )
    if entry is None:
        return None
    names = list_account_names({entry.actor_id} if entry.actor_kind is ActorKind.ACCOUNT and entry.actor_id else set())
    return Happening(entry.action, entry.at, names.get(entry.actor_id or 0, "a former account"), "")
