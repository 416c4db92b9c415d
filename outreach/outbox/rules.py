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
    FRIEND = "friend"  # somebody who was referred; nobody but recruitment may read of them


STEPS: dict[tuple[MailStatus, str], MailStatus] = {
    (MailStatus.QUEUED, "claim"): MailStatus.SENDING,
    (MailStatus.SENDING, "claim"): MailStatus.SENDING,  # the lease ran out: its worker died
    (MailStatus.SENDING, "sent"): MailStatus.SENT,
    (MailStatus.SENDING, "try again"): MailStatus.QUEUED,
    (MailStatus.SENDING, "give up"): MailStatus.FAILED,
    (MailStatus.FAILED, "send again"): MailStatus.QUEUED,
}

LEASE = timedelta(seconds=60)  # longer than the SMTP timeout, so that a slow send is not taken over
MOST_ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=1)


def wait_before(attempts: int) -> timedelta:
    """How long to wait after this many attempts: doubling from two seconds, at most an hour."""
    return min(LONGEST_WAIT, timedelta(seconds=2**attempts))
