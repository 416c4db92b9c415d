"""The states of a mail, when a failed attempt is tried again, and its text as HTML."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import Enum
from html import escape


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
WAITING = (MailStatus.QUEUED, MailStatus.SENDING)  # later mails of the same thread wait for these
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


ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)])")


def split_links(text: str) -> list[tuple[bool, str]]:
    """A mail's text in pieces; those that are addresses are marked, so that they can be linked."""
    return [(number % 2 == 1, piece) for number, piece in enumerate(ADDRESS.split(text)) if piece]


def as_html(text: str) -> str:
    """A mail's text as HTML of paragraphs, lines and links, and nothing else. Whatever people wrote stays text."""
    paragraphs = "\n".join(
        "<p>" + "<br>\n".join(map(_linked, paragraph.split("\n"))) + "</p>"
        for paragraph in text.strip().split("\n\n")
        if paragraph.strip()
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title></title></head>\n'
        f'<body style="font-family: Arial, sans-serif; font-size: 16px; line-height: 1.4">\n{paragraphs}\n</body>\n'
        "</html>\n"
    )


def _linked(line: str) -> str:
    return "".join(
        f'<a href="{escape(piece)}">{escape(piece)}</a>' if is_link else escape(piece)
        for is_link, piece in split_links(line.strip())
    )
