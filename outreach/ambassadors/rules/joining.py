"""Joining: what is asked in which order, whom a manager cannot be, how long things wait, and pauses. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from outreach.accounts.rules import plain_email
from outreach.ambassadors.rules.readiness import Agreement
from outreach.ambassadors.rules.states import STEPS, AmbassadorStatus, AmbassadorStep
from outreach.errors import Conflict

# Days for which an application is kept that nobody confirms by the link in the mail; see privacy.py.
UNCONFIRMED_KEPT = 14
MANAGER_LINK_LASTS = timedelta(days=21)
OWN_LINK_LASTS = timedelta(days=730)
# How many mails a day an address gets from people who name it as their line manager's.
MOST_ASKED_A_DAY = 10
LONGEST_PAUSE = timedelta(days=730)

# The questions of the public journey, one page each, in this order.
JOIN_STEPS = (
    "contact",
    "employer",
    "job",
    "district",
    "travels",
    "activities",
    "audiences",
    "languages",
    "manager",
    "story",
)
Answers = Mapping[str, Mapping[str, Any]]


def first_missing(answers: Answers) -> str | None:
    """The first question of the journey that has not been answered; None when all have."""
    return next((step for step in JOIN_STEPS if step not in answers), None)


def comes_too_early(step: str, answers: Answers) -> bool:
    """Whether a question before this one is still open."""
    missing = first_missing(answers)
    return missing is not None and JOIN_STEPS.index(step) > JOIN_STEPS.index(missing)


def check_manager(applicant: str, manager: str) -> None:
    """Refuse that somebody is their own manager, in any spelling of their address."""
    if plain_email(applicant) == plain_email(manager):
        raise Conflict(
            "Your line manager’s email address must be different from the ambassador’s own address", "manager_email"
        )


def check_asked(email: str, asked_today: Iterable[str]) -> None:
    """Refuse to mail one address, in any spelling, more often than any manager has staff who join in a day."""
    if sum(plain_email(one) == plain_email(email) for one in asked_today) >= MOST_ASKED_A_DAY:
        raise Conflict("Your line manager has been asked by many people today. Try again tomorrow.", "manager_email")


def check_pause(until: date, today: date) -> None:
    """A pause begins today, so its last day is today or later, and at most two years away."""
    if until < today:
        raise Conflict("The last day of the pause must be today or in the future", "until")
    if until > today + LONGEST_PAUSE:
        raise Conflict("The last day of the pause must be in the next 2 years", "until")


def stamp_of(status: Agreement, answered_at: datetime | None) -> str:
    """What a manager's page carries, so that an answer given on an older page is known as such."""
    return f"{status.value} {answered_at.timestamp():.6f}" if answered_at else status.value


def status_after_answer(status: AmbassadorStatus, *, agrees: bool) -> AmbassadorStatus:
    """Where a manager's answer, or a change of it, leaves somebody. Raises Conflict once they are past joining."""
    if status not in (AmbassadorStatus.INTERESTED, AmbassadorStatus.AWAITING_MANAGER, AmbassadorStatus.IN_TRAINING):
        raise Conflict("This has been settled. To change what you agreed, tell the coordinator.")
    step = AmbassadorStep.AGREE if agrees else AmbassadorStep.NOT_NOW
    if agrees and status is AmbassadorStatus.INTERESTED:
        status = STEPS[status, AmbassadorStep.ASK_MANAGER]
    return STEPS.get((status, step), status)
