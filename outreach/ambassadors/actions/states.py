"""Moving ambassadors through their states, by a coordinator or on the day a pause is over."""

from __future__ import annotations

from datetime import date

from outreach import clock
from outreach.accounts.links import revoke_links_of
from outreach.ambassadors.actions.agreements import end_agreements
from outreach.ambassadors.actions.mailing import mail_coordinators, own_link, recipient
from outreach.ambassadors.actions.register import guard
from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.queries import lacking_today, list_pauses_over
from outreach.ambassadors.rules import (
    KEPT_AFTER_LEAVING,
    STEP_WORDS,
    STOPPED,
    AmbassadorStatus,
    AmbassadorStep,
    AmbassadorStopped,
    check_pause,
    next_status,
)
from outreach.audit.actions import record
from outreach.db import lock_row
from outreach.districts.models import Term
from outreach.errors import Conflict
from outreach.outbox.actions import queue_mail
from outreach.web.door import SYSTEM, Actor, ActorKind
from outreach.web.facts import emit

# The mail that tells an ambassador of a step; of a suspension they hear from a person.
MAILS = {
    AmbassadorStep.START: "ambassadors/active",
    AmbassadorStep.RESUME: "ambassadors/active",
    AmbassadorStep.REINSTATE: "ambassadors/active",
    AmbassadorStep.PAUSE: "ambassadors/paused",
    AmbassadorStep.LEAVE: "ambassadors/left",
}


def take_step(
    actor: Actor,
    ambassador: Ambassador,
    step: AmbassadorStep,
    reason: Term | None = None,
    *,
    until: date | None = None,
) -> None:
    """Move an ambassador to the state that a step leads to, and mail them.

    A step that stops somebody ends their links and emits AmbassadorStopped; leaving needs a reason, and lets go of the
    manager's agreement. `until` is the last day of a pause. Raises Conflict where the step does not fit, and names
    what is not done yet of the checklist when training is said to be complete.
    """
    guard(actor)
    _move(actor, ambassador, step, reason, until)


def _move(
    actor: Actor, ambassador: Ambassador, step: AmbassadorStep, reason: Term | None = None, until: date | None = None
) -> None:
    lock_row(ambassador)
    status = next_status(ambassador.status, step)
    if (reason is None) is (step is AmbassadorStep.LEAVE):
        raise Conflict("Leaving, and only leaving, has a reason.", "reason")
    if until is not None and step is AmbassadorStep.PAUSE:
        check_pause(until, clock.today())
    lacking = lacking_today(ambassador)
    if step is AmbassadorStep.START and lacking:
        raise Conflict(f"Not done yet, or expired: {', '.join(lacking)}.")
    ambassador.status = status
    ambassador.status_since = clock.now()
    ambassador.leaving_reason_id = reason.id if reason else None
    ambassador.paused_until = until if step is AmbassadorStep.PAUSE else None
    record(actor, f"ambassador.{step.value}", ambassador, **({"reason": reason.code} if reason else {}))
    if step is AmbassadorStep.LEAVE:
        end_agreements(ambassador)
    if status in STOPPED:
        emit(AmbassadorStopped(ambassador.id, STEP_WORDS[step].done))
        revoke_links_of(ActorKind.AMBASSADOR, ambassador.id)
    if step in MAILS:
        queue_mail(
            recipient(ambassador),
            MAILS[step],
            about=ambassador,
            kept_days=KEPT_AFTER_LEAVING,
            until=ambassador.paused_until,
            own=own_link(ambassador) if status is AmbassadorStatus.ACTIVE else "",
            lacking=lacking,
        )


def resume_after_pause() -> int:
    """Let whoever paused until a day go on, on the day after, and tell them and the coordinators. Returns how many."""
    over = list_pauses_over(clock.today())
    for ambassador in over:
        _move(SYSTEM, ambassador, AmbassadorStep.RESUME)
        mail_coordinators(SYSTEM, ambassador, "resumed", lacking=lacking_today(ambassador))
    return len(over)
