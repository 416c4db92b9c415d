"""The states of a mail, and when a failed attempt is tried again."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum


class MailStatus(Enum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class RecipientKind(Enum):
    """Whose address a mail goes to, so that a corrected address reaches the right record."""

    ACCOUNT = "account"
    AMBASSADOR = "ambassador"
    CONTACT = "contact"
    MANAGER = "manager"  # a line manager who was asked about an ambassador's time; the id is the agreement's
    FRIEND = "friend"  # somebody who was referred; nobody but recruitment may read of them


STEPS: dict[tuple[MailStatus, str], MailStatus] = {
    (MailStatus.QUEUED, "claim"): MailStatus.SENDING,
    (MailStatus.SENDING, "claim"): MailStatus.SENDING,  # the lease ran out: its worker died
    (MailStatus.SENDING, "sent"): MailStatus.SENT,
    (MailStatus.SENDING, "try again"): MailStatus.QUEUED,
    (MailStatus.SENDING, "give up"): MailStatus.FAILED,
    (MailStatus.FAILED, "send again"): MailStatus.QUEUED,
}

LEASE = timedelta(
    seconds=120
)  # longer than a slow talk with the server, so that a live worker's mail is not taken over
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 36  # with the waits between them a little more than a day: longer than a server is usually away


def wait_before(attempts: int) -> timedelta:
    """How long to wait after this many attempts: doubling from two seconds, at most an hour."""
    return min(LONGEST_WAIT, timedelta(seconds=2 ** min(attempts, 12)))


def step_after(problem: str | None, attempts: int) -> str:
    """What follows an attempt. A problem that begins with "refused" would be refused again."""
    if problem is None:
        return "sent"
    return "give up" if problem.startswith("refused") or attempts >= MOST_ATTEMPTS else "try again"
