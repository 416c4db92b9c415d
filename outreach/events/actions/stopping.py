"""Pausing, suspending and leaving, with what becomes of the visits to come: it spans the register and the events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from outreach import clock
from outreach.accounts.queries import list_accounts_with
from outreach.ambassadors.actions import recipient, take_step
from outreach.ambassadors.models import Ambassador, ReadinessItem
from outreach.ambassadors.queries import list_expiring, was_mailed
from outreach.ambassadors.rules import AmbassadorStep, reminder_due
from outreach.districts.models import Term
from outreach.errors import Conflict
from outreach.events.actions.choosing import ask_from_shortlist
from outreach.events.actions.rows import check_coordinator, lock_ambassadors
from outreach.events.models import Assignment
from outreach.events.queries import list_coming_assignments_of
from outreach.events.queries.importing import lock_events
from outreach.outbox.actions import Recipient, queue_mail
from outreach.outbox.rules import RecipientKind
from outreach.web.door import Actor, Role


def field_of(assignment_id: int) -> str:
    """The name of the question who takes this visit over."""
    return f"visit_{assignment_id}"


def stop_ambassador(
    actor: Actor,
    ambassador: Ambassador,
    step: AmbassadorStep,
    *,
    reason: Term | None = None,
    until: date | None = None,
    instead: Mapping[int, int],
) -> int:
    """Pause, suspend or let somebody go, and ask others to their visits: all of it, or nothing. Returns how many.

    `instead` says by assignment who is asked; the other visits to come go back to the work list. Raises Conflict
    beside the visit that somebody cannot take, or that is theirs no longer.
    """
    check_coordinator(actor)
    lock_ambassadors({ambassador.id, *instead.values()})
    coming = {one.id: one for one in list_coming_assignments_of(ambassador.id, clock.now())}
    lock_events([one.event_id for one in coming.values()])  # all of them, by number, whatever the order of the page
    for assignment_id in instead:
        if assignment_id not in coming:
            raise Conflict("One of these visits has changed since you opened the page. Open it again.")
    # Before their places become free, so that an order of invitations does not fill them first.
    for assignment_id, other in instead.items():
        _ask_instead(actor, coming[assignment_id], other)
    take_step(actor, ambassador, step, reason, until=until)
    return len(instead)


def _ask_instead(actor: Actor, assignment: Assignment, ambassador_id: int) -> None:
    try:
        ask_from_shortlist(actor, assignment.opening, [ambassador_id], more=True)  # the place is still held
    except Conflict as conflict:
        raise Conflict(conflict.message, field_of(assignment.id), conflict.ways_out) from None


def remind_of_expiry() -> int:
    """Tell people and coordinators 30 and 7 days before an item of the checklist expires, and once it has.

    Each telling goes out once. Whoever is not ready any more keeps their visits: the coordinators are told which.
    Returns how many items were told of.
    """
    today = clock.today()
    told: list[tuple[ReadinessItem, Ambassador, int]] = []
    for item, ambassador in list_expiring(today):
        if item.expires_on is None:
            continue
        before = reminder_due(item.expires_on, today)
        once = f"expiry {item.id} {item.expires_on:%Y-%m-%d} {before}"
        if before is None or was_mailed(once):
            continue
        queue_mail(
            recipient(ambassador),
            "ambassadors/item_expires",
            about=ambassador,
            once=once,
            item=item,
            over=before == 0,
        )
        told.append((item, ambassador, before))
    if told:
        _tell_coordinators(told)
    return len(told)


def _tell_coordinators(told: list[tuple[ReadinessItem, Ambassador, int]]) -> None:
    """One mail with all of them to each coordinator; visits to come are named with what is required and over."""
    now = clock.now()
    lines = [
        {
            "item": item,
            "ambassador": ambassador,
            "over": before == 0,
            "visits": [one.event for one in list_coming_assignments_of(ambassador.id, now)]
            if before == 0 and item.requirement.required
            else [],
        }
        for item, ambassador, before in told
    ]
    for account in list_accounts_with(Role.COORDINATOR):
        to = Recipient(RecipientKind.ACCOUNT, account.id, account.name, account.email)
        queue_mail(to, "ambassadors/items_expire", lines=lines, over=any(line["over"] for line in lines))
