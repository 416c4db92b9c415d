"""Reading orders of invitations: which run, what is left for them to fill, and how they stand in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from outreach import clock
from outreach.accounts.queries import list_account_names
from outreach.ambassadors.models import Ambassador, AmbassadorTerm
from outreach.db import db
from outreach.errors import NotFound
from outreach.events.models import Assignment, Event, InvitationOrder, Opening
from outreach.events.queries.children import lacks_adult
from outreach.events.queries.events import OPEN, promised_in_opening
from outreach.events.rules import COMING, AssignmentStatus, OrderStatus
from outreach.events.rules.bars import BAR_WORDS, BarCode
from outreach.events.rules.cascade import OrderState, Places, Waiting, advance
from outreach.web.filters import plural


def get_order(event: Event, order_id: int) -> InvitationOrder:
    """An order of one of an event's openings."""
    found = db.session.scalar(
        select(InvitationOrder)
        .join(InvitationOrder.opening)
        .where(InvitationOrder.id == order_id, Opening.event_id == event.id)
    )
    if found is None:
        raise NotFound
    return found


def find_running_order(opening_id: int) -> InvitationOrder | None:
    """The order of an opening that runs; there is one at most."""
    return db.session.scalar(
        select(InvitationOrder).where(
            InvitationOrder.opening_id == opening_id, InvitationOrder.status == OrderStatus.RUNNING
        )
    )


def list_running_orders(event_id: int | None = None) -> list[InvitationOrder]:
    """The orders that run, of one event or of all, by event, as locks are taken."""
    query = (
        select(InvitationOrder)
        .join(InvitationOrder.opening)
        .where(InvitationOrder.status == OrderStatus.RUNNING)
        .options(contains_eager(InvitationOrder.opening).joinedload(Opening.event))
        .order_by(Opening.event_id, InvitationOrder.id)
    )
    if event_id is not None:
        query = query.where(Opening.event_id == event_id)
    return list(db.session.scalars(query))


def find_qualified_ids(opening: Opening, ids: Collection[int]) -> set[int]:
    """Those of these people who have what the opening asks for; nobody where it asks for nothing."""
    if opening.qualification_id is None or not ids:
        return set()
    terms = select(AmbassadorTerm.ambassador_id).where(AmbassadorTerm.term_id == opening.qualification_id)
    return set(
        db.session.scalars(
            select(Ambassador.id).where(
                Ambassador.id.in_(ids),
                or_(Ambassador.role_family_id == opening.qualification_id, Ambassador.id.in_(terms)),
            )
        )
    )


def places_of(opening: Opening, assignments: Iterable[Assignment], qualified: Collection[int]) -> Places:
    """What holds the places of an opening, of the assignments of its event."""
    mine = [one for one in assignments if one.opening_id == opening.id]
    held = [one for one in mine if one.holds_place]
    return Places(
        needed=opening.needed,
        qualified_needed=opening.qualified_needed,
        coming=sum(one.status in COMING for one in held),
        asked=sum(one.status is AssignmentStatus.INVITED for one in held),
        qualified=sum(one.ambassador_id in qualified for one in held),
        late=sum(one.late for one in mine),
    )


def is_filled(opening: Opening, assignments: Iterable[Assignment]) -> bool:
    """Whether as many are coming to an opening as it needs, or more."""
    return sum(one.status in COMING and one.opening_id == opening.id for one in assignments) >= opening.needed


def has_room_for(assignment: Assignment, assignments: Sequence[Assignment]) -> bool:
    """Whether somebody who had said no may come after all: what an order has offered to others is not free.

    Whose time to answer is over is held to what is offered to others in any way.
    """
    opening = assignment.opening
    if assignment.status is not AssignmentStatus.INVITED and find_running_order(opening.id) is None:
        return not is_filled(opening, assignments)
    ids = {one.ambassador_id for one in assignments if one.opening_id == opening.id}
    qualified = find_qualified_ids(opening, ids)
    return places_of(opening, assignments, qualified).has_one_for(assignment.ambassador_id in qualified)


@dataclass(frozen=True)
class Told:
    """One person of an order who has been asked or was passed over, and what came of it in words."""

    assignment: Assignment
    words: str


