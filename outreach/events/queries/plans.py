"""Finding plans of a term, and what their pages show of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from outreach import clock
from outreach.ambassadors.models import Ambassador, AmbassadorTerm
from outreach.db import db
from outreach.districts.models import District
from outreach.errors import NotFound
from outreach.events.models import Assignment, Event, Opening, Plan, PlanPlace
from outreach.events.queries.shortlist import list_places
from outreach.events.rules import HOLDING
from outreach.events.rules.plans import PlaceStatus, split_passed

MOST_SHOWN = 50
HERE = (PlaceStatus.PROPOSED, PlaceStatus.ASKED)


def get_plan(plan_id: int) -> Plan:
    plan = db.session.scalar(select(Plan).where(Plan.id == plan_id).options(joinedload(Plan.district)))
    if plan is None:
        raise NotFound
    return plan


def get_plan_place(plan: Plan, place_id: int) -> PlanPlace:
    """A place of this plan, and of no other."""
    place = db.session.get(PlanPlace, place_id)
    if place is None or place.plan_id != plan.id:
        raise NotFound
    return place


@dataclass
class Share:
    """A plan, or a week or district of it: how many places it is about, and how many of them it fills."""

    places: int = 0
    filled: int = 0


def list_plans() -> list[tuple[Plan, Share]]:
    """The newest plans, and how many places each has and fills."""
    plans = list(
        db.session.scalars(
            select(Plan)
            .options(joinedload(Plan.district))
            .order_by(Plan.asked_at.desc(), Plan.id.desc())
            .limit(MOST_SHOWN)
        )
    )
    shares = {one.id: Share() for one in plans}
    for id, status, number in db.session.execute(
        select(PlanPlace.plan_id, PlanPlace.status, func.count())
        .where(PlanPlace.plan_id.in_(shares))
        .group_by(PlanPlace.plan_id, PlanPlace.status)
    ):
        shares[id].places += number
        shares[id].filled += number if status in HERE else 0
    return [(one, shares[one.id]) for one in plans]


@dataclass(frozen=True)
class Blocked:
    """So many places without anybody for one reason, in words, and what to filter them by."""

    words: str
    places: int
    status: PlaceStatus
    why: str


@dataclass(frozen=True)
class Summary:
    """A plan in figures. `blocked` has the places without anybody by why, the commonest first."""

    counts: Counter[PlaceStatus]
    pinned: int
    people: int
    weeks: list[tuple[date, Share]]
    districts: list[tuple[District, Share]]
    blocked: list[Blocked]

    @property
    def filled(self) -> int:
        return sum(self.counts[one] for one in HERE)

    @property
    def places(self) -> int:
        return sum(self.counts.values())

    @property
    def proposed(self) -> int:
        return self.counts[PlaceStatus.PROPOSED]

    @property
    def asked(self) -> int:
        return self.counts[PlaceStatus.ASKED]

    @property
    def skipped(self) -> int:
        return self.counts[PlaceStatus.SKIPPED]

    @property
    def left_out(self) -> int:
        return self.counts[PlaceStatus.LEFT_OUT]


def summarise(plan: Plan) -> Summary:
    """The figures of a plan, in two queries."""
    counts: Counter[PlaceStatus] = Counter()
    weeks: dict[date, Share] = {}
    shares: dict[int, Share] = {}
    blocked: Counter[tuple[PlaceStatus, str]] = Counter()
    people: set[int | None] = set()
    pinned = 0
    rows = db.session.execute(
        select(
            PlanPlace.status,
            PlanPlace.pinned,
            PlanPlace.ambassador_id,
            PlanPlace.blocked,
            Opening.starts_at,
            Event.district_id,
        )
        .join(Opening, Opening.id == PlanPlace.opening_id)
        .join(Event, Event.id == Opening.event_id)
        .where(PlanPlace.plan_id == plan.id)
        .order_by(Opening.starts_at, PlanPlace.id)
    )
    for status, kept, who, why, starts_at, district_id in rows:
        counts[status] += 1
        pinned += kept
        people |= {who} if status in HERE else set()
        day = clock.local(starts_at).date()
        monday = day - timedelta(days=day.weekday())
        for share in (weeks.setdefault(monday, Share()), shares.setdefault(district_id, Share())):
            share.places += 1
            share.filled += status in HERE
        if status not in HERE:
            blocked[status, "" if status is PlaceStatus.LEFT_OUT else split_passed(why)[0]] += 1
    districts = db.session.scalars(select(District).where(District.id.in_(shares)).order_by(District.name, District.id))
    return Summary(
        counts,
        pinned,
        len(people),
        sorted(weeks.items()),
        [(one, shares[one.id]) for one in districts],
        [Blocked(_say_empty(*one), places, *one) for one, places in blocked.most_common()],
    )


def _say_empty(status: PlaceStatus, why: str) -> str:
    """Why a place is not filled."""
    if status is PlaceStatus.LEFT_OUT:
        return "left out by a coordinator"
    if status is PlaceStatus.SKIPPED:
        return f"whom the plan proposed was passed over: {why}"
    return why


def select_places(
    plan: Plan,
    status: PlaceStatus | None = None,
    district_id: int | None = None,
    week: date | None = None,
    why: str = "",
) -> Select[PlanPlace]:
    """The places of a plan with their openings and people, soonest first. `why` is that of a Blocked."""
    query = (
        select(PlanPlace)
        .join(PlanPlace.opening)
        .join(Opening.event)
        .where(PlanPlace.plan_id == plan.id)
        .options(
            contains_eager(PlanPlace.opening).contains_eager(Opening.event).joinedload(Event.district),
            contains_eager(PlanPlace.opening).joinedload(Opening.qualification),
            joinedload(PlanPlace.ambassador),
        )
        .order_by(Opening.starts_at, PlanPlace.opening_id, PlanPlace.number, PlanPlace.id)
    )
    if status is not None:
        query = query.where(PlanPlace.status == status)
    if district_id is not None:
        query = query.where(Event.district_id == district_id)
    if why:
        own = PlanPlace.blocked.startswith(f"{why}\n", autoescape=True)
        query = query.where((PlanPlace.blocked == why) | own)
    if week is not None:
        query = query.where(
            Opening.starts_at >= clock.start_of(week), Opening.starts_at < clock.start_of(week + timedelta(days=7))
        )
    return query


def find_qualified_places(plan: Plan, shown: Iterable[PlanPlace]) -> set[int]:
    """Which places of a plan, in the openings of those shown, are the ones that still need a qualification.

    They go to the proposed who have it, first of all; those for whom nobody was found are empty.
    """
    openings = list({one.opening_id: one.opening for one in shown if one.opening.qualification_id}.values())
    needed = {one.opening_id: one.qualified_left for one in list_places(openings) if one.qualified_left}
    if not needed:
        return set()
    has = or_(
        Ambassador.role_family_id == Opening.qualification_id,
        select(AmbassadorTerm.term_id)
        .where(AmbassadorTerm.ambassador_id == Ambassador.id, AmbassadorTerm.term_id == Opening.qualification_id)
        .exists(),
    )
    rows = db.session.execute(
        select(PlanPlace.id, PlanPlace.opening_id)
        .join(PlanPlace.opening)
        .outerjoin(PlanPlace.ambassador)
        .where(PlanPlace.plan_id == plan.id, PlanPlace.opening_id.in_(needed), PlanPlace.status != PlaceStatus.ASKED)
        .where(PlanPlace.ambassador_id.is_(None) | has)
        .order_by(PlanPlace.ambassador_id.is_(None), PlanPlace.number)
    )
    found: set[int] = set()
    for id, opening_id in rows:
        if needed[opening_id] > 0:
            found.add(id)
            needed[opening_id] -= 1
    return found


@dataclass(frozen=True)
class Load:
    """How many outings somebody has in the period of a plan, without it and with it."""

    ambassador_id: int
    name: str
    before: int
    more: int

    @property
    def after(self) -> int:
        return self.before + self.more


def list_loads(plan: Plan) -> Sequence[Load]:
    """Everybody whom a plan gives an outing, those with the most by then first."""
    more: Counter[int] = Counter()
    asked: set[tuple[int, int]] = set()
    for opening_id, ambassador_id, status in db.session.execute(
        select(PlanPlace.opening_id, PlanPlace.ambassador_id, PlanPlace.status).where(
            PlanPlace.plan_id == plan.id, PlanPlace.status.in_(HERE)
        )
    ):
        if ambassador_id is not None:
            more[ambassador_id] += 1
            asked |= {(opening_id, ambassador_id)} if status is PlaceStatus.ASKED else set()
    before: Counter[int] = Counter()
    for opening_id, ambassador_id in db.session.execute(
        select(Assignment.opening_id, Assignment.ambassador_id).where(
            Assignment.status.in_(HOLDING),
            Assignment.starts_at >= clock.start_of(plan.first_day),
            Assignment.starts_at < clock.start_of(plan.last_day + timedelta(days=1)),
        )
    ):
        before[ambassador_id] += (opening_id, ambassador_id) not in asked
    names = db.session.execute(select(Ambassador.id, Ambassador.name).where(Ambassador.id.in_(more)))
    loads = [Load(id, name, before[id], more[id]) for id, name in names]
    return sorted(loads, key=lambda one: (-one.after, -one.more, one.name.casefold(), one.ambassador_id))
