"""Candidates and their rewards, made straight in the database, for tests of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import Account
from outreach.db import db
from outreach.referrals.actions.ledger import review_referral
from outreach.referrals.models import Candidate, Eligibility, Referral, Reward, StageEntry
from outreach.referrals.queries.contacts import hash_email
from outreach.referrals.queries.scheme import get_version
from outreach.referrals.rules.consent import ReferralState, Way
from outreach.web.door import Actor, ActorKind, Role
from outreach.web.keys import new_reference
from tests import makers

WAY = ("confirmed", "applied", "interview", "offered", "checks", "started")


@dataclass(frozen=True)
class Made:
    """What was made, by number: rows are read anew in each test's own transaction."""

    referral_id: int
    reference: str
    referrer_id: int


def officer_actor(name: str = "") -> Actor:
    account = makers.make_account(Role.RECRUITMENT_OFFICER, name=name)
    return Actor(ActorKind.ACCOUNT, account.id, account.name, frozenset({Role.RECRUITMENT_OFFICER}))


def make_candidate(
    *,
    started: int | None = 30,
    upto: str = "started",
    referrer: Account | None = None,
    email: str = "friend@friends.example",
    checked: bool = True,
    number: int = 1,
    **more: Any,
) -> Made:
    """A candidate on the way, who started so many days ago; eligible by the first terms unless told otherwise."""
    referrer = referrer or makers.make_account()
    today = clock.today()
    start = today - timedelta(days=started or 0)
    made = clock.now() - timedelta(days=(started or 0) + 60)
    stages = WAY[: WAY.index(upto) + 1]
    days = {code: start - timedelta(days=5 * (len(WAY) - 1 - n)) for n, code in enumerate(WAY)}
    referral = Referral(
        reference=new_reference("RF"),
        referrer_id=referrer.id,
        scheme_version_id=get_version(number).id,
        way=Way.LINK,
        state=ReferralState.AGREED,
        made_at=made,
        ends_at=made + timedelta(days=14),
        agreed_at=made + timedelta(days=1),
    )
    db.session.add(referral)
    db.session.flush()
    values: dict[str, Any] = {
        "referral_id": referral.id,
        "name": "Sam Friend",
        "email": email,
        "phone": None,
        "contact_hash": hash_email(email),
        "post": "care_worker",
        "district_id": makers.district().id,
        "hours": None,
        "new_to_care": False,
        "progress_shown": False,
        "notice": "2026-11",
        "agreed_at": made + timedelta(days=1),
        "stage": stages[-1],
        "stage_since": days[stages[-1]],
    }
    db.session.add(Candidate(**(values | more)))
    for code in stages:
        db.session.add(
            StageEntry(referral_id=referral.id, stage=code, reached_on=days[code], reason="", recorded_at=clock.now())
        )
    if checked:
        check(referral.id)
    db.session.commit()
    return Made(referral.id, referral.reference, referrer.id)


def check(referral_id: int, **more: Any) -> None:
    """What recruitment found in the staff records."""
    values: dict[str, Any] = {
        "employment": "permanent",
        "role": "none",
        "in_process": False,
        "appointed": "care_worker",
    }
    db.session.add(Eligibility(referral_id=referral_id, checked_at=clock.now(), **(values | more)))
    db.session.commit()


def make_reward(**more: Any) -> Reward:
    """A reward that has been proposed for a friend who started."""
    made = make_candidate(**more)
    review_referral(made.referral_id)
    db.session.commit()
    return db.session.scalars(select(Reward).where(Reward.referral_id == made.referral_id)).one()


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)
