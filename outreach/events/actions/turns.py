"""Whose turn it is in an order of invitations: it goes on by itself whenever a place becomes free, and by the worker.

Whoever frees a place holds the event by then, and people are locked before events everywhere else. So the next person
is only locked if nobody else holds them; if somebody does, it is their turn when the worker looks again. What never
waits cannot deadlock (docs/decisions/0015-orders-of-invitations.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select

from outreach import clock
from outreach.accounts.links import address
from outreach.accounts.queries import list_accounts_with
from outreach.ambassadors.models import Ambassador
from outreach.audit.actions import record
from outreach.db import db
from outreach.errors import Conflict
from outreach.events.actions.assignments import invite_ambassadors
from outreach.events.actions.rows import lock_event, mark_changed
from outreach.events.models import Assignment, Choice, InvitationOrder
from outreach.events.queries.children import lacks_adult
from outreach.events.queries.events import OPEN
from outreach.events.queries.orders import (
    find_qualified_ids,
    list_people,
    list_running_orders,
    places_of,
    say_what_came,
)
from outreach.events.queries.shortlist import list_shortlist
from outreach.events.rules import (
    AmbassadorAnswered,
    AssignmentStatus,
    AssignmentStep,
    ChoiceWay,
    OrderStatus,
    next_assignment_status,
)
from outreach.events.rules.bars import HARD, BarCode
from outreach.events.rules.cascade import OrderState, Turn, Waiting, advance
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import SYSTEM, Actor, Role

TOO_LATE = timedelta(minutes=1)  # before the start: nobody could answer any more


def follow_answer(fact: AmbassadorAnswered) -> None:
    """Go on with the orders of an event once somebody has said yes or no, has been silent or was taken off."""
    advance_orders(fact.event_id)


def advance_orders(event_id: int) -> int:
    """Go on with the orders of an event, of which a place has become free or that needs more people now.

    Returns how many people were asked.
    """
    return sum(advance_order(one) for one in list_running_orders(event_id))


def move_orders_on() -> int:
    """Ask whose turn has come where nobody noticed, and end the orders of what has begun. Returns how many were asked.

    Most orders wait for an answer, or are filled: their events are not locked for that.
    """
    idle = (OrderState.WAITING, OrderState.FILLED)
    return sum(
        advance_order(one)
        for one in list_running_orders()
        if _turn(one, one.opening.event.assignments, {}).state not in idle
    )


def advance_order(order: InvitationOrder, actor: Actor = SYSTEM) -> int:
    """Ask whoever's turn it is, pass over who is ruled out by now, and end what has no more to do. Locks the event.

    When nobody is left and somebody is still needed, the coordinators are told by one mail. Returns how many were
    asked.
    """
    event = order.opening.event
    assignments = lock_event(event)
    db.session.refresh(order)
    asked, held, bars = 0, set[int](), dict[int, str]()
    while True:
        turn = _turn(order, assignments, bars)
        _skip(order, assignments, turn)
        free = lock_free_ambassadors(set(turn.ask) - held)
        held |= set(turn.ask) - free
        if not free or lacks_adult(event):
            break
        bars |= _rule_out(order, free)
        for one in turn.ask:
            if one in free and one not in bars:
                if _ask(actor, order, one):
                    asked += 1
                else:
                    bars[one] = BarCode.BUSY.value
    if turn.state is OrderState.EXHAUSTED:
        close_order(order, OrderStatus.ENDED, assignments, BarCode.UNQUALIFIED.value)
        _told_as_ended(order)
        _mail_exhausted(order)
    elif turn.state is OrderState.OVER:
        close_order(order, OrderStatus.ENDED, assignments)
        _told_as_ended(order)
    return asked


def _turn(order: InvitationOrder, assignments: Sequence[Assignment], bars: Mapping[int, str]) -> Turn:
    opening = order.opening
    qualified = find_qualified_ids(opening, {one.ambassador_id for one in assignments})
    queue = [
        Waiting(
            one.ambassador_id,
            one.place_in_order or 0,
            one.ambassador_id in qualified,
            bars.get(one.ambassador_id, ""),
        )
        for one in waiting_in(order, assignments)
    ]
    return advance(
        places_of(opening, assignments, qualified),
        queue,
        running=order.status is OrderStatus.RUNNING,
        over=opening.event.status not in OPEN or opening.starts_at <= clock.now() + TOO_LATE,
    )


def waiting_in(order: InvitationOrder, assignments: Sequence[Assignment]) -> list[Assignment]:
    return [one for one in assignments if one.order_id == order.id and one.status is AssignmentStatus.QUEUED]


def _skip(order: InvitationOrder, assignments: Sequence[Assignment], turn: Turn) -> None:
    codes = dict(turn.skip)
    for one in waiting_in(order, assignments):
        if code := codes.get(one.ambassador_id):
            one.status, one.skipped = next_assignment_status(one.status, AssignmentStep.SKIP), code
            record(SYSTEM, "assignment.skip", one, event=order.opening.event.reference, code=code)
    if codes:
        mark_changed(order.opening.event)


def lock_free_ambassadors(ids: set[int]) -> set[int]:
    """Have those of these people to oneself whom nobody else has; never waits. Returns whom."""
    if not ids:
        return set()
    query = select(Ambassador.id).where(Ambassador.id.in_(ids)).order_by(Ambassador.id)
    return set(db.session.scalars(query.with_for_update(key_share=True, skip_locked=True)))


def _rule_out(order: InvitationOrder, ids: set[int]) -> dict[int, str]:
    """Who of these cannot be asked now that it is their turn, with the code of why. They are locked by then.

    What the coordinator overrode when the order was set rules nobody out later either.
    """
    shortlist = list_shortlist(order.opening)
    overridden = set(
        db.session.scalars(
            select(Assignment.ambassador_id)
            .join(Choice, Choice.assignment_id == Assignment.id)
            .where(Assignment.order_id == order.id, Choice.made_at >= order.made_at, Choice.override != "")
        )
    )
    codes: dict[int, str] = {}
    for one in ids:
        found = shortlist.find(one)
        code = found.barred if found else BarCode.NOT_READY
        soft = code not in HARD and one in overridden
        if code is not None and code is not BarCode.UNQUALIFIED and not soft:
            codes[one] = code.value
    return codes


def _ask(actor: Actor, order: InvitationOrder, ambassador_id: int) -> bool:
    """Ask one person; False where the database says that they have no time, whatever was read before."""
    try:
        (row,) = invite_ambassadors(
            actor,
            order.opening.event,
            [ambassador_id],
            opening=order.opening,
            words=order.words,
            within=timedelta(hours=order.answer_hours),
            way=ChoiceWay.ORDER,
        )
    except Conflict:
        return False
    row.assigned_by_id = order.made_by_id
    return True


def close_order(
    order: InvitationOrder, status: OrderStatus, assignments: Sequence[Assignment], skipped: str = ""
) -> None:
    """End an order. Whoever still waits in it is let go; they were told nothing, and are told nothing now."""
    order.status, order.ended_at = status, clock.now()
    for one in waiting_in(order, assignments):
        step = AssignmentStep.SKIP if skipped else AssignmentStep.WITHDRAW
        one.status, one.skipped = next_assignment_status(one.status, step), skipped or None
    db.session.flush()


def _told_as_ended(order: InvitationOrder) -> None:
    event = order.opening.event
    record(SYSTEM, "event.end_order", event, order=order.id)
    mark_changed(event)


def _mail_exhausted(order: InvitationOrder) -> None:
    """Tell the coordinators, in one mail each, that nobody is left, and who said what."""
    event = order.opening.event
    said = [(one, say_what_came(one)) for one in list_people(event) if one.order_id == order.id]
    for account in list_accounts_with(Role.COORDINATOR):
        queue_mail(
            Recipient(RecipientKind.ACCOUNT, account.id, account.name, account.email),
            "events/order_ended",
            about=event,
            once=f"order-ended:{order.id}:{account.id}",
            event=event,
            opening=order.opening,
            assignment=order.opening,
            said=said,
            link=address(f"/manage/events/{event.reference}/assign?opening={order.opening_id}"),
        )
