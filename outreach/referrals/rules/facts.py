"""The facts of one referral on which a verdict rests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

NONE_OF_THESE = "none"  # the code recorded when somebody is in none of the terms' groups


@dataclass(frozen=True)
class Facts:
    """What is known of one referral. What only staff records can tell is None until somebody has checked."""

    referred_on: date
    first: bool = True  # nobody had referred this friend before
    self_referral: bool = False
    agreed_on: date | None = None  # the friend's yes, with which they confirm their age
    post: str | None = None  # as the friend said
    appointed: str | None = None  # the post as recruitment recorded it: a code of the terms, or NONE of them
    appointed_hours: int | None = None
    days: Mapping[str, date] = field(default_factory=dict)  # the day each stage was reached
    recorded: Mapping[str, date] = field(default_factory=dict)  # the day on which each of them was entered
    ended_on: date | None = None  # the last day of the application or of the job
    withdrew_on: date | None = None  # the friend in work had us forget them; nothing after that day is known
    new_to_care: bool = False  # as the friend said
    new_to_care_checked: bool | None = None  # as recruitment found
    employment: str | None = None
    role: str | None = None
    notice_on: date | None = None  # since when the referrer works their notice
    referrer_left_on: date | None = None  # the referrer's last day
    friend_left_on: date | None = None  # the friend's last day as staff, before this referral
    in_process: bool | None = None
    claimed_on: date | None = None
    rewards_before: int = 0  # of this referrer, in the 12 months before this one falls due
    pence_before: int = 0


def known_by(facts: Facts, day: date) -> Facts:
    """The facts without what happened after a day."""

    def past(when: date | None) -> date | None:
        return when if when is not None and when <= day else None

    return replace(
        facts,
        agreed_on=past(facts.agreed_on),
        days={stage: when for stage, when in facts.days.items() if when <= day},
        ended_on=past(facts.ended_on),
        withdrew_on=past(facts.withdrew_on),
        notice_on=past(facts.notice_on),
        referrer_left_on=past(facts.referrer_left_on),
        claimed_on=past(facts.claimed_on),
    )
