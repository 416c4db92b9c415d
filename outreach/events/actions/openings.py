"""The openings of an event: adding one, changing it, and taking one away."""

from __future__ import annotations

from outreach import clock
from outreach.audit.actions import record
from outreach.db import db
from outreach.errors import Conflict
from outreach.events.actions.inviting import put_into_opening
from outreach.events.actions.rows import (
    check_coordinator,
    check_moments,
    check_opening_stands,
    lock_event,
    lock_held,
    mark_changed,
)
from outreach.events.actions.settling import settle_change
from outreach.events.actions.turns import advance_orders
from outreach.events.models import Event, InvitationOrder, Opening
from outreach.events.queries.orders import find_running_order
from outreach.events.rules import HOLDING, AssignmentStatus, EventStep, next_event_status
from outreach.events.rules.changing import OpeningDetails, check_opening
from outreach.web.door import Actor
from outreach.web.filters import say_when


def add_opening(actor: Actor, event: Event, details: OpeningDetails, *, version: str | None = None) -> Opening:
    """Need more people for a part of an event. Emits EventChanged. Raises Conflict where it does not fit."""
    check_coordinator(actor)
    lock_event(event, version)
    _check(event, details, None)
    opening = Opening(created_at=clock.now(), starts_at=details.starts_at, ends_at=details.ends_at)
    _write(opening, details)
    event.openings.append(opening)
    event.needed = sum(one.needed for one in event.openings)
    db.session.flush()
    record(actor, "event.add_opening", event, opening=opening.id, needed=opening.needed)
    mark_changed(event)
    db.session.refresh(event, ["openings"])  # in their order
    return opening


def change_opening(
    actor: Actor, opening: Opening, details: OpeningDetails, *, words: str = "", version: str | None = None
) -> None:
    """Change what an opening needs. New times mean to whoever is in it what a move means; see `move_event`.

    Emits EventChanged, and AmbassadorAnswered for whoever cannot come along. Raises Conflict where it does not fit.
    """
    check_coordinator(actor)
    event = opening.event
    _, assignments = lock_held(event, version)
    check_opening_stands(opening)
    _check(event, details, opening)
    before = opening.starts_at, opening.ends_at
    if before[0] > clock.now() >= details.starts_at:
        raise Conflict("The new start must be in the future.", "starts")
    held = _said(opening)
    _write(opening, details)
    event.needed = sum(one.needed for one in event.openings)
    if before == details.times and held == _said(opening):
        return
    spans = {opening.id: details.times}
    settled = settle_change(actor, event, assignments, spans, same_place=True, place=event.place, field="starts")
    record(actor, "event.change_opening", event, opening=opening.id, needed=opening.needed)
    mark_changed(event)
    settled.tell(words)
    settled.emit_gone()
    advance_orders(event.id)


def remove_opening(actor: Actor, opening: Opening, *, version: str | None = None) -> None:
    """Take an opening away that nobody is on. Whoever had said no to it, or lapsed, is down for another one with that.

    Emits EventChanged. Raises Conflict where somebody is on it or waits to be asked, and for the last opening.
    """
    check_coordinator(actor)
    event = opening.event
    assignments = lock_event(event, version)
    check_opening_stands(opening)
    next_event_status(event.status, EventStep.REOPEN)
    check_removable(opening)
    other = next(one for one in event.openings if one.id != opening.id)
    for one in assignments:
        if one.opening_id == opening.id:
            put_into_opening(one, other)
        if one.order_id is not None and db.session.get_one(InvitationOrder, one.order_id).opening_id == opening.id:
            one.order_id, one.place_in_order = None, None
    db.session.flush()
    number = opening.id
    event.openings.remove(opening)
    event.needed = sum(one.needed for one in event.openings)
    db.session.flush()
    record(actor, "event.remove_opening", event, opening=number)
    mark_changed(event)


def check_removable(opening: Opening) -> None:
    """Refuse to take away an opening that somebody is on, or the last one. Raises Conflict."""
    event = opening.event
    if len(event.openings) == 1:
        raise Conflict("An event has one opening at least. Change this one, or cancel the event.")
    on_it = [
        one
        for one in event.assignments
        if one.opening_id == opening.id
        and one.status in (*HOLDING, AssignmentStatus.QUEUED, AssignmentStatus.DID_NOT_ATTEND)
    ]
    if on_it:
        names = ", ".join(sorted(one.ambassador.name for one in on_it))
        raise Conflict(f"Somebody is on it, or waits to be asked: {names}. Take them off first.")
    if find_running_order(opening.id) is not None:
        raise Conflict("People are being asked to it in an order. Stop the order first.")


def _check(event: Event, details: OpeningDetails, opening: Opening | None) -> None:
    next_event_status(event.status, EventStep.REOPEN)
    check_moments(*details.times)
    others = sum(one.needed for one in event.openings if one is not opening)
    times = event.starts_at, event.ends_at
    check_opening(details, times, others, say_when(*times))


def _said(opening: Opening) -> tuple[object, ...]:
    return opening.needed, opening.qualification_id, opening.qualified_needed, opening.open_to_offers


def _write(opening: Opening, details: OpeningDetails) -> None:
    """What it needs; its times are left to `settle_change`."""
    opening.needed = details.needed
    opening.qualification_id, opening.qualified_needed = details.qualification_id, details.qualified_needed
    opening.open_to_offers = details.open_to_offers
