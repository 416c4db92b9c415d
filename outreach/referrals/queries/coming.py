"""What falls due in the next months, and whose staff records nobody has looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.db import db
from outreach.referrals.models import Candidate, Eligibility, Referral, StageEntry
from outreach.referrals.queries.candidates import is_declared, select_candidates
from outreach.referrals.queries.ledger import count_by_state, count_to_give, count_to_recall
from outreach.referrals.queries.scheme import list_published
from outreach.referrals.queries.verdicts import list_cases
from outreach.referrals.rules.ledger import Act
from outreach.referrals.rules.stages import add_months
from outreach.referrals.rules.terms import Milestone
from outreach.referrals.rules.verdict import Due
from outreach.referrals.rules.wording import say_due

MOST = 500


@dataclass(frozen=True)
class Coming:
    """A reward that falls due on a day if the terms are met by then."""

    on: date
    referral: Referral
    milestone: Milestone
    due: str  # the milestone in the words of recruitment
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
                found.append(
                    Coming(verdict.on, case.referral, milestone, say_due(case.terms, milestone), verdict.words)
                )
    return sorted(found, key=lambda one: (one.on, one.referral.id))


def list_unchecked(officer_id: int) -> list[Referral]:
    """Referrals whose friend has started or nears it, and whose staff records nobody has looked at.

    Once the friend has started, also those without the post they were appointed to, or without the check of
    whether they are new to care, as they said.
    """
    checked = exists().where(Eligibility.referral_id == Referral.id)
    unsaid = exists().where(
        Eligibility.referral_id == Referral.id,
        or_(Eligibility.appointed.is_(None), and_(Candidate.new_to_care.is_(True), Eligibility.new_to_care.is_(None))),
    )
    near, start = _near_start()
    found = _open(officer_id).where(or_(and_(~checked, _has_reached(near)), and_(unsaid, _has_reached(start))))
    return list(db.session.scalars(found))


def count_waiting(officer_id: int) -> dict[str, int]:
    """What waits for this officer today: rewards to approve, to give and to look at again, records, late candidates."""
    late = select_candidates(officer_id, late_on=clock.today()).order_by(None).options()
    return {
        "approve": count_by_state(officer_id).get(Act.PROPOSED, 0),
        "give": count_to_give(officer_id),
        "recall": count_to_recall(officer_id),
        "check": len(list_unchecked(officer_id)),
        "late": db.session.scalar(late.with_only_columns(func.count())) or 0,
    }


def _has_reached(codes: set[str]) -> ColumnElement[bool]:
    return exists().where(
        StageEntry.referral_id == Referral.id, StageEntry.stage.in_(sorted(codes)), StageEntry.reached_on.is_not(None)
    )


def _near_start() -> tuple[set[str], set[str]]:
    """The codes of the stages right before the start and of the start, and of the start, in any version in use."""
    near: set[str] = set()
    start: set[str] = set()
    for version in list_published():
        terms = version.read()
        place = terms.position(terms.start_stage)
        near |= {stage.code for stage in terms.stages[max(place - 1, 0) : place + 1]}
        start.add(terms.start_stage)
    return near, start


def _open(officer_id: int) -> Select[Referral]:
    return (
        select(Referral)
        .join(Candidate, Candidate.referral_id == Referral.id)
        .where(Candidate.closed_at.is_(None), Referral.referrer_id != officer_id, ~is_declared(officer_id))
        .options(joinedload(Referral.scheme_version), joinedload(Referral.referrer))
        .order_by(Referral.made_at, Referral.id)
        .limit(MOST)
    )
