"""What falls due in the next months, and whose staff records nobody has looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.db import db
from outreach.referrals.models import Candidate, Eligibility, Referral, StageEntry
from outreach.referrals.queries.candidates import is_declared
from outreach.referrals.queries.scheme import list_published
from outreach.referrals.queries.verdicts import list_cases
from outreach.referrals.rules.stages import add_months
from outreach.referrals.rules.terms import Milestone
from outreach.referrals.rules.verdict import Due

MOST = 500


@dataclass(frozen=True)
class Coming:
    """A reward that falls due on a day if the terms are met by then."""

    on: date
    referral: Referral
    milestone: Milestone
    words: str


def list_coming(officer_id: int, months: int) -> list[Coming]:
    """The rewards of the next months, the soonest first, without those of this officer or of their household."""
    today = clock.today()
    last = add_months(today, months)
    found = []
    for case in list_cases(list(db.session.scalars(_open(officer_id)))):
        for milestone in case.terms.milestones:
            verdict = case.verdict(milestone.code, today)
            if verdict.state is Due.WAITING and verdict.on is not None and today < verdict.on <= last:
                found.append(Coming(verdict.on, case.referral, milestone, verdict.words))
    return sorted(found, key=lambda one: (one.on, one.referral.id))


def list_unchecked(officer_id: int) -> list[Referral]:
    """Referrals whose friend has started or nears it, and whose staff records nobody has looked at."""
    checked = exists().where(Eligibility.referral_id == Referral.id)
    offered = exists().where(
        StageEntry.referral_id == Referral.id, StageEntry.stage.in_(_near_start()), StageEntry.reached_on.is_not(None)
    )
    return list(db.session.scalars(_open(officer_id).where(~checked, offered)))


def _near_start() -> Iterable[str]:
    """The codes of the stages right before the start and of the start, in any version of the terms in use."""
    codes: set[str] = set()
    for version in list_published():
        terms = version.read()
        place = terms.position(terms.start_stage)
        codes |= {stage.code for stage in terms.stages[max(place - 1, 0) : place + 1]}
    return sorted(codes)


def _open(officer_id: int) -> Select[Referral]:
    return (
        select(Referral)
        .join(Candidate, Candidate.referral_id == Referral.id)
        .where(Candidate.closed_at.is_(None), Referral.referrer_id != officer_id, ~is_declared(officer_id))
        .options(joinedload(Referral.scheme_version), joinedload(Referral.referrer))
        .order_by(Referral.made_at, Referral.id)
        .limit(MOST)
    )
