"""Reading what the figures and the what-if are made from."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from outreach.db import db
from outreach.referrals.models import Referral, Reward
from outreach.referrals.queries.candidates import is_declared, list_stage_days
from outreach.referrals.queries.verdicts import Case, list_cases
from outreach.referrals.rules.consent import Way
from outreach.referrals.rules.ledger import PROMISED

MOST_REPLAYED = 2000
BY_STAFF = Referral.way != Way.EVENT


def count_referrals(since: datetime) -> int:
    """Referrals that staff made since an instant, answered or not."""
    return db.session.scalar(select(func.count()).select_from(Referral).where(Referral.made_at >= since, BY_STAFF)) or 0


def list_days_of_agreed(since: datetime) -> list[dict[str, date]]:
    """The days of the stages of every referral since an instant whose friend agreed. Nothing tells whose they are."""
    return _days_of(BY_STAFF & (Referral.made_at >= since))


def count_from_events(since: datetime) -> int:
    """Who asked by the code of a careers event since an instant, whether they said yes or not."""
    asked = select(func.count()).select_from(Referral).where(Referral.made_at >= since, ~BY_STAFF)
    return db.session.scalar(asked) or 0


def list_days_from_events(since: datetime) -> list[dict[str, date]]:
    """The days of the stages of everybody who came by the code of a careers event and said yes."""
    return _days_of(~BY_STAFF & (Referral.made_at >= since))


def _days_of(which: ColumnElement[bool]) -> list[dict[str, date]]:
    ids = db.session.scalars(
        select(Referral.id).where(which, Referral.agreed_at.is_not(None)).order_by(Referral.id)
    ).all()
    return list(list_stage_days(list(ids)).values())


def count_claims(since: datetime) -> int:
    """Rewards that fell to somebody since an instant, and were neither refused nor taken back."""
    found = select(func.count()).select_from(Reward).where(Reward.created_at >= since, Reward.state.in_(PROMISED))
    return db.session.scalar(found) or 0


def list_past_cases(officer_id: int, since: datetime) -> list[Case]:
    """Agreed referrals since an instant, without those of this officer or of their household."""
    found = db.session.scalars(
        select(Referral)
        .where(
            Referral.made_at >= since,
            Referral.agreed_at.is_not(None),
            Referral.referrer_id != officer_id,
            ~is_declared(officer_id),
        )
        .options(joinedload(Referral.scheme_version), joinedload(Referral.referrer))
        .order_by(Referral.made_at, Referral.id)
        .limit(MOST_REPLAYED)
    )
    return list_cases(list(found))
