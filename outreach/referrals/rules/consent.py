"""The friend's consent: how contacts are compared, how long a notice waits, and what the referrer is told when.

Until the friend says yes their details wait in quarantine. Every other ending deletes them, and looks the
same to the referrer.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from enum import Enum

from outreach.errors import Conflict

WAITS = timedelta(days=14)
MOST_PENDING = 5
SHOWN_WITHIN = timedelta(days=1)
MOST_MAILS = 3
BETWEEN_MAILS = timedelta(days=1)
REFUSAL_DAYS = 730
CODE_LETTERS = 18  # of 28: 86 bits
EVENT_CODE_LETTERS = 7  # of 28: short enough to type from a poster; it opens a form and nothing else
DAYS_AFTER_EVENT = 14
MOST_DAYS_AFTER_EVENT = 90
NOTICE_VERSION = "2026-11"


class Way(Enum):
    """How a referral came: by a referrer's link, by details the referrer passed on, or by a careers event's code."""

    LINK = "link"
    DETAILS = "details"
    EVENT = "event"


TYPED = (Way.LINK, Way.EVENT)
"""The ways in which friends type their own details."""


class ReferralState(Enum):
    WAITING = "waiting"
    AGREED = "agreed"
    CLOSED = "closed"


class Answer(Enum):
    """What the friend can say to the notice."""

    YES = "yes"
    NO = "no"
    NEVER = "never"


STEPS: dict[tuple[ReferralState, str], ReferralState] = {
    (ReferralState.WAITING, "agree"): ReferralState.AGREED,
    (ReferralState.WAITING, "end"): ReferralState.CLOSED,
    (ReferralState.AGREED, "end"): ReferralState.CLOSED,
    (ReferralState.CLOSED, "reopen"): ReferralState.AGREED,
}


def step(state: ReferralState, act: str) -> ReferralState:
    """The state an act leads to. Raises Conflict where the act does not fit."""
    try:
        return STEPS[state, act]
    except KeyError:
        raise Conflict("This referral has already been answered or closed.") from None


def plain_phone(phone: str) -> str:
    """A telephone number's digits, the country's own 44 and leading zeros off."""
    digits = re.sub(r"[^0-9]", "", re.split(r"ext|x|#", phone.lower())[0])
    return re.sub(r"^(?:00)?44(?=0?[0-9]{9,10}$)", "", digits).lstrip("0")


def may_write(mails: int, last: datetime | None, now: datetime) -> bool:
    """Whether one more mail may go to an address that has not agreed: one a day, three in all."""
    return mails < MOST_MAILS and (last is None or now - last >= BETWEEN_MAILS)


def check_pending(waiting: int) -> None:
    """A referrer may have only so many notices out. Counts what the referrer sees as waiting, so it tells nothing."""
    if waiting >= MOST_PENDING:
        raise Conflict(
            f"You can have {MOST_PENDING} friends waiting to answer at a time. "
            "When one of them has answered, or after 14 days, you can refer another. Your link has no such limit."
        )


def shown_state(state: ReferralState, closed_shown_at: datetime | None, was_agreed: bool, now: datetime) -> str:
    """What the referrer sees: 'waiting', 'recruitment' or 'closed'; a closing shows only after its delay."""
    if state is ReferralState.CLOSED and closed_shown_at is not None and now >= closed_shown_at:
        return "closed"
    if was_agreed:
        return "recruitment"
    return "waiting"


def plain_code(typed: str) -> str:
    """A code as it is kept, whatever spaces, hyphens and small letters it was typed with."""
    return re.sub(r"[^0-9A-Za-z]", "", typed).upper()


def is_code_open(ends_at: datetime, days_after: int, now: datetime) -> bool:
    """Whether an event's code still opens the form: until so many days after the event's end."""
    return now < ends_at + timedelta(days=days_after)


def made_on_phrase(day: date) -> str:
    """How a referral is called where the friend is not named."""
    return f"a friend, referred on {day.day} {day:%B %Y}"
