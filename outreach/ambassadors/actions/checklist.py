"""The checklist of one person, as the coordinator keeps it."""

from __future__ import annotations

from datetime import date

from outreach import clock
from outreach.ambassadors.actions.agreements import end_agreements
from outreach.ambassadors.actions.readiness import add_items
from outreach.ambassadors.models import Ambassador, Requirement
from outreach.ambassadors.queries import find_item
from outreach.ambassadors.rules import AmbassadorStatus, RequirementKind, check_done_on
from outreach.audit.actions import record
from outreach.db import db, lock_row
from outreach.errors import Conflict, NotAllowed
from outreach.web.door import Actor, Role


def record_item(actor: Actor, ambassador: Ambassador, requirement: Requirement, done_on: date) -> None:
    """Record that somebody did an item, or did it again. The manager's agreement is recorded with its hours instead.

    Raises Conflict beside the day when it cannot be that one.
    """
    _check_keeper(actor)
    lock_row(ambassador)
    _check_there(ambassador)
    check_done_on(done_on, requirement.months_valid, clock.today())
    add_items(ambassador, [requirement], done_on, by=actor)
    record(actor, "ambassador.record_item", ambassador, item=requirement.code, done_on=done_on.isoformat())


def take_back_item(actor: Actor, ambassador: Ambassador, requirement: Requirement) -> None:
    """Take an item back, as when it was recorded for somebody else. Taken back twice, it counts once.

    With the manager's item their agreement ends.
    """
    _check_keeper(actor)
    lock_row(ambassador)
    _check_there(ambassador)
    item = find_item(ambassador.id, requirement.id)
    if item is not None:
        db.session.delete(item)
        if requirement.kind is RequirementKind.MANAGER:
            end_agreements(ambassador)
        record(actor, "ambassador.take_back_item", ambassador, item=requirement.code)


def _check_keeper(actor: Actor) -> None:
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("Only a coordinator may keep the checklist.")


def _check_there(ambassador: Ambassador) -> None:
    if ambassador.status is AmbassadorStatus.LEFT:
        raise Conflict("This ambassador has left, so their record is not changed any more.")
    if ambassador.unconfirmed_since is not None:
        raise Conflict("They have not confirmed their email address yet.")
