"""Asking people one after the other, in an order that the coordinator sets, and stopping it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db, refusing
from outreach.errors import Conflict, NotFound
from outreach.events.actions.assignments import keep_choice
from outreach.events.actions.children import check_group
from outreach.events.actions.inviting import put_into_opening
from outreach.events.actions.rows import check_coordinator, lock_ambassadors, lock_event, mark_changed
from outreach.events.actions.turns import TOO_LATE, advance_order, close_order
from outreach.events.models import Assignment, Event, InvitationOrder, Opening
from outreach.events.queries.orders import find_running_order, list_running_orders
from outreach.events.queries.shortlist import Shortlist, list_shortlist
from outreach.events.rules import (
    ASSIGNMENT_WORDS,
    AssignmentStatus,
    AssignmentStep,
    ChoiceWay,
    Chosen,
    EventStep,
    OrderStatus,
    may_step,
    next_assignment_status,
    next_event_status,
)
from outreach.web.door import Actor, ActorKind

MOST_IN_ORDER = 50
RUNS = "uq_invitation_order_opening_id_running"


def start_order(
    actor: Actor,
    opening: Opening,
    ids: Sequence[int],
    *,
    answer_hours: int,
    words: str = "",
    chosen: Mapping[int, Chosen] | None = None,
) -> InvitationOrder:
    """Ask these people in this order until the opening is filled; the first are asked now, the others told nothing.

    What speaks for each is kept as it stands now, that of the shortlist unless it is given. All of it or nothing:
    raises Conflict where an order of the opening runs, or where somebody cannot be in it, and says who and why.
    """
    check_coordinator(actor)
    people = {one.id: one.name for one in lock_ambassadors(ids)}
    event = opening.event
    known = {one.ambassador_id: one for one in lock_event(event)}
    db.session.refresh(opening)
    check_startable(opening)
    _check_people(ids, people, known)
    check_group(event, asking=True)
    shortlist = list_shortlist(opening)
    _check_fits(ids, people, shortlist)
    order = InvitationOrder(
        opening_id=opening.id,
        status=OrderStatus.RUNNING,
        answer_hours=answer_hours,
        words=words,
        made_by_id=actor.id if actor.kind is ActorKind.ACCOUNT else None,
        made_at=clock.now(),
        ended_at=None,
    )
    with refusing({RUNS: _running(event), "invitation_order.opening_id": _running(event)}):
        db.session.add(order)
    order.opening = opening
    for place, id in enumerate(ids, start=1):
        row = _queue(order, known.get(id), id, place)
        found = shortlist.find(id)
        kept = (chosen or {}).get(id) or (shortlist.chosen(found) if found else Chosen())
        keep_choice(actor, row, ChoiceWay.ORDER, kept)
        record(actor, "assignment.queue", row, event=event.reference, place=place)
    record(actor, "event.start_order", event, order=order.id, people=len(ids), hours=answer_hours)
    mark_changed(event)
    advance_order(order, actor)
    return order


def check_startable(opening: Opening) -> None:
    """Refuse an order of what is called off or has begun, and a second one of the same opening. Raises Conflict."""
    event = opening.event
    next_event_status(event.status, EventStep.REOPEN)
    if opening.starts_at <= clock.now() + TOO_LATE:
        raise Conflict("This event has begun, so nobody can be asked to it any more.")
    if find_running_order(opening.id) is not None:
        raise _running(event)


def _running(event: Event) -> Conflict:
    return Conflict(
        "People are being asked in an order already. Stop it before you start another one.",
        ways_out=[("See how the order stands", f"/manage/events/{event.reference}#orders")],
    )


def _check_people(ids: Sequence[int], people: Mapping[int, str], known: Mapping[int, Assignment]) -> None:
    """Refuse nobody, too many, somebody twice, and whoever has been asked already. Raises Conflict."""
    if not ids:
        raise Conflict("Choose who to ask, and in which order.", "people")
    if twice := [people.get(one, "Somebody") for one in dict.fromkeys(ids) if ids.count(one) > 1]:
        raise Conflict(f"In the order twice: {', '.join(twice)}.", "people")
    if len(people) != len(ids):
        raise NotFound
    if len(ids) > MOST_IN_ORDER:
        raise Conflict(f"Choose {MOST_IN_ORDER} people or fewer.", "people")
    for one in ids:
        row = known.get(one)
        if row is not None and not may_step(row.status, AssignmentStep.QUEUE):
            raise Conflict(f"{people[one]} is on this event already: {ASSIGNMENT_WORDS[row.status]}.", "people")


def _check_fits(ids: Sequence[int], people: Mapping[int, str], shortlist: Shortlist) -> None:
    """Refuse whomever the shortlist rules out, and say why. Raises Conflict."""
    found = [shortlist.find(one) for one in ids]
    said = [one.bar.said_of(people[one.ambassador_id]) for one in found if one is not None and one.bar]
    said += [f"Not ready at present: {people[id]}." for id, one in zip(ids, found, strict=True) if one is None]
    if said:
        raise Conflict(" ".join(said), "people")


def _queue(order: InvitationOrder, found: Assignment | None, ambassador_id: int, place: int) -> Assignment:
    """One row a pair: it is made, or taken up again without what was said the last time."""
    opening = order.opening
    row = found or Assignment(
        event_id=opening.event_id,
        ambassador_id=ambassador_id,
        opening_id=opening.id,
        starts_at=opening.starts_at,
        ends_at=opening.ends_at,
        status=AssignmentStatus.QUEUED,
        created_at=clock.now(),
        hours=None,
    )
    if found is not None:
        row.status = next_assignment_status(row.status, AssignmentStep.QUEUE)
    put_into_opening(row, opening)
    row.assigned_by_id, row.order_id, row.place_in_order, row.skipped = order.made_by_id, order.id, place, None
    row.invited_at = row.answer_by = row.answered_at = row.reason_id = None
    row.words = row.said = ""
    db.session.add(row)
    db.session.flush()
    return row


def stop_order(actor: Actor, order: InvitationOrder) -> None:
    """Ask nobody else. Whoever was asked may still answer. Stopped twice, it counts once."""
    check_coordinator(actor)
    event = order.opening.event
    assignments = lock_event(event)
    db.session.refresh(order)
    if order.status is OrderStatus.RUNNING:
        close_order(order, OrderStatus.STOPPED, assignments)
        record(actor, "event.stop_order", event, order=order.id)
        mark_changed(event)


def stop_orders_of(event: Event) -> None:
    """Stop what runs for an event that is called off. Whoever calls has locked it, and says that it has changed."""
    for order in list_running_orders(event.id):
        close_order(order, OrderStatus.STOPPED, event.assignments)