@dataclass(frozen=True)
class OrderShown:
    """An order as the event's page tells of it."""

    order: InvitationOrder
    by: str
    state: OrderState
    asked: list[Assignment]  # who may still answer
    late: bool  # the time of somebody else to answer is over, and the worker has not let them go yet
    queue: list[Assignment]  # who comes next
    coming: list[Assignment]
    told: list[Told]  # the others of it, in order
    left_over: list[Assignment]  # who was never asked, of an order that runs no more
    left: int  # places of its opening that nobody holds
    lacks_adult: bool  # nobody can be asked before somebody is named who stays with the group

    @property
    def hours(self) -> str:
        """How long each has, as it was chosen: '4 hours', '2 days'."""
        hours = self.order.answer_hours
        return plural(hours, "hour") if hours % 24 else plural(hours // 24, "day")


def list_orders(event: Event) -> list[OrderShown]:
    """The orders of an event, the newest first, with everybody in them."""
    orders = list(
        db.session.scalars(
            select(InvitationOrder)
            .join(InvitationOrder.opening)
            .where(Opening.event_id == event.id)
            .options(contains_eager(InvitationOrder.opening).joinedload(Opening.qualification))
            .order_by(InvitationOrder.id.desc())
        )
    )
    if not orders:
        return []
    people = list_people(event)
    names = list_account_names({one.made_by_id for one in orders if one.made_by_id is not None})
    now = clock.now()
    return [_shown(one, names.get(one.made_by_id or 0, "a former account"), people, now) for one in orders]


def list_people(event: Event) -> list[Assignment]:
    """Everybody of an event with what they said, those of an order in its order."""
    return list(
        db.session.scalars(
            select(Assignment)
            .where(Assignment.event_id == event.id)
            .options(joinedload(Assignment.ambassador), joinedload(Assignment.reason))
            .order_by(Assignment.place_in_order, Assignment.id)
        )
    )


def _shown(order: InvitationOrder, by: str, people: Sequence[Assignment], now: datetime) -> OrderShown:
    mine = [one for one in people if one.order_id == order.id]
    queue = [one for one in mine if one.status is AssignmentStatus.QUEUED]
    qualified = find_qualified_ids(order.opening, {one.ambassador_id for one in people})
    places = places_of(order.opening, people, qualified)
    waiting = [Waiting(one.ambassador_id, one.place_in_order or 0, one.ambassador_id in qualified) for one in queue]
    running = order.status is OrderStatus.RUNNING
    turn = advance(places, waiting, running=running, over=order.opening.starts_at <= now)
    told, left_over = [], []
    for one in mine:
        if words := say_what_came(one):
            told.append(Told(one, words))
        elif one.status is AssignmentStatus.WITHDRAWN:
            left_over.append(one)
    return OrderShown(
        order=order,
        by=by,
        state=turn.state,
        asked=[one for one in mine if one.holds_place and one.status not in COMING],
        late=places.late > 0,
        queue=queue,
        coming=[one for one in mine if one.status in COMING],
        told=told,
        left_over=left_over,
        left=places.free,
        lacks_adult=lacks_adult(order.opening.event),
    )


def say_what_came(assignment: Assignment) -> str:
    """What came of asking somebody in an order, in words; empty while it is open, or if they were never asked."""
    status = assignment.status
    if assignment.skipped:
        return f"was passed over: {say_skipped(assignment.skipped)}"
    if status is AssignmentStatus.LAPSED or assignment.late:
        return "did not answer in time"
    if status is AssignmentStatus.DECLINED or (status is AssignmentStatus.WITHDRAWN and assignment.reason):
        said = "said no" if status is AssignmentStatus.DECLINED else "had said yes, and can no longer come"
        return f"{said}: {assignment.reason.label}" if assignment.reason else said
    if status is AssignmentStatus.WITHDRAWN and assignment.invited_at:
        return "was taken off"
    return "did not attend" if status is AssignmentStatus.DID_NOT_ATTEND else ""


def say_order(order: InvitationOrder) -> str:
    """What came of everybody in an order: 'Ann Hall said no: I am working then. Ben Carter did not answer in time.'"""
    said = [(one, say_what_came(one)) for one in order.assignments]
    return " ".join(f"{one.ambassador.name} {words}." for one, words in said if words)


def say_skipped(code: str) -> str:
    """Why somebody was passed over: 'busy then with another visit'."""
    words = BAR_WORDS[BarCode(code)] if code in {one.value for one in BarCode} else code
    return words[:1].lower() + words[1:]


def list_exhausted_orders() -> list[InvitationOrder]:
    """Orders that have run out while their opening, still to come, lacks somebody; soonest first."""
    later = aliased(InvitationOrder)
    return list(
        db.session.scalars(
            select(InvitationOrder)
            .join(InvitationOrder.opening)
            .join(Opening.event)
            .where(
                InvitationOrder.status == OrderStatus.ENDED,
                ~select(later.id).where(later.opening_id == Opening.id, later.id > InvitationOrder.id).exists(),
                Event.status.in_(OPEN),
                Opening.starts_at > clock.now(),
                promised_in_opening() < Opening.needed,
            )
            .options(
                contains_eager(InvitationOrder.opening).contains_eager(Opening.event).joinedload(Event.district),
                selectinload(InvitationOrder.assignments).joinedload(Assignment.ambassador),
                selectinload(InvitationOrder.assignments).joinedload(Assignment.reason),
            )
            .order_by(Opening.starts_at, InvitationOrder.id)
        )
    )
