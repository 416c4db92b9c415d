"""What recruitment checks in the staff records, and what a referrer claims."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from outreach import clock
from outreach.audit.actions import record
from outreach.db import add_or_refuse, db, lock_row
from outreach.errors import Conflict, NotFound
from outreach.referrals.actions.ledger import review_referral
from outreach.referrals.actions.stages import CHANGED, may_handle
from outreach.referrals.models import Eligibility, Referral, RewardClaim
from outreach.referrals.queries.verdicts import get_case
from outreach.web.door import Actor


@dataclass(frozen=True)
class Checks:
    """What the staff records say."""

    employment: str
    role: str
    notice_on: date | None
    referrer_left_on: date | None
    friend_left_on: date | None
    in_process: bool
    appointed: str | None = None
    appointed_hours: int | None = None
    new_to_care: bool | None = None


def record_checks(actor: Actor, referral: Referral, checks: Checks, *, version: str) -> None:
    """Keep what was checked, and look at the verdicts again. An officer never checks their own referral."""
    may_handle(actor, referral)
    if referral.referrer_id is None:
        raise NotFound
    for field, day in (("notice_on", checks.notice_on), ("friend_left_on", checks.friend_left_on)):
        if day is not None and day > clock.today():
            raise Conflict("The day must be today or in the past", field)
    referred_on = clock.local(referral.made_at).date()
    if checks.friend_left_on is not None and checks.friend_left_on > referred_on:
        raise Conflict("Enter the last day of a job before this referral", "friend_left_on")
    row = db.session.get(Eligibility, referral.id)
    if row is not None:
        lock_row(row, version)
    elif version not in ("", "0"):
        raise Conflict(CHANGED)
    else:
        row = Eligibility(referral_id=referral.id)
    for one in fields(Checks):
        setattr(row, one.name, getattr(checks, one.name))
    row.checked_by_id, row.checked_at = actor.id, clock.now()
    add_or_refuse(row, {"pk_eligibility": Conflict(CHANGED), "eligibility.referral_id": Conflict(CHANGED)})
    record(actor, "referral.check", referral)
    review_referral(referral.id)


def claim_reward(actor: Actor, referral: Referral, milestone: str) -> None:
    """The referrer claims a reward that the terms have them claim."""
    if actor.id is None or referral.referrer_id != actor.id:
        raise NotFound
    terms = get_case(referral).terms
    found = terms.milestone(milestone)
    if found is None or found.claim_days == 0:
        raise NotFound
    again = Conflict("You have claimed this reward already")
    claim = RewardClaim(referral_id=referral.id, milestone=milestone, claimed_on=clock.today())
    add_or_refuse(claim, {"uq_reward_claim": again, "reward_claim.referral_id": again})
    record(actor, "reward.claim", claim, milestone=milestone)
    review_referral(referral.id)
