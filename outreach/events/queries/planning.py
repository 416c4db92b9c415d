"""What a plan of a term rests on: every unfilled opening of a period and everybody, in the same few queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import contains_eager, joinedload

from outreach import clock
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.rules import AmbassadorStatus
from outreach.ambassadors.rules.readiness import Done
from outreach.db import db
from outreach.events.models import Event, InvitationOrder, Opening, Plan, PlanPlace
from outreach.events.queries.children import faces_children
from outreach.events.queries.events import OPEN, promised_in_opening
from outreach.events.queries.shortlist import find_last_weighing, gather
from outreach.events.rules import OrderStatus
from outreach.events.rules.bars import BAR_WORDS, BarCode, rules_out
from outreach.events.rules.considering import Person, Place, Surroundings
from outreach.events.rules.planner import Helper, Need, Pair, thin_out
from outreach.events.rules.plans import PlaceStatus
from outreach.events.rules.reasons import score_of
from outreach.events.rules.shortlist import Considered, consider

UNSUPERVISED = "nobody is named who stays with a group under 18, so nobody can be asked"
# So many pairs are kept in memory.
MOST_PAIRS = 400_000
FEWEST_EACH = 50

SAID_NO = "has said no to it"
NOBODY_ELSE = "there is nobody else to ask"


@dataclass
class Task:
    """All that a plan is worked out from. Nothing in it is a row, so that no transaction is held meanwhile."""

    read_at: datetime
    needed: int = 0  # places of the whole period, and how many of them are held
    held: int = 0
    needs: list[Need] = field(default_factory=list)
    helpers: list[Helper] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    pins: list[tuple[int, int]] = field(default_factory=list)
    minutes: Mapping[tuple[str, str], int] = field(default_factory=dict)
    blocked: dict[int, int] = field(default_factory=dict)  # places that nobody can be asked to, by opening
    considered: int = 0
    ranked: dict[int, list[int]] = field(default_factory=dict)  # the best people of each opening, in their order
    out_of: dict[int, int] = field(default_factory=dict)
    whys: dict[int, str] = field(default_factory=dict)  # what is told of an opening with places that stay empty
    places: dict[int, Place] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    around: Surroundings | None = None

    def explain(self, opening_id: int, ambassador_id: int) -> Considered | None:
        """Why somebody was on the list of an opening."""
        if self.around is None:
            return None
        return consider(self.people[ambassador_id], self.places[opening_id], self.around)

    def say_ruled_out(self, opening_id: int) -> str:
        """What the shortlist of an opening counts most, of everybody who is not on it; in its words and by its order.

        A plan asks nobody again who has said no to it.
        """
        if self.around is None:
            return NOBODY_ELSE
        place, counts = self.places[opening_id], Counter[BarCode | None]()
        for person in self.people.values():
            bar = rules_out(person, place, self.around)
            if bar is None and not person.has_declined(place.event_id):
                continue  # they could come
            counts[bar] += 1
        del counts[BarCode.ON_IT]
        order = [*BarCode, None]
        for code in sorted(counts, key=lambda one: (-counts[one], order.index(one)))[:1]:
            words = SAID_NO if code is None else BAR_WORDS[code]
            everybody = "everybody else" if self.out_of.get(opening_id) else "everybody"
            return f"the shortlist rules {everybody} out, most often for: {words[:1].lower()}{words[1:]}"
        return NOBODY_ELSE


def _in_period(plan: Plan) -> list[ColumnElement[bool]]:
    """The openings that a plan is about, of those to come."""
    found = [
        Event.status.in_(OPEN),
        Opening.starts_at > clock.now(),
        Opening.starts_at >= clock.start_of(plan.first_day),
        Opening.starts_at < clock.start_of(plan.last_day + timedelta(days=1)),
    ]
    if plan.district_id is not None:
        found.append(Event.district_id == plan.district_id)
    return found


def count_size(plan: Plan) -> tuple[int, int]:
    """How many openings of a plan lack people, and how many people there are."""
    lacking = (
        select(func.count(Opening.id)).join(Event).where(*_in_period(plan), promised_in_opening() < Opening.needed)
    )
    people = select(func.count(Ambassador.id)).where(Ambassador.status == AmbassadorStatus.ACTIVE)
    return db.session.scalar(lacking) or 0, db.session.scalar(people) or 0


def list_unfilled(plan: Plan) -> list[Opening]:
    """The openings of a plan that lack people whom nobody is being asked for, in turn or otherwise; soonest first."""
    in_turn = (
        select(InvitationOrder.id)
        .where(InvitationOrder.opening_id == Opening.id, InvitationOrder.status == OrderStatus.RUNNING)
        .exists()
    )
    event = contains_eager(Opening.event)
    return list(
        db.session.scalars(
            select(Opening)
            .join(Opening.event)
            .where(*_in_period(plan), promised_in_opening() < Opening.needed, ~in_turn)
            .options(
                event.joinedload(Event.district),
                event.joinedload(Event.site),
                event.joinedload(Event.audience),
                joinedload(Opening.qualification),
            )
            .order_by(Opening.starts_at, Opening.id)
        )
    )


def read_task(plan: Plan) -> Task:
    """Read and judge everything that a plan is worked out from."""
    task = Task(read_at=clock.now())
    sums = select(func.sum(Opening.needed), func.sum(promised_in_opening())).join(Opening.event)
    task.needed, task.held = (int(one or 0) for one in db.session.execute(sums.where(*_in_period(plan))).one())
    openings = list_unfilled(plan)
    if not openings:
        return task
    kept = list(db.session.scalars(select(PlanPlace).where(PlanPlace.plan_id == plan.id)))
    left_out = Counter(one.opening_id for one in kept if one.status is PlaceStatus.LEFT_OUT)
    task.pins = [(one.opening_id, one.ambassador_id) for one in kept if one.pinned and one.ambassador_id]
    places, around, crowd = gather(openings)
    task.around, task.minutes = around, around.travel
    task.people = {one.id: one for one in crowd.people}
    wanted = []
    for opening, place in zip(openings, places, strict=True):
        left = place.left - left_out[opening.id]
        if left <= 0:
            continue
        if faces_children(opening.event) and not opening.event.supervisor:
            task.blocked[opening.id] = left
            continue
        wanted.append(replace(place, left=left, qualified_left=min(place.qualified_left, left)))
    task.places = {one.opening_id: one for one in wanted}
    task.needs = [_need(one) for one in wanted]
    gone = {(one.opening_id, one.ambassador_id) for one in kept if one.status is PlaceStatus.LEFT_OUT}
    _pair(task, wanted, around, gone)
    months = {one.month for one in wanted}
    able = {one.ambassador_id for one in task.pairs}
    task.helpers = [_helper(one, months) for one in crowd.people if one.id in able]
    return task


def _pair(
    task: Task, wanted: Sequence[Place], around: Surroundings, left_out: Collection[tuple[int, int | None]]
) -> None:
    """Judge everybody who is ready for every opening that they travel to; nobody else needs a look.

    Who was left out of one of its places is not moved to another.
    """
    ready = [one for one in task.people.values() if one.ready]
    near: dict[int, list[Person]] = defaultdict(list)
    for person in ready:
        for district in {person.home_district_id, *person.travels_to}:
            near[district].append(person)
    most = max(FEWEST_EACH, MOST_PAIRS // max(len(wanted), 1))
    pins = set(task.pins)
    for place in wanted:
        reached = ready if place.online else near[place.district_id]
        able = sorted(
            (-score_of(person, place, around), person.last_outing or date.min, person.id)
            for person in reached
            if not person.has_declined(place.event_id)
            and (place.opening_id, person.id) not in left_out
            and rules_out(person, place, around) is None
        )
        task.considered += len(able)
        task.out_of[place.opening_id] = len(able)
        task.ranked[place.opening_id] = [one for _, _, one in able]
        kept = set(thin_out(place.opening_id, task.ranked[place.opening_id], most))
        task.pairs += [
            Pair(place.opening_id, one, -score, task.people[one].has(place.qualification_id))
            for score, _, one in able
            if one in kept or (place.opening_id, one) in pins
        ]


def _need(place: Place) -> Need:
    return Need(
        opening_id=place.opening_id,
        event_id=place.event_id,
        starts=int(place.begins) // 60,
        ends=int(place.stops) // 60,
        town="" if place.online else place.town,
        month=_number(place.month),
        minutes=place.minutes,
        left=place.left,
        qualified_left=place.qualified_left,
        child_days=tuple(sorted(day.toordinal() for day in place.days)) if place.child_facing else (),
    )


def _helper(person: Person, months: Iterable[tuple[int, int]]) -> Helper:
    """What somebody has left of each month, besides what holds them."""
    spent = {month: person.spent_in(month) for month in months}
    agreed, most, check = person.agreed_minutes, person.visits_a_month, person.child_check
    return Helper(
        ambassador_id=person.id,
        load=person.outings,
        visits={} if most is None else {_number(month): most - visits for month, (_, visits) in spent.items()},
        minutes={} if agreed is None else {_number(month): agreed - minutes for month, (minutes, _) in spent.items()},
        child_days=frozenset(day.toordinal() for day in person.child_days),
        checked=(check.done_on.toordinal(), (check.expires_on or date.max).toordinal())
        if isinstance(check, Done)
        else None,
    )


def _number(month: tuple[int, int]) -> int:
    return month[0] * 12 + month[1]


def count_changed(plan: Plan) -> int:
    """How many openings have changed since a plan was worked out: its own, also called off, and those of its period."""
    read_at = _read_at(plan.facts)
    if read_at is None:
        return 0
    changed = (Event.changed_at > read_at) | (Opening.created_at > read_at)
    planned = Opening.id.in_(select(PlanPlace.opening_id).where(PlanPlace.plan_id == plan.id))
    query = select(func.count(Opening.id)).join(Opening.event)
    return db.session.scalar(query.where(planned | and_(*_in_period(plan)), changed)) or 0


def say_stale(plan: Plan) -> str:
    """What has changed since a plan was worked out, as a sentence; empty where nothing has."""
    changed, read_at, weighed = count_changed(plan), _read_at(plan.facts), find_last_weighing()
    said = []
    if changed:
        said.append(f"{changed:,} opening{' has' if changed == 1 else 's have'} changed")
    if read_at and weighed and weighed.at > read_at:
        said.append("the points of the shortlist have changed")
    words = " and ".join(said)
    return f"{words[:1].upper()}{words[1:]} since this plan was made." if words else ""


def _read_at(facts: Mapping[str, Any]) -> datetime | None:
    said = facts.get("read_at")
    return datetime.fromisoformat(said) if isinstance(said, str) else None
